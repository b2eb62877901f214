"""Pooling: makes pictures and sequences smaller by summing up neighbours."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Int, Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers import masking
from studio.layers.fitting import (
    DIMENSIONS,
    Window,
    at_most,
    demand_rank,
    extent_text,
    kernel_text,
    page,
    space_text,
)
from studio.layers.reading import collapsed, flag, sizes, sizes_or_none, word
from studio.layers.writing import call, changed, short

_SMALLER = ("make smaller", "shrink", "downsample", "subsample")


def _window_params(dims: int) -> tuple[Param, ...]:
    return (
        Param(
            "kernel_size",
            "Kernel size",
            "How many neighbours are summed up in one number, along each dimension; 2 halves the size.",
            Size(dims, 1, 1000),
            2,
        ),
        Param(
            "stride",
            "Stride",
            "How far the window moves each time; usually as far as it is wide.",
            Size(dims, 1, 1000, optional=True, none_label="same as kernel"),
            None,
        ),
        Param(
            "padding",
            "Padding",
            "How much is added around the edges; at most half of the kernel size.",
            Size(dims, 0, 500),
            0,
            advanced=True,
        ),
    )


_CEIL_MODE = Param(
    "ceil_mode",
    "Keep incomplete windows",
    "Also uses the windows at the far edge that do not fit in completely.",
    Bool(),
    False,
    advanced=True,
)
_COUNT_INCLUDE_PAD = Param(
    "count_include_pad",
    "Average over padding",
    "Counts the zeros of the padding as part of the average.",
    Bool(),
    True,
    advanced=True,
)


def _max_params(dims: int) -> tuple[Param, ...]:
    dilation = Param(
        "dilation",
        "Dilation",
        "Distance between the points that are compared; 1 compares direct neighbours.",
        Size(dims, 1, 1000),
        1,
        advanced=True,
    )
    return (*_window_params(dims), dilation, _CEIL_MODE)


def _average_params(dims: int) -> tuple[Param, ...]:
    if dims == 1:
        return (*_window_params(dims), _CEIL_MODE, _COUNT_INCLUDE_PAD)
    divisor = Param(
        "divisor_override",
        "Divide by",
        "Divides the sum of each window by this number instead of by the number of its points.",
        Int(1, 1_000_000, optional=True, none_label="number of points"),
        None,
        advanced=True,
    )
    return (*_window_params(dims), _CEIL_MODE, _COUNT_INCLUDE_PAD, divisor)


def _pooled(params: Params, inputs: Shapes, dims: int, name: str) -> Shape:
    """Output shape of max and average pooling: (channels, *space').

    Raises: ShapeError: wrong number of dimensions, too much padding, a kernel that does not fit.
    Source: torch.nn.MaxPool2d, "Shape".
    """
    (shape,) = inputs
    demand_rank(shape, (dims + 1,), DIMENSIONS[dims], _siblings(name))
    kernel, padding = sizes(params, "kernel_size", dims), sizes(params, "padding", dims)
    if any(p > k // 2 for p, k in zip(padding, kernel, strict=True)):
        allowed = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
        raise ShapeError(
            f"a padding of {extent_text(padding)} is more than half of {kernel_text(kernel)}. "
            f"Use {at_most('padding', allowed)}, or a larger kernel.",
            param="padding",
            suggestions=(("padding", collapsed(allowed)),),
        )
    if name == "AvgPool" and dims == 3 and any(n < k for n, k in zip(shape[1:], kernel, strict=True)):
        allowed = tuple(min(n, k) for n, k in zip(shape[1:], kernel, strict=True))
        raise ShapeError(
            f"{kernel_text(kernel)} does not fit into {space_text(shape[1:])}; this layer counts without the "
            f"padding. Use a kernel of {extent_text(allowed)} or less.",
            param="kernel_size",
            suggestions=(("kernel_size", collapsed(allowed)),),
        )
    window = Window(
        kernel,
        sizes_or_none(params, "stride", dims) or kernel,
        tuple((p, p) for p in padding),
        sizes(params, "dilation", dims) if "dilation" in params else (1,) * dims,
        flag(params, "ceil_mode"),
    )
    return (shape[0], *window.demand_fit(shape[1:]))


def _siblings(name: str) -> dict[int, str]:
    """The same pooling for other numbers of dimensions."""
    return {2: f"{name}1d", 3: f"{name}2d"} | ({4: f"{name}3d"} if not name.startswith("Adaptive") else {})


def _max_code(params: Params, inputs: Shapes, dims: int) -> LayerCode:
    extra = changed(params, stride=params["kernel_size"], padding=0, dilation=1, ceil_mode=False)
    return LayerCode(_windowed(f"nn.MaxPool{dims}d", params, extra))


def _average_code(params: Params, inputs: Shapes, dims: int) -> LayerCode:
    extra = changed(params, stride=params["kernel_size"], padding=0, ceil_mode=False, count_include_pad=True)
    if dims > 1:
        extra |= changed(params, divisor_override=None)
    return LayerCode(_windowed(f"nn.AvgPool{dims}d", params, extra))


def _windowed(name: str, params: Params, extra: dict[str, object]) -> str:
    if params["stride"] is None:
        extra.pop("stride", None)  # torch's own default: as far as the kernel is wide
    return call(name, short(params["kernel_size"]), **extra)


def _pool_examples(dims: int) -> tuple[Example, ...]:
    if dims == 1:
        return (
            Example({}, ((4, 16),)),
            Example({"kernel_size": 3, "stride": 2, "padding": 1}, ((2, 15),)),
            Example({"kernel_size": 3, "ceil_mode": True}, ((2, 10),)),
            Example({"kernel_size": 2, "stride": 3, "ceil_mode": True, "padding": 1}, ((1, 6),)),
            Example({"kernel_size": 1, "stride": 1}, ((5, 1),)),
        )
    if dims == 3:
        return (
            Example({}, ((2, 4, 8, 8),)),
            Example({"kernel_size": (1, 2, 3), "stride": 2}, ((1, 5, 6, 7),)),
            Example({"kernel_size": 3, "padding": 1, "ceil_mode": True}, ((2, 5, 5, 4),)),
        )
    return (
        Example({}, ((4, 28, 28),)),
        Example({}, ((3, 7, 5),)),
        Example({"kernel_size": 3, "stride": 2, "padding": 1}, ((2, 15, 16),)),
        Example({"kernel_size": (2, 3), "stride": (1, 2)}, ((2, 9, 9),)),
        Example({"kernel_size": 3, "ceil_mode": True}, ((2, 10, 11),)),
        Example({"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}, ((1, 6, 7),)),
    )


def _max_pool(dims: int, help: str, dilated: Example) -> LayerType:
    return LayerType(
        id=f"max_pool{dims}d",
        name=f"MaxPool{dims}d",
        family="Pooling",
        help=help,
        url=page(f"nn.MaxPool{dims}d"),
        stem="pool",
        shape=lambda params, inputs: _pooled(params, inputs, dims, "MaxPool"),
        code=lambda params, inputs: _max_code(params, inputs, dims),
        params=_max_params(dims),
        icon=f"max_pool{dims}d",
        keywords=("pooling", "maximum", "largest", *_SMALLER),
        examples=(*_pool_examples(dims), dilated),
    )


def _average_pool(dims: int, help: str, uncounted: Example) -> LayerType:
    return LayerType(
        id=f"avg_pool{dims}d",
        name=f"AvgPool{dims}d",
        family="Pooling",
        help=help,
        url=page(f"nn.AvgPool{dims}d"),
        stem="pool",
        shape=lambda params, inputs: _pooled(params, inputs, dims, "AvgPool"),
        code=lambda params, inputs: _average_code(params, inputs, dims),
        params=_average_params(dims),
        icon=f"avg_pool{dims}d",
        keywords=("pooling", "mean", "average", *_SMALLER),
        examples=(*_pool_examples(dims), uncounted),
    )


def _adapted(params: Params, inputs: Shapes, dims: int, torch_name: str) -> Shape:
    """(channels, *space) -> (channels, *output_size). Source: torch.nn.AdaptiveAvgPool2d."""
    (shape,) = inputs
    demand_rank(shape, (dims + 1,), DIMENSIONS[dims], _siblings(torch_name[:-2]))
    return (shape[0], *sizes(params, "output_size", dims))


def _adaptive(dims: int, torch_name: str, icon: str, help: str, keyword: str) -> LayerType:
    rectangular = ((2, 3), ((2, 9, 8),)) if dims == 2 else (3, ((2, 10),))
    larger = ((3, 4, 4),) if dims == 2 else ((3, 4),)
    return LayerType(
        id=icon,
        name=torch_name,
        family="Pooling",
        help=help,
        url=page(f"nn.{torch_name}"),
        stem="pool",
        shape=lambda params, inputs: _adapted(params, inputs, dims, torch_name),
        code=lambda params, inputs: LayerCode(call(f"nn.{torch_name}", short(params["output_size"]))),
        masked=lambda params, inputs, axis: _one_number(params, inputs, axis, torch_name),
        params=(
            Param(
                "output_size",
                "Output size",
                "The size of the result, whatever the size of what comes in.",
                Size(dims, 1, 1000),
                4,
            ),
        ),
        icon=icon,
        keywords=("pooling", "fixed size", keyword, *_SMALLER),
        examples=(
            Example({"output_size": 1}, (larger[0],)),
            Example({"output_size": rectangular[0]}, rectangular[1]),
            Example({"output_size": 7}, larger),
        ),
    )


def _global_shape(params: Params, inputs: Shapes) -> Shape:
    (shape,) = inputs
    if len(shape) == 1:
        raise ShapeError(
            f"what arrives is a plain list already ({shape[0]}), so there is nothing to average. "
            "Remove this layer, or put it in front of the layer that makes the list.",
            wants_rank=(2, 3, 4),
        )
    demand_rank(shape, (2, 3, 4), "channels, then length, or height and width, or depth, height and width")
    return (shape[0],) if word(params, "keep") == "first" else (shape[-1],)


def _global_code(params: Params, inputs: Shapes) -> LayerCode:
    dims = len(inputs[0]) - 1
    if word(params, "keep") == "first":
        return LayerCode(f"nn.AdaptiveAvgPool{dims}d(1)", "{module}({0}).flatten(1)")
    averaged = 1 if dims == 1 else tuple(range(1, dims + 1))
    return LayerCode(None, f"{{0}}.mean(dim={averaged})")


def _global_masked(params: Params, inputs: Shapes, axis: int) -> LayerCode | None:
    """Where the tokens are what is averaged over."""
    over = 1 if word(params, "keep") == "first" else 0
    return masking.average(axis) if axis == over and len(inputs[0]) == 2 else None


def _one_number(params: Params, inputs: Shapes, axis: int, torch_name: str) -> LayerCode | None:
    """Over all tokens of a text, where a single number for each channel is asked for."""
    if (
        axis != 1
        or torch_name not in ("AdaptiveMaxPool1d", "AdaptiveAvgPool1d")
        or params["output_size"] != 1
    ):
        return None
    code = masking.largest(1) if torch_name == "AdaptiveMaxPool1d" else masking.average(1)
    forward = f"({code.forward}).unsqueeze(2)" if " / " in code.forward else f"{code.forward}.unsqueeze(2)"
    return LayerCode(None, forward)


GLOBAL_AVERAGE = LayerType(
    id="global_avg_pool",
    name="Global average pool",
    family="Pooling",
    help="Averages each channel to a single number, which turns pictures or sequences of any size into a "
    "plain list; common in front of the last Linear layer.",
    url=page("nn.AdaptiveAvgPool2d"),
    stem="global_pool",
    shape=_global_shape,
    code=_global_code,
    masked=_global_masked,
    params=(
        Param(
            "keep",
            "Keep",
            "What stays: the first dimension, as after convolutions, or the last, as after attention.",
            Choice((("first", "channels (the first)"), ("last", "features (the last)"))),
            "first",
        ),
    ),
    icon="global_avg_pool",
    keywords=("mean", "gap", "flatten", "summary", *_SMALLER),
    examples=(
        Example({}, ((8, 7, 7),)),
        Example({}, ((8, 20),)),
        Example({}, ((3, 4, 5, 6),)),
        Example({"keep": "last"}, ((20, 8),)),
        Example({"keep": "last"}, ((5, 6, 3),)),
    ),
)

POOLING = (
    _max_pool(
        2,
        "Makes a picture smaller by keeping only the largest number of each small window; saves computation "
        "and ignores small shifts.",
        Example({"kernel_size": 2, "dilation": (2, 3), "stride": 1}, ((1, 8, 9),)),
    ),
    _max_pool(
        1,
        "Makes a sequence shorter by keeping only the largest number of each small window.",
        Example({"kernel_size": 3, "dilation": 2, "stride": 1, "padding": 1}, ((2, 9),)),
    ),
    _average_pool(
        2,
        "Makes a picture smaller by averaging each small window; smoother than keeping the largest number.",
        Example({"padding": 1, "count_include_pad": False, "divisor_override": 3}, ((2, 6, 6),)),
    ),
    _average_pool(
        1,
        "Makes a sequence shorter by averaging each small window.",
        Example({"padding": 1, "count_include_pad": False}, ((2, 6),)),
    ),
    _max_pool(
        3,
        "Makes a volume, such as a scan or a short film, smaller by keeping only the largest number of each "
        "small window.",
        Example({"kernel_size": 2, "dilation": 2, "stride": 1}, ((1, 4, 5, 6),)),
    ),
    _average_pool(
        3,
        "Makes a volume, such as a scan or a short film, smaller by averaging each small window.",
        Example({"padding": 1, "count_include_pad": False, "divisor_override": 5}, ((2, 4, 4, 4),)),
    ),
    GLOBAL_AVERAGE,
    _adaptive(
        2,
        "AdaptiveAvgPool2d",
        "adaptive_avg_pool2d",
        "Averages a picture of any size down to the size you choose, so that the next layer always fits.",
        "average",
    ),
    _adaptive(
        1,
        "AdaptiveAvgPool1d",
        "adaptive_avg_pool1d",
        "Averages a sequence of any length down to the length you choose, so the next layer always fits.",
        "average",
    ),
    _adaptive(
        2,
        "AdaptiveMaxPool2d",
        "adaptive_max_pool2d",
        "Brings a picture of any size to the size you choose by keeping the largest number of each area.",
        "maximum",
    ),
    _adaptive(
        1,
        "AdaptiveMaxPool1d",
        "adaptive_max_pool1d",
        "Brings a sequence of any length to the length you choose by keeping the largest number of each.",
        "maximum",
    ),
)
