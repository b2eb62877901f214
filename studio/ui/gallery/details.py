"""One dataset of the gallery: its picture, what it is, whose it is, and the buttons to get or use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.gallery.items import GalleryItem
from studio.ui.gallery.previews import preview
from studio.ui.gallery.words import Pace, progress_in_words, state_in_words
from studio.ui.labels import Note, Title

if TYPE_CHECKING:
    from studio.data.downloads.downloading import Progress
    from studio.data.downloads.finding import State
    from studio.ui.workers.download_queue import DownloadQueue

_PREVIEW_RATIO = 0.4  # height to width: two rows of five tiles
_WIDEST_PREVIEW = 420
_OF_THE_HEIGHT = 1.3  # on low screens the words below must be seen, too


class DatasetDetails(QWidget):
    """Shows what it is given; tells what was wished for."""

    use_requested = Signal(str)
    download_requested = Signal(str)
    pause_requested = Signal(str)
    cancel_requested = Signal(str)
    delete_requested = Signal(str)
    folder_requested = Signal()  # the folder for files that are put there by hand

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetDetails")
        self._item: GalleryItem | None = None
        self._pace = Pace()
        self._does = "use"
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._drawn = Note(self.tr("Drawn, to give an idea: the real pictures come with the download."))
        self._name = Title("")
        self._what = QLabel()
        self._what.setWordWrap(True)
        self._good_for = Note("")
        self._drawn.setFont(theme.font("small"))
        self._facts = QFormLayout()
        self._state = Note("")
        self._state.setObjectName("downloadState")
        self._bar = QProgressBar()
        self._bar.setObjectName("downloadProgress")
        self._bar.setAccessibleName(self.tr("Download"))
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._trouble = QLabel()
        self._trouble.setObjectName("downloadTrouble")
        self._trouble.setWordWrap(True)
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action = PrimaryButton("")
        self.action.setObjectName("datasetAction")
        self.cancel = QuietButton(self.tr("Cancel"), "close")
        self.cancel.setObjectName("cancelDownload")
        self.cancel.setToolTip(self.tr("Stops and throws away what came so far"))
        self.delete = QuietButton("", "delete")
        self.delete.setObjectName("deleteDataset")
        self.delete.setToolTip(self.tr("It can be downloaded again. Projects keep their trained networks."))
        self.delete.clicked.connect(self._on_delete)
        self._sure = False
        self.folder = QuietButton(self.tr("Open that folder"), "folder")
        self.folder.setObjectName("openDatasetFolder")
        self.action.clicked.connect(self._on_action)
        self.cancel.clicked.connect(self._on_cancel)
        self.folder.clicked.connect(self.folder_requested)
        self._lay_out()

    def show_item(self, item: GalleryItem, queue: DownloadQueue, state: State | None) -> None:
        """All of it anew, for another dataset or another state; None: that is not known yet."""
        if self._item is None or item.id != self._item.id:
            self._pace = Pace()
            self._item = item
            self._show_facts(item)
            self._show_picture()
        self._show_state(item, queue, state)

    def show_progress(self, progress: Progress) -> None:
        left = None
        if progress.phase == "downloading":
            left = self._pace.left_s(progress.done_bytes, progress.total_bytes)
        self._state.setText(progress_in_words(progress, left))
        self._bar.setRange(0, 0 if progress.phase == "connecting" else 1000)
        self._bar.setValue(int(progress.fraction * 1000))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_picture()

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 4, 8, 8)
        layout.setSpacing(8)
        self._facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._facts.setHorizontalSpacing(16)
        for label in (self._picture, self._drawn, self._name, self._what, self._good_for):
            layout.addWidget(label)
        layout.addLayout(self._facts)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area = area
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        for button in (self.action, self.cancel, self.delete, self.folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(16, 4, 8, 0)
        bottom.setSpacing(8)
        self._lower_trouble = QScrollArea()  # a long sentence must not push the buttons off a low screen
        self._lower_trouble.setWidget(self._trouble)
        self._lower_trouble.setWidgetResizable(True)
        self._lower_trouble.setFrameShape(QScrollArea.Shape.NoFrame)
        self._lower_trouble.setMaximumHeight(110)
        for part in (self._lower_trouble, self._state, self._bar):
            bottom.addWidget(part)
        bottom.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area, 1)
        outer.addLayout(bottom)

    def _show_facts(self, item: GalleryItem) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        self._name.setText(item.name)
        entry = item.entry
        if entry is None:
            self._what.setText(item.example.sentence if item.example is not None else "")
            self._good_for.hide()
            self._drawn.hide()
            return
        from studio.data.downloads.entry import size_in_words

        self._what.setText(entry.help)
        self._good_for.setText(entry.good_for)
        self._good_for.show()
        self._drawn.show()
        link = f'<a href="{entry.homepage}">{entry.homepage.split("//")[-1].strip("/")}</a>'
        rows = (
            (self.tr("Samples"), self.tr("{n} in {classes} classes").format(n=f"{entry.samples:,}",
                                                                          classes=entry.classes)),
            (self.tr("Each"), entry.form),
            (self.tr("Download"), size_in_words(entry.size_bytes)),
            (self.tr("Licence"), entry.licence),
            (self.tr("By"), entry.credit),
            (self.tr("More"), link),
        )  # fmt: skip
        for title, text in rows:
            value = QLabel(text)
            value.setWordWrap(True)
            value.setOpenExternalLinks(True)
            value.setTextFormat(Qt.TextFormat.RichText if text == link else Qt.TextFormat.PlainText)
            self._facts.addRow(Note(title), value)

    def _show_picture(self) -> None:
        if self._item is None:
            return
        room = self._area.viewport()
        width = max(120, min(_WIDEST_PREVIEW, room.width() - 24, int(room.height() * _OF_THE_HEIGHT)))
        size = QSize(width, int(width * _PREVIEW_RATIO))
        scale = self.devicePixelRatioF()
        if self._item.entry is not None:
            pixmap = preview(self._item.entry.preview, size, scale)
        else:
            assert self._item.example is not None
            whole = QPixmap(str(self._item.example.picture))
            pixmap = whole.scaled(size * scale, Qt.AspectRatioMode.KeepAspectRatio,
                                  Qt.TransformationMode.SmoothTransformation)  # fmt: skip
            pixmap.setDevicePixelRatio(scale)
        self._picture.setPixmap(pixmap)

    # -- state --------------------------------------------------------------------------------------

    def _show_state(self, item: GalleryItem, queue: DownloadQueue, state: State | None) -> None:
        doing = queue.state(item.id)
        failure = queue.failure_of(item.id)
        self._show_trouble(failure.message if failure is not None else "")
        self.folder.setVisible(failure is not None and failure.code not in ("disk-full", "busy"))
        self.cancel.setVisible(doing in ("running", "waiting"))
        self._offer_deletion(doing == "idle" and _is_own(item, state))
        self._bar.setVisible(doing in ("running", "stopping"))
        self.action.setEnabled(doing != "stopping")
        if doing == "running":
            self._offer("pause", self.tr("Pause"))
            progress = queue.progress_of(item.id)
            if progress is not None:
                self.show_progress(progress)
            else:
                self._state.setText(self.tr("Connecting…"))
                self._bar.setRange(0, 0)
        elif doing == "stopping":
            self._state.setText(self.tr("Stopping…"))
        elif doing == "waiting":
            self._offer("pause", self.tr("Do not wait"))
            self._state.setText(self.tr("Waits for the download before it."))
        else:
            self._show_idle(item, state)

    def _show_idle(self, item: GalleryItem, state: State | None) -> None:
        if item.entry is None:
            self._offer("use", self.tr("Use it"))
            self._state.setText(self.tr("Comes with Lantern."))
            return
        from studio.data.downloads.entry import size_in_words
        from studio.kinds.catalogue import KINDS

        entry = item.entry
        if entry.kind not in KINDS:
            self._offer("use", self.tr("Use it"))
            self.action.setEnabled(False)
            self._state.setText(self.tr("This version of Lantern cannot train on boxes in pictures yet."))
            return
        if state is None:
            self._offer("download", self.tr("Download ({size})").format(size=size_in_words(entry.size_bytes)))
            self.action.setEnabled(False)
            self._state.setText(self.tr("Looking whether it is here…"))
            return
        words = state_in_words(entry, state)
        self._state.setText(words[:1].upper() + words[1:] + ".")
        if state.kind == "downloaded":
            self._state.setText(self.tr("On this computer: {place}").format(place=state.place))
            self._offer("use", self.tr("Use it"))
        elif state.kind == "at-hand":
            self._offer("download", self.tr("Unpack"))
        elif state.kind == "partial":
            self._offer("download", self.tr("Resume"))
            self.cancel.show()
        else:
            size = size_in_words(entry.size_bytes)
            self._offer("download", self.tr("Download ({size})").format(size=size))
            self._state.setText(self.tr("Not on this computer yet."))

    def _show_trouble(self, message: str) -> None:
        self._trouble.setText(message)
        self._trouble.setStyleSheet(f"color: {theme.colours().error.name()};")
        self._lower_trouble.setVisible(bool(message))

    def _offer(self, does: str, text: str) -> None:
        self._does = does
        self.action.setText(text)

    def _offer_deletion(self, possible: bool) -> None:
        """Asks once more at the first click: another download may take an hour."""
        self._sure = False
        self.delete.setVisible(possible)
        self.delete.setText(self.tr("Delete"))

    def _on_delete(self) -> None:
        if self._item is None:
            return
        if self._sure:
            self.delete.hide()
            self.delete_requested.emit(self._item.id)
        else:
            self._sure = True
            self.delete.setText(self.tr("Really delete it?"))

    def _on_cancel(self) -> None:
        if self._item is not None:
            self.cancel_requested.emit(self._item.id)

    def _on_action(self) -> None:
        if self._item is None:
            return
        signals = {
            "use": self.use_requested,
            "download": self.download_requested,
            "pause": self.pause_requested,
        }
        signals[self._does].emit(self._item.id)


def _is_own(item: GalleryItem, state: State | None) -> bool:
    """Whether Lantern itself put it there: what others did stays theirs."""
    from studio.data.downloads.finding import own_folder

    if item.entry is None or state is None or state.place is None:
        return False
    return state.place.is_relative_to(own_folder() / item.entry.folder)
