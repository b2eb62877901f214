"""Pictures cut into patches, and put together again."""

from __future__ import annotations

from math import prod

from studio.core.params import Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import DIMENSIONS, Window, counted, demand_rank, page, size_text
from studio.layers.reading import sizes
from studio.layers.writing import call, changed, short

_PARAMS = (
    Param("kernel_size", "Patch size", "How wide and high each patch is.", Size(2, 1, 1000), 2),
    Param("stride", "Stride", "How far one patch lies from the next.", Size(2, 1, 1000), 2),
    Param("padding", "Padding", "How many zeros are added around the picture.", Size(2, 0, 500), 0,
          advanced=True),
    Param("dilation", "Dilation", "Distance between the points of a patch.", Size(2, 1, 1000), 1,
          advanced=True),
)  # fmt: skip


def _window(params: Params) -> Window:
    padding = sizes(params, "padding", 2)
    return Window(
        sizes(params, "kernel_size", 2),
        sizes(params, "stride", 2),
        tuple((p, p) for p in padding),
        sizes(params, "dilation", 2),
    )


def _options(params: Params) -> dict[str, object]:
    return {
        "kernel_size": short(params["kernel_size"]),
        **changed(params, dilation=1, padding=0, stride=1),
    }


def _unfolded(params: Params, inputs: Shapes) -> Shape:
    """(channels, height, width) -> (numbers of a patch, patches). Source: torch.nn.Unfold, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, (3,), DIMENSIONS[2])
    patches = prod(_window(params).demand_fit(shape[1:]))
    return (shape[0] * prod(sizes(params, "kernel_size", 2)), patches)


UNFOLD = LayerType(
    id="unfold",
    name="Unfold",
    family="Shape",
    help="Cuts a picture into patches and lays out the numbers of each patch as one column, for example to "
    "read it as a sequence.",
    url=page("nn.Unfold"),
    stem="unfold",
    shape=_unfolded,
    code=lambda params, inputs: LayerCode(call("nn.Unfold", **_options(params))),
    params=_PARAMS,
    icon="unfold",
    keywords=("patches", "tiles", "vision transformer", "im2col", "cut up"),
    examples=(
        Example({}, ((3, 8, 8),)),
        Example({"kernel_size": 3, "stride": 1, "padding": 1}, ((2, 5, 6),)),
        Example({"kernel_size": (2, 3), "dilation": 2, "stride": (1, 2)}, ((1, 7, 9),)),
    ),
)


def _folded(params: Params, inputs: Shapes) -> Shape:
    """(numbers of a patch, patches) -> (channels, height, width). Source: torch.nn.Fold, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, (2,), "the numbers of each patch, and the patches")
    size = sizes(params, "output_size", 2)
    kernel = sizes(params, "kernel_size", 2)
    if shape[0] % prod(kernel):
        raise ShapeError(
            f"{counted(shape[0], 'number')} do not make whole {size_text(kernel)} patches. "
            f"Use a patch size whose product divides {shape[0]}.",
            param="kernel_size",
        )
    positions = _window(params).positions(size)
    wanted = prod(positions) if min(positions) >= 1 else 0
    if wanted != shape[1]:
        patches = "1 patch" if wanted == 1 else f"{wanted} patches"
        raise ShapeError(
            f"a picture of {size_text(size)} is made of {patches}, but {shape[1]} arrive. "
            "Use the same picture size, patch size and stride as where it was cut.",
            param="output_size",
        )
    return (shape[0] // prod(kernel), *size)


FOLD = LayerType(
    id="fold",
    name="Fold",
    family="Shape",
    help="Puts patches together to a picture again; where patches overlap, their numbers are added.",
    url=page("nn.Fold"),
    stem="fold",
    shape=_folded,
    code=lambda params, inputs: LayerCode(
        call("nn.Fold", sizes(params, "output_size", 2), **_options(params))
    ),
    params=(
        Param("output_size", "Picture size", "Height and width of the picture.", Size(2, 1, 10_000), 8),
        *_PARAMS,
    ),
    icon="fold",
    keywords=("patches", "tiles", "put together", "col2im"),
    examples=(
        Example({}, ((12, 16),)),
        Example({"output_size": (5, 6), "kernel_size": 3, "stride": 1, "padding": 1}, ((18, 30),)),
        Example({"output_size": 2}, ((4, 1),)),
    ),
)

PATCHES = (UNFOLD, FOLD)
