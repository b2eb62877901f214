"""Shape layers: the same numbers in another arrangement. Those that change the size are in resizing."""

from __future__ import annotations

from math import isqrt, prod

from studio.core.params import Int, Ints, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.dimensions import ALONG_A_DIMENSION
from studio.layers.fitting import (
    arrived,
    counted,
    demand_rank,
    numbers_in,
    page,
    size_text,
)
from studio.layers.patches import PATCHES
from studio.layers.reading import whole, wholes
from studio.layers.resizing import PIXEL_SHUFFLE, UPSAMPLE, ZERO_PAD
from studio.layers.writing import call, changed


def _flatten_shape(params: Params, inputs: Shapes) -> Shape:
    """(a, b, c) -> (a*b*c,), or only some of the dimensions. Source: torch.nn.Flatten."""
    (shape,) = inputs
    demand_rank(shape, tuple(range(1, 21)), "any number of dimensions, but at least one")
    start, end = whole(params, "start_dim"), whole(params, "end_dim")
    for name, dim in (("start_dim", start), ("end_dim", end)):
        if dim > len(shape) or dim == 0:
            raise ShapeError(
                f"there is no dimension {dim} to flatten {'from' if name == 'start_dim' else 'to'}: "
                f"{arrived(shape)}, counted from 1. "
                "Flatten from dimension 1 to the last, -1.",
                param=name,
                suggestions=((name, 1 if name == "start_dim" else -1),),
            )
    last = len(shape) if end == -1 else end
    if start > last:
        raise ShapeError(
            f"the first dimension to flatten ({start}) comes after the last one ({last}). "
            f"Use {last} or less for the first.",
            param="start_dim",
            suggestions=(("start_dim", last), ("end_dim", -1)),
        )
    return (*shape[: start - 1], prod(shape[start - 1 : last]), *shape[last:])


FLATTEN = LayerType(
    id="flatten",
    name="Flatten",
    family="Shape",
    help="Lays out a picture or table of numbers as one long list; needed between convolutions and Linear "
    "layers.",
    url=page("nn.Flatten"),
    stem="flatten",
    shape=_flatten_shape,
    code=lambda params, inputs: LayerCode(call("nn.Flatten", **changed(params, start_dim=1, end_dim=-1))),
    params=(
        Param(
            "start_dim",
            "From dimension",
            "The first dimension that is flattened, counted from 1.",
            Int(1, 20),
            1,
            advanced=True,
        ),
        Param(
            "end_dim",
            "To dimension",
            "The last dimension that is flattened; -1 is the very last.",
            Int(-1, 20),
            -1,
            advanced=True,
        ),
    ),
    takes="any",
    gives="same",
    icon="flatten",
    keywords=("reshape", "list", "vector", "picture to list"),
    examples=(
        Example({}, ((1, 28, 28),)),
        Example({}, ((7,),)),
        Example({"start_dim": 2}, ((20, 4, 3),)),
        Example({"end_dim": 2}, ((4, 5, 6),)),
        Example({"start_dim": 3, "end_dim": 3}, ((4, 5, 6),)),
    ),
)


