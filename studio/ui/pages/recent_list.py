"""The projects opened last, by name and folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedLayout, QWidget

from studio.ui import theme
from studio.ui.labels import Note


class RecentList(QWidget):
    """A click or Enter opens one; files that are gone are greyed and say so."""

    chosen = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget(self)
        self._list.setObjectName("recentProjects")
        self._list.setAccessibleName(self.tr("Recent projects"))
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setIconSize(QSize(20, 20))
        self._list.setSpacing(1)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        self._empty = Note(self.tr("Projects that you save are listed here."), self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._layout = QStackedLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._list)
        self._layout.addWidget(self._empty)
        self._told = False

    def set_paths(self, paths: tuple[Path, ...]) -> None:
        self._list.clear()
        for path in paths:
            item = QListWidgetItem(theme.icon("network"), f"{path.stem}   —   {path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setToolTip(str(path))
            self._list.addItem(item)
        self._layout.setCurrentWidget(self._list if paths else self._empty)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        if self._told:  # one click can be both "clicked" and "activated"
            return
        self._told = True
        try:
            self.chosen.emit(Path(item.data(Qt.ItemDataRole.UserRole)))
        finally:
            self._told = False
