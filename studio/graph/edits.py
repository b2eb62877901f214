"""Pure edits of a network: everything that the canvas does to a graph. A graph goes in, a new one comes out.

Edits never raise for what a user can do: what makes no sense returns the graph as it was. Ask `refusal`
and `removal_refusal` for the reason to show. KeyError means that the caller named a node that is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from studio.core.network import BLOCK, Edge, Graph, Node, Position
from studio.core.params import Params, ParamValue, defaults
from studio.core.registry import Registry
from studio.graph.blocks.making import with_definitions
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType
from studio.graph.placing import GAP_Y, below, clear_offset, row_between
from studio.graph.refusals import INPUT, OUTPUT, free_port, kept_ends, refusal, removal_refusal

__all__ = [
    "add_layer", "append", "connect", "disconnect", "draw", "duplicate", "fresh_id", "insert_before", "move",
    "refusal", "removal_refusal", "remove", "replace_type", "set_label", "set_param", "set_params",
    "splice", "splice_node",
]  # fmt: skip

Layers = Registry[LayerType]


def fresh_id(graph: Graph, type_id: str) -> str:
    """An id that no node has: "conv2d_3". Input and Output are plainly "input" and "output"."""
    taken = {node.id for node in graph.nodes}
    if type_id in (INPUT, OUTPUT) and type_id not in taken:
        return type_id
    number = 1 + sum(node.type == type_id for node in graph.nodes)
    stem = type_id.removeprefix(BLOCK)
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def add_layer(
    graph: Graph,
    layer: LayerType,
    position: Position = (0.0, 0.0),
    params: Params | None = None,
    label: str = "",
) -> tuple[Graph, str]:
    """A new, unconnected layer with its default parameters (`params` override some). Returns its id too.

    A block that the network does not know yet brings its definition along."""
    type_id = layer.id
    if layer.block is not None:
        graph, ids = with_definitions(graph, layer.parts)
        type_id = ids[layer.block.id]
    node_id = fresh_id(graph, type_id)
    values = {**defaults(layer.params), **(params or {})}
    node = Node(node_id, type_id, values, position, label)
    return replace(graph, nodes=(*graph.nodes, node)), node_id


def remove(graph: Graph, layers: Layers, node_ids: Collection[str], *, heal: bool = True) -> Graph:
    """Without these layers. `heal` joins what came in (by the first port) with what went out.

    The only Input and the only Output stay, since no network works without them.
    """
    gone = set(node_ids) - kept_ends(graph, node_ids)
    if not gone:
        return graph
    first_input = {e.target: e.source for e in sorted(graph.edges, key=lambda e: -e.port)}
    edges = []
    for edge in graph.edges:
        if edge.target in gone:
            continue
        if edge.source not in gone:
            edges.append(edge)
            continue
        source = _survivor(edge.source, gone, first_input) if heal else None
        if source is not None:
            edges.append(replace(edge, source=source))
    healed = replace(graph, nodes=tuple(n for n in graph.nodes if n.id not in gone), edges=tuple(edges))
    return _compacted(healed, layers)


def _survivor(node_id: str, gone: set[str], first_input: Mapping[str, str]) -> str | None:
    """The nearest layer upstream that stays."""
    seen = set()
    current: str | None = node_id
    while current is not None and current in gone:
        if current in seen:  # a cycle: nothing upstream stays
            return None
        seen.add(current)
        current = first_input.get(current)
    return current


def connect(graph: Graph, layers: Layers, source: str, target: str, port: int | None = None) -> Graph:
    """With a wire. An occupied port takes the new wire instead of its old one; `port` None is the first
    free one (for layers with a single input: that one). Unchanged where `refusal` has a reason."""
    layers = with_blocks(layers, graph.blocks)
    if refusal(graph, layers, source, target, port) is not None:
        return graph
    chosen = free_port(graph, layers, target) if port is None else port
    if chosen is None or Edge(source, target, chosen) in graph.edges:
        return graph
    edge = Edge(source, target, chosen)
    others = tuple(e for e in graph.edges if not (e.target == target and e.port == chosen))
    return _compacted(replace(graph, edges=(*others, edge)), layers)


def draw(
    graph: Graph, layers: Layers, source: str, target: str, port: int | None, lifted: Edge | None = None
) -> Graph:
    """A wire as it is drawn by hand: a new one, or the `lifted` one with one of its ends elsewhere.

    Layers that join any number of wires lose none by it: on a taken port a new wire comes beside the old
    one, and a lifted wire of theirs changes places with it. Elsewhere the old wire gives way.
    """
    if lifted is not None and (lifted.target, lifted.port) == (target, port):  # another source, same port
        without = replace(graph, edges=tuple(e for e in graph.edges if e != lifted))
        if refusal(without, layers, source, target, port) is not None:
            return graph
        edges = tuple(replace(e, source=source) if e == lifted else e for e in graph.edges)
        return replace(graph, edges=edges)
    layers = with_blocks(layers, graph.blocks)
    layer = layers.get(graph.node(target).type)
    taken = next((e for e in graph.edges if (e.target, e.port) == (target, port)), None)
    if taken is not None and layer is not None and layer.max_inputs is None:
        if lifted is not None and (lifted.source, lifted.target) == (source, target):
            swapped = {lifted: replace(lifted, port=taken.port), taken: replace(taken, port=lifted.port)}
            return replace(graph, edges=tuple(swapped.get(e, e) for e in graph.edges))
        port = None
    if lifted is not None:
        graph = disconnect(graph, layers, [lifted])
    return connect(graph, layers, source, target, port)


def disconnect(graph: Graph, layers: Layers, edges: Iterable[Edge]) -> Graph:
    """Without these wires; the ports of joining layers close up."""
    gone = set(edges)
    return _compacted(replace(graph, edges=tuple(e for e in graph.edges if e not in gone)), layers)


def splice(
    graph: Graph,
    layers: Layers,
    edge: Edge,
    layer: LayerType,
    position: Position | None = None,
    params: Params | None = None,
) -> tuple[Graph, str]:
    """A new layer in the middle of a wire. Without a position the cards below make room."""
    if position is None:
        graph, position = row_between(graph, graph.node(edge.source), graph.node(edge.target))
    graph, node_id = add_layer(graph, layer, position, params)
    return splice_node(graph, layers, edge, node_id), node_id


def splice_node(graph: Graph, layers: Layers, edge: Edge, node_id: str) -> Graph:
    """An existing layer, put into the middle of a wire; wires that it had are taken off first.

    Unchanged where that cannot be: the wire is its own, or it is an Input or Output.
    """
    layers = with_blocks(layers, graph.blocks)
    layer = layers.get(graph.node(node_id).type)
    if edge not in graph.edges or node_id in (edge.source, edge.target) or layer is None:
        return graph
    if layer.id in (INPUT, OUTPUT) or layer.max_inputs == 0:
        return graph
    others = tuple(e for e in graph.edges if e != edge and node_id not in (e.source, e.target))
    inside = (Edge(edge.source, node_id, 0), Edge(node_id, edge.target, edge.port))
    return _compacted(replace(graph, edges=(*others, *inside)), layers)


def append(
    graph: Graph,
    layers: Layers,
    source: str,
    layer: LayerType,
    position: Position | None = None,
    params: Params | None = None,
    *,
    branch: bool = False,
) -> tuple[Graph, str]:
    """A new layer behind another one's output. What was connected there comes after the new layer;
    with `branch` it stays where it is, and the new layer begins a branch of its own."""
    before = graph.node(source)
    outgoing = () if branch else graph.outputs_of(source)
    if before.type == OUTPUT:
        return add_layer(graph, layer, position or below(graph, before), params)
    if layer.max_inputs == 0:
        return add_layer(graph, layer, position or below(graph, before), params)
    if position is None:
        if outgoing and layer.id != OUTPUT:
            nearest = min((graph.node(e.target) for e in outgoing), key=lambda n: n.position[1])
            graph, position = row_between(graph, before, nearest)
        else:
            position = below(graph, before)
    graph, node_id = add_layer(graph, layer, position, params)
    edges = graph.edges
    if layer.id != OUTPUT:
        moved = set(outgoing)
        edges = tuple(replace(e, source=node_id) if e in moved else e for e in edges)
    return replace(graph, edges=(*edges, Edge(source, node_id, 0))), node_id


def insert_before(
    graph: Graph,
    layers: Layers,
    target: str,
    port: int,
    layer: LayerType,
    params: Params | None = None,
) -> tuple[Graph, str]:
    """A new layer on the wire into one port. Raises KeyError: nothing is connected there."""
    for edge in graph.edges:
        if edge.target == target and edge.port == port:
            return splice(graph, layers, edge, layer, params=params)
    raise KeyError(f"nothing is connected to port {port} of {target}")


def move(graph: Graph, positions: Mapping[str, Position]) -> Graph:
    """With cards at new places."""
    return _changed(graph, {n.id: replace(n, position=positions[n.id]) for n in graph if n.id in positions})


def set_param(graph: Graph, node_id: str, name: str, value: ParamValue) -> Graph:
    """With one parameter changed, unchecked: analysis says what is wrong with it."""
    return set_params(graph, node_id, {name: value})


def set_params(graph: Graph, node_id: str, values: Params) -> Graph:
    node = graph.node(node_id)
    return _changed(graph, {node_id: replace(node, params={**node.params, **values})})


def set_label(graph: Graph, node_id: str, label: str) -> Graph:
    """With the user's own name for a layer; an empty one brings the automatic name back."""
    return _changed(graph, {node_id: replace(graph.node(node_id), label=" ".join(label.split()))})


