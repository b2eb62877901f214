"""A bundled dataset as a card to click: a picture of it, its name, one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui import theme

_PICTURE_HEIGHT = 104
_EDGE = 12


@dataclass(frozen=True, slots=True)
class Example:
    id: str
    name: str
    sentence: str
    picture: Path
    icon: str = "picture"  # "table" where the samples are rows


class ExampleCard(QAbstractButton):
    """One click makes a ready project of it."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"example.{example.id}")
        self.setText(example.name)
        self.setAccessibleName(example.name)
        self.setAccessibleDescription(example.sentence)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sentence = example.sentence
        self._picture = QPixmap(str(example.picture))

    @override
    def sizeHint(self) -> QSize:
        lines = self.fontMetrics().height()
        return QSize(196, _PICTURE_HEIGHT + _EDGE * 3 + int(lines * 4.7))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(150, self.sizeHint().height())

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(box, 10, 10)
        painter.fillPath(shape, colours.raised if self.isDown() else colours.surface)
        painter.save()
        painter.setClipPath(shape)
        self._paint_picture(painter, QRectF(box.x(), box.y(), box.width(), _PICTURE_HEIGHT))
        painter.restore()
        marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(colours.accent if marked else colours.border, 2 if marked else 1))
        painter.drawPath(shape)
        self._paint_words(painter, box)

    def _paint_picture(self, painter: QPainter, frame: QRectF) -> None:
        if self._picture.isNull():
            return
        colours = theme.colours()
        ground = QColor(colours.raised)
        painter.fillRect(frame, ground if self._picture.hasAlphaChannel() else QColor("#000000"))
        size = self._picture.size()
        scale = max(frame.width() / size.width(), frame.height() / size.height())
        if self._picture.hasAlphaChannel():  # a plot must be seen whole
            scale = min(frame.width() / size.width(), frame.height() / size.height())
        width, height = size.width() * scale, size.height() * scale
        target = QRectF(frame.center().x() - width / 2, frame.center().y() - height / 2, width, height)
        painter.setClipRect(frame, Qt.ClipOperation.IntersectClip)  # a wide card shows a part of it
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        colours = theme.colours()
        line = self.fontMetrics().height()
        top = box.y() + _PICTURE_HEIGHT + _EDGE
        name = QRectF(box.x() + _EDGE, top, box.width() - 2 * _EDGE, line * 1.3)
        font = theme.font("body")
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colours.text)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(theme.font("small"))
        painter.setPen(colours.muted)
        rest = QRectF(name.x(), name.bottom() + 4, name.width(), box.bottom() - name.bottom() - _EDGE)
        painter.drawText(rest, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self._sentence)
