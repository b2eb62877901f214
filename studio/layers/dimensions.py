"""Layers that pick from or sum up along one dimension, and how such a dimension is declared.

Dimensions are counted from 1; 0 is the batch, and -1 the last.
"""

from __future__ import annotations

from studio.core.params import Bool, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers import masking
from studio.layers.fitting import arrived, counted, demand_rank, listed, page
from studio.layers.reading import flag, whole

_ANY_RANK = tuple(range(1, 21))
_AT_LEAST_TWO = tuple(range(2, 21))


def dimension_param(help: str, default: int = 1) -> Param:
    return Param("dim", "Dimension", help, Int(-1, 20), default)


def axis_of(params: Params, shape: Shape, proposed: tuple[int, ...] = (1, -1)) -> int:
    """The place in `shape` that the parameter `dim` means; `proposed`: dimensions to offer instead.

    Raises: ShapeError: there is no such dimension, or it counts the samples of a batch.
    """
    demand_rank(shape, _ANY_RANK, "a list of numbers")
    dim = whole(params, "dim")
    if dim == 0:
        raise ShapeError(
            "dimension 0 counts the samples of a batch, and samples must not be mixed. "
            "Use dimension 1 or more, or -1 for the last.",
            param="dim",
            suggestions=tuple(("dim", n) for n in proposed),
        )
    if dim > len(shape):
        raise ShapeError(
            f"there is no dimension {dim}: {arrived(shape)}. "
            f"Use {listed(range(1, len(shape) + 1))}, or -1 for the last.",
            param="dim",
            suggestions=tuple(("dim", n) for n in reversed(proposed)),
        )
    return len(shape) - 1 if dim == -1 else dim - 1


def written_dim(params: Params, shape: Shape) -> int:
    """The dimension as it reads best in code: -1 where it is the last."""
    axis = axis_of(params, shape)
    return -1 if axis == len(shape) - 1 and len(shape) > 1 else axis + 1


def _reduced(params: Params, inputs: Shapes) -> Shape:
    """Without dimension `dim`, or with a 1 in its place. Source: torch.mean."""
    (shape,) = inputs
    axis = axis_of(params, shape)
    if flag(params, "keepdim"):
        return tuple(1 if i == axis else n for i, n in enumerate(shape))
    demand_rank(shape, _AT_LEAST_TWO, "one dimension to sum up, and others that stay")
    return shape[:axis] + shape[axis + 1 :]


def _steps_left(params: Params, axis: int) -> int | None:
    """Where the tokens of a text are afterwards. -1 may be any dimension: then they count as lost."""
    dim = whole(params, "dim")
    if dim - 1 == axis or dim == -1:
        return None
    return axis - 1 if dim - 1 < axis and not flag(params, "keepdim") else axis


def _reduced_without_padding(method: str, params: Params, inputs: Shapes, axis: int) -> LayerCode | None:
    (shape,) = inputs
    if len(shape) != 2 or axis_of(params, shape) != axis:
        return None
    if method == "sum":
        forward = f"({{0}} * {{mask}}.unsqueeze({2 - axis})).sum({axis + 1})"
    else:
        forward = (masking.average(axis) if method == "mean" else masking.largest(axis)).forward
    if flag(params, "keepdim"):
        forward = f"({forward}).unsqueeze({axis + 1})"
    return LayerCode(None, forward)


def _reduced_code(method: str, params: Params, inputs: Shapes) -> LayerCode:
    kept = ", keepdim=True" if flag(params, "keepdim") else ""
    return LayerCode(None, f"{{0}}.{method}(dim={written_dim(params, inputs[0])}{kept})")


