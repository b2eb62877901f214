"""A modern convolution block: Liu et al., "A ConvNet for the 2020s", 2022."""

from __future__ import annotations

from studio.layers.ready_blocks.entry import ReadyBlock, composed, follows, row

CONVNEXT = ReadyBlock(
    (
        composed(
            "ConvNeXt",
            "convnext",
            "Looks at each channel through a wide window, then mixes the channels as a transformer does, "
            "with a shortcut around it.",
            [
                row("deep", "conv2d", "input", "each by itself", kernel_size=7, padding=3),
                row("last", "permute", "deep", "channels last", dims=(2, 3, 1)),
                row("norm", "layer_norm", "last", eps=1e-6),
                row("widen", "linear", "norm"),
                row("gelu", "gelu", "widen"),
                row("narrow", "linear", "gelu"),
                row("first", "permute", "narrow", "channels first", dims=(3, 1, 2)),
                row("add", "add", "first input"),
            ],
            [
                follows(
                    "deep.out_channels",
                    "deep.groups",
                    "widen.out_features*4",
                    "narrow.out_features",
                )
            ],
        ),
    ),
    (({}, ((8, 8, 8),)), ({"repeat": 2}, ((3, 7, 9),))),
    ("depthwise", "modern", "picture", "transformer"),
)

CONVNEXT_BLOCKS = (CONVNEXT,)
