"""Several layers become one block, and a block its layers again. Pure edits, as in studio.graph.edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from studio.core.network import BLOCK, Block, Edge, Graph, Node, Position
from studio.core.registry import Registry
from studio.graph.attribute_names import attribute_name
from studio.graph.blocks.filling import filled, repeats
from studio.graph.blocks.inside import block_of
from studio.graph.blocks.types import closure, definitions, holds, with_blocks
from studio.graph.facts import NodeFacts
from studio.graph.flow import checked
from studio.graph.layer_type import LayerType
from studio.graph.naming import display_names
from studio.graph.placing import GAP_Y, PITCH_X, PITCH_Y, clear_offset
from studio.graph.wiring import Wiring

Layers = Registry[LayerType]
_ENDS = ("input", "output")
_MOST_UNROLLED = 2_000  # layers that dissolving may bring to light


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a selection is cut out of a network: the layers, what comes in, and the one that goes out."""

    chosen: tuple[str, ...]
    sources: tuple[str, ...]  # outside, one for each input of the block
    result: str


def block_refusal(graph: Graph, layers: Layers, node_ids: Collection[str]) -> str | None:
    """Why these layers cannot become a block; None where they can."""
    cut = _cut(graph, layers, node_ids)
    return cut if isinstance(cut, str) else None


def make_block(graph: Graph, layers: Layers, node_ids: Collection[str], name: str) -> tuple[Graph, str]:
    """The layers as a block of this name, in their place. Returns the id of its node too.

    Raises: ValueError: see `block_refusal`. Input and Output stay outside, also when they are selected.
    """
    cut = _cut(graph, layers, node_ids)
    if isinstance(cut, str):
        raise ValueError(cut)
    chosen = set(cut.chosen)
    name = named(name)
    block_id = fresh_block_id(graph, name)
    inner = [node for node in graph.nodes if node.id in chosen]
    node_id = _fresh_node_id(graph, block_id)
    corner = min(n.position[0] for n in inner), min(n.position[1] for n in inner)
    block = Block(block_id, name, *_inside_of(graph, layers, inner, cut, corner))
    kept = tuple(node for node in graph.nodes if node.id not in chosen)
    edges = [e for e in graph.edges if not {e.source, e.target} & chosen]
    edges += [Edge(source, node_id, port) for port, source in enumerate(cut.sources)]
    edges += [
        replace(e, source=node_id) for e in graph.edges if e.source in chosen and e.target not in chosen
    ]
    node = Node(node_id, block_id, {"repeat": 1}, _place_of(inner, corner))
    return Graph((*kept, node), tuple(edges), (*graph.blocks, block)), node_id


def _place_of(inner: list[Node], corner: Position) -> Position:
    """On the wire that ran through the layers: where the topmost one was."""
    top = min(inner, key=lambda n: (n.position[1], n.position[0]))
    return (top.position[0], corner[1])


