"""One picture, as large as there is room, with its boxes; where it may be edited, they follow the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.boxes.gestures import BoxGesture, DrawBox, MoveBox, ResizeBox
from studio.ui.boxes.painting import colour_of, on_screen, paint_boxes

if TYPE_CHECKING:
    from studio.data.boxes.box import Box

_GRIP = 8.0  # pixels around an edge by which it is taken
_PATIENCE_MS = 250
_CURSORS = {
    "": Qt.CursorShape.CrossCursor, "l": Qt.CursorShape.SizeHorCursor, "r": Qt.CursorShape.SizeHorCursor,
    "t": Qt.CursorShape.SizeVerCursor, "b": Qt.CursorShape.SizeVerCursor,
    "lt": Qt.CursorShape.SizeFDiagCursor, "rb": Qt.CursorShape.SizeFDiagCursor,
    "rt": Qt.CursorShape.SizeBDiagCursor, "lb": Qt.CursorShape.SizeBDiagCursor,
}  # fmt: skip


class BoxCanvas(QWidget):
    """Holds no truth: what the mouse did is told, and whoever shows the boxes shows others."""

    box_drawn = Signal(object)  # a Box
    box_changed = Signal(int, object)  # which, and the Box it is now
    box_selected = Signal(int)  # -1: none

    def __init__(self, parent: QWidget | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("boxCanvas")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 140)
        self.setMouseTracking(editable)
        self.editable = editable
        self.new_class = 0  # of a box that is drawn next
        self.selected = -1
        self._pixmap = QPixmap()
        self._size = (1, 1)
        self._boxes: tuple[Box, ...] = ()
        self._names: tuple[str, ...] = ()
        self._gesture: BoxGesture | None = None
        self._waiting = QElapsedTimer()

    def show_picture(self, pixmap: QPixmap, size: tuple[int, int]) -> None:
        """Args: size: (height, width) of the upright picture, which boxes are in pixels of."""
        self._pixmap, self._size, self._gesture = pixmap, size, None
        self._waiting.invalidate()
        self.update()

    def show_waiting(self) -> None:
        """The next picture is on its way; that is said only where it takes a moment."""
        self.show_picture(QPixmap(), (1, 1))
        self._waiting.start()
        QTimer.singleShot(_PATIENCE_MS, self, self.update)

    def show_boxes(self, boxes: tuple[Box, ...], names: tuple[str, ...], selected: int = -1) -> None:
        self._boxes, self._names = boxes, names
        self.selected = selected if selected < len(boxes) else -1
        told = [f"{names[b.class_index]}" for b in boxes if b.class_index < len(names)]
        self.setAccessibleDescription(", ".join(told))
        self.update()

    def cancel(self) -> bool:
        """Ends what the mouse is doing without a change; False where it does nothing."""
        busy = self._gesture is not None
        self._gesture = None
        self.update()
        return busy

    def target(self) -> QRectF:
        """Where the picture is painted."""
        height, width = self._size
        size = QSize(width, height).scaled(self.size() - QSize(4, 4), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, max(1, size.width()), max(1, size.height()))
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def to_picture(self, point: QPointF) -> tuple[float, float]:
        """(x, y) in pixels of the picture."""
        height, width = self._size
        place = self.target()
        return (
            (point.x() - place.left()) * width / place.width(),
            (point.y() - place.top()) * height / place.height(),
        )

    def to_screen(self, box: Box) -> QRectF:
        return on_screen(box, self._size, self.target())

    # -- the mouse ------------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.editable or self._pixmap.isNull() or event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        at = self.to_picture(point)
        index, edges = self._taken(point)
        if index < 0:
            if not self.target().contains(point):
                self._select(-1)
                return
            self._gesture = DrawBox(self._size, self.new_class, at)
        elif edges:
            self._gesture = ResizeBox(self._size, index, self._boxes[index], edges)
        else:
            self._gesture = MoveBox(self._size, index, self._boxes[index], at)
        self._select(index)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._gesture.move(self.to_picture(event.position()))
            self.update()
        elif self.editable:
            index, edges = self._taken(event.position())
            inside = index >= 0 and not edges
            self.setCursor(Qt.CursorShape.SizeAllCursor if inside else _CURSORS[edges])

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if gesture.box is not None and gesture.changed:
            if gesture.index < 0:
                self.box_drawn.emit(gesture.box)
            else:
                self.box_changed.emit(gesture.index, gesture.box)
        self.update()

    def _select(self, index: int) -> None:
        self.selected = index
        self.box_selected.emit(index)
        self.update()

    def _taken(self, point: QPointF) -> tuple[int, str]:
        """The box under the mouse and its edges there; the selected one first, then the smallest."""
        order = sorted(range(len(self._boxes)), key=lambda i: (i != self.selected, self._boxes[i].area))
        for index in order:
            place = self.to_screen(self._boxes[index])
            grip = min(_GRIP, max(3.0, min(place.width(), place.height()) / 4))
            if not place.adjusted(-grip, -grip, grip, grip).contains(point):
                continue
            edges = ""
            if min(abs(point.x() - place.left()), abs(point.x() - place.right())) <= grip:
                edges += "l" if abs(point.x() - place.left()) < abs(point.x() - place.right()) else "r"
            if min(abs(point.y() - place.top()), abs(point.y() - place.bottom())) <= grip:
                edges += "t" if abs(point.y() - place.top()) < abs(point.y() - place.bottom()) else "b"
            # A thing may lie in a larger box: only the edges of one that is not selected are taken.
            if edges or index == self.selected or place.width() * place.height() < self._half():
                return index, edges
        return -1, ""

    def _half(self) -> float:
        place = self.target()
        return place.width() * place.height() / 2

    # -- showing --------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.target()
        if self._pixmap.isNull():
            if self._waiting.isValid() and self._waiting.elapsed() < _PATIENCE_MS:
                return
            painter.setPen(theme.colours().muted)
            words = self.tr("This picture cannot be shown.")
            if self._waiting.isValid():
                words = self.tr("Reading the picture…")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, self._pixmap.width() * 3 > place.width()
        )
        painter.drawPixmap(place, self._pixmap, QRectF(self._pixmap.rect()))
        boxes = list(self._boxes)
        if self._gesture is not None and self._gesture.box is not None:
            if self._gesture.index >= 0:
                boxes[self._gesture.index] = self._gesture.box
            else:
                boxes.append(self._gesture.box)
        paint_boxes(painter, place, self._size, boxes, self._names)
        if 0 <= self.selected < len(boxes):
            self._paint_grips(painter, boxes[self.selected])

    def _paint_grips(self, painter: QPainter, box: Box) -> None:
        place = self.to_screen(box)
        colour = colour_of(box.class_index)
        fill = colour.toRgb()
        fill.setAlpha(50)
        painter.fillRect(place, fill)
        painter.setPen(Qt.GlobalColor.black)
        painter.setBrush(colour)
        for x in (place.left(), place.right()):
            for y in (place.top(), place.bottom()):
                painter.drawRect(QRectF(x - 3.5, y - 3.5, 7, 7))
