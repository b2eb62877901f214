"""The square to paint points into, with the mouse or the keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.data.points.painted_points import Painting
from studio.data.points.point_sets import CLASS_NAMES
from studio.ui import theme

_APART = 0.05  # between the points of one stroke, in units of the square's half side
_ERASER = 0.08  # its radius, in the same units
_KEY_STEP = 0.05
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class PaintArea(QWidget):
    """Holds the painting and those before it. A stroke, or a key, is one step to undo."""

    changed = Signal()
    class_chosen = Signal(int)  # by a key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paintArea")
        self.setAccessibleName(self.tr("Area to paint points into"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the cross, Space puts a point, 1 to 6 choose the class, Delete erases.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.painting = Painting()
        self.code = 0
        self.erasing = False
        self._before: list[Painting] = []
        self._stroke: tuple[float, float] | None = None
        self._cross = (0.0, 0.0)

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> None:
        if self._before:
            self.painting = self._before.pop()
            self._tell()

    def clear(self) -> None:
        """Can be undone like all else."""
        if self.painting.points:
            self._before.append(self.painting)
            self.painting = Painting()
            self._tell()

    @override
    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 140)

    # -- mouse --------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._before.append(self.painting)
            self._stroke = None
            self._touch(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._touch(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._before and self._before[-1] == self.painting:
            self._before.pop()  # nothing came of this stroke
        self._tell()

    def _touch(self, event: QMouseEvent) -> None:
        """The right button erases, whatever is chosen."""
        x, y = self._place(event.position())
        right = event.buttons() & Qt.MouseButton.RightButton or event.button() == Qt.MouseButton.RightButton
        if self.erasing or right:
            self.painting = self.painting.without(x, y, _ERASER)
        elif self._stroke is None or max(abs(x - self._stroke[0]), abs(y - self._stroke[1])) >= _APART:
            self.painting = self.painting.add(x, y, self.code)
            self._stroke = (x, y)
        self._cross = (max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y)))
        self._tell()

    # -- keys ---------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            across, up = _MOVES[key]
            x, y = self._cross[0] + across * _KEY_STEP, self._cross[1] + up * _KEY_STEP
            self._cross = (max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y)))
            self.update()
        elif key == Qt.Key.Key_Space:
            erase = self.painting.without(*self._cross, _ERASER)
            self._change(erase if self.erasing else self.painting.add(*self._cross, self.code))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._change(self.painting.without(*self._cross, _ERASER))
        elif event.text() and event.text() in "123456":
            self.class_chosen.emit(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)

    def _change(self, painting: Painting) -> None:
        if painting is not self.painting:
            self._before.append(self.painting)
            self.painting = painting
            self._tell()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    # -- places and painting ------------------------------------------------------------------------

    def _square(self) -> QRectF:
        side = max(20, min(self.width(), self.height()) - 2)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _place(self, at: QPointF) -> tuple[float, float]:
        square = self._square()
        half = square.width() / 2
        return (at.x() - square.center().x()) / half, (square.center().y() - at.y()) / half

    def pixel(self, x: float, y: float) -> QPointF:
        """Where a place is seen."""
        square = self._square()
        half = square.width() / 2
        return QPointF(square.center().x() + x * half, square.center().y() - y * half)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours, square = theme.colours(), self._square()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(square, colours.surface)
        painter.setPen(QPen(colours.grid, 1))
        painter.drawLine(self.pixel(-1, 0), self.pixel(1, 0))
        painter.drawLine(self.pixel(0, -1), self.pixel(0, 1))
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.border, 1))
        painter.drawRect(square)
        painter.setFont(theme.font("small"))
        for point in self.painting.points:
            at = self.pixel(point.x, point.y)
            painter.setPen(QPen(colours.surface, 1))
            painter.setBrush(colours.series(point.code))
            painter.drawEllipse(at, 5, 5)
        if self.hasFocus():
            at = self.pixel(*self._cross)
            painter.setPen(QPen(colours.text, 1))
            painter.drawLine(at - QPointF(7, 0), at + QPointF(7, 0))
            painter.drawLine(at - QPointF(0, 7), at + QPointF(0, 7))
        if not self.painting.points:
            painter.setPen(colours.muted)
            words = self.tr("Click or drag to put points of class {name}").format(name=CLASS_NAMES[self.code])
            below = square.adjusted(12, square.height() / 2 + 12, -12, -12)
            painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter, words)
