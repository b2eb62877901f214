"""All blocks there are outside of the project: the ready ones, and the user's own palette of files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.network import Block
from studio.core.registry import Registry
from studio.core.safe_write import SaveError
from studio.graph.blocks import library
from studio.graph.blocks.library import OwnBlock
from studio.graph.blocks.sharing import BlockFileError
from studio.graph.blocks.types import block_types
from studio.graph.layer_type import Family, LayerType
from studio.layers.catalogue import LAYERS
from studio.layers.ready_blocks import READY_BLOCKS

OWN = "own:"  # how the ids of the user's own blocks begin in the palette


class BlockLibrary(QObject):
    """`layers`: Lantern's layers, and every block as one more. `changed`: other blocks are there."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refused: tuple[str, ...] = ()
        self._own: dict[str, OwnBlock] = {}
        self.layers: Registry[LayerType] = LAYERS
        self.reload()

    def reload(self) -> None:
        """Looks into the user's folder of blocks; other windows and other people put files there, too."""
        own, self.refused = library.own_blocks(LAYERS)
        self._own = {OWN + each.path.name: each for each in own}
        mine = [_entry(entry_id, each.parts, "My blocks") for entry_id, each in self._own.items()]
        ready = [
            replace(_entry(f"ready:{each.block.id}", each.parts, "Blocks"), keywords=each.keywords)
            for each in READY_BLOCKS
        ]
        self.layers = Registry("layer", (*LAYERS, *ready, *mine))
        self.changed.emit()

    def look_again(self) -> None:
        """Another window, or somebody by hand, may have put files there."""
        if library.own_blocks(LAYERS) != (tuple(self._own.values()), self.refused):
            self.reload()

    def own(self, entry_id: str) -> OwnBlock | None:
        return self._own.get(entry_id)

    def keep(self, parts: tuple[Block, ...]) -> str:
        """Puts a block, the last of its parts, into the user's palette. Returns why it cannot be, or ""."""
        try:
            library.keep_block(parts[-1], parts)
        except (SaveError, OSError) as error:
            return str(error)
        self.reload()
        return ""

    def take_in(self, path: Path) -> tuple[str, str]:
        """A block's file of somebody else, into the user's palette. Returns its name, or why it cannot be."""
        try:
            parts = library.read_block(path, LAYERS)
            library.keep_block(parts[-1], parts)
        except (BlockFileError, SaveError, OSError) as error:
            return "", str(error)
        self.reload()
        return parts[-1].name, ""

    def forget(self, entry_id: str) -> str:
        """Takes a block out of the user's palette. Returns why it cannot be, empty if it was done."""
        own = self.own(entry_id)
        if own is None:
            return ""
        try:
            library.forget_block(own)
        except OSError as error:
            return self.tr("“{name}” cannot be removed: {reason}.").format(
                name=own.block.name, reason=(error.strerror or str(error)).lower()
            )
        self.reload()
        return ""


def _entry(entry_id: str, parts: tuple[Block, ...], family: Family) -> LayerType:
    (*_, layer) = block_types(parts, LAYERS)
    return replace(layer, id=entry_id, family=family)
