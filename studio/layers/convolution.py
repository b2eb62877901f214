"""Convolutions: small kernels that slide over pictures, sequences and volumes."""

from __future__ import annotations

from math import prod

from studio.core.params import Bool, Choice, Int, Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers import masking
from studio.layers.fitting import (
    DIMENSIONS,
    Sides,
    Window,
    counted,
    demand_rank,
    divisors,
    extent_text,
    page,
    size_text,
)
from studio.layers.reading import collapsed, flag, sizes, sizes_or_none, whole, word
from studio.layers.writing import call, changed, short

OUT_CHANNELS = Param(
    "out_channels",
    "Output channels",
    "How many patterns the layer looks for; each gives one channel of the result.",
    Int(1, 65_536),
    16,
)
GROUPS = Param(
    "groups",
    "Groups",
    "Splits the channels into this many groups that do not see each other, which saves computation.",
    Int(1, 65_536),
    1,
    advanced=True,
)
BIAS = Param(
    "bias",
    "Bias",
    "Adds one learnt number to each output channel; switch it off in front of a batch normalisation.",
    Bool(),
    True,
    advanced=True,
)
_PADDING_MODES = (
    ("zeros", "zeros"),
    ("reflect", "mirrored picture"),
    ("replicate", "repeated edge"),
    ("circular", "opposite side"),
)
_SPACE = {1: "sequence", 2: "picture", 3: "volume"}


def kernel_param(dims: int, default: int) -> Param:
    return Param(
        "kernel_size",
        "Kernel size",
        "How wide and high the window is that the layer looks through; 3 is a good start.",
        Size(dims, 1, 1000),
        default,
    )


def stride_param(dims: int, default: int, text: str) -> Param:
    return Param("stride", "Stride", text, Size(dims, 1, 1000), default)


def dilation_param(dims: int) -> Param:
    text = "Distance between the points the kernel looks at; 2 skips every other one and so sees further."
    return Param("dilation", "Dilation", text, Size(dims, 1, 1000), 1, advanced=True)


def _convolution_params(dims: int) -> tuple[Param, ...]:
    return (
        OUT_CHANNELS,
        kernel_param(dims, 3),
        stride_param(dims, 1, "How far the window moves each time; 2 halves the size of the result."),
        Param(
            "padding",
            "Padding",
            f"How much is added around the {_SPACE[dims]} so that its edges are seen too.",
            Size(dims, 0, 1000, optional=True, none_label="keep size"),
            1,
        ),
        dilation_param(dims),
        GROUPS,
        BIAS,
        Param(
            "padding_mode",
            "Padding made of",
            "What the added edge is filled with.",
            Choice(_PADDING_MODES),
            "zeros",
            advanced=True,
        ),
    )


