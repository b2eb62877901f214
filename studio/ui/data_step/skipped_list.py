"""Samples that were left out, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.dataset import Skipped

_SHOWN = 2000  # a folder full of videos must not fill the list for minutes


class SkippedList(QWidget):
    """With a button that copies the whole list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("skippedList")
        self._skipped: tuple[Skipped, ...] = ()
        self._note = Note("", self)
        self._list = QListWidget(self)
        self._list.setObjectName("skippedFiles")
        self._list.setAccessibleName(self.tr("Samples left out"))
        self._list.setWordWrap(True)  # the reason is what matters: it must be seen without scrolling
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setAlternatingRowColors(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._copy = QuietButton(self.tr("Copy list"), "copy")
        self._copy.clicked.connect(self._on_copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._note)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)

    def show_skipped(self, skipped: tuple[Skipped, ...]) -> None:
        if skipped == self._skipped and self._note.text():
            return
        self._skipped = skipped
        self._list.clear()
        self._list.setVisible(bool(skipped))
        self._copy.setVisible(bool(skipped))
        if skipped:
            self._note.setText(
                self.tr("{count} samples could not be used. All others are.").format(
                    count=f"{len(skipped):,}"
                )
            )
        else:
            self._note.setText(self.tr("Every sample can be used."))
        for one in skipped[:_SHOWN]:
            item = QListWidgetItem(f"{one.name}\n{one.reason}")
            item.setToolTip(one.name)
            self._list.addItem(item)

    def _on_copy(self) -> None:
        lines = (f"{one.name}\t{one.reason}" for one in self._skipped)
        QGuiApplication.clipboard().setText("\n".join(lines))
