"""The gallery: datasets on the left, with a search; the chosen one on the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.gallery.details import DatasetDetails
from studio.ui.gallery.items import GalleryItem, gallery_items
from studio.ui.gallery.previews import preview
from studio.ui.gallery.state_lookup import StateLookup
from studio.ui.gallery.words import state_in_words
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.downloads.downloading import Progress
    from studio.ui.workers.download_queue import DownloadQueue

_THUMBNAIL = QSize(60, 24)
_SIZE = (920, 600)
_ROLE = Qt.ItemDataRole.UserRole


class GalleryDialog(QDialog):
    """Knows no project: it tells which dataset was chosen, and lets the queue download."""

    dataset_chosen = Signal(str)
    delete_requested = Signal(str)
    archives_requested = Signal()  # those that were unpacked are to be looked through

    def __init__(
        self, queue: DownloadQueue, lookup: StateLookup, dialogs: FileDialogs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("datasetGallery")
        self.setWindowTitle(self.tr("Datasets"))
        self._queue = queue
        self._lookup = lookup
        self._dialogs = dialogs
        self._items = {item.id: item for item in gallery_items()}
        self.search = QLineEdit()
        self.search.setObjectName("datasetSearch")
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setPlaceholderText(self.tr("Search: digits, photos, MIT …"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("galleryList")
        self.list.setAccessibleName(self.tr("Datasets"))
        self.list.setIconSize(_THUMBNAIL)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumWidth(200)
        self._nothing = Note(self.tr("Nothing has these words in it."))
        self._nothing.hide()
        self.details = DatasetDetails()
        self._fill()
        self._lay_out()
        self._follow()
        self.list.setCurrentRow(len(self._items) - len([i for i in self._items.values() if i.entry]))
        self._fit_to_screen()
        self.search.setFocus()
        lookup.look()

    def show_dataset(self, dataset_id: str) -> None:
        """Chooses one of the list."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_ROLE) == dataset_id:
                self.list.setCurrentRow(row)

    # -- parts --------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for item in self._items.values():
            row = QListWidgetItem(self._icon(item), "")
            row.setData(_ROLE, item.id)
            self.list.addItem(row)
            self._show_row(row)

    def _icon(self, item: GalleryItem) -> QIcon:
        if item.entry is not None:
            return QIcon(preview(item.entry.preview, _THUMBNAIL, 2.0))
        assert item.example is not None
        return theme.icon(item.example.icon)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.search, self._nothing):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.details)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 600])
        self._elsewhere = QuietButton(self.tr("I have datasets elsewhere…"), "folder")
        self._elsewhere.setObjectName("datasetsElsewhere")
        self._elsewhere.setAutoDefault(False)
        self._elsewhere.setToolTip(
            self.tr("A folder of datasets, such as torchvision's, or your school's: nothing is changed in it")
        )
        archives = QuietButton(self.tr("Unpacked archives…"))
        archives.setObjectName("unpackedArchives")
        archives.setAutoDefault(False)
        archives.setToolTip(self.tr("What was unpacked, how much room it takes, and a way to delete it"))
        archives.clicked.connect(self.archives_requested)
        close = QuietButton(self.tr("Close"))
        close.setObjectName("closeGallery")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addWidget(self._elsewhere)
        bottom.addWidget(archives)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(split, 1)
        layout.addLayout(bottom)

    def _follow(self) -> None:
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.list.itemActivated.connect(lambda _: self.details.action.setFocus())
        self.details.use_requested.connect(self._on_use)
        self.details.download_requested.connect(self._on_download)
        self.details.pause_requested.connect(self._queue.pause)
        self.details.cancel_requested.connect(self._on_cancel)
        self.details.delete_requested.connect(self.delete_requested)
        self.details.folder_requested.connect(self._on_folder)
        self._elsewhere.clicked.connect(self._on_elsewhere)
        self._queue.changed.connect(self._on_changed)
        self._lookup.looked.connect(self._show_all)
        self._queue.progressed.connect(self._on_progressed)
        theme.theme().theme_changed.connect(self._show_current)

    def _fit_to_screen(self) -> None:
        room = self.screen().availableSize()
        self.resize(min(_SIZE[0], room.width() - 24), min(_SIZE[1], room.height() - 48))

    # -- showing ------------------------------------------------------------------------------------

    def _show_row(self, row: QListWidgetItem) -> None:
        item = self._items[row.data(_ROLE)]
        row.setText(f"{item.name}\n{self._state_of(item)}")

    def _state_of(self, item: GalleryItem) -> str:
        if item.entry is None:
            return self.tr("comes with Lantern")
        from studio.kinds.catalogue import KINDS

        doing = self._queue.state(item.id)
        if doing == "waiting":
            return self.tr("waits")
        if doing in ("running", "stopping"):
            progress = self._queue.progress_of(item.id)
            if progress is not None and progress.phase == "downloading":
                return self.tr("{percent} % downloaded").format(percent=int(progress.fraction * 100))
            return self.tr("downloading…")
        if item.entry.kind not in KINDS:
            return self.tr("not for this version")
        return state_in_words(item.entry, self._lookup.states.get(item.id))

    def _current(self) -> GalleryItem | None:
        row = self.list.currentItem()
        return self._items[row.data(_ROLE)] if row is not None else None

    def _show_current(self) -> None:
        item = self._current()
        self.details.setVisible(item is not None)
        if item is not None:
            self.details.show_item(item, self._queue, self._lookup.states.get(item.id))

    def _on_search(self, words: str) -> None:
        first = None
        for number in range(self.list.count()):
            row = self.list.item(number)
            fits = self._items[row.data(_ROLE)].matches(words)
            row.setHidden(not fits)
            first = row if fits and first is None else first
        self._nothing.setVisible(first is None)
        current = self.list.currentItem()
        if current is None or current.isHidden():
            self.list.setCurrentRow(self.list.row(first) if first is not None else -1)

    def _on_changed(self, dataset_id: str) -> None:
        self._lookup.forget(dataset_id)
        self._show_all()
        self._lookup.look()  # at all: several can share their files

    def _show_all(self) -> None:
        for number in range(self.list.count()):
            self._show_row(self.list.item(number))
        self._show_current()

    def _on_progressed(self, dataset_id: str, progress: Progress) -> None:
        for number in range(self.list.count()):
            if self.list.item(number).data(_ROLE) == dataset_id:
                self._show_row(self.list.item(number))
        current = self._current()
        if current is not None and current.id == dataset_id:
            self.details.show_progress(progress)

    # -- wishes -------------------------------------------------------------------------------------

    def _on_use(self, dataset_id: str) -> None:
        self.accept()
        self.dataset_chosen.emit(dataset_id)

    def _on_download(self, dataset_id: str) -> None:
        entry = self._items[dataset_id].entry
        if entry is not None:
            self._queue.start(entry)

    def _on_cancel(self, dataset_id: str) -> None:
        entry = self._items[dataset_id].entry
        if entry is not None:
            self._queue.cancel(entry)

    def _on_folder(self) -> None:
        from studio.data.downloads.finding import incoming

        item = self._current()
        if item is not None and item.entry is not None:
            folder = incoming(item.entry)
            folder.mkdir(parents=True, exist_ok=True)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _on_elsewhere(self) -> None:
        from studio.core.settings import load_settings, save_settings
        from studio.data.downloads.finding import PURPOSE

        kept = load_settings().last_folders.get(PURPOSE, "")
        start = kept if kept and Path(kept).is_dir() else ""
        chosen = self._dialogs.open_folder(self, self.tr("Folder with datasets"), start)
        if chosen is not None:
            save_settings(load_settings().with_last_folder(PURPOSE, chosen))
            self._on_changed("")
