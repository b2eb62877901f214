"""The window's side of the gallery: one queue of downloads, one dialog at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.gallery.archives_dialog import ArchivesDialog
from studio.ui.gallery.dialog import GalleryDialog
from studio.ui.gallery.state_lookup import StateLookup
from studio.ui.workers.download_queue import DownloadQueue, Failure
from studio.ui.workers.job import Worker


class Gallery(QObject):
    """One per window. Downloads go on when the dialog is closed, and are joined when the window is."""

    said = Signal(str)  # a sentence for the status bar

    def __init__(
        self, window: QWidget, dialogs: FileDialogs, location: Callable[[], str] = lambda: ""
    ) -> None:
        """`location`: of the open project's data."""
        super().__init__(window)
        self._location = location
        self._window = window
        self._dialogs = dialogs
        self.queue = DownloadQueue(self)
        self.queue.finished.connect(self._on_finished)
        self.queue.failed.connect(self._on_failed)
        self._lookup = StateLookup(self)
        self._remover = Worker("dataset deletion", self, writes=True)
        self._archives = Worker("unpacked archives", self, writes=True)
        self._dialog: GalleryDialog | None = None

    def show(self, chosen: Callable[[str], None], dataset_id: str = "") -> GalleryDialog:
        """Opens the dialog; `chosen` is called with a dataset's id if one is to be used."""
        if self._dialog is not None:
            self._dialog.close()
        dialog = self._dialog = GalleryDialog(self.queue, self._lookup, self._dialogs, self._window)
        dialog.dataset_chosen.connect(chosen)
        dialog.delete_requested.connect(self._on_delete)
        dialog.archives_requested.connect(lambda: self.show_archives(dialog))
        dialog.finished.connect(self._on_closed)
        if dataset_id:
            dialog.show_dataset(dataset_id)
        dialog.open()
        return dialog

    def show_archives(self, parent: QWidget | None = None) -> ArchivesDialog:
        """What was unpacked, and a way to delete it."""
        dialog = ArchivesDialog(self._location(), self._archives, parent or self._window)
        dialog.open()
        return dialog

    def stop(self) -> None:
        """Stops and joins downloads; they can be resumed another time."""
        self.queue.stop()
        self._lookup.stop()
        self._remover.stop()
        self._archives.stop()

    def _on_delete(self, dataset_id: str) -> None:
        def work(progress: Callable[[float], bool]) -> None:
            from studio.data.downloads.catalogue import DOWNLOADS
            from studio.data.downloads.downloading import delete

            delete(DOWNLOADS[dataset_id])

        self._remover.start(
            work,
            lambda _: self.queue.changed.emit(dataset_id),
            lambda message, details: self.queue.note_failure(dataset_id, Failure(message, "busy", details)),
        )

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_finished(self, dataset_id: str) -> None:
        self.said.emit(self.tr("{name} is downloaded.").format(name=_name(dataset_id)))

    def _on_failed(self, dataset_id: str, failure: Failure) -> None:
        self.said.emit(self.tr("{name} could not be downloaded.").format(name=_name(dataset_id)))


def _name(dataset_id: str) -> str:
    from studio.data.downloads.catalogue import DOWNLOADS

    entry = DOWNLOADS.get(dataset_id)
    return entry.name if entry is not None else dataset_id