def replace_type(graph: Graph, layers: Layers, node_id: str, layer: LayerType) -> Graph:
    """Another layer in the same place: parameters that both know are kept where they still fit."""
    node = graph.node(node_id)
    type_id = layer.id
    if layer.block is not None:
        graph, ids = with_definitions(graph, layer.parts)
        type_id = ids[layer.block.id]
    params = dict(defaults(layer.params))
    for param in layer.params:
        if param.name in node.params:
            try:
                params[param.name] = param.check(node.params[param.name])
            except ValueError:
                continue  # a size for more dimensions, say: the default is better than an error
    return _compacted(_changed(graph, {node_id: replace(node, type=type_id, params=params)}), layers)


def duplicate(
    graph: Graph, layers: Layers, node_ids: Iterable[str], offset: Position = (GAP_Y, GAP_Y)
) -> tuple[Graph, dict[str, str]]:
    """Copies of layers with the wires among them. Returns the new id of each old one too.

    The Input and the Output are left out: a network has one of each.
    """
    chosen = set(node_ids)
    copies: dict[str, str] = {}
    wires = graph.edges
    places = [n.position for n in graph.nodes if n.id in chosen]
    dx, dy = clear_offset(graph.nodes, places, offset)
    for node in graph.nodes:
        if node.id not in chosen or node.type in (INPUT, OUTPUT) or node.id in copies:
            continue
        copies[node.id] = fresh_id(graph, node.type)
        place = (node.position[0] + dx, node.position[1] + dy)
        copy = replace(node, id=copies[node.id], position=place)
        graph = replace(graph, nodes=(*graph.nodes, copy))
    inner = tuple(
        Edge(copies[e.source], copies[e.target], e.port)
        for e in wires
        if e.source in copies and e.target in copies
    )
    return _compacted(replace(graph, edges=(*graph.edges, *inner)), layers), copies


