"""Blocks as layer types: so that form, wires, cards and keys treat them like every other layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from studio.core.network import BLOCK, REPEAT, Block, BlockParam, Node
from studio.core.params import Int, Param, Params, ParamValue
from studio.core.registry import Registry
from studio.graph.attribute_names import attribute_name
from studio.graph.blocks.filling import is_plain
from studio.graph.layer_type import LayerCode, LayerType, Shape, ShapeError, Shapes

MOST_REPEATS = 100
_DEEPEST = 12  # blocks within blocks
_MOST_LAYERS = 20_000  # that one block may hold, with all that is inside of what is inside
_KEPT = 8  # registries of late; the canvas asks for the same one again and again

Layers = Registry[LayerType]


class BlockRegistry(Registry[LayerType]):
    """The layers, and the blocks of one network beside them."""

    def __init__(self, base: Layers, blocks: tuple[Block, ...], types: Iterable[LayerType]) -> None:
        super().__init__(base.noun, (*base, *types))
        self.base = base
        self.blocks = blocks


_known: dict[tuple[int, int], tuple[Layers, tuple[Block, ...], BlockRegistry]] = {}


def with_blocks(layers: Layers, blocks: tuple[Block, ...]) -> Layers:
    """The registry in which a network with these blocks finds its layers. Cheap when asked again."""
    base = layers.base if isinstance(layers, BlockRegistry) else layers
    if not blocks:
        return layers
    if isinstance(layers, BlockRegistry) and layers.blocks is blocks:
        return layers
    key = (id(base), id(blocks))
    known = _known.get(key)
    if known is not None and known[0] is base and known[1] is blocks:
        return known[2]
    registry = BlockRegistry(base, blocks, block_types(blocks, base))
    while len(_known) >= _KEPT:
        _known.pop(next(iter(_known)), None)
    _known[key] = (base, blocks, registry)  # holds both, so that their ids stay theirs
    return registry


def definitions(blocks: Iterable[Block]) -> dict[str, Block]:
    """Blocks by id: the first counts where two share one, and none takes the place of a layer."""
    found: dict[str, Block] = {}
    for block in blocks:
        if block.id.startswith(BLOCK):
            found.setdefault(block.id, block)
    return found


def parts_of(block: Block) -> tuple[str, ...]:
    """The ids of the blocks that are used inside."""
    return tuple(dict.fromkeys(node.type for node in block.nodes if node.type.startswith(BLOCK)))


def closure(block: Block, known: Mapping[str, Block]) -> tuple[Block, ...]:
    """The block and all that it is made of, what is inside first."""
    order: dict[str, Block] = {}
    pending: list[tuple[Block, bool]] = [(block, False)]
    entered: set[str] = set()
    while pending:
        current, done = pending.pop()
        if done:
            order[current.id] = current
        elif current.id not in entered:
            entered.add(current.id)
            pending.append((current, True))
            pending += [(known[part], False) for part in reversed(parts_of(current)) if part in known]
    return tuple(order.values())


def holds(block_id: str, other: str, known: Mapping[str, Block]) -> bool:
    """Whether a block is, or has inside of it at any depth, the other."""
    seen, waiting = {block_id}, [block_id]
    while waiting:
        current = waiting.pop()
        if current == other:
            return True
        for part in parts_of(known[current]) if current in known else ():
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def block_types(blocks: Iterable[Block], base: Layers) -> tuple[LayerType, ...]:
    """An entry for each block, in the order of the document."""
    known = definitions(blocks)
    types: dict[str, LayerType] = {}
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for block in known.values():
        for inner in closure(block, known):
            if inner.id in types:
                continue
            parts = parts_of(inner)
            recursive = any(holds(part, inner.id, known) for part in parts)
            depths[inner.id] = 1 + max((depths.get(part, 0) for part in parts), default=0)
            sizes[inner.id] = sum(sizes.get(node.type, 1) * _stored_repeat(node) for node in inner.nodes)
            flaw = _flaw(inner, recursive, depths[inner.id], sizes[inner.id])
            types[inner.id] = block_type(inner, closure(inner, known), {**types}, base, flaw)
    return tuple(types[block_id] for block_id in known)


def _flaw(block: Block, recursive: bool, depth: int, size: int) -> str:
    if recursive:
        return "this block contains itself, so it would never end. Open it, and remove the copy inside."
    if depth > _DEEPEST:
        return f"blocks lie more than {_DEEPEST} deep in each other here. Dissolve some of them."
    if size > _MOST_LAYERS:
        return f"it would hold more than {_MOST_LAYERS:,} layers. Repeat what is inside less often."
    return ""


def _stored_repeat(node: Node) -> int:
    value = node.params.get(REPEAT, 1) if node.type.startswith(BLOCK) else 1
    return min(value, MOST_REPEATS) if isinstance(value, int) and value > 1 else 1


def block_type(
    block: Block, parts: tuple[Block, ...], known: Mapping[str, LayerType], base: Layers, flaw: str = ""
) -> LayerType:
    """The entry of one block. `parts`: its closure; `known`: the entries of the blocks inside."""
    inputs = sum(node.type == "input" for node in block.nodes)
    name = " ".join("".join(c if c.isprintable() else " " for c in block.name).split())[:60] or "Block"
    return LayerType(
        id=block.id,
        name=name,
        family="Blocks",
        help=block.help or "Several layers under one name. Open it to see what is inside.",
        url="https://en.wikipedia.org/wiki/Layer_(deep_learning)",
        stem=attribute_name(name, "block") or "block",
        shape=_asked_by_itself,
        code=_written_elsewhere,
        params=(*_params(block, known, base), _REPEAT),
        min_inputs=inputs,
        max_inputs=inputs,
        takes="any",
        gives="same",
        icon=block.icon or "block",
        keywords=("block", "group"),
        block=block,
        parts=parts,
        flaw=flaw,
    )


def _asked_by_itself(params: Params, inputs: Shapes) -> Shape:
    raise ShapeError("a block's shape follows from what is inside; see studio.graph.blocks.flow.")


def _written_elsewhere(params: Params, inputs: Shapes) -> LayerCode:
    raise ValueError("a block's code is written by studio.graph.blocks.code")


_REPEAT = Param(
    REPEAT,
    "Repeat",
    "How many of this block stand one behind the other; each learns its own numbers.",
    Int(1, MOST_REPEATS),
    1,
)


def _params(block: Block, known: Mapping[str, LayerType], base: Layers) -> tuple[Param, ...]:
    """Each with the rule, and by default the value, of the parameter inside that it decides."""
    nodes = {node.id: node for node in reversed(block.nodes)}
    found: dict[str, Param] = {}
    for declared in block.params:
        if declared.name in found or declared.name == REPEAT:
            continue
        inner = _inner_param(declared, nodes, known, base)
        if inner is not None:
            found[declared.name] = inner
    return tuple(found.values())


def _inner_param(
    declared: BlockParam, nodes: Mapping[str, Node], known: Mapping[str, LayerType], base: Layers
) -> Param | None:
    for target in declared.targets:
        node = nodes.get(target.node)
        layer = (known.get(node.type) or base.get(node.type)) if node is not None else None
        param = next((p for p in layer.params if p.name == target.param), None) if layer else None
        if param is None or node is None:
            continue
        own: ParamValue = node.params.get(param.name, param.default)
        rule, default = param.type, own
        if not is_plain(target):
            rule = Int(1, 65_536)
            default = declared.default if declared.default is not None else 1
        if declared.follows and isinstance(rule, Int):
            usual = default if isinstance(default, int) and not isinstance(default, bool) else None
            rule = replace(rule, optional=True, none_label="as many as come in", when_on=usual or 16)
            default = None
        try:
            default = rule.check(default)
        except (TypeError, ValueError, OverflowError):
            default = param.default if is_plain(target) else 1
        label = " ".join(declared.label.split())[:60] or param.label
        return Param(declared.name, label, declared.help or param.help, rule, default)
    return None


def types_of(blocks: Sequence[Block], base: Layers) -> dict[str, LayerType]:
    return {layer.id: layer for layer in block_types(blocks, base)}