def _inside_of(
    graph: Graph, layers: Layers, inner: list[Node], cut: _Cut, corner: Position
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    chosen, taken = set(cut.chosen), {node.id for node in inner}
    names: dict[str, str] = {}
    nodes: list[Node] = []
    shown = display_names(graph, layers) if len(cut.sources) > 1 else {}
    for index, source in enumerate(cut.sources or ("",)):
        input_id = _free(["input", *(f"input_{n}" for n in range(2, len(taken) + 9))], taken)
        taken.add(input_id)
        names[source] = input_id
        label = shown.get(source, "")[:40] if index else ""
        nodes.append(Node(input_id, "input", {}, (index * PITCH_X, -PITCH_Y), label))
    nodes += [replace(n, position=(n.position[0] - corner[0], n.position[1] - corner[1])) for n in inner]
    result = next(n for n in nodes if n.id == cut.result)
    lowest = max(n.position[1] for n in nodes)
    output_id = _free(["output", *(f"output_{n}" for n in range(2, len(taken) + 9))], taken)
    nodes.append(Node(output_id, "output", {}, (result.position[0], lowest + PITCH_Y)))
    edges = [
        Edge(e.source if e.source in chosen else names[e.source], e.target, e.port)
        for e in graph.edges
        if e.target in chosen
    ]
    if not cut.sources:  # the layers stand alone: the first of them that waits is fed
        waiting = next((n.id for n in inner if not graph.inputs_of(n.id)), None)
        edges += [Edge(names[""], waiting, 0)] if waiting is not None else []
    return tuple(nodes), (*edges, Edge(cut.result, output_id, 0))


def _free(wishes: Iterable[str], taken: Collection[str]) -> str:
    return next(wish for wish in wishes if wish not in taken)


def _cut(graph: Graph, layers: Layers, node_ids: Collection[str]) -> _Cut | str:
    wiring = Wiring.of(graph, layers)
    wanted = set(node_ids)
    chosen = [n for n in wiring.order if n in wanted and wiring.nodes[n].type not in _ENDS]
    if not chosen:
        return "Select the layers that are to become a block first; the Input and the Output stay outside."
    names = display_names(graph, layers, wiring)
    if wiring.cycles or wiring.duplicates or wiring.dangling or wiring.doubled:
        return "The wires of this network are not in order. Mend its problems first, then make a block."
    inside = set(chosen)
    between = (wiring.downstream(chosen) & wiring.upstream(chosen)) - inside
    if between:
        first = next(n for n in wiring.order if n in between)
        return f"“{names[first]}” lies between the selected layers. Select it as well, then make a block."
    leaving = [n for n in chosen if any(e.target not in inside for e in wiring.outgoing[n])]
    if not leaving:
        leaving = [n for n in chosen if not wiring.outgoing[n]]
    if len(leaving) > 1:
        return (
            f"Results leave the selection at “{names[leaving[0]]}” and at “{names[leaving[1]]}”, but a block "
            "has one result. Select fewer layers, or also those in which the two come together."
        )
    sources = [e.source for n in chosen for e in wiring.incoming[n] if e.source not in inside]
    return _Cut(tuple(chosen), tuple(dict.fromkeys(sources)), leaving[0])


# -- and back ---------------------------------------------------------------------------------------


def dissolve_refusal(graph: Graph, layers: Layers, node_id: str) -> str | None:
    """Why a block cannot be dissolved; None where it can."""
    block = block_of(graph, node_id)
    layer = with_blocks(layers, graph.blocks).get(block.id) if block is not None else None
    if block is None or layer is None:
        return "This is no block."
    if layer.flaw:
        return f"This block cannot be dissolved: {layer.flaw}"
    times = repeats(checked(graph.node(node_id), layer)[0])
    inside = sum(node.type not in _ENDS for node in block.nodes)
    if times * inside > _MOST_UNROLLED:
        return f"It would become {times * inside:,} layers. Repeat it less often first."
    return None


def dissolve(
    graph: Graph, layers: Layers, node_id: str, facts: NodeFacts | None = None
) -> tuple[Graph, tuple[str, ...]]:
    """The block's layers in its place, once for each repetition. Returns their ids.

    Args: facts: of the node, so that what follows the channels that come in gets their number.
    Raises: ValueError: see `dissolve_refusal`.
    """
    refused = dissolve_refusal(graph, layers, node_id)
    block, node = block_of(graph, node_id), graph.node(node_id)
    if refused is not None or block is None:
        raise ValueError(refused)
    params = checked(node, with_blocks(layers, graph.blocks)[block.id])[0]
    entering: dict[int, str] = {e.port: e.source for e in graph.inputs_of(node_id)}
    leaving = graph.outputs_of(node_id)
    times = repeats(params)
    graph = replace(
        graph,
        nodes=tuple(n for n in graph.nodes if n.id != node_id),
        edges=tuple(e for e in graph.edges if node_id not in (e.source, e.target)),
    )
    graph = _room_below(graph, node.position, times * _height(block))
    new: list[str] = []
    for index in range(times):
        inside = facts.insides[index] if facts is not None and index < len(facts.insides) else None
        nodes = inside.nodes_inside if inside is not None else filled(block, params, None)
        top = (node.position[0], node.position[1] + index * _height(block))
        graph, ids, result = _unpacked(graph, block, nodes, entering, top)
        new += ids
        if result is None:
            entering.pop(0, None)
        else:
            entering[0] = result
    if 0 in entering:
        graph = replace(graph, edges=(*graph.edges, *(replace(e, source=entering[0]) for e in leaving)))
    return graph, tuple(new)


def _unpacked(
    graph: Graph, block: Block, nodes: tuple[Node, ...], entering: Mapping[int, str], top: Position
) -> tuple[Graph, list[str], str | None]:
    """One repetition; `entering`: what feeds each input. Returns what the result is taken from, too."""
    inputs = [n.id for n in nodes if n.type == "input"]
    feeders: dict[str, str | None] = {n: entering.get(i) for i, n in enumerate(inputs)}
    inner = [n for n in nodes if n.type not in _ENDS]
    outputs = [n.id for n in nodes if n.type == "output"]
    left = min((n.position[0] for n in inner), default=0.0)
    high = min((n.position[1] for n in inner), default=0.0)
    ids: dict[str, str | None] = dict(feeders)
    dx, dy = clear_offset(graph.nodes, [(n.position[0] - left, n.position[1] - high) for n in inner], top)
    fresh: list[Node] = []
    for node in inner:
        new_id = _fresh_node_id(Graph((*graph.nodes, *fresh)), node.type)
        ids[node.id] = new_id
        x, y = node.position
        fresh.append(replace(node, id=new_id, position=(x - left + dx, y - high + dy)))
    edges = []
    for edge in block.edges:
        source = ids.get(edge.source)
        target = ids.get(edge.target)
        if source is not None and target is not None and edge.target not in inputs:
            edges.append(Edge(source, target, edge.port))
    into = next((e.source for e in block.edges if outputs and e.target == outputs[0]), None)
    result = ids.get(into) if into is not None else None
    grown = replace(graph, nodes=(*graph.nodes, *fresh), edges=(*graph.edges, *edges))
    return grown, [node.id for node in fresh], result


def _height(block: Block) -> float:
    heights = [n.position[1] for n in block.nodes if n.type not in _ENDS]
    return max(heights) - min(heights) + PITCH_Y if heights else PITCH_Y


def _room_below(graph: Graph, place: Position, height: float) -> Graph:
    """What lies below moves down by as much as the layers are higher than the block's card."""
    more = height - PITCH_Y
    if more <= 0:
        return graph
    moved = tuple(
        replace(n, position=(n.position[0], n.position[1] + more)) if n.position[1] > place[1] + GAP_Y else n
        for n in graph.nodes
    )
    return replace(graph, nodes=moved)


# -- names, and definitions that come from elsewhere ------------------------------------------------


def named(wish: str) -> str:
    """A block's name as it is kept: one line, not empty."""
    line = " ".join("".join(c if c.isprintable() else " " for c in wish).split())[:60]
    return line or "Block"


def fresh_block_id(graph: Graph, name: str) -> str:
    taken = {block.id for block in graph.blocks}
    stem = BLOCK + (attribute_name(name, "block") or "block")
    return _free((stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))), taken)


