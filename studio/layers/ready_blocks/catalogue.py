"""All ready-made blocks, in the order in which people should meet them."""

from __future__ import annotations

from studio.layers.ready_blocks.attention import ATTENTION_BLOCKS
from studio.layers.ready_blocks.branching import BRANCHING_BLOCKS
from studio.layers.ready_blocks.convnext import CONVNEXT_BLOCKS
from studio.layers.ready_blocks.entry import ReadyBlock
from studio.layers.ready_blocks.mobile import MOBILE_BLOCKS
from studio.layers.ready_blocks.residual import RESIDUAL_BLOCKS
from studio.layers.ready_blocks.transformer import TRANSFORMER_BLOCKS
from studio.layers.ready_blocks.unet import UNET_BLOCKS

READY_BLOCKS: tuple[ReadyBlock, ...] = (
    *RESIDUAL_BLOCKS,
    *MOBILE_BLOCKS,
    *ATTENTION_BLOCKS,
    *BRANCHING_BLOCKS,
    *UNET_BLOCKS,
    *CONVNEXT_BLOCKS,
    *TRANSFORMER_BLOCKS,
)
