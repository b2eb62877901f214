"""Layers in which several wires meet: the ends of skip connections and of parallel branches."""

from __future__ import annotations

from studio.core.params import Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import arrived, page, size_text
from studio.layers.reading import whole

_WORDS = ("skip connection", "residual", "branches", "join", "merge", "shortcut")


def broadcast(inputs: Shapes, verb: str) -> Shape:
    """The common shape; a size of 1 is repeated to match the others.

    Raises: ShapeError: different numbers of dimensions, or sizes that neither match nor are 1.
    """
    first = inputs[0]
    for other in inputs[1:]:
        if len(other) != len(first):
            # torch would line the shapes up from the end and mix the samples of a batch.
            raise ShapeError(
                f"{size_text(first)} and {size_text(other)} cannot be {verb}: they have different numbers of "
                "dimensions. Put a Flatten or Unflatten layer into one of the branches.",
                wants_rank=(len(first),),
            )
    sizes = [max(column) for column in zip(*inputs, strict=True)]
    for shape in inputs:
        if any(n not in (1, size) for n, size in zip(shape, sizes, strict=True)):
            differing = _differing(inputs)
            or_else = ", or use a Concatenate layer" if len(differing) == 1 else ""
            raise ShapeError(
                f"{_all(inputs)} cannot be {verb}: they differ in {' and in '.join(differing)}. Give the "
                f"layers in front of this one the same output size{or_else}.",
            )
    return tuple(sizes)


def _all(inputs: Shapes) -> str:
    return " and ".join(dict.fromkeys(size_text(shape) for shape in inputs))


def _differing(inputs: Shapes) -> list[str]:
    """The dimensions in which the inputs differ, for a message."""
    names = ("channels", "height", "width") if len(inputs[0]) == 3 else ()
    found = []
    for axis, column in enumerate(zip(*inputs, strict=True)):
        if len(set(column) - {1}) > 1:
            name = names[axis] if names else f"dimension {axis + 1}"
            found.append(f"{name} ({' and '.join(map(str, dict.fromkeys(column)))})")
    return found


def _concatenated(params: Params, inputs: Shapes) -> Shape:
    """All inputs behind each other along `dim`. Source: torch.cat."""
    first, dim = inputs[0], whole(params, "dim")
    for other in inputs[1:]:
        if len(other) != len(first):
            raise ShapeError(
                f"{size_text(first)} and {size_text(other)} cannot be put together: they have different "
                "numbers of dimensions. Put a Flatten or Unflatten layer into one of the branches.",
                wants_rank=(len(first),),
            )
    if not first or dim > len(first) or dim == 0:
        raise ShapeError(
            f"there is no dimension {dim} to put together along: {arrived(first)}, counted from 1. "
            "Use 1, which is the channels of a picture, or -1 for the last.",
            param="dim",
            suggestions=tuple(("dim", n) for n in _workable_dims(inputs)),
        )
    axis = len(first) - 1 if dim == -1 else dim - 1
    for other in inputs[1:]:
        if _others(first, axis) != _others(other, axis):
            raise ShapeError(
                f"{size_text(first)} and {size_text(other)} cannot be put together along dimension "
                f"{axis + 1}: their other dimensions differ. Make those equal, for example by the same "
                "stride and padding in both branches.",
                param="dim",
                suggestions=tuple(("dim", n) for n in _workable_dims(inputs)),
            )
    return tuple(sum(s[axis] for s in inputs) if i == axis else n for i, n in enumerate(first))


def _others(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _workable_dims(inputs: Shapes) -> list[int]:
    axes = range(len(inputs[0]))
    return [axis + 1 for axis in axes if len({_others(shape, axis) for shape in inputs}) == 1]


def joined(inputs: Shapes, sign: str) -> LayerCode:
    return LayerCode(None, f" {sign} ".join(f"{{{i}}}" for i in range(len(inputs))))


_BRANCHES = (
    Example({}, ((8, 6, 6), (8, 6, 6))),
    Example({}, ((10,), (10,), (10,))),
    Example({}, ((8, 6, 6), (8, 1, 1))),
    Example({}, ((1, 6), (5, 1))),
)

ADD = LayerType(
    id="add",
    name="Add",
    family="Combine",
    help="Adds what comes in from two or more layers, number by number; closes a skip connection, the short "
    "way around other layers.",
    url=page("add"),
    stem="add",
    shape=lambda params, inputs: broadcast(inputs, "added"),
    code=lambda params, inputs: joined(inputs, "+"),
    min_inputs=2,
    max_inputs=None,
    takes="any",
    gives="same",
    icon="add",
    keywords=(*_WORDS, "plus", "sum", "resnet"),
    examples=_BRANCHES,
)

MULTIPLY = LayerType(
    id="multiply",
    name="Multiply",
    family="Combine",
    help="Multiplies what comes in from two or more layers, number by number; used for gates that let some "
    "things through and hold others back.",
    url=page("mul"),
    stem="multiply",
    shape=lambda params, inputs: broadcast(inputs, "multiplied"),
    code=lambda params, inputs: joined(inputs, "*"),
    min_inputs=2,
    max_inputs=None,
    takes="any",
    gives="same",
    icon="multiply",
    keywords=(*_WORDS, "times", "product", "gate", "squeeze and excitation"),
    examples=_BRANCHES,
)

CONCATENATE = LayerType(
    id="concatenate",
    name="Concatenate",
    family="Combine",
    help="Puts what comes in from two or more layers behind each other, for example as more channels of one "
    "picture.",
    url=page("cat"),
    stem="concatenate",
    shape=_concatenated,
    code=lambda params, inputs: LayerCode(None, f"torch.cat([{{inputs}}], dim={whole(params, 'dim')})"),
    params=(
        Param(
            "dim",
            "Dimension",
            "Along which dimension they are put together; 1 is the channels of a picture, -1 the last.",
            Int(-1, 20),
            1,
        ),
    ),
    min_inputs=2,
    max_inputs=None,
    takes="any",
    gives="same",
    icon="concatenate",
    keywords=(*_WORDS, "cat", "stack", "combine", "densenet", "u-net"),
    examples=(
        Example({}, ((8, 6, 6), (3, 6, 6))),
        Example({}, ((4,), (5,), (1,))),
        Example({"dim": -1}, ((20, 6), (20, 2))),
        Example({"dim": 2}, ((3, 4, 5), (3, 2, 5))),
    ),
)

COMBINE = (ADD, CONCATENATE, MULTIPLY)