def _fresh_node_id(graph: Graph, type_id: str) -> str:
    from studio.graph.edits import fresh_id  # which needs this module to add a block's definitions

    return fresh_id(graph, type_id)


def with_definitions(graph: Graph, parts: tuple[Block, ...]) -> tuple[Graph, dict[str, str]]:
    """With these blocks as well. Where the network has another one under an id, the new one gets its own.

    Args: parts: each after those inside of it. Returns the ids as they are now, by the old ones.
    """
    ids: dict[str, str] = {}
    blocks = list(graph.blocks)
    for part in parts:
        known = definitions(blocks)
        nodes = tuple(replace(n, type=ids.get(n.type, n.type)) for n in part.nodes)
        there = known.get(part.id)
        fresh = replace(part, nodes=nodes)
        if there is not None and there != fresh:
            same = next((b for b in blocks if replace(b, id=part.id) == fresh), None)
            new_id = same.id if same is not None else fresh_block_id(Graph((), (), tuple(blocks)), part.name)
            fresh = replace(fresh, id=new_id, name=part.name)
            there = same
        ids[part.id] = fresh.id
        if there is None:
            blocks.append(fresh)
    return (replace(graph, blocks=tuple(blocks)) if len(blocks) > len(graph.blocks) else graph), ids


def used_by(graph: Graph, node_ids: Collection[str]) -> tuple[Block, ...]:
    """The definitions that these nodes need, what is inside first."""
    known = definitions(graph.blocks)
    chosen = set(node_ids)
    found: dict[str, Block] = {}
    for node in graph.nodes:
        if node.id in chosen and node.type in known:
            found.update((block.id, block) for block in closure(known[node.type], known))
    return tuple(found.values())


def nesting_refusal(graph: Graph, within: Iterable[str], types: Iterable[str]) -> str | None:
    """Why layers of these types cannot stand inside of the blocks `within` (ids); None where they can."""
    known = definitions(graph.blocks)
    around = list(within)
    for type_id in types:
        for outer in around:
            if type_id in known and holds(type_id, outer, known):
                return (
                    f"“{known[type_id].name}” cannot be put inside of “{known[outer].name}”: "
                    "a block that contains itself would never end."
                )
    return None
