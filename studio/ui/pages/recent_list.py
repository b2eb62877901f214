"""What was worked on last: projects by name and folder, and trained networks that were never saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QStackedLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.recent_networks import RecentNetwork

_PATH, _ID = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROWS = 3  # seen at once at least; more are scrolled to


class _List(QListWidget):
    delete_pressed = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


class RecentList(QWidget):
    """A click or Enter opens one; Delete takes it off the list, and leaves its file alone."""

    chosen = Signal(Path)  # a project
    network_chosen = Signal(Path)  # the checkpoint of a network without a project file
    forgotten = Signal(Path)
    network_forgotten = Signal(str)  # the project's id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: tuple[Path, ...] = ()
        self._networks: tuple[RecentNetwork, ...] = ()
        self._list = _List(self)
        self._list.setObjectName("recentProjects")
        self._list.setAccessibleName(self.tr("Recent projects"))
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setIconSize(QSize(20, 20))
        self._list.setSpacing(1)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMinimumHeight(_ROWS * 30)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu_requested)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        self._list.delete_pressed.connect(lambda: self._forget(self._list.currentItem()))
        self._empty = Note(
            self.tr("Projects that you save are listed here, and networks that you trained without saving."),
            self,
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._layout = QStackedLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._list)
        self._layout.addWidget(self._empty)
        self._told = False

    def set_paths(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._fill()

    def set_networks(self, networks: Sequence[RecentNetwork]) -> None:
        """Trained, and never saved: nothing is lost because a question was answered too fast."""
        self._networks = tuple(networks)
        self._fill()

    def _fill(self) -> None:
        self._list.clear()
        for path in filter(Path.is_file, self._paths):  # they may have gone since they were told
            self._add("network", f"{path.stem}   —   {path.parent}", path, str(path), "")
        if self._networks:
            title = QListWidgetItem(self.tr("Trained, but never saved:"))
            title.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(title)
        for network in self._networks:
            tip = self.tr("Opens the project that it was trained in, with its runs. Save it to keep it.")
            self._add("use", network.text, network.checkpoint, tip, network.project_id)
        self._layout.setCurrentWidget(self._list if self._list.count() else self._empty)

    def _add(self, icon: str, text: str, path: Path, tip: str, project_id: str) -> None:
        item = QListWidgetItem(theme.icon(icon), text)
        item.setData(_PATH, str(path))
        item.setData(_ID, project_id)
        item.setToolTip(wrapped(tip))
        self._list.addItem(item)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        if self._told or item.data(_PATH) is None:  # one click can be both "clicked" and "activated"
            return
        self._told = True
        try:
            signal = self.network_chosen if item.data(_ID) else self.chosen
            signal.emit(Path(item.data(_PATH)))
        finally:
            self._told = False

    def _on_menu_requested(self, where: QPoint) -> None:
        item = self._list.itemAt(where)
        if item is None or item.data(_PATH) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open")).triggered.connect(lambda: self._on_chosen(item))
        forget = menu.addAction(theme.icon("remove"), self.tr("Take off this list"))
        forget.triggered.connect(lambda: self._forget(item))
        menu.popup(self._list.viewport().mapToGlobal(where))

    def _forget(self, item: QListWidgetItem | None) -> None:
        if item is None or item.data(_PATH) is None:
            return
        if item.data(_ID):
            self.network_forgotten.emit(item.data(_ID))
        else:
            self.forgotten.emit(Path(item.data(_PATH)))
