"""What can be changed about a block as a whole: its name, and which parameters inside it shows outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.core.network import REPEAT, Block, BlockParam, Graph, Target
from studio.core.registry import Registry
from studio.graph.attribute_names import attribute_name
from studio.graph.blocks.filling import bound
from studio.graph.blocks.inside import block_of
from studio.graph.blocks.making import fresh_block_id, named
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType

Layers = Registry[LayerType]
GraphEdit = Callable[[Graph], Graph]
MOST_PARAMS = 40  # named parameters of one block; a form with more helps nobody


def renamed(graph: Graph, block_id: str, name: str) -> Graph:
    """Another name for a block, at all its uses."""
    return _with(graph, block_id, lambda block: replace(block, name=named(name)))


def described(graph: Graph, block_id: str, help_text: str) -> Graph:
    """Another sentence about what a block does."""
    text = " ".join(help_text.split())[:300]
    return _with(graph, block_id, lambda block: replace(block, help=text))


def exposed(graph: Graph, layers: Layers, block_id: str, node_id: str, param: str, label: str = "") -> Graph:
    """A parameter of a layer inside, as a named one of the block. Unchanged where it is one already."""

    def change(block: Block) -> Block:
        if (node_id, param) in bound(block) or len(block.params) >= MOST_PARAMS:
            return block
        node = next((n for n in block.nodes if n.id == node_id), None)
        layer = with_blocks(layers, graph.blocks).get(node.type) if node is not None else None
        inner = next((p for p in layer.params if p.name == param), None) if layer is not None else None
        if inner is None:
            return block
        shown = " ".join(label.split())[:60] or _free_label(block, inner.label)
        name = _free_name(block, attribute_name(shown, param) or attribute_name(param, "value") or "value")
        return replace(block, params=(*block.params, BlockParam(name, shown, (Target(node_id, param),))))

    return _with(graph, block_id, change)


def joined(graph: Graph, block_id: str, node_id: str, param: str, name: str) -> Graph:
    """A parameter inside follows a named one that the block has already."""

    def change(block: Block) -> Block:
        if (node_id, param) in bound(block):
            return block
        target = Target(node_id, param)
        return replace(
            block,
            params=tuple(
                replace(p, targets=(*p.targets, target)) if p.name == name else p for p in block.params
            ),
        )

    return _with(graph, block_id, change)


def concealed(graph: Graph, block_id: str, name: str) -> Graph:
    """Without a named parameter: the layers inside keep the values that they have in the block."""

    def change(block: Block) -> Block:
        return replace(block, params=tuple(p for p in block.params if p.name != name))

    return _with(graph, block_id, change)


def freed(graph: Graph, block_id: str, node_id: str, param: str) -> Graph:
    """A parameter inside that the block decided is its layer's own again."""

    def change(block: Block) -> Block:
        params = []
        for declared in block.params:
            left = tuple(t for t in declared.targets if (t.node, t.param) != (node_id, param))
            if left or not declared.targets:
                params.append(replace(declared, targets=left))
        return replace(block, params=tuple(params))

    return _with(graph, block_id, change)


def relabelled(graph: Graph, block_id: str, name: str, label: str) -> Graph:
    """Another label for a named parameter; its name in files and code stays."""

    def change(block: Block) -> Block:
        shown = " ".join(label.split())[:60]
        return replace(
            block,
            params=tuple(replace(p, label=shown or p.label) if p.name == name else p for p in block.params),
        )

    return _with(graph, block_id, change)


def detached(graph: Graph, node_id: str) -> Graph:
    """This use of a block becomes a block of its own, so that changes inside leave the others alone."""
    block = block_of(graph, node_id)
    if block is None or uses(graph, block.id) < 2:
        return graph
    name = _free_block_name(graph, block.name)
    own = replace(block, id=fresh_block_id(graph, name), name=name)
    nodes = tuple(replace(n, type=own.id) if n.id == node_id else n for n in graph.nodes)
    return replace(graph, nodes=nodes, blocks=(*graph.blocks, own))


def removed(graph: Graph, block_id: str) -> Graph:
    """Without a definition that nothing uses."""
    if uses(graph, block_id):
        return graph
    return replace(graph, blocks=tuple(b for b in graph.blocks if b.id != block_id))


def uses(graph: Graph, block_id: str) -> int:
    """How often a block stands in the network and in its other blocks."""
    return sum(node.type == block_id for node in graph.nodes) + _inside(graph, block_id)


def _inside(graph: Graph, block_id: str) -> int:
    return sum(node.type == block_id for block in graph.blocks for node in block.nodes)


def _with(graph: Graph, block_id: str, change: Callable[[Block], Block]) -> Graph:
    return replace(graph, blocks=tuple(change(b) if b.id == block_id else b for b in graph.blocks))


def _free_name(block: Block, wish: str) -> str:
    taken = {p.name for p in block.params} | {REPEAT}
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name


def _free_label(block: Block, wish: str) -> str:
    taken = {p.label for p in block.params}
    label, number = wish, 1
    while label in taken:
        number += 1
        label = f"{wish} {number}"
    return label


def _free_block_name(graph: Graph, wish: str) -> str:
    taken = {block.name for block in graph.blocks}
    number = 2
    while f"{wish} {number}" in taken:
        number += 1
    return f"{wish} {number}"
