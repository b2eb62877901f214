"""The pictures of one class as small cells: chosen, dragged elsewhere, or handled by keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDrag, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.collecting.thumbnails import Thumbnails
from studio.ui.data_step.grid_view import GridView
from studio.ui.fitted_picture import paint_fitted
from studio.ui.forms.editor import wrapped

Index = QModelIndex | QPersistentModelIndex
_CELL = QSize(68, 66)


class BinModel(QAbstractListModel):
    """Files in order; `DecorationRole` is a picture where it has been read."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.paths: tuple[Path, ...] = ()
        self._rows: dict[Path, int] = {}
        self._thumbnails = thumbnails
        thumbnails.loaded.connect(self._on_loaded)

    def show_paths(self, paths: tuple[Path, ...]) -> None:
        if paths == self.paths:
            return
        if paths[: len(self.paths)] == self.paths:  # more at the end: who looks at the others stays there
            self.beginInsertRows(QModelIndex(), len(self.paths), len(paths) - 1)
            self._take(paths)
            self.endInsertRows()
            return
        self._thumbnails.forget(set(self.paths) - set(paths))
        self.beginResetModel()
        self._take(paths)
        self.endResetModel()

    def _take(self, paths: tuple[Path, ...]) -> None:
        self.paths = paths
        self._rows = {path: row for row, path in enumerate(paths)}

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.paths)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        path = self.paths[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.of(path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrapped(path.name)
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def _on_loaded(self, path: Path) -> None:
        row = self._rows.get(path)
        if row is not None:
            place = self.index(row)
            self.dataChanged.emit(place, place, [Qt.ItemDataRole.DecorationRole])


class BinView(GridView):
    """Wishes go out as signals; nothing is moved here."""

    remove_requested = Signal(list)  # paths
    move_requested = Signal(list, int)  # paths; the place of the class, counted from 0
    neighbour_requested = Signal(list, int)  # paths; how many classes further
    paste_requested = Signal()
    rename_requested = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(_CELL, parent)
        self.files = BinModel(thumbnails, self)
        self.setModel(self.files)
        self.setItemDelegate(_BinDelegate(self))
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.files.rowsInserted.connect(lambda *_: self.updateGeometries())

    def chosen(self) -> list[Path]:
        """The selected pictures in order; without any, the one the keys are at."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        current = self.currentIndex()
        if not rows and current.isValid() and self.hasFocus():
            rows = [current.row()]
        return [self.files.paths[row] for row in rows]

    def show_paths(self, paths: tuple[Path, ...]) -> None:
        """What was chosen and is gone leaves its place to the next one, so that keys go on from there."""
        row = self.currentIndex().row()
        gone = row >= 0 and self.files.paths[row] not in paths
        self.files.show_paths(paths)
        if gone and paths and self.hasFocus():
            self.setCurrentIndex(self.files.index(min(row, len(paths) - 1)))

    def choose(self, paths: Sequence[Path]) -> None:
        self.clearSelection()
        for row, path in enumerate(self.files.paths):
            if path in paths:
                self.setCurrentIndex(self.files.index(row))

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Elsewhere a copy arrives: only another class of this dialog may take the files themselves."""
        drag = QDrag(self)
        drag.setMimeData(mime_of(self.chosen()))
        shown = self.currentIndex().data(Qt.ItemDataRole.DecorationRole)
        if isinstance(shown, QPixmap) and not shown.isNull():
            drag.setPixmap(shown.scaled(64, 64, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        chosen, key = self.chosen(), event.key()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif key == Qt.Key.Key_F2:
            self.rename_requested.emit()
        elif chosen and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit(chosen)
        elif chosen and control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.neighbour_requested.emit(chosen, 1 if key == Qt.Key.Key_Right else -1)
        elif chosen and not control and event.text() and event.text() in "123456789":
            self.move_requested.emit(chosen, int(event.text()) - 1)
        else:
            super().keyPressEvent(event)


def mime_of(paths: Sequence[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


class _BinDelegate(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CELL

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.colours()
        box: QRect = option.rect.adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.fillRect(box, colours.raised)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap) and not picture.isNull():
            paint_fitted(painter, box, picture)
        elif isinstance(picture, QPixmap):  # it cannot be read
            sign = QRect(0, 0, 20, 20)
            sign.moveCenter(box.center())
            theme.icon("warning", colours.warning).paint(painter, sign)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(colours.accent)
            for inset in (0, 1):
                painter.drawRect(box.adjusted(inset, inset, -1 - inset, -1 - inset))
