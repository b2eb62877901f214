"""One wire on the canvas: a smooth curve that says the shape of what flows through it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from studio.core.network import Edge
from studio.ui import theme
from studio.ui.canvas.fonts import CardFonts
from studio.ui.canvas.geometry import WIRE_REACH, wire_path

_LONG = 120.0  # shorter wires are clear without an arrow head
_LABEL_ZOOM = 0.4  # below this zoom labels would be unreadable


class WireItem(QGraphicsItem):
    """An edge between two ports. `broken`: what flows is not known, because of a problem upstream."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self.edge = edge
        self._path = QPainterPath()
        self.long = False  # long wires have an arrow head, and run around cards in their way
        self._label = ""
        self._broken = False
        self._hovered = False
        self._splice = False
        self._hidden = False
        self._bounds = QRectF()
        self._reach = QPainterPath()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(1)

    @property
    def label(self) -> str:
        return self._label

    @property
    def path(self) -> QPainterPath:
        return self._path

    @property
    def middle(self) -> QPointF:
        return self._path.pointAtPercent(0.5) if not self._path.isEmpty() else QPointF()

    def route(self, start: QPointF, end: QPointF, obstacles: Iterable[QRectF] = ()) -> None:
        path = wire_path(start, end, obstacles)
        if path != self._path:
            self.prepareGeometryChange()
            self._path = path
            self.long = path.length() > _LONG
            stroker = QPainterPathStroker()
            stroker.setWidth(2 * WIRE_REACH)
            self._reach = stroker.createStroke(path)
            self._measure()
            self.update()

    def show_label(self, label: str, broken: bool) -> None:
        if (label, broken) != (self._label, self._broken):
            self.prepareGeometryChange()
            self._label, self._broken = label, broken
            self._measure()
            self.update()

    def set_hover(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def set_splice(self, splice: bool) -> None:
        """Shows that a dragged layer would go into this wire."""
        if splice != self._splice:
            self._splice = splice
            self.update()

    def set_lifted(self, lifted: bool) -> None:
        """Fades the wire while its end is being dragged elsewhere."""
        if lifted != self._hidden:
            self._hidden = lifted
            self.setOpacity(0.25 if lifted else 1.0)

    def _label_rect(self) -> QRectF:
        width = CardFonts.current().small_metrics.horizontalAdvance(self._label) + 12
        middle = self.middle
        return QRectF(middle.x() - width / 2, middle.y() - 9, width, 18)

    def _measure(self) -> None:
        bounds = self._path.boundingRect().adjusted(-6, -6, 6, 6)
        self._bounds = bounds.united(self._label_rect()) if self._label else bounds

    @override
    def boundingRect(self) -> QRectF:
        return self._bounds

    @override
    def shape(self) -> QPainterPath:
        return self._reach

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = theme.colours()
        lively = self.isSelected() or self._splice
        tint = colours.accent if lively or self._hovered else colours.muted
        if self._broken and not lively:
            tint = colours.error
        pen = QPen(tint, 4.0 if self._splice else 2.5 if lively or self._hovered else 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if self._broken:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(self._path)
        if lively or self._hovered or self.long:
            self._paint_arrow(painter, pen)
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if self._label and scale >= _LABEL_ZOOM:
            rect = self._label_rect()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.background)  # a halo in the canvas's own colour: readable on any wire
            painter.drawRoundedRect(rect, 9, 9)
            painter.setFont(CardFonts.current().small)
            painter.setPen(colours.accent if lively or self._hovered else colours.text)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._label)

    def _paint_arrow(self, painter: QPainter, pen: QPen) -> None:
        """A small head just above the input port: which way things flow."""
        if self._path.isEmpty():
            return
        tip = self._path.currentPosition() - QPointF(0, 6)
        head = QPolygonF([tip, tip + QPointF(-4, -7), tip + QPointF(4, -7)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawPolygon(head)
