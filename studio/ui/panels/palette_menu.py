"""The palette's context menu: what can be done with blocks there."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.network import Block
from studio.graph.blocks.changing import uses
from studio.graph.layer_type import LayerType
from studio.ui import theme
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.dialogs.error_dialog import show_error


class PaletteMenu(QObject):
    """Menus for the user's own blocks, for those of the network, and for everything else."""

    def __init__(self, blocks: BlockActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._blocks = blocks
        self._window = parent

    def menu_for(self, layer: LayerType | None) -> QMenu:
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        block = layer.block if layer is not None else None
        if layer is not None and block is not None:
            if layer.family != "My blocks":
                keep = menu.addAction(theme.icon("save"), self.tr("Save to my blocks"))
                keep.triggered.connect(lambda: self._tell(self._blocks.keep_parts(layer.parts)))
            share = menu.addAction(theme.icon("export"), self.tr("Save as a file …"))
            share.triggered.connect(lambda: self._tell(self._blocks.share(block, layer.parts)))
            if layer.family == "My blocks":
                forget = menu.addAction(theme.icon("remove"), self.tr("Remove from my blocks"))
                forget.triggered.connect(lambda: self._tell(self._blocks.forget(layer.id)))
            elif layer.family == "In this network":
                self._add_removal(menu, block)
            menu.addSeparator()
        menu.addAction(theme.icon("import"), self.tr("Import a block …")).triggered.connect(self.import_block)
        return menu

    def _add_removal(self, menu: QMenu, block: Block) -> None:
        """Out of the network: only what nothing uses."""
        root = self._blocks.editor.place.root
        used = uses(root, block.id) if root is not None else 0
        entry = menu.addAction(theme.icon("delete"), self.tr("Remove from the network"))
        entry.setEnabled(not used)
        if used:
            entry.setToolTip(
                self.tr("It is used at {n} places. Delete or dissolve those first.").format(n=used)
            )
        entry.triggered.connect(lambda: self._blocks.remove(block))

    def import_block(self) -> None:
        self._tell(self._blocks.import_one())

    def _tell(self, refused: str) -> None:
        if refused:
            show_error(self._window, self.tr("This block cannot be used"), refused)
