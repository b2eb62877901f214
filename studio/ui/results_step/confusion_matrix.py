"""Which class was taken for which: a grid to look at, to point into and to walk through with the arrows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.plots.quantities import count_text

_SMALLEST = 20  # pixels; so small a cell still shows its tint, the count is in its sentence
_HEIGHT = 430  # of the whole grid where that can be: seen without scrolling on a small screen
_SLANT = 90  # what the last column's slanted name needs at the right, at most
_LARGEST = 104
_TINIEST = 1.0  # pixels: of hundreds of classes all are seen at once, as a pattern
_LABEL_SHARE = 0.28  # of the width at most for class names


class ConfusionMatrix(QWidget):
    """Rows are what the samples are, columns what they were taken for. Cells tint by share of their row."""

    cell_entered = Signal(int, int)  # true, predicted; by pointer or keys
    cell_chosen = Signal(int, int)  # clicked, or Enter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusionMatrix")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self._counts: npt.NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._classes: tuple[str, ...] = ()
        self._longest = 0  # width of the longest class name
        self._current: tuple[int, int] | None = None
        self._chosen: tuple[int, int] | None = None
        theme.theme().theme_changed.connect(self.update)

    def set_matrix(self, counts: npt.NDArray[np.int64], classes: tuple[str, ...]) -> None:
        self._counts, self._classes = counts, classes
        self._measure_names()
        self._current = self._chosen = None
        self.setAccessibleDescription("")
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.updateGeometry()
        self.update()

    def _measure_names(self) -> None:
        """Once, not for each of the thousands of cells that many classes have."""
        metrics = QFontMetrics(self.font())
        self._longest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure_names()

    @property
    def current(self) -> tuple[int, int] | None:
        return self._current

    def sentence(self, true: int, predicted: int) -> str:
        """What a cell says, in words."""
        count, whole = int(self._counts[true, predicted]), int(self._counts[true].sum())
        name, taken = self._classes[true], self._classes[predicted]
        if true == predicted:
            text = self.tr("{count} of {whole} “{name}” were recognised.")
        elif count == 0:
            return self.tr("No “{name}” was taken for “{taken}”.").format(name=name, taken=taken)
        else:
            text = self.tr("{count} of {whole} “{name}” were taken for “{taken}”.")
        return text.format(count=count_text(count), whole=count_text(whole), name=name, taken=taken)

    # -- geometry -----------------------------------------------------------------------------------

    @property
    def _size(self) -> int:
        return len(self._classes)

    def _label_width(self) -> int:
        return min(self._longest + 10, max(60, round(self.width() * _LABEL_SHARE)))

    def _cell(self) -> float:
        slant = min(_SLANT, round(self._longest * 0.75) + 4)
        room = self.width() - self._label_width() - slant
        largest = min(_LARGEST, max(_SMALLEST, _HEIGHT / max(1, self._size)))
        return max(_TINIEST, min(largest, room / max(1, self._size)))

    def _head(self) -> int:
        """Height above the grid: the column names, slanted where they don't fit flat."""
        metrics, longest = QFontMetrics(self.font()), self._longest
        flat = longest + 6 <= self._cell()
        return 2 * metrics.height() + 8 if flat else min(round(longest * 0.75) + 34, 120)

    def _cell_rect(self, true: int, predicted: int) -> QRectF:
        side = self._cell()
        return QRectF(self._label_width() + predicted * side, self._head() + true * side, side, side)

    def _cell_at(self, where: QPoint) -> tuple[int, int] | None:
        side = self._cell()
        column = int((where.x() - self._label_width()) // side)
        row = int((where.y() - self._head()) // side)
        inside = 0 <= row < self._size and 0 <= column < self._size
        return (row, column) if inside else None

    @override
    def sizeHint(self) -> QSize:
        side = round(self._cell())
        return QSize(self._label_width() + self._size * side + 8, self._head() + self._size * side + 8)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, self._head() + round(self._size * min(self._cell(), _LARGEST)) + 8)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self.minimumSizeHint().height())

    # -- pointer and keys ---------------------------------------------------------------------------

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        self._enter(cell)
        if cell is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.sentence(*cell), self)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._enter(None)
        super().leaveEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(cell)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in moves and self._size:
            row, column = self._current or (0, 0)
            if self._current is not None:
                row = min(max(row + moves[key][0], 0), self._size - 1)
                column = min(max(column + moves[key][1], 0), self._size - 1)
            self._enter((row, column))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current is not None:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current is None and self._size and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._enter((0, 0))
        self.update()

    def _enter(self, cell: tuple[int, int] | None) -> None:
        if cell == self._current:
            return
        self._current = cell
        if cell is not None:
            self.setAccessibleDescription(self.sentence(*cell))
            self.cell_entered.emit(*cell)
        self.update()

    def _choose(self, cell: tuple[int, int]) -> None:
        self._chosen = cell
        self.cell_chosen.emit(*cell)
        self.update()

    # -- drawing ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._size:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_names(painter)
        shares = self._counts / np.maximum(1, self._counts.sum(axis=1, keepdims=True))
        if self._cell() < _SMALLEST:
            self._draw_tints(painter, shares)
        else:
            for true in range(self._size):
                for predicted in range(self._size):
                    self._draw_cell(painter, true, predicted, float(shares[true, predicted]))
        for cell, width in ((self._chosen, 2), (self._current, 2)):
            if cell is not None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colours().text, width))
                painter.drawRoundedRect(self._cell_rect(*cell).adjusted(1, 1, -1, -1), 3, 3)

    def _draw_cell(self, painter: QPainter, true: int, predicted: int, share: float) -> None:
        colours = theme.colours()
        rect = self._cell_rect(true, predicted).adjusted(0.5, 0.5, -0.5, -0.5)
        tint = QColor(colours.success if true == predicted else colours.error)
        # Rare mistakes must still be seen: the tint grows with the root of the share.
        tint.setAlphaF(0.0 if share == 0 else min(1.0, 0.08 + 0.8 * share**0.5))
        painter.setPen(QPen(colours.grid))
        painter.setBrush(colours.surface)
        painter.drawRect(rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRect(rect)
        count = int(self._counts[true, predicted])
        text = count_text(count)
        if count and QFontMetrics(self.font()).horizontalAdvance(text) + 4 <= rect.width():
            # On a strong tint the surface's colour reads better than the text's.
            painter.setPen(colours.surface if tint.alphaF() > 0.55 else colours.text)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_tints(self, painter: QPainter, shares: npt.NDArray[np.float64]) -> None:
        """The whole grid as one picture, a pixel a cell: no count would fit, and 10,000 cells one by one
        would let the pointer wait."""
        colours = theme.colours()
        alpha = np.where(shares > 0, np.minimum(1.0, 0.08 + 0.8 * np.sqrt(shares)), 0.0)[..., None]
        right, wrong, ground = (
            np.array((colour.red(), colour.green(), colour.blue()), np.float64)
            for colour in (colours.success, colours.error, colours.surface)
        )
        tints = np.where(np.eye(self._size, dtype=bool)[..., None], right, wrong)
        cells = np.full((self._size, self._size, 4), 255, np.uint8)
        cells[..., :3] = (alpha * tints + (1 - alpha) * ground).round().astype(np.uint8)
        picture = QImage(cells.data, self._size, self._size, 4 * self._size, QImage.Format.Format_RGBA8888)
        whole = self._cell_rect(0, 0).united(self._cell_rect(self._size - 1, self._size - 1))
        painter.drawImage(whole, picture)
        painter.setPen(QPen(colours.grid))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(whole)

    def _draw_names(self, painter: QPainter) -> None:
        colours = theme.colours()
        metrics = QFontMetrics(self.font())
        width, side = self._label_width(), self._cell()
        current = self._current or (-1, -1)
        flat = self._longest + 6 <= side
        every = max(1, -(-metrics.height() // max(1, round(side))))  # tiny cells: not every name fits
        painter.setPen(colours.muted)
        painter.drawText(
            QRectF(width, 0, self._size * side, metrics.height()),
            Qt.AlignmentFlag.AlignLeft,
            self.tr("was taken for →"),
        )
        for number, name in enumerate(self._classes):
            if number % every:
                continue
            painter.setPen(colours.text if number == current[0] else colours.muted)
            high = max(side, metrics.height())  # a name is higher than a tiny cell
            row = QRectF(0, self._head() + (number + 0.5) * side - high / 2, width - 6, high)
            painter.drawText(
                row,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width - 8),
            )
            painter.setPen(colours.text if number == current[1] else colours.muted)
            if flat:
                cell = QRectF(
                    width + number * side, self._head() - metrics.height() - 4, side, metrics.height()
                )
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, name)
            else:
                self._draw_slanted(painter, metrics, number, name)

    def _draw_slanted(self, painter: QPainter, metrics: QFontMetrics, number: int, name: str) -> None:
        side = self._cell()
        painter.save()
        painter.translate(self._label_width() + (number + 0.45) * side, self._head() - 6)
        painter.rotate(-45)
        room = round((self._head() - 30) / 0.71)
        painter.drawText(0, 0, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(20, room)))
        painter.restore()
