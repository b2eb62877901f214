"""Pure edits of a graph's wires and layers, as the canvas needs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from studio.core.network import Edge, Graph, Node, Position
from studio.core.registry import Registry
from studio.graph.layer_type import LayerType


def refusal(graph: Graph, layers: Registry[LayerType], edge: Edge) -> str:
    """Why this wire cannot be; empty if it can. A taken port is no reason: its wire is replaced."""
    translate = QCoreApplication.translate
    if edge.source == edge.target:
        return translate("Wiring", "A layer cannot feed itself.")
    if edge.source not in graph or edge.target not in graph:
        return translate("Wiring", "This layer is no longer there.")
    if edge in graph.edges:
        return translate("Wiring", "These two are connected already.")
    source, target = graph.node(edge.source), graph.node(edge.target)
    if source.type == "output":
        return translate("Wiring", "The output is the end of the network: nothing comes out of it.")
    layer = layers.get(target.type)
    if target.type == "input" or (layer is not None and layer.max_inputs == 0):
        return translate("Wiring", "The input is where the data come in: nothing can feed it.")
    if layer is not None and layer.max_inputs is not None and edge.port >= layer.max_inputs:
        return translate("Wiring", "“{name}” takes no more inputs.").format(name=target.label or layer.name)
    if reaches(graph, edge.target, edge.source):
        return translate("Wiring", "This would make a circle. What flows through a network never comes back.")
    return ""


def reaches(graph: Graph, start: str, goal: str) -> bool:
    """Whether what leaves `start` arrives at `goal`."""
    seen, waiting = {start}, [start]
    following: dict[str, list[str]] = {}
    for edge in graph.edges:
        following.setdefault(edge.source, []).append(edge.target)
    while waiting:
        node = waiting.pop()
        if node == goal:
            return True
        for target in following.get(node, ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def new_id(taken: Collection[str], layer: str) -> str:
    if layer in ("input", "output") and layer not in taken:
        return layer
    number = 1
    while f"{layer}_{number}" in taken:
        number += 1
    return f"{layer}_{number}"


def with_layer(graph: Graph, layer: LayerType, position: Position) -> tuple[Graph, str]:
    """The graph with one more layer at its defaults, and that layer's id."""
    node_id = new_id({node.id for node in graph.nodes}, layer.id)
    node = Node(node_id, layer.id, dict(layer.defaults), position)  # type: ignore[arg-type]
    return replace(graph, nodes=(*graph.nodes, node)), node_id


def connected(graph: Graph, edge: Edge, lifted: Edge | None = None) -> Graph:
    """With the wire; one that was in its port, and the one it replaces, are gone."""
    kept = tuple(e for e in graph.edges if e != lifted and (e.target, e.port) != (edge.target, edge.port))
    return replace(graph, edges=(*kept, edge))


def without_edges(graph: Graph, edges: Iterable[Edge]) -> Graph:
    gone = set(edges)
    return replace(graph, edges=tuple(e for e in graph.edges if e not in gone))


def without_nodes(graph: Graph, nodes: Iterable[str]) -> Graph:
    """Without the layers; a layer with one input leaves a wire from what fed it to what it fed."""
    for node in nodes:
        graph = _without_node(graph, node)
    return graph


def _without_node(graph: Graph, node: str) -> Graph:
    into, out = graph.inputs_of(node), graph.outputs_of(node)
    healed = [Edge(into[0].source, e.target, e.port) for e in out] if len(into) == 1 else []
    kept = [e for e in graph.edges if node not in (e.source, e.target)]
    kept += [e for e in healed if e not in kept]
    return Graph(tuple(n for n in graph.nodes if n.id != node), tuple(kept))


def spliced(graph: Graph, node: str, edge: Edge) -> Graph:
    """The layer goes into the wire."""
    first, second = Edge(edge.source, node, 0), Edge(node, edge.target, edge.port)
    edges: list[Edge] = []
    for other in graph.edges:
        edges += [first, second] if other == edge else [other]
    return replace(graph, edges=tuple(edges))


def appended(graph: Graph, node: str, after: str) -> Graph:
    """Everything that `after` fed is now fed by the layer, which `after` feeds."""
    edges = [replace(e, source=node) if e.source == after else e for e in graph.edges]
    return replace(graph, edges=(*edges, Edge(after, node, 0)))
