"""Where a picture is dropped, and where it is then seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.data.boxes.box import Box
from studio.ui import theme
from studio.ui.boxes.painting import paint_boxes


class DropZone(QWidget):
    """Click or Enter; what is dragged over it is the page's to take, it only shows that it would."""

    chosen = Signal()  # clicked: ask for files

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dropZone")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._text = text
        self._over = False
        self._picture: QPixmap | None = None
        self._boxes: list[tuple[Box, str]] = []
        self._size = (1, 1)
        theme.theme().theme_changed.connect(self.update)

    def set_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self._boxes, self._size = [], (1, 1)
        self.update()

    def set_frame(self, picture: QPixmap) -> None:
        """The next of a moving picture: boxes stay until others come."""
        self._picture = picture
        self.update()

    def set_boxes(self, boxes: list[tuple[Box, str]], size: tuple[int, int]) -> None:
        """To be drawn over the picture, with names; in pixels of a picture of `size` (height, width)."""
        self._boxes, self._size = boxes, size
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, 180)

    def show_over(self, over: bool) -> None:
        """Something that would be taken is being dragged over the page."""
        if over != self._over:
            self._over = over
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        fill = QColor(colours.accent) if self._over else QColor(colours.surface)
        if self._over:
            fill.setAlpha(40)
        active = self._over or self.hasFocus()
        style = Qt.PenStyle.SolidLine if self._picture is not None else Qt.PenStyle.DashLine
        painter.setPen(QPen(colours.accent if active else colours.border, 2, style))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, 10, 10)
        if self._picture is not None:
            self._draw_picture(painter, frame.adjusted(10, 10, -10, -10))
            return
        painter.setPen(colours.muted)
        symbol = QRectF(0, 0, 48, 48)
        symbol.moveCenter(frame.center())
        symbol.translate(0, -30)
        theme.icon("picture", colours.muted).paint(painter, symbol.toRect())
        words = frame.adjusted(20, frame.height() / 2 + 6, -20, -10)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._text)

    def _draw_picture(self, painter: QPainter, room: QRectF) -> None:
        assert self._picture is not None
        size = self._picture.size()
        scaled = QSize(size).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, scaled.width(), scaled.height())
        target.moveCenter(room.center())
        enlarged = scaled.width() > size.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not enlarged or size.width() > 200)
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        for box, name in self._boxes:
            names = [name] * (box.class_index + 1)  # of which only its own is looked at
            paint_boxes(painter, target, self._size, (box,), names, 2.4)