def _changed(graph: Graph, nodes: Mapping[str, Node]) -> Graph:
    return replace(graph, nodes=tuple(nodes.get(node.id, node) for node in graph.nodes))


def _compacted(graph: Graph, layers: Layers) -> Graph:
    """Joining layers count their ports 0, 1, 2, ...; other layers' ports have a meaning and stay, unless
    a layer has fewer than its wires came to before its type changed: the next takes a place that is free."""
    layers = with_blocks(layers, graph.blocks)
    types = {node.id: layers.get(node.type) for node in graph.nodes}
    ports: dict[str, list[int]] = {}
    for edge in graph.edges:
        layer = types.get(edge.target)
        if layer is not None:
            ports.setdefault(edge.target, []).append(edge.port)
    for target in list(ports):
        layer = types[target]
        if layer is not None and layer.max_inputs is not None and max(ports[target]) < layer.max_inputs:
            del ports[target]
    gaps = {t: sorted(p) for t, p in ports.items() if sorted(p) != list(range(len(p)))}
    if not gaps:
        return graph
    edges = list(graph.edges)
    for target in gaps:
        places = sorted((i for i, e in enumerate(edges) if e.target == target), key=lambda i: edges[i].port)
        for port, i in enumerate(places):
            edges[i] = replace(edges[i], port=port)
    return replace(graph, edges=tuple(edges))
