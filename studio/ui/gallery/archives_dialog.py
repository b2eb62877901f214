"""Archives that were unpacked into Lantern's own folder: how much room they take, and how to delete them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.archives.kept import KeptArchive

_ROW = 46  # pixels: two lines
_DAY_S = 86_400
Progress = Callable[[float], bool]


class ArchivesDialog(QDialog):
    """Looks and deletes beside the window. `location`: of the open project's data, which stay."""

    def __init__(self, location: str, worker: Worker, parent: QWidget | None = None) -> None:
        """`worker`: a deletion goes on when the dialog is closed."""
        super().__init__(parent)
        self.setObjectName("archivesDialog")
        self.setWindowTitle(self.tr("Unpacked archives"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._location = location
        self._worker = worker
        self._kept: tuple[KeptArchive, ...] = ()
        self._sure = False
        self.words = Note(
            self.tr(
                "Archives are unpacked once into Lantern’s own folder. What is deleted here is unpacked anew "
                "when a project needs it, and labels and boxes of yours are kept."
            )
        )
        self.total = Note(self.tr("Looking…"))
        self.total.setObjectName("unpackedTotal")
        self.list = QListWidget()
        self.list.setObjectName("unpackedList")
        self.list.setAccessibleName(self.tr("Unpacked archives"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemSelectionChanged.connect(self._on_selected)
        self.delete = QuietButton(self.tr("Delete"), "delete")
        self.delete.setObjectName("deleteUnpacked")
        self.delete.clicked.connect(self._on_delete)
        self.folder = QuietButton(self.tr("Open folder"), "folder")
        self.folder.setObjectName("openUnpacked")
        self.folder.clicked.connect(self._on_folder)
        close = QuietButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        below = QHBoxLayout()
        for button in (self.delete, self.folder):
            button.setAutoDefault(False)
            below.addWidget(button)
        below.addStretch(1)
        close.setAutoDefault(False)
        below.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 10)
        layout.setSpacing(8)
        for widget in (self.words, self.total):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)
        room = self.screen().availableSize()
        self.resize(min(560, room.width() - 24), min(420, room.height() - 48))
        self._on_selected()
        self._worker.start(_looked, self._on_looked, self._on_failed)

    @override
    def done(self, result: int) -> None:
        self._worker.cancel()
        super().done(result)

    def chosen(self) -> list[KeptArchive]:
        """The selected ones."""
        return [self._kept[self.list.row(item)] for item in self.list.selectedItems()]

    # -- showing ------------------------------------------------------------------------------------

    def _on_looked(self, found: object) -> None:
        from studio.data.downloads.entry import size_in_words

        self._kept = cast("tuple[KeptArchive, ...]", found)
        self.list.clear()
        for kept in self._kept:
            item = QListWidgetItem(self._told(kept))
            item.setSizeHint(QSize(0, _ROW))
            item.setToolTip(wrapped(str(kept.archive)))
            if kept.holds(self._location):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsSelectable)
            self.list.addItem(item)
        total = size_in_words(sum(kept.total_bytes for kept in self._kept))
        count = len(self._kept)
        one, many = self.tr("1 archive takes {size}."), self.tr("{count} archives take {size}.")
        words = (one if count == 1 else many).format(count=f"{count:,}", size=total)
        self.total.setText(words if count else self.tr("No archive is unpacked."))
        self._on_selected()

    def _told(self, kept: KeptArchive) -> str:
        from studio.data.downloads.entry import size_in_words

        if kept.holds(self._location):
            state = self.tr("open now")
        elif not kept.can_be_unpacked_again:
            state = self.tr("its archive is gone")
        else:
            state = self._days(kept.used_s)
        size, count = size_in_words(kept.total_bytes), f"{kept.files:,}"
        second = self.tr("{size}, {count} files, {state}").format(size=size, count=count, state=state)
        return f"{kept.archive.name}\n{second}"

    def _days(self, used_s: float) -> str:
        days = int((time.time() - used_s) // _DAY_S)
        if days < 1:
            return self.tr("used today")
        if days == 1:
            return self.tr("used yesterday")
        return self.tr("used {days} days ago").format(days=f"{days:,}")

    def _on_failed(self, message: str, details: str) -> None:
        self.total.setText(message)
        self._worker.start(_looked, self._on_looked, lambda *_: None)

    def _on_selected(self) -> None:
        self._sure = False
        self.delete.setText(self.tr("Delete"))
        for button in (self.delete, self.folder):
            button.setEnabled(bool(self.list.selectedItems()))

    # -- doing --------------------------------------------------------------------------------------

    def _on_delete(self) -> None:
        """What cannot be got back wants a second click."""
        chosen = self.chosen()
        lost = [kept for kept in chosen if not kept.can_be_unpacked_again]
        if lost and not self._sure:
            self._sure = True
            self.delete.setText(self.tr("Really delete"))
            words = self.tr("“{name}” is not there any more: what is deleted cannot be unpacked anew.")
            self.total.setText(words.format(name=lost[0].archive.name))
            return
        self.total.setText(self.tr("Deleting…"))
        self._worker.start(lambda progress: _deleted(chosen), self._on_looked, self._on_failed)

    def _on_folder(self) -> None:
        for kept in self.chosen()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(kept.home / kept.name)))


def _looked(progress: Progress) -> object:
    from studio.data.archives.kept import delete_leftovers, kept_archives

    delete_leftovers()
    return kept_archives()


def _deleted(chosen: list[KeptArchive]) -> object:
    from studio.core.problems import LanternError
    from studio.data.archives.kept import delete_unpacked, kept_archives

    for kept in chosen:
        try:
            delete_unpacked(kept)
        except OSError as error:
            reason = error.strerror or "it is in use"
            raise LanternError(
                f"“{kept.archive.name}” could not be deleted: {reason}. Close what has its files open, then "
                "try again."
            ) from error
    return kept_archives()
