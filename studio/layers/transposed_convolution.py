"""Transposed convolutions: they make pictures, sequences and volumes larger."""

from __future__ import annotations

from studio.core.params import Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.convolution import (
    BIAS,
    GROUPS,
    OUT_CHANNELS,
    demand_groups,
    dilation_param,
    kernel_param,
    products,
    stride_param,
    weights,
)
from studio.layers.fitting import DIMENSIONS, at_most, demand_rank, extent_text, page, space_text
from studio.layers.reading import collapsed, sizes, whole
from studio.layers.writing import call, changed, short


def _transposed_params(dims: int) -> tuple[Param, ...]:
    return (
        OUT_CHANNELS,
        kernel_param(dims, 2),
        stride_param(dims, 2, "How many times larger the result gets; 2 doubles its size."),
        Param(
            "padding",
            "Padding",
            "How much is cut off around the result.",
            Size(dims, 0, 1000),
            0,
        ),
        Param(
            "output_padding",
            "Output padding",
            "Makes the result larger on one side by this much, to reach an exact size.",
            Size(dims, 0, 1000),
            0,
            advanced=True,
        ),
        dilation_param(dims),
        GROUPS,
        BIAS,
    )


def _transposed(params: Params, inputs: Shapes, dims: int) -> Shape:
    """Output shape of a transposed convolution. Source: torch.nn.ConvTranspose2d, "Shape"."""
    (shape,) = inputs
    demand_rank(
        shape,
        (dims + 1,),
        DIMENSIONS[dims],
        {2: "ConvTranspose1d", 3: "ConvTranspose2d", 4: "ConvTranspose3d"},
    )
    demand_groups(params, shape[0])
    stride, dilation = sizes(params, "stride", dims), sizes(params, "dilation", dims)
    extra, padding = sizes(params, "output_padding", dims), sizes(params, "padding", dims)
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        allowed = tuple(min(e, max(s, d) - 1) for e, s, d in zip(extra, stride, dilation, strict=True))
        raise ShapeError(
            f"an output padding of {extent_text(extra)} is not smaller than the stride of "
            f"{extent_text(stride)}. Use {at_most('output padding', allowed)}, or a larger stride.",
            param="output_padding",
            suggestions=(("output_padding", collapsed(allowed)),),
        )
    kernel = sizes(params, "kernel_size", dims)
    whole_result = tuple(
        (n - 1) * s + d * (k - 1) + e + 1
        for n, s, d, k, e in zip(shape[1:], stride, dilation, kernel, extra, strict=True)
    )
    space = tuple(n - 2 * p for n, p in zip(whole_result, padding, strict=True))
    if min(space) < 1:
        allowed = tuple(min(p, (n - 1) // 2) for n, p in zip(whole_result, padding, strict=True))
        raise ShapeError(
            f"a padding of {extent_text(padding)} on every side cuts away all of the result, which is "
            f"{space_text(whole_result)}. Use {at_most('padding', allowed)}.",
            param="padding",
            suggestions=(("padding", collapsed(allowed)),),
        )
    return (whole(params, "out_channels"), *space)


def _transposed_code(params: Params, inputs: Shapes, dims: int) -> LayerCode:
    return LayerCode(
        call(
            f"nn.ConvTranspose{dims}d",
            inputs[0][0],
            params["out_channels"],
            kernel_size=short(params["kernel_size"]),
            **changed(params, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1),
        )
    )


def _transposed_convolution(
    dims: int, help: str, keywords: tuple[str, ...], examples: tuple[Example, ...]
) -> LayerType:
    return LayerType(
        id=f"conv_transpose{dims}d",
        name=f"ConvTranspose{dims}d",
        family="Convolution",
        help=help,
        url=page(f"nn.ConvTranspose{dims}d"),
        stem="conv_transpose",
        shape=lambda params, inputs: _transposed(params, inputs, dims),
        code=lambda params, inputs: _transposed_code(params, inputs, dims),
        params=_transposed_params(dims),
        parameters=lambda params, inputs: weights(params, inputs, dims),
        multiply_adds=lambda params, inputs, output: products(params, inputs, dims, inputs[0][1:]),
        icon=f"conv_transpose{dims}d",
        keywords=("deconvolution", "upsampling", "make larger", "decoder", *keywords),
        examples=examples,
    )


TRANSPOSED_CONVOLUTION = (
    _transposed_convolution(
        2,
        "Makes a picture larger and learns how to fill it in; used where a network draws pictures or "
        "marks areas in them.",
        ("picture", "image", "generate"),
        (
            Example({"out_channels": 8}, ((4, 7, 7),)),
            Example({"out_channels": 8, "kernel_size": 4, "padding": 1}, ((4, 7, 5),)),
            Example({"out_channels": 6, "kernel_size": 3, "padding": 1, "output_padding": 1}, ((4, 7, 7),)),
            Example({"out_channels": 6, "kernel_size": (2, 3), "stride": (1, 2), "groups": 2}, ((4, 5, 5),)),
            Example({"out_channels": 3, "kernel_size": 3, "dilation": 2, "bias": False}, ((2, 4, 4),)),
        ),
    ),
    _transposed_convolution(
        1,
        "Makes a sequence longer and learns how to fill it in; used where a network produces sound or "
        "other signals.",
        ("sequence", "sound", "signal"),
        (
            Example({"out_channels": 8}, ((4, 10),)),
            Example({"out_channels": 6, "kernel_size": 5, "stride": 3, "padding": 2}, ((3, 10),)),
            Example(
                {"out_channels": 4, "kernel_size": 3, "padding": 1, "output_padding": 1, "groups": 2},
                ((4, 9),),
            ),
            Example({"out_channels": 2, "kernel_size": 3, "dilation": 3, "bias": False}, ((2, 4),)),
        ),
    ),
    _transposed_convolution(
        3,
        "Makes a volume larger and learns how to fill it in; used for scans and short films.",
        ("volume", "video", "scan"),
        (
            Example({"out_channels": 4}, ((2, 3, 4, 4),)),
            Example({"out_channels": 2, "kernel_size": 3, "padding": 1, "groups": 2}, ((4, 3, 4, 5),)),
        ),
    ),
)
