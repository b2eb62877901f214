"""Boxes over a picture in the colours of their classes, to be seen on bright and on dark ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.ui import theme

if TYPE_CHECKING:
    from studio.data.boxes.box import Box

_HALO = QColor(0, 0, 0, 150)
_LEAST_NAMED = 14.0  # pixels of a box's side: below, its name would hide it


def on_screen(box: Box, picture: tuple[int, int], target: QRectF) -> QRectF:
    """Where a box in pixels of a picture (height, width) lies, when that is painted into `target`."""
    height, width = picture
    across, down = target.width() / max(1, width), target.height() / max(1, height)
    corner = QPointF(target.left() + box.left * across, target.top() + box.top * down)
    return QRectF(corner.x(), corner.y(), box.width * across, box.height * down)


def colour_of(class_index: int) -> QColor:
    """The colour in which the class balance shows the class, bright enough for photos."""
    colour = theme.colours().series(class_index)
    return colour if theme.is_dark() else colour.lighter(125)


def paint_boxes(
    painter: QPainter,
    target: QRectF,
    picture: tuple[int, int],
    boxes: Sequence[Box],
    names: Sequence[str] = (),
    width: float = 1.6,
) -> None:
    """Args: picture: (height, width) that the boxes are in pixels of; names: of the classes, none for small
    pictures."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for box in boxes:
        paint_box(painter, on_screen(box, picture, target), colour_of(box.class_index), width)
    for box in boxes if names else ():
        place = on_screen(box, picture, target)
        name = names[box.class_index] if box.class_index < len(names) else ""
        if name and min(place.width(), place.height()) >= _LEAST_NAMED:
            paint_name(painter, place, target, name, colour_of(box.class_index))
    painter.restore()


def paint_box(painter: QPainter, place: QRectF, colour: QColor, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_HALO, width + 2), QPen(colour, width)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(place)


def paint_name(painter: QPainter, place: QRectF, within: QRectF, name: str, colour: QColor) -> None:
    """On the box's upper edge, inside where there is no room above."""
    painter.setFont(theme.font("small"))
    metrics = QFontMetricsF(painter.font())
    room = max(40.0, min(place.width(), 160.0))
    text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
    height = metrics.height() + 2
    top = place.top() - height if place.top() - height >= within.top() else place.top()
    tag = QRectF(place.left(), top, metrics.horizontalAdvance(text) + 8, height)
    tag.moveRight(min(tag.right(), within.right()))
    painter.fillRect(tag, colour)
    painter.setPen(QColor("#101418") if colour.lightness() > 120 else QColor("white"))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
