"""Blocks with a shortcut around them, as in ResNet: He et al., "Deep Residual Learning", 2015."""

from __future__ import annotations

from studio.layers.ready_blocks.entry import CONV_1, CONV_3, ReadyBlock, composed, follows, number, row

_WORDS = ("resnet", "skip connection", "shortcut", "picture", "deep")
_STRIDE = "How far the windows move; 2 halves the picture's width and height."
_OUT = "How many channels come out."

RESIDUAL = ReadyBlock(
    (
        composed(
            "Residual",
            "residual",
            "Two convolutions and a shortcut around them: what they learn is added to what came in, so that "
            "even very deep networks learn well.",
            [
                row("conv_a", "conv2d", "input", **CONV_3),
                row("norm_a", "batch_norm2d", "conv_a"),
                row("relu_a", "relu", "norm_a"),
                row("conv_b", "conv2d", "relu_a", **CONV_3),
                row("norm_b", "batch_norm2d", "conv_b"),
                row("add", "add", "norm_b input"),
                row("relu_b", "relu", "add"),
            ],
            [follows("conv_a.out_channels", "conv_b.out_channels")],
        ),
    ),
    (({}, ((8, 6, 6),)), ({"repeat": 3}, ((3, 5, 7),))),
    _WORDS,
)

RESIDUAL_DOWN = ReadyBlock(
    (
        composed(
            "Residual, smaller",
            "residual_down",
            "A residual block that halves the picture and changes the number of channels; its shortcut has a "
            "small convolution that makes both ways fit.",
            [
                row("conv_a", "conv2d", "input", out_channels=32, stride=2, **CONV_3),
                row("norm_a", "batch_norm2d", "conv_a"),
                row("relu_a", "relu", "norm_a"),
                row("conv_b", "conv2d", "relu_a", out_channels=32, **CONV_3),
                row("norm_b", "batch_norm2d", "conv_b"),
                row("short", "conv2d", "input", "shortcut", out_channels=32, stride=2, **CONV_1),
                row("norm_s", "batch_norm2d", "short"),
                row("add", "add", "norm_b norm_s"),
                row("relu_b", "relu", "add"),
            ],
            [
                number(
                    "channels",
                    "Channels",
                    _OUT,
                    "conv_a.out_channels",
                    "conv_b.out_channels",
                    "short.out_channels",
                ),
                number("stride", "Stride", _STRIDE, "conv_a.stride", "short.stride"),
            ],
        ),
    ),
    (({}, ((8, 8, 8),)), ({"channels": 6, "stride": 1}, ((3, 5, 7),))),
    (*_WORDS, "downsample", "stride"),
)

BOTTLENECK = ReadyBlock(
    (
        composed(
            "Bottleneck",
            "bottleneck",
            "A residual block that squeezes the channels to a quarter before its 3×3 convolution: much "
            "deeper for the same work, as in ResNet-50.",
            [
                row("squeeze", "conv2d", "input", **CONV_1),
                row("norm_a", "batch_norm2d", "squeeze"),
                row("relu_a", "relu", "norm_a"),
                row("conv", "conv2d", "relu_a", **CONV_3),
                row("norm_b", "batch_norm2d", "conv"),
                row("relu_b", "relu", "norm_b"),
                row("widen", "conv2d", "relu_b", **CONV_1),
                row("norm_c", "batch_norm2d", "widen"),
                row("add", "add", "norm_c input"),
                row("relu_c", "relu", "add"),
            ],
            [follows("widen.out_channels", "squeeze.out_channels/4", "conv.out_channels/4")],
        ),
    ),
    (({}, ((16, 6, 6),)), ({"repeat": 2}, ((3, 5, 7),))),
    (*_WORDS, "resnet50", "resnet-50"),
)

BOTTLENECK_DOWN = ReadyBlock(
    (
        composed(
            "Bottleneck, smaller",
            "bottleneck_down",
            "A bottleneck that halves the picture and changes the number of channels, with a convolution in "
            "its shortcut.",
            [
                row("squeeze", "conv2d", "input", out_channels=16, **CONV_1),
                row("norm_a", "batch_norm2d", "squeeze"),
                row("relu_a", "relu", "norm_a"),
                row("conv", "conv2d", "relu_a", out_channels=16, stride=2, **CONV_3),
                row("norm_b", "batch_norm2d", "conv"),
                row("relu_b", "relu", "norm_b"),
                row("widen", "conv2d", "relu_b", out_channels=64, **CONV_1),
                row("norm_c", "batch_norm2d", "widen"),
                row("short", "conv2d", "input", "shortcut", out_channels=64, stride=2, **CONV_1),
                row("norm_s", "batch_norm2d", "short"),
                row("add", "add", "norm_c norm_s"),
                row("relu_c", "relu", "add"),
            ],
            [
                number(
                    "channels",
                    "Channels",
                    _OUT,
                    "widen.out_channels",
                    "short.out_channels",
                    "squeeze.out_channels/4",
                    "conv.out_channels/4",
                ),
                number("stride", "Stride", _STRIDE, "conv.stride", "short.stride"),
            ],
        ),
    ),
    (({}, ((8, 8, 8),)), ({"channels": 12, "stride": 1}, ((3, 5, 7),))),
    (*_WORDS, "resnet50", "resnet-50", "downsample"),
)

RESIDUAL_BLOCKS = (RESIDUAL, RESIDUAL_DOWN, BOTTLENECK, BOTTLENECK_DOWN)
