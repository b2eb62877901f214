"""Blocks that do much with little work, as in MobileNetV2: Sandler et al., "Inverted Residuals", 2018."""

from __future__ import annotations

from studio.layers.ready_blocks.entry import CONV_1, CONV_3, ReadyBlock, Row, composed, follows, number, row

_WORDS = ("mobilenet", "phone", "fast", "depthwise", "picture")
_WIDEN = ("in*widen.out_channels", "in*deep.out_channels", "in*deep.groups")
_EXPANSION = number(
    "expansion", "Expansion", "How many times as many channels there are in the middle.", *_WIDEN, default=6
)


def _rows(stride: int, out_channels: int) -> list[Row]:
    return [
        row("widen", "conv2d", "input", **CONV_1),
        row("norm_a", "batch_norm2d", "widen"),
        row("relu_a", "relu6", "norm_a"),
        row("deep", "conv2d", "relu_a", "each by itself", stride=stride, **CONV_3),
        row("norm_b", "batch_norm2d", "deep"),
        row("relu_b", "relu6", "norm_b"),
        row("narrow", "conv2d", "relu_b", out_channels=out_channels, **CONV_1),
        row("norm_c", "batch_norm2d", "narrow"),
    ]


INVERTED_RESIDUAL = ReadyBlock(
    (
        composed(
            "Inverted residual",
            "inverted_residual",
            "Widens the channels, looks at each by itself, and narrows them again, with a shortcut around "
            "it: the light building block of MobileNetV2.",
            [*_rows(1, 16), row("add", "add", "norm_c input")],
            [_EXPANSION, follows("narrow.out_channels")],
        ),
    ),
    (({}, ((4, 6, 6),)), ({"expansion": 2, "repeat": 2}, ((3, 5, 7),))),
    _WORDS,
)

INVERTED_DOWN = ReadyBlock(
    (
        composed(
            "Inverted residual, smaller",
            "inverted_residual_down",
            "The block of MobileNetV2 that halves the picture and changes the number of channels; it has no "
            "shortcut.",
            _rows(2, 24),
            [
                _EXPANSION,
                number("channels", "Channels", "How many channels come out.", "narrow.out_channels"),
                number("stride", "Stride", "How far the windows move; 2 halves the picture.", "deep.stride"),
            ],
        ),
    ),
    (({}, ((4, 8, 8),)), ({"expansion": 1, "channels": 5, "stride": 1}, ((3, 5, 7),))),
    _WORDS,
)

MOBILE_BLOCKS = (INVERTED_RESIDUAL, INVERTED_DOWN)