def _reduction(id: str, name: str, method: str, help: str, keywords: tuple[str, ...]) -> LayerType:
    return LayerType(
        id=id,
        name=name,
        family="Shape",
        help=help,
        url=page(method),
        stem=id,
        shape=_reduced,
        code=lambda params, inputs: _reduced_code(method, params, inputs),
        masked=lambda params, inputs, axis: _reduced_without_padding(method, params, inputs, axis),
        steps=_steps_left,
        params=(
            dimension_param("Which dimension is summed up; 1 is the first after the batch, -1 the last."),
            Param(
                "keepdim",
                "Keep the dimension",
                "Leaves a dimension of size 1 in its place, so that Add and Multiply still fit.",
                Bool(),
                True,
            ),
        ),
        icon=id,
        keywords=("reduce", "along a dimension", "make smaller", *keywords),
        examples=(
            Example({"keepdim": False}, ((4, 6),)),
            Example({"dim": -1, "keepdim": False}, ((3, 8, 5),)),
            Example({"dim": 2}, ((3, 8, 5),)),
            Example({}, ((7,),)),
        ),
    )


def _sliced(params: Params, inputs: Shapes) -> Shape:
    """What is left along `dim`, as Python's slices count it: what is not there is not taken."""
    (shape,) = inputs
    axis = axis_of(params, shape)
    start, length = whole(params, "start"), params["length"]
    if start >= shape[axis]:
        raise ShapeError(
            f"{counted(shape[axis], 'number')} along dimension {axis + 1} end before place {start}, counted "
            f"from 0. Start at {shape[axis] - 1} or less.",
            param="start",
            suggestions=(("start", 0),),
        )
    left = shape[axis] - start if length is None else min(whole(params, "length"), shape[axis] - start)
    return tuple(left if i == axis else n for i, n in enumerate(shape))


def _sliced_code(params: Params, inputs: Shapes) -> LayerCode:
    (shape,) = inputs
    axis, start = axis_of(params, shape), whole(params, "start")
    end = start + _sliced(params, inputs)[axis]
    part = f"{start or ''}:{'' if end == shape[axis] else end}"
    before = ":, " * (axis + 1) if axis < len(shape) - 1 or axis == 0 else "..., "
    return LayerCode(None, f"{{0}}[{before}{part}]")


SLICE = LayerType(
    id="slice",
    name="Slice",
    family="Shape",
    help="Takes a stretch out of one dimension and drops the rest, for example some of the channels; two of "
    "them split what arrives into two branches.",
    url=page("narrow"),
    stem="slice",
    shape=_sliced,
    code=_sliced_code,
    steps=lambda params, axis: None if whole(params, "dim") in (axis + 1, -1) else axis,
    params=(
        dimension_param("Along which dimension is cut; 1 is the channels of a picture, -1 the last."),
        Param("start", "Start", "The first place that stays, counted from 0.", Int(0, 1_000_000), 0),
        Param(
            "length",
            "Length",
            "How many places stay, if there are so many.",
            Int(1, 1_000_000, optional=True, none_label="to the end", when_on=1),
            None,
        ),
    ),
    takes="any",
    gives="same",
    icon="slice",
    keywords=("split", "narrow", "part", "crop", "select", "chunk"),
    examples=(
        Example({"length": 3}, ((10,),)),
        Example({"start": 2}, ((4, 8, 6),)),
        Example({"dim": -1, "start": 1, "length": 2}, ((20, 6),)),
        Example({"dim": 2, "start": 3, "length": 50}, ((3, 8, 6),)),
        Example({}, ((5,),)),
    ),
)

ALONG_A_DIMENSION = (
    SLICE,
    _reduction(
        "mean",
        "Mean",
        "mean",
        "Averages along one dimension, for example over all steps of a sequence.",
        ("average",),
    ),
    _reduction(
        "maximum",
        "Maximum",
        "amax",
        "Keeps only the largest number along one dimension, for example over all steps of a sequence.",
        ("largest", "max"),
    ),
    _reduction(
        "sum",
        "Sum",
        "sum",
        "Adds up all numbers along one dimension, for example over all steps of a sequence.",
        ("total", "add up"),
    ),
)
