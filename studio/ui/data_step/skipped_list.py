"""Samples that were left out, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.dataset import Skipped

_SHOWN = 2000  # a folder full of videos must not fill the list for minutes


class SkippedList(QWidget):
    """With a button that copies the whole list, and one that takes samples in again."""

    bring_back_requested = Signal(object)  # references of samples

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("skippedList")
        self._skipped: tuple[Skipped, ...] = ()
        self._unwanted: tuple[str, ...] = ()
        self._note = Note("", self)
        self._list = QListWidget(self)
        self._list.setObjectName("skippedFiles")
        self._list.setAccessibleName(self.tr("Samples left out"))
        self._list.setWordWrap(True)  # the reason is what matters: it must be seen without scrolling
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setAlternatingRowColors(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.wanted_again = QuietButton("", "undo")
        self.wanted_again.setObjectName("bringBack")
        self.wanted_again.clicked.connect(self._on_bring_back)
        self._list.itemSelectionChanged.connect(self._tell_way_back)
        self._list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self._copy = QuietButton(self.tr("Copy list"), "copy")
        self._copy.clicked.connect(self._on_copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._note)
        layout.addWidget(self._list, 1)
        layout.addWidget(self.wanted_again, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)

    def show_skipped(self, skipped: tuple[Skipped, ...], unwanted: tuple[str, ...] = ()) -> None:
        """`unwanted`: references to samples that the user left out, which come first."""
        if (skipped, unwanted) == (self._skipped, self._unwanted) and self._note.text():
            return
        self._skipped, self._unwanted = skipped, unwanted
        self._list.clear()
        self._list.setVisible(bool(skipped or unwanted))
        self._copy.setVisible(bool(skipped or unwanted))
        if unwanted:
            self._list_unwanted()
            words = self.tr("{count} samples are left out because you chose so.").format(
                count=f"{len(unwanted):,}"
            )
            one = self.tr("1 sample is left out because you chose so.")
            more = self.tr(" {count} could not be used.").format(count=f"{len(skipped):,}")
            self._note.setText((one if len(unwanted) == 1 else words) + (more if skipped else ""))
        elif skipped:
            self._note.setText(
                self.tr("{count} samples could not be used. All others are.").format(
                    count=f"{len(skipped):,}"
                )
            )
        else:
            self._note.setText(self.tr("Every sample can be used."))
        for left in skipped[:_SHOWN]:
            item = QListWidgetItem(f"{left.name}\n{left.reason}")
            item.setToolTip(wrapped(left.name))
            self._list.addItem(item)
        self._tell_way_back()

    def _list_unwanted(self) -> None:
        from studio.data.left_out import name_in

        for reference in self._unwanted[:_SHOWN]:
            item = QListWidgetItem(f"{name_in(reference)}\n{self.tr('Left out by you.')}")
            item.setData(Qt.ItemDataRole.UserRole, reference)
            self._list.addItem(item)

    def _chosen(self) -> tuple[str, ...]:
        found = (item.data(Qt.ItemDataRole.UserRole) for item in self._list.selectedItems())
        return tuple(reference for reference in found if reference)

    def _tell_way_back(self) -> None:
        chosen = len(self._chosen())
        if not chosen:
            words = self.tr("Use all of them again")
        elif chosen == 1:
            words = self.tr("Use this one again")
        else:
            words = self.tr("Use these {n} again").format(n=f"{chosen:,}")
        self.wanted_again.setText(words)
        self.wanted_again.setVisible(bool(self._unwanted))

    def _on_bring_back(self) -> None:
        self.bring_back_requested.emit(self._chosen() or self._unwanted)

    def _on_copy(self) -> None:
        lines = [f"{one.name}\t{one.reason}" for one in self._skipped]
        lines += self._unwanted
        QGuiApplication.clipboard().setText("\n".join(lines))
