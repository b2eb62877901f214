"""A small bubble at the cursor: what a drop would do, or why it cannot be done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from studio.ui import theme

_MARGIN, _WIDEST = 10, 300  # pixels


class Bubble(QLabel):
    """Never takes the mouse; stays inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._refused = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setContentsMargins(_MARGIN, 6, _MARGIN, 6)
        self.setObjectName("canvasBubble")
        self.hide()

    def say(self, text: str, at: QPoint, refused: bool = False, below: int = 20) -> None:
        """Shows `text` so many pixels below the point and beside it; an empty text hides the bubble."""
        if not text:
            self.hide()
            return
        self._refused = refused
        if text != self.text():
            self.setText(text)
            self.ensurePolished()
            width = self.fontMetrics().horizontalAdvance(text) + 2 * _MARGIN + 4
            self.setFixedWidth(min(_WIDEST, width))
            self.setFixedHeight(self.heightForWidth(self.width()))
        parent = self._parent.rect()
        x = min(at.x() + 16, parent.right() - self.width() - 4)
        y = at.y() + below
        if y + self.height() > parent.bottom() - 4:
            y = at.y() - self.height() - 12
        self.move(max(4, x), max(4, y))
        self.show()
        self.raise_()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.error if self._refused else colours.accent, 1))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
        super().paintEvent(event)
