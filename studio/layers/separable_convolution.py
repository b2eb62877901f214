"""The separable convolution: each channel by itself first, then the channels mixed."""

from __future__ import annotations

from math import prod

from studio.core.params import Bool, Int, Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import DIMENSIONS, Window, demand_rank, page
from studio.layers.reading import collapsed, flag, sizes, sizes_or_none, whole
from studio.layers.writing import call, changed, short


def _sides(params: Params) -> tuple[tuple[int, int], ...]:
    padding = sizes_or_none(params, "padding", 2)
    if padding is not None:
        return tuple((p, p) for p in padding)
    return tuple(((k - 1) // 2, k - 1 - (k - 1) // 2) for k in sizes(params, "kernel_size", 2))


def _separated(params: Params, inputs: Shapes) -> Shape:
    """Output shape: (out_channels, height', width'). Source: torch.nn.Conv2d, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, (3,), DIMENSIONS[2], {2: "Conv1d", 4: "Conv3d"})
    if params["padding"] is None and set(sizes(params, "stride", 2)) != {1}:
        raise ShapeError(
            "padding that keeps the size works only with a stride of 1. "
            "Use a stride of 1, or set the padding to a number.",
            param="padding",
            suggestions=(
                ("padding", collapsed(tuple(k // 2 for k in sizes(params, "kernel_size", 2)))),
                ("stride", 1),
            ),
        )
    window = Window(sizes(params, "kernel_size", 2), sizes(params, "stride", 2), _sides(params), (1, 1))
    return (whole(params, "out_channels"), *window.demand_fit(shape[1:]))


def _between(params: Params, inputs: Shapes) -> int:
    """Channels between the two convolutions."""
    return inputs[0][0] * whole(params, "depth_multiplier")


def _weights(params: Params, inputs: Shapes) -> int:
    between, out_channels = _between(params, inputs), whole(params, "out_channels")
    kernels = between * prod(sizes(params, "kernel_size", 2)) + between * out_channels
    return kernels + (between + out_channels if flag(params, "bias") else 0)


def _multiply_adds(params: Params, inputs: Shapes, output: Shape) -> int:
    between = _between(params, inputs)
    each = between * prod(sizes(params, "kernel_size", 2)) + between * output[0]
    return each * prod(output[1:])


def _code(params: Params, inputs: Shapes) -> LayerCode:
    channels, between = inputs[0][0], _between(params, inputs)
    given = {**params, "padding": "same" if params["padding"] is None else params["padding"]}
    alone = call(
        "nn.Conv2d", channels, between,
        kernel_size=short(params["kernel_size"]),
        **changed(given, stride=1, padding=0), **changed({"groups": channels}, groups=1),
        **changed(params, bias=True),
    )  # fmt: skip
    mixed = call("nn.Conv2d", between, params["out_channels"], kernel_size=1, **changed(params, bias=True))
    return LayerCode(f"nn.Sequential({alone}, {mixed})")


SEPARABLE_CONVOLUTION = LayerType(
    id="separable_conv2d",
    name="SeparableConv2d",
    family="Convolution",
    help="Looks at each channel of a picture by itself and then mixes the channels; almost as good as Conv2d "
    "with a fraction of the weights.",
    url=page("nn.Conv2d"),
    stem="separable_conv",
    shape=_separated,
    code=_code,
    params=(
        Param(
            "out_channels",
            "Output channels",
            "How many channels the result has.",
            Int(1, 65_536),
            16,
        ),
        Param(
            "kernel_size",
            "Kernel size",
            "How wide and high the window is that the layer looks through; 3 is a good start.",
            Size(2, 1, 1000),
            3,
        ),
        Param(
            "stride",
            "Stride",
            "How far the window moves each time; 2 halves the size of the result.",
            Size(2, 1, 1000),
            1,
        ),
        Param(
            "padding",
            "Padding",
            "How much is added around the picture so that its edges are seen too.",
            Size(2, 0, 1000, optional=True, none_label="keep size"),
            1,
        ),
        Param(
            "depth_multiplier",
            "Patterns a channel",
            "How many patterns are looked for in each channel before they are mixed.",
            Int(1, 64),
            1,
            advanced=True,
        ),
        Param(
            "bias",
            "Bias",
            "Adds one learnt number to each channel; switch it off in front of a batch normalisation.",
            Bool(),
            True,
            advanced=True,
        ),
    ),
    parameters=_weights,
    multiply_adds=_multiply_adds,
    icon="separable_conv2d",
    keywords=("convolution", "depthwise", "mobilenet", "xception", "phone", "fast", "picture"),
    examples=(
        Example({}, ((3, 16, 16),)),
        Example({"out_channels": 4, "kernel_size": 5, "stride": 2, "padding": 2}, ((2, 9, 8),)),
        Example({"padding": None, "kernel_size": (2, 3), "bias": False}, ((4, 6, 6),)),
        Example({"depth_multiplier": 3}, ((1, 5, 5),)),
    ),
)
