"""A list of registered entries to choose one from, with a sentence about the chosen one below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note


class Described(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...


class CalmComboBox(QComboBox):
    """Does not change under a wheel that only meant to scroll the panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class EntryChoice(QWidget):
    """`chosen(id)` only when the user chose; `select` shows without telling. `help`: what it is about."""

    chosen = Signal(str)

    def __init__(self, object_name: str, title: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Described, ...] = ()
        self.combo = CalmComboBox()
        self.combo.setObjectName(object_name)
        self.combo.setAccessibleName(title)
        self._label = QLabel(title)
        self._label.setBuddy(self.combo)
        self._label.setToolTip(wrapped(help))
        self.combo.setToolTip(wrapped(help))
        self.combo.setWhatsThis(help)
        font = self._label.font()
        font.setBold(True)
        self._label.setFont(font)
        self._help = Note()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._label)
        layout.addWidget(self.combo)
        layout.addWidget(self._help)
        self.combo.activated.connect(self._on_activated)

    def set_entries(self, entries: Sequence[Described]) -> None:
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        self.combo.clear()
        for entry in self._entries:
            self.combo.addItem(entry.name, entry.id)
            self.combo.setItemData(self.combo.count() - 1, entry.help, Qt.ItemDataRole.ToolTipRole)

    def select(self, entry_id: str) -> None:
        index = self.combo.findData(entry_id)
        self.combo.setCurrentIndex(index)
        entry = next((entry for entry in self._entries if entry.id == entry_id), None)
        text = (
            entry.help if entry is not None else self.tr("“{name}” does not fit here.").format(name=entry_id)
        )
        self._help.setText(text)
        self.combo.setAccessibleDescription(text)

    def _on_activated(self, index: int) -> None:
        self.chosen.emit(str(self.combo.itemData(index)))
