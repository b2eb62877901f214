"""Chooses the dataset: a bundled one by a click, a folder or a table through a dialog or a drop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.project import DatasetChoice
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.pages.example_card import Example
from studio.ui.use_step.given import accept_copy, are_pictures, local_paths

_OWN = "own"  # the list's last entry: the user's own folder or table


def name_of_location(choice: DatasetChoice) -> str:
    """What a dataset is called that does not come with Lantern."""
    if choice.source == "downloaded":
        from studio.data.downloads.catalogue import DOWNLOADS

        entry = DOWNLOADS.get(choice.location)
        return entry.name if entry is not None else choice.location
    if choice.source == "points":
        from studio.data.points.point_sets import POINT_SETS

        points = POINT_SETS.get(choice.location)
        return points.name if points is not None else choice.location
    return Path(choice.location).name or choice.location


class DatasetPicker(QWidget):
    """Shows the project's choice; tells what was chosen instead."""

    bundled_chosen = Signal(str)
    more_requested = Signal()  # the gallery of datasets to download
    points_requested = Signal()  # ready-made points, and painting
    folder_requested = Signal()
    table_requested = Signal()
    collect_requested = Signal()  # pictures, into classes
    path_dropped = Signal(Path)
    pictures_dropped = Signal(list)  # paths of picture files, which nothing sorts into classes
    several_dropped = Signal(int)  # how many things at once: only one can be the dataset

    def __init__(self, examples: tuple[Example, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetPicker")
        self.setAccessibleName(self.tr("Dataset"))
        self.setAcceptDrops(True)
        self._list = QListWidget(self)
        self._list.setObjectName("datasetList")
        self._list.setAccessibleName(self.tr("Bundled datasets"))
        self._list.setIconSize(QSize(20, 20))
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumHeight(64)  # low screens: the buttons below must be seen whole
        for example in examples:
            item = QListWidgetItem(theme.icon(example.icon), example.name)
            item.setData(Qt.ItemDataRole.UserRole, example.id)
            item.setToolTip(example.sentence)
            self._list.addItem(item)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        self.more = QuietButton(self.tr("More datasets…"), "data")
        self.more.setObjectName("pickMoreDatasets")
        self.more.setToolTip(self.tr("Well-known datasets to download"))
        self.more.clicked.connect(self.more_requested)
        self.points = QuietButton(self.tr("Play with points…"), "dice")
        self.points.setObjectName("pickPoints")
        self.points.setToolTip(self.tr("Moons, spirals, waves and others; or paint your own"))
        self.points.clicked.connect(self.points_requested)
        self.collect = QuietButton(self.tr("Collect pictures…"), "camera")
        self.collect.setObjectName("pickCollected")
        self.collect.setToolTip(self.tr("Drop pictures into classes, or take them with the camera"))
        self.collect.clicked.connect(self.collect_requested)
        self.folder = QuietButton(self.tr("Folder of pictures or texts…"), "pictures")
        self.folder.setObjectName("chooseFolder")
        self.folder.setToolTip(
            self.tr("A folder with one sub-folder of pictures or .txt files for each class")
        )
        self.folder.clicked.connect(self.folder_requested)
        self.table = QuietButton(self.tr("Table or text file…"), "table")
        self.table.setObjectName("chooseTable")
        self.table.setToolTip(
            self.tr("A CSV, Excel or JSON file, one sample a row, with a column to predict")
        )
        self.table.clicked.connect(self.table_requested)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._list, 1)
        layout.addWidget(self.more)
        layout.addWidget(self.points)
        layout.addWidget(Note(self.tr("Your own data, or drop it here:")))
        layout.addWidget(self.folder)
        layout.addWidget(self.table)
        layout.addWidget(self.collect)
        self._current = ""

    def show_choice(self, choice: DatasetChoice | None) -> None:
        """Marks the project's dataset in the list."""
        own = choice is not None and choice.source != "bundled"
        self._set_own(choice if own else None)
        self._current = _OWN if own else choice.location if choice is not None else ""
        self._list.setCurrentRow(-1)
        for row in range(self._list.count()):
            item = self._list.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == self._current:
                self._list.setCurrentItem(item)

    def _set_own(self, choice: DatasetChoice | None) -> None:
        last = self._list.item(self._list.count() - 1)
        if last is not None and last.data(Qt.ItemDataRole.UserRole) == _OWN:
            self._list.takeItem(self._list.count() - 1)
        if choice is not None:
            icon = "table" if choice.source in ("csv", "points") else "pictures"
            icon = "text" if choice.source.startswith("text") else icon
            name = name_of_location(choice)
            item = QListWidgetItem(theme.icon(icon), name)
            item.setData(Qt.ItemDataRole.UserRole, _OWN)
            item.setToolTip(wrapped(choice.location))
            self._list.addItem(item)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        chosen = item.data(Qt.ItemDataRole.UserRole)
        if chosen not in (_OWN, self._current):
            self._current = chosen  # a click can be both "clicked" and "activated"
            self.bundled_chosen.emit(chosen)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            accept_copy(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        if paths:
            accept_copy(event)
        if are_pictures(paths):
            self.pictures_dropped.emit(list(paths))
        elif len(paths) > 1:
            self.several_dropped.emit(len(paths))
        elif paths:
            self.path_dropped.emit(paths[0])
