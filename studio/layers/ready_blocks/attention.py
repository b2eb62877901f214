"""Blocks that weigh what matters: channels of pictures, steps of sequences."""

from __future__ import annotations

from typing import Any

from studio.layers.ready_blocks.entry import ReadyBlock, composed, follows, number, row

_ONE: dict[str, Any] = {"kernel_size": 1, "padding": 0}

SQUEEZE_EXCITATION = ReadyBlock(
    (
        composed(
            "Squeeze and excitation",
            "squeeze_excitation",
            "Looks at the whole picture and decides how much each channel counts, then makes it stronger or "
            "weaker: Hu et al., 2018.",
            [
                row("pool", "adaptive_avg_pool2d", "input", output_size=1),
                row("squeeze", "conv2d", "pool", **_ONE),
                row("relu", "relu", "squeeze"),
                row("excite", "conv2d", "relu", **_ONE),
                row("gate", "sigmoid", "excite"),
                row("weigh", "multiply", "input gate"),
            ],
            [
                number(
                    "reduction",
                    "Reduction",
                    "Through how many times fewer channels the decision is made.",
                    "in/squeeze.out_channels",
                    default=4,
                ),
                follows("excite.out_channels"),
            ],
        ),
    ),
    (({}, ((8, 6, 6),)), ({"reduction": 16, "repeat": 2}, ((3, 5, 7),))),
    ("se", "senet", "efficientnet", "channel attention", "picture"),
)

ATTENTION_POOLING = ReadyBlock(
    (
        composed(
            "Attention pooling",
            "attention_pooling",
            "Learns which steps of a sequence matter, and sums them up by that weight to one row of numbers.",
            [
                row("score", "linear", "input", "score", out_features=1),
                row("weights", "softmax", "score", dim=1),
                row("weigh", "multiply", "input weights"),
                row("sum", "sum", "weigh", dim=1, keepdim=False),
            ],
        ),
    ),
    (({}, ((10, 8),)), ({}, ((5, 3),))),
    ("text", "sequence", "weighted mean", "pool"),
)

ATTENTION_BLOCKS = (SQUEEZE_EXCITATION, ATTENTION_POOLING)
