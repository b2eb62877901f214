"""Cells of one size in rows, however many: where a cell lies is a calculation, nothing is laid out."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QStyleOptionViewItem, QWidget
from typing_extensions import override

Index = QModelIndex | QPersistentModelIndex


class GridView(QAbstractItemView):
    """A list of cells that wraps at the right edge. QListView lays all of its items out first, which takes
    seconds for 100,000, and again whenever its width changes."""

    rows_seen = Signal(int, int)  # the first and last row of the model that are in sight

    def __init__(self, cell: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell = cell
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    # -- where things are -----------------------------------------------------------------------------

    def columns(self) -> int:
        return max(1, self.viewport().width() // self._cell.width())

    def count(self) -> int:
        return self.model().rowCount() if self.model() is not None else 0

    def seen(self) -> tuple[int, int]:
        """The first and last row of the model that are in sight; the last is before the first if none is."""
        top = self.verticalOffset()
        first = top // self._cell.height() * self.columns()
        lines = (top + self.viewport().height() - 1) // self._cell.height() + 1
        return first, min(self.count(), lines * self.columns()) - 1

    def _rect(self, row: int) -> QRect:
        line, column = divmod(row, self.columns())
        y = line * self._cell.height() - self.verticalOffset()
        return QRect(QPoint(column * self._cell.width(), y), self._cell)

    @override
    def visualRect(self, index: Index) -> QRect:
        return self._rect(index.row()) if index.isValid() else QRect()

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        column, y = point.x() // self._cell.width(), point.y() + self.verticalOffset()
        row = y // self._cell.height() * self.columns() + column
        if 0 <= column < self.columns() and y >= 0 and row < self.count():
            return self.model().index(row, 0)
        return QModelIndex()

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        if not index.isValid():
            return
        if hint == QAbstractItemView.ScrollHint.PositionAtTop or rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 1)

    @override
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not self.count():
            return QModelIndex()
        move = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // self._cell.height()) * self.columns()
        steps = {
            move.MoveLeft: -1, move.MovePrevious: -1, move.MoveRight: 1, move.MoveNext: 1,
            move.MoveUp: -self.columns(), move.MoveDown: self.columns(),
            move.MovePageUp: -page, move.MovePageDown: page,
            move.MoveHome: -self.count(), move.MoveEnd: self.count(),
        }  # fmt: skip
        current = self.currentIndex().row() if self.currentIndex().isValid() else 0
        wanted = current + (steps[action] if self.currentIndex().isValid() else 0)
        if action in (move.MoveUp, move.MoveDown) and not 0 <= wanted < self.count():
            wanted = current  # the same column or nowhere
        return self.model().index(min(max(0, wanted), self.count() - 1), 0)

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return False

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """All cells that a drawn frame touches; between two cells, those of the frame around both."""
        chosen = QItemSelection()
        rect = rect.normalized()
        width, height = self._cell.width(), self._cell.height()
        columns = range(max(0, rect.left() // width), min(self.columns() - 1, rect.right() // width) + 1)
        top = max(0, (rect.top() + self.verticalOffset()) // height)
        for line in range(top, (rect.bottom() + self.verticalOffset()) // height + 1):
            first, last = line * self.columns(), line * self.columns() + len(columns) - 1
            if not columns or first + columns[0] >= self.count():
                break
            last = min(last + columns[0], self.count() - 1)
            chosen.select(self.model().index(first + columns[0], 0), self.model().index(last, 0))
        self.selectionModel().select(chosen, command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        first, last = self.seen()
        for row in range(first, last + 1):  # all may be selected: those in sight are enough
            if selection.contains(self.model().index(row, 0)):
                region += self._rect(row)
        return region

    # -- showing --------------------------------------------------------------------------------------

    @override
    def updateGeometries(self) -> None:
        bar = self.verticalScrollBar()
        lines = -(-self.count() // self.columns())
        bar.setRange(0, max(0, lines * self._cell.height() - self.viewport().height()))
        bar.setSingleStep(self._cell.height() // 3)
        bar.setPageStep(max(1, self.viewport().height() - self._cell.height() // 4))
        super().updateGeometries()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sample at the top stays at the top when the columns become more or fewer."""
        width = event.oldSize().width()
        before = max(1, width // self._cell.width()) if width > 0 else self.columns()
        top = self.verticalOffset() // self._cell.height() * before
        inside = self.verticalOffset() % self._cell.height()
        super().resizeEvent(event)
        self.updateGeometries()
        if before != self.columns():
            self.verticalScrollBar().setValue(top // self.columns() * self._cell.height() + inside)

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)
        self.rows_seen.emit(*self.seen())

    @override
    def reset(self) -> None:
        super().reset()
        self.updateGeometries()
        self.rows_seen.emit(*self.seen())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        delegate, model, current = self.itemDelegate(), self.model(), self.currentIndex()
        hovered = (
            self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())) if self.underMouse() else None
        )
        plain = option.state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)  # type: ignore[attr-defined]
        first, last = self.seen()
        for row in range(first, last + 1):
            rect = self._rect(row)
            if not rect.intersects(event.rect()):
                continue
            index = model.index(row, 0)
            state = plain
            if self.selectionModel().isSelected(index) or (index == current and self.hasFocus()):
                state |= QStyle.StateFlag.State_Selected
            if index == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            option.rect = rect  # type: ignore[attr-defined]
            option.state = state  # type: ignore[attr-defined]
            delegate.paint(painter, option, index)