def _unflatten_shape(params: Params, inputs: Shapes) -> Shape:
    """The wanted shape, with one -1 worked out. Source: torch.Tensor.reshape."""
    count, wanted = numbers_in(inputs[0]), wholes(params, "unflattened_size")
    if wanted.count(-1) > 1:
        raise ShapeError(
            f"only one of the sizes in {size_text(wanted)} can be worked out. Write -1 once at most.",
            param="unflattened_size",
            suggestions=_workable(wanted, count),
        )
    if 0 in wanted:
        raise ShapeError(
            "a size of 0 leaves no numbers. Use sizes of 1 or more, or -1 for the one to be worked out.",
            param="unflattened_size",
            suggestions=_workable(wanted, count),
        )
    known = prod(n for n in wanted if n != -1)
    if (-1 in wanted and count % known) or (-1 not in wanted and count != known):
        product = size_text([n for n in wanted if n != -1])
        asked = f"arranged as {product}, which is {known}"
        if -1 in wanted:
            asked = f"shared out evenly among {product}"
        raise ShapeError(
            f"{counted(count, 'number')} cannot be {asked}. "
            f"Use sizes whose product is {count}, or write -1 for the one to be worked out.",
            param="unflattened_size",
            suggestions=_workable(wanted, count),
        )
    return tuple(count // known if n == -1 else n for n in wanted)


def _workable(wanted: tuple[int, ...], count: int) -> tuple[tuple[str, object], ...]:
    """Targets like the wanted one that suit the count, the likeliest first: a square picture with the
    same channels, then the wanted shape with one of its sizes changed, then a single row."""
    found: list[tuple[int, ...]] = []
    channels = max(wanted[0], 1)
    side = isqrt(count // channels)
    if len(wanted) == 3 and channels * side * side == count:
        found.append((channels, side, side))
    for position in (*range(1, len(wanted)), 0):
        others = prod(n for i, n in enumerate(wanted) if i != position)
        if others > 0 and count % others == 0:
            found.append((*wanted[:position], count // others, *wanted[position + 1 :]))
    found.append((*(1 for _ in wanted[1:]), count))
    usable = dict.fromkeys(shape for shape in found if min(shape) > 0)
    return tuple(("unflattened_size", shape) for shape in list(usable)[:3])


def _unflatten_code(params: Params, inputs: Shapes) -> LayerCode:
    target = _unflatten_shape(params, inputs)
    if len(inputs[0]) == 1:
        return LayerCode(call("nn.Unflatten", 1, target))
    return LayerCode(None, f"{{0}}.reshape(-1, {', '.join(map(str, target))})")


UNFLATTEN = LayerType(
    id="unflatten",
    name="Unflatten",
    family="Shape",
    help="Arranges the numbers that come in as a shape of your choice, for example a long list as a picture; "
    "also called reshape.",
    url=page("nn.Unflatten"),
    stem="unflatten",
    shape=_unflatten_shape,
    code=_unflatten_code,
    params=(
        Param(
            "unflattened_size",
            "Wanted shape",
            "The sizes of the result, such as 1, 28, 28; write -1 for one that shall be worked out.",
            Ints(1, 8, -1, 1_000_000),
            (1, -1),
        ),
    ),
    takes="any",
    gives="same",
    icon="unflatten",
    keywords=("reshape", "view", "list to picture", "arrange"),
    examples=(
        Example({}, ((9,),)),
        Example({"unflattened_size": (1, 28, 28)}, ((784,),)),
        Example({"unflattened_size": (16, -1)}, ((16, 7, 7),)),
        Example({"unflattened_size": (-1,)}, ((3, 4, 5),)),
        Example({"unflattened_size": (2, -1, 5)}, ((10, 7),)),
    ),
)


def _permute_shape(params: Params, inputs: Shapes) -> Shape:
    """The dimensions in a new order, counted from 1. Source: torch.permute, where 0 is the batch."""
    (shape,) = inputs
    dims = wholes(params, "dims")
    if len(dims) != len(shape) or sorted(dims) != list(range(1, len(shape) + 1)):
        reverse = tuple(range(len(shape), 0, -1))
        raise ShapeError(
            f"the order {', '.join(map(str, dims))} does not fit: {arrived(shape)}. "
            f"Name each dimension from 1 to {len(shape)} once, for example {', '.join(map(str, reverse))}.",
            param="dims",
            suggestions=(("dims", reverse),),
            wants_rank=(len(dims),) if sorted(dims) == list(range(1, len(dims) + 1)) else (),
        )
    return tuple(shape[d - 1] for d in dims)


PERMUTE = LayerType(
    id="permute",
    name="Permute",
    family="Shape",
    help="Puts the dimensions in another order, for example to turn channels and length into a sequence of "
    "features.",
    url=page("permute"),
    stem="permute",
    shape=_permute_shape,
    code=lambda params, inputs: LayerCode(
        None, f"{{0}}.permute(0, {', '.join(map(str, wholes(params, 'dims')))})"
    ),
    params=(
        Param(
            "dims",
            "New order",
            "Which dimension comes first, second and so on; 2, 1 swaps the two dimensions of a sequence.",
            Ints(1, 8, 1, 8),
            (2, 1),
        ),
    ),
    takes="any",
    gives="same",
    steps=lambda params, axis: wholes(params, "dims").index(axis + 1),
    icon="permute",
    keywords=("transpose", "swap", "order", "rearrange"),
    examples=(
        Example({}, ((20, 8),)),
        Example({"dims": (2, 3, 1)}, ((3, 8, 6),)),
        Example({"dims": (1,)}, ((5,),)),
    ),
)

RESHAPING = (FLATTEN, UNFLATTEN, PERMUTE, UPSAMPLE, PIXEL_SHUFFLE, ZERO_PAD, *PATCHES, *ALONG_A_DIMENSION)
