"""Into a block and back: its inside as a network of its own, and what was done there put back in place.

A block is opened at one of its uses, and shows the values that this use gives to its layers. Changing one
of these changes this use; everything else that is changed inside belongs to the block, so to all its uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studio.core.network import Block, BlockParam, Edge, Graph, Node, Target
from studio.core.params import Params, ParamValue
from studio.core.project import MAIN, Project
from studio.core.registry import Registry
from studio.graph.blocks.filling import KEPT, Kept, bound, channels_of, filled, is_plain, value_for
from studio.graph.blocks.types import definitions, with_blocks
from studio.graph.flow import checked
from studio.graph.layer_type import LayerType, Shape

if TYPE_CHECKING:
    from studio.core.problems import ProjectEdit

Layers = Registry[LayerType]


@dataclass(frozen=True, slots=True)
class Step:
    """One block on the way inside: its node, and the shape that comes in first (None: not known)."""

    node: str
    arriving: Shape | None = None


Path = tuple[Step, ...]


def opened(graph: Graph, path: Path, layers: Layers) -> Graph | None:
    """The inside of the block at the end of the path; None where there is none (any more)."""
    for step in path:
        block = block_of(graph, step.node)
        if block is None:
            return None
        nodes = filled(block, _params(graph, step.node, layers), step.arriving)
        graph = Graph(nodes, block.edges, graph.blocks)
    return graph


def closed(graph: Graph, path: Path, inner: Graph, layers: Layers) -> Graph:
    """The network after the inside at the end of the path was changed to `inner`."""
    if not path:
        return inner
    outer = opened(graph, path[:-1], layers)
    step = path[-1]
    block = block_of(outer, step.node) if outer is not None else None
    if outer is None or block is None:
        return graph
    params = _params(outer, step.node, layers)
    after, own = _folded(block, params, step.arriving, inner)
    node = outer.node(step.node)
    if own:
        outer = replace(
            outer,
            nodes=tuple(replace(n, params={**n.params, **own}) if n is node else n for n in outer.nodes),
        )
    if path[:-1]:
        graph = closed(graph, path[:-1], replace(outer, blocks=inner.blocks), layers)
    else:
        graph = replace(outer, blocks=inner.blocks)
    return with_definition(graph, block, after)


def block_of(graph: Graph | None, node_id: str) -> Block | None:
    """The definition that a node is a use of."""
    if graph is None or node_id not in graph:
        return None
    return definitions(graph.blocks).get(graph.node(node_id).type)


def with_definition(graph: Graph, before: Block, after: Block) -> Graph:
    """Another inside for a block. The wires of all its uses follow the Inputs that they led to."""
    if after == before:
        return graph
    blocks = tuple(after if b.id == before.id else b for b in graph.blocks)
    ports = _moved_ports(before, after)
    if ports is None:
        return replace(graph, blocks=blocks)
    blocks = tuple(replace(b, edges=_rewired(b.nodes, b.edges, before.id, ports)) for b in blocks)
    return Graph(graph.nodes, _rewired(graph.nodes, graph.edges, before.id, ports), blocks)


def _moved_ports(before: Block, after: Block) -> dict[int, int | None] | None:
    """Where each input of the block is now, None for one that is gone; None if all are where they were."""
    old = [node.id for node in before.nodes if node.type == "input"]
    new = [node.id for node in after.nodes if node.type == "input"]
    if new[: len(old)] == old:
        return None
    return {port: new.index(node_id) if node_id in new else None for port, node_id in enumerate(old)}


def _rewired(
    nodes: Sequence[Node], edges: tuple[Edge, ...], block_id: str, ports: Mapping[int, int | None]
) -> tuple[Edge, ...]:
    uses = {node.id for node in nodes if node.type == block_id}
    if not uses:
        return edges
    kept = []
    for edge in edges:
        if edge.target in uses:
            port = ports.get(edge.port, edge.port)
            if port is None:
                continue
            edge = replace(edge, port=port)
        kept.append(edge)
    return tuple(kept)


def _params(graph: Graph, node_id: str, layers: Layers) -> Params:
    node = graph.node(node_id)
    layer = with_blocks(layers, graph.blocks).get(node.type)
    return checked(node, layer)[0] if layer is not None else {}


def _folded(
    block: Block, params: Params, arriving: Shape | None, inner: Graph
) -> tuple[Block, dict[str, ParamValue]]:
    """The definition after the change, and the values that this use gets."""
    before = {node.id: node for node in block.nodes}
    shown = {node.id: node for node in filled(block, params, arriving)}
    ruled = bound(block)
    own: dict[str, ParamValue] = {}
    nodes = []
    for node in inner.nodes:
        values = dict(node.params)
        for name, value in node.params.items():
            rule = ruled.get((node.id, name))
            if rule is None or node.id not in before or before[node.id].type != node.type:
                continue
            if _differs(value, shown[node.id].params.get(name)):
                decided = _undone(rule[0], rule[1], value, channels_of(arriving))
                if decided is not KEPT:
                    own[rule[0].name] = decided
            if name in before[node.id].params:
                values[name] = before[node.id].params[name]
            else:
                del values[name]
        nodes.append(node if values == node.params else replace(node, params=values))
    types = {node.id: node.type for node in nodes}
    kept = tuple(
        replace(p, targets=tuple(t for t in p.targets if _still_there(t, types, before)))
        for p in block.params
    )
    after = replace(
        block,
        nodes=tuple(nodes),
        edges=inner.edges,
        params=tuple(p for p, old in zip(kept, block.params, strict=True) if p.targets or not old.targets),
    )
    return after, own


def _still_there(target: Target, types: Mapping[str, str], before: Mapping[str, Node]) -> bool:
    was = before.get(target.node)
    return was is None or types.get(target.node) == was.type


def _differs(one: ParamValue, other: ParamValue) -> bool:
    return type(one) is not type(other) or one != other


def _undone(param: BlockParam, target: Target, value: ParamValue, channels: int | None) -> ParamValue | Kept:
    """The block's value that gives `value` inside; KEPT where none does."""
    if is_plain(target):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        return KEPT
    guess = value * max(target.over, 1) // max(target.times, 1)
    if target.rule == "times_input" and channels:
        guess //= channels
    elif target.rule == "input_over" and channels and value > 0:
        guess = channels // value
    return guess if value_for(target, param, guess, channels) == value else KEPT


@dataclass(frozen=True, slots=True)
class InsideEdit:
    """An edit of the inside of a block as one of the whole project."""

    path: Path
    edit: ProjectEdit
    layers: Layers
    graph: str = MAIN

    def __call__(self, project: Project) -> Project:
        outer = project.graphs.get(self.graph)
        inner = opened(outer, self.path, self.layers) if outer is not None else None
        if outer is None or inner is None:
            return project
        edited = self.edit(project.with_graph(inner, self.graph))
        after = edited.graphs[self.graph]
        return edited.with_graph(closed(outer, self.path, after, self.layers), self.graph)
