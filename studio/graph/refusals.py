"""Why an edit cannot be made, in a sentence that the canvas shows at the mouse."""

from __future__ import annotations

from collections.abc import Collection

from studio.core.network import Graph, Node
from studio.core.registry import Registry
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType
from studio.graph.naming import display_names

INPUT = "input"
OUTPUT = "output"


def refusal(
    graph: Graph, layers: Registry[LayerType], source: str, target: str, port: int | None = None
) -> str | None:
    """Why no wire can be drawn from `source` to input `port` of `target`; None where it can.

    A wire onto an occupied port replaces the wire there, so that is no reason.
    """
    layers = with_blocks(layers, graph.blocks)
    nodes = {node.id: node for node in graph.nodes}
    if source not in nodes or target not in nodes:
        return "This layer is no longer there."
    if source == target:
        return "A layer cannot be connected to itself. Drop the wire on another layer."
    end = _wrong_end(nodes[source], nodes[target])
    if end is not None:
        return end
    name = display_names(graph, layers)
    layer = layers.get(nodes[target].type)
    if layer is None:
        return (
            f"“{name[target]}” is of a type that this version of Lantern does not know, "
            "so nothing can be connected to it."
        )
    room = _no_room(graph, layers, layer, name[target], target, port)
    if room is not None:
        return room
    if _leads_to(graph, target, source):
        return (
            f"“{name[target]}” already leads to “{name[source]}”, so this wire would close a circle. "
            "Values can only flow forward: connect it to a layer further on."
        )
    return None


def _wrong_end(source: Node, target: Node) -> str | None:
    if target.type == INPUT:
        return "Nothing can go into the Input: it hands out the samples of the dataset."
    if source.type == OUTPUT:
        return "Nothing can come out of the Output: the network ends there."
    return None


def _no_room(
    graph: Graph, layers: Registry[LayerType], layer: LayerType, name: str, target: str, port: int | None
) -> str | None:
    if layer.max_inputs == 0:
        return f"“{name}” takes no input."
    if port is None:
        if free_port(graph, layers, target) is None:
            return (
                f"All {layer.max_inputs} inputs of “{name}” are taken. Drop the wire on the one to replace."
            )
        return None
    if port < 0 or (layer.max_inputs is not None and port >= layer.max_inputs):
        inputs = "one input" if layer.max_inputs == 1 else f"{layer.max_inputs} inputs"
        return f"“{name}” has only {inputs}. Use an Add or Concatenate layer to join several wires."
    return None


def free_port(graph: Graph, layers: Registry[LayerType], target: str) -> int | None:
    """The port that a wire dropped on the layer as a whole goes to; None where all are taken.

    A single input is always it (the old wire gives way); joining layers open one more.
    """
    taken = {e.port for e in graph.edges if e.target == target}
    layer = layers.get(graph.node(target).type)
    if layer is None:
        return None
    if layer.max_inputs == 1:
        return 0
    port = 0
    while port in taken:
        port += 1
    return port if layer.max_inputs is None or port < layer.max_inputs else None


def _leads_to(graph: Graph, start: str, goal: str) -> bool:
    following: dict[str, list[str]] = {}
    for edge in graph.edges:
        following.setdefault(edge.source, []).append(edge.target)
    seen, waiting = {start}, [start]
    while waiting:
        current = waiting.pop()
        if current == goal:
            return True
        for following_id in following.get(current, ()):
            if following_id not in seen:
                seen.add(following_id)
                waiting.append(following_id)
    return False


def kept_ends(graph: Graph, node_ids: Collection[str]) -> set[str]:
    """Of these, the Input and the Output that the network needs: the first of its type, if all would go."""
    chosen = set(node_ids)
    kept = set()
    for end in (INPUT, OUTPUT):
        all_of_type = [node.id for node in graph.nodes if node.type == end]
        if all_of_type and chosen.issuperset(all_of_type):
            kept.add(all_of_type[0])
    return kept


def removal_refusal(graph: Graph, node_ids: Collection[str]) -> str | None:
    """Why not all of these layers can be removed; `remove` takes away the others all the same."""
    types = {node.id: node.type for node in graph.nodes}
    kept = {types[node_id] for node_id in kept_ends(graph, node_ids)}
    if kept == {INPUT, OUTPUT}:
        return "The Input and the Output stay: every network needs them."
    if kept:
        return f"The {'Input' if INPUT in kept else 'Output'} stays: every network needs one."
    return None
