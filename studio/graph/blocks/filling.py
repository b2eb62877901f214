"""The inside of a block at one of its uses: the values of the block's parameters, put into its layers."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from studio.core.network import REPEAT, Block, BlockParam, Node, Target
from studio.core.params import Params, ParamValue
from studio.graph.layer_type import Shape


class Kept(Enum):
    KEPT = "kept"


KEPT = Kept.KEPT


def filled(block: Block, params: Params, arriving: Shape | None) -> tuple[Node, ...]:
    """The layers inside, with what the use of the block decides.

    Args: params: of the use, checked. arriving: the shape at the first input; None while it is not known.
    """
    channels = channels_of(arriving)
    values: dict[str, dict[str, ParamValue]] = {}
    for param in block.params:
        if param.name not in params:  # not declared soundly: the layers keep what they have
            continue
        for target in param.targets:
            value = value_for(target, param, params[param.name], channels)
            if value is not KEPT:
                values.setdefault(target.node, {})[target.param] = value
    if not values:
        return block.nodes
    return tuple(
        replace(node, params={**node.params, **values[node.id]}) if node.id in values else node
        for node in block.nodes
    )


def channels_of(shape: Shape | None) -> int | None:
    """How many channels, or features, what comes in has: the first number of pictures, else the last."""
    if not shape:
        return None
    return shape[0] if len(shape) >= 3 else shape[-1]


def value_for(
    target: Target, param: BlockParam, value: ParamValue, channels: int | None
) -> ParamValue | Kept:
    """What a parameter inside gets. KEPT: the layer keeps its own value."""
    if value is None and param.follows:
        if channels is None:
            return KEPT
        value = channels
    if is_plain(target):
        return value  # None, too, where the layer inside takes that
    if isinstance(value, bool) or not isinstance(value, int):
        return KEPT
    if target.rule == "input_over":
        return KEPT if channels is None or value < 1 else _at_least_one(channels // value)
    if target.rule == "times_input":
        if channels is None:
            return KEPT
        value = channels * value
    scaled = value * target.times if target.times != 1 else value
    return scaled if target.over <= 1 else _at_least_one(scaled // target.over)


def _at_least_one(value: int) -> int:
    return value if value >= 1 else 1


def is_plain(target: Target) -> bool:
    """The layer inside has the block's value as it is."""
    return target.rule == "value" and target.times == 1 and target.over <= 1


def bound(block: Block) -> dict[tuple[str, str], tuple[BlockParam, Target]]:
    """What a block's parameters decide, by (node, parameter) inside; the last counts, as in `filled`."""
    return {(t.node, t.param): (param, t) for param in block.params for t in param.targets}


def repeats(params: Params) -> int:
    value = params.get(REPEAT, 1)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else 1
