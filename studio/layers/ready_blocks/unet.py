"""The two halves of a U-Net: Ronneberger et al., "U-Net", 2015."""

from __future__ import annotations

from studio.layers.ready_blocks.entry import CONV_3, ReadyBlock, Row, composed, number, row

_WORDS = ("u-net", "segmentation", "autoencoder", "picture")


def _twice(source: str, out_channels: int) -> list[Row]:
    return [
        row("conv_a", "conv2d", source, out_channels=out_channels, **CONV_3),
        row("norm_a", "batch_norm2d", "conv_a"),
        row("relu_a", "relu", "norm_a"),
        row("conv_b", "conv2d", "relu_a", out_channels=out_channels, **CONV_3),
        row("norm_b", "batch_norm2d", "conv_b"),
        row("relu_b", "relu", "norm_b"),
    ]


_BOTH = ("conv_a.out_channels", "conv_b.out_channels")

UNET_DOWN = ReadyBlock(
    (
        composed(
            "U-Net down",
            "unet_down",
            "Halves the picture, then looks at it with two convolutions: one step down into a U-Net.",
            [row("pool", "max_pool2d", "input"), *_twice("pool", 32)],
            [
                number(
                    "channels",
                    "Channels",
                    "How many channels come out; twice as many as before is usual.",
                    *_BOTH,
                )
            ],
        ),
    ),
    (({}, ((8, 8, 8),)), ({"channels": 4}, ((3, 6, 10),))),
    (*_WORDS, "downsample"),
)

UNET_UP = ReadyBlock(
    (
        composed(
            "U-Net up",
            "unet_up",
            "Doubles the picture, puts that from the way down beside it, and looks at both: one step up out "
            "of a U-Net. Its second input is the picture from the way down.",
            [
                row("input", "input", "", "from below"),
                row("skip", "input", "", "from the way down"),
                row("up", "conv_transpose2d", "input", out_channels=16, kernel_size=2, stride=2),
                row("join", "concatenate", "skip up"),
                *_twice("join", 16),
            ],
            [
                number(
                    "channels",
                    "Channels",
                    "How many channels come out; half as many as from below is usual.",
                    *_BOTH,
                    "up.out_channels",
                )
            ],
        ),
    ),
    (({}, ((32, 4, 4), (16, 8, 8))), ({"channels": 3}, ((5, 3, 5), (2, 6, 10)))),
    (*_WORDS, "upsample"),
)

UNET_BLOCKS = (UNET_DOWN, UNET_UP)
