"""The way into the open block, above the canvas: a button for each block on it, and one to close."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from studio.ui import theme
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.labels import OneLine
from studio.ui.layouts import clear

_LONGEST = 20  # letters of a name


class BlockTrail(QWidget):
    """Hidden while the network itself is shown."""

    def __init__(self, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("blockTrail")
        self.setAccessibleName(self.tr("Open block"))
        self._blocks = blocks
        self._shown: tuple[str, ...] = ()
        self.buttons: list[QToolButton] = []
        self._steps = QHBoxLayout()
        self._steps.setSpacing(2)
        self.note = OneLine()
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_block = QToolButton()
        self.close_block.setIcon(theme.icon("close"))
        self.close_block.setAutoRaise(True)
        self.close_block.setAccessibleName(self.tr("Close the block"))
        self.close_block.setObjectName("closeBlock")
        self.close_block.setToolTip(self.tr("Close the block (Esc)"))
        self.close_block.clicked.connect(lambda: blocks.close())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addLayout(self._steps)
        row.addWidget(self.note, 1)
        row.addWidget(self.close_block)
        self.hide()

    def refresh(self) -> None:
        place = self._blocks.editor.place
        names = place.names
        self.setVisible(bool(names))
        block = place.block
        if block is not None:
            uses = self._blocks.uses(block)
            text = self.tr("Changes here change all {n} places where this block is used.")
            self.note.setText(text.format(n=uses) if uses > 1 else "")
        if names == self._shown:
            return
        self._shown = names
        clear(self._steps)
        self.buttons = []
        for depth, name in enumerate((self.tr("Network"), *names)):
            if depth:
                self._steps.addWidget(QLabel("›"))
            self._steps.addWidget(self._step(depth, name, depth == len(names)))

    def _step(self, depth: int, name: str, here: bool) -> QToolButton:
        button = QToolButton()
        button.setText(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
        button.setAutoRaise(True)
        button.setToolTip(name)
        button.setEnabled(not here)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._blocks.go(depth))
        self.buttons.append(button)
        return button
