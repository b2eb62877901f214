"""Blocks whose ways are put together: DenseNet (Huang et al., 2017), Inception (Szegedy et al., 2014)."""

from __future__ import annotations

from typing import Any

from studio.layers.ready_blocks.entry import CONV_1, CONV_3, ReadyBlock, Row, composed, number, row

DENSE = ReadyBlock(
    (
        composed(
            "Dense block",
            "dense",
            "Adds a few new channels to all that came in, so that each layer sees everything before it; "
            "repeat it several times, as DenseNet does.",
            [
                row("norm_a", "batch_norm2d", "input"),
                row("relu_a", "relu", "norm_a"),
                row("narrow", "conv2d", "relu_a", out_channels=48, **CONV_1),
                row("norm_b", "batch_norm2d", "narrow"),
                row("relu_b", "relu", "norm_b"),
                row("conv", "conv2d", "relu_b", out_channels=12, **CONV_3),
                row("join", "concatenate", "input conv"),
            ],
            [
                number(
                    "growth",
                    "Growth",
                    "How many new channels each repetition adds.",
                    "conv.out_channels",
                    "narrow.out_channels*4",
                ),
            ],
        ),
    ),
    (({}, ((8, 6, 6),)), ({"growth": 2, "repeat": 4}, ((3, 5, 7),))),
    ("densenet", "concatenate", "picture"),
)


def _way(name: str, sources: str, kernel: int, out_channels: int) -> list[Row]:
    conv: dict[str, Any] = {"kernel_size": kernel, "padding": kernel // 2, "bias": False}
    return [
        row(f"conv_{name}", "conv2d", sources, out_channels=out_channels, **conv),
        row(f"norm_{name}", "batch_norm2d", f"conv_{name}"),
        row(f"relu_{name}", "relu", f"norm_{name}"),
    ]


INCEPTION = ReadyBlock(
    (
        composed(
            "Inception",
            "inception",
            "Looks at the picture through windows of different sizes at once and puts all results together.",
            [
                *_way("one", "input", 1, 16),
                *_way("three_in", "input", 1, 16),
                *_way("three", "relu_three_in", 3, 24),
                *_way("five_in", "input", 1, 8),
                *_way("five", "relu_five_in", 5, 8),
                row("pool", "max_pool2d", "input", kernel_size=3, stride=1, padding=1),
                *_way("pooled", "pool", 1, 8),
                row("join", "concatenate", "relu_one relu_three relu_five relu_pooled"),
            ],
            [
                number(
                    "ch1x1", "1×1 channels", "How many channels see single pixels.", "conv_one.out_channels"
                ),
                number(
                    "ch3x3_in",
                    "Before 3×3",
                    "How many channels lead to the 3×3 windows.",
                    "conv_three_in.out_channels",
                ),
                number(
                    "ch3x3", "3×3 channels", "How many channels see 3×3 pixels.", "conv_three.out_channels"
                ),
                number(
                    "ch5x5_in",
                    "Before 5×5",
                    "How many channels lead to the 5×5 windows.",
                    "conv_five_in.out_channels",
                ),
                number(
                    "ch5x5", "5×5 channels", "How many channels see 5×5 pixels.", "conv_five.out_channels"
                ),
                number(
                    "pool_channels",
                    "Pooled channels",
                    "How many channels see the pooled picture.",
                    "conv_pooled.out_channels",
                ),
            ],
        ),
    ),
    (({}, ((8, 6, 6),)), ({"ch1x1": 3, "ch5x5_in": 2}, ((3, 5, 7),))),
    ("googlenet", "branches", "parallel", "picture"),
)

BRANCHING_BLOCKS = (DENSE, INCEPTION)