def demand_groups(params: Params, in_channels: int) -> None:
    """Groups must divide both the channels that come in and those that go out."""
    groups, out_channels = whole(params, "groups"), whole(params, "out_channels")
    if in_channels % groups:
        way_out = [n for n in reversed(divisors(in_channels)) if n <= groups and out_channels % n == 0]
        raise ShapeError(
            f"{counted(in_channels, 'channel')} cannot be split evenly into {groups} groups. "
            f"Use {way_out[0]} for the groups, or change the channels of the layer before.",
            param="groups",
            suggestions=tuple(("groups", n) for n in way_out[:3]),
        )
    if out_channels % groups:
        rounded = -(-out_channels // groups) * groups
        raise ShapeError(
            f"{counted(out_channels, 'output channel')} cannot be made by {groups} equal groups. "
            f"Use {rounded} output channels, or fewer groups.",
            param="out_channels",
            suggestions=(("out_channels", rounded), ("groups", 1)),
        )


def _sides(params: Params, dims: int) -> Sides:
    """Padding before and after, per dimension; None is torch's padding="same"."""
    padding = sizes_or_none(params, "padding", dims)
    if padding is not None:
        return tuple((p, p) for p in padding)
    kernel, dilation = sizes(params, "kernel_size", dims), sizes(params, "dilation", dims)
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def _demand_padding(params: Params, sides: Sides, space: Shape) -> None:
    """What torch asks of "same" padding and of padding taken from the picture itself."""
    dims = len(space)
    if params["padding"] is None and set(sizes(params, "stride", dims)) != {1}:
        raise ShapeError(
            "padding that keeps the size works only with a stride of 1. "
            "Use a stride of 1, or set the padding to a number.",
            param="padding",
            suggestions=(("padding", collapsed(tuple(side[0] for side in sides))), ("stride", 1)),
        )
    mode = word(params, "padding_mode")
    spare = {"reflect": 1, "circular": 0}.get(mode)
    if spare is None:
        return
    if any(max(side) > n - spare for side, n in zip(sides, space, strict=True)):
        words = dict(_PADDING_MODES)[mode]
        raise ShapeError(
            f"a padding of {extent_text([max(side) for side in sides])} made of “{words}” is too much "
            f"for a {_SPACE[dims]} of {size_text(space)}. Use less padding, or make it of zeros.",
            param="padding_mode",
            suggestions=(("padding_mode", "zeros"),),
        )


def _convolved(params: Params, inputs: Shapes, dims: int) -> Shape:
    """Output shape of a convolution: (out_channels, *space').

    Raises: ShapeError: wrong number of dimensions, groups that do not divide, a kernel that does not fit.
    Source: torch.nn.Conv2d, "Shape".
    """
    (shape,) = inputs
    demand_rank(shape, (dims + 1,), DIMENSIONS[dims], {2: "Conv1d", 3: "Conv2d", 4: "Conv3d"})
    demand_groups(params, shape[0])
    sides = _sides(params, dims)
    _demand_padding(params, sides, shape[1:])
    window = Window(
        sizes(params, "kernel_size", dims),
        sizes(params, "stride", dims),
        sides,
        sizes(params, "dilation", dims),
    )
    return (whole(params, "out_channels"), *window.demand_fit(shape[1:]))


def weights(params: Params, inputs: Shapes, dims: int) -> int:
    out_channels = whole(params, "out_channels")
    pairs = inputs[0][0] * out_channels // whole(params, "groups")
    bias = out_channels if flag(params, "bias") else 0
    return pairs * prod(sizes(params, "kernel_size", dims)) + bias


def products(params: Params, inputs: Shapes, dims: int, positions: Shape) -> int:
    """Multiply-adds: every weight once at each position of the kernel."""
    pairs = inputs[0][0] * whole(params, "out_channels") // whole(params, "groups")
    return pairs * prod(sizes(params, "kernel_size", dims)) * prod(positions)


def _code(params: Params, inputs: Shapes, dims: int) -> LayerCode:
    given = {**params, "padding": "same" if params["padding"] is None else params["padding"]}
    return LayerCode(
        call(
            f"nn.Conv{dims}d",
            inputs[0][0],
            params["out_channels"],
            kernel_size=short(params["kernel_size"]),
            **changed(given, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode="zeros"),
        )
    )


def _convolution(dims: int, help: str, keywords: tuple[str, ...], examples: tuple[Example, ...]) -> LayerType:
    return LayerType(
        id=f"conv{dims}d",
        name=f"Conv{dims}d",
        family="Convolution",
        help=help,
        url=page(f"nn.Conv{dims}d"),
        stem="conv",
        shape=lambda params, inputs: _convolved(params, inputs, dims),
        code=lambda params, inputs: _code(params, inputs, dims),
        masked=lambda params, inputs, axis: masking.convolution(_code(params, inputs, dims), axis),
        steps=lambda params, axis: axis if axis == 1 else None,
        params=_convolution_params(dims),
        parameters=lambda params, inputs: weights(params, inputs, dims),
        multiply_adds=lambda params, inputs, output: products(params, inputs, dims, output[1:]),
        icon=f"conv{dims}d",
        keywords=("convolution", "kernel", "filter", "cnn", *keywords),
        examples=examples,
    )


CONVOLUTION = (
    _convolution(
        2,
        "Slides small windows over a picture and learns to recognise patterns such as edges and textures; "
        "the main layer for pictures.",
        ("picture", "image", "edges", "features"),
        (
            Example({"out_channels": 8}, ((1, 28, 28),)),
            Example({"out_channels": 8, "kernel_size": (3, 5), "padding": (0, 2)}, ((3, 17, 12),)),
            Example({"out_channels": 6, "kernel_size": 5, "stride": 2, "padding": 2}, ((3, 15, 16),)),
            Example({"out_channels": 4, "stride": (2, 1), "dilation": 2, "padding": 2}, ((4, 12, 12),)),
            Example({"out_channels": 8, "groups": 4, "bias": False}, ((4, 9, 9),)),
            Example({"out_channels": 6, "groups": 6, "padding": None, "kernel_size": 5}, ((6, 8, 8),)),
            Example({"out_channels": 2, "kernel_size": 4, "padding": None, "dilation": 2}, ((2, 9, 8),)),
            Example({"out_channels": 2, "padding": 2, "padding_mode": "reflect"}, ((1, 6, 6),)),
            Example({"out_channels": 2, "padding": None, "padding_mode": "circular"}, ((1, 6, 6),)),
            Example({"out_channels": 2, "padding_mode": "replicate"}, ((1, 1, 6),)),
            Example({"out_channels": 5, "kernel_size": 1, "padding": 0}, ((7, 1, 1),)),
        ),
    ),
    _convolution(
        1,
        "Slides small windows along a sequence, such as sound or sensor values, and learns to recognise "
        "short patterns in it.",
        ("sound", "time series", "signal", "sequence"),
        (
            Example({"out_channels": 8}, ((1, 64),)),
            Example({"out_channels": 6, "kernel_size": 5, "stride": 3, "padding": 2}, ((3, 40),)),
            Example({"out_channels": 6, "dilation": 4, "padding": None, "groups": 3}, ((3, 40),)),
            Example({"out_channels": 2, "kernel_size": 2, "padding": 0, "bias": False}, ((2, 2),)),
            Example({"out_channels": 2, "padding": 3, "padding_mode": "circular"}, ((2, 5),)),
        ),
    ),
    _convolution(
        3,
        "Slides small blocks through a volume, such as a medical scan or a short video, and learns to "
        "recognise patterns in it.",
        ("volume", "video", "scan"),
        (
            Example({"out_channels": 4}, ((1, 8, 8, 8),)),
            Example({"out_channels": 4, "kernel_size": (1, 3, 5), "padding": (0, 1, 2)}, ((2, 4, 6, 8),)),
            Example({"out_channels": 4, "stride": 2, "groups": 2}, ((2, 7, 6, 5),)),
            Example({"out_channels": 2, "padding": None, "dilation": (1, 2, 1)}, ((1, 5, 5, 5),)),
        ),
    ),
)
