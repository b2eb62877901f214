"""Ready-made blocks, one file per family: composite layers that the field knows by name."""

from studio.layers.ready_blocks.catalogue import READY_BLOCKS

__all__ = ["READY_BLOCKS"]
