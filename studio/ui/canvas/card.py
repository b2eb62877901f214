"""One layer on the canvas: a card with picture, name, figures and ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.canvas.fonts import CardFonts
from studio.ui.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    OUTPUT_OFFSET,
    PORT_RADIUS,
    PORT_REACH,
    input_offset,
)

_READABLE = 0.45  # below this zoom small print is only noise
_RADIUS = 8.0
_STRIP = 4.0


@dataclass(frozen=True, slots=True)
class CardView:
    """Everything a card shows; equal views need no repaint."""

    id: str
    name: str
    summary: str
    family: str
    icon: str
    parameters: str
    output: str
    inputs: int
    has_output: bool
    position: tuple[float, float]
    problem: Literal["error", "warning", "waits", ""] = ""
    tooltip: str = ""
    spoken: str = ""
    block: bool = False  # several layers: a second card looks out behind it


@dataclass(frozen=True, slots=True)
class Port:
    """An end that a wire can be drawn from or to. `index` counts a node's inputs; outputs have 0."""

    node: str
    side: Literal["input", "output"]
    index: int = 0


class LayerCard(QGraphicsItem):
    """Paints a CardView. Hit tests on its ports are geometry, not items: hundreds stay fast."""

    def __init__(self, view: CardView) -> None:
        super().__init__()
        self._view = view
        self.current = False  # where the keyboard is
        self._hovered = False
        self._hover_port: Port | None = None
        self._offers: frozenset[Port] = frozenset()  # ports a wire under way may end at
        self._refused = False
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(2)
        self._place()

    @property
    def view(self) -> CardView:
        return self._view

    @property
    def id(self) -> str:
        return self._view.id

    def show_view(self, view: CardView) -> bool:
        """Shows another view of the same layer; False if nothing changed."""
        if view == self._view:
            return False
        if view.inputs != self._view.inputs:
            self.prepareGeometryChange()
        self._view = view
        self._place()
        self.update()
        return True

    def _place(self) -> None:
        self.setPos(*self._view.position)

    def set_hover(self, hovered: bool, port: Port | None = None) -> None:
        if (hovered, port) != (self._hovered, self._hover_port):
            self._hovered, self._hover_port = hovered, port
            self.update()

    def set_offers(self, offers: frozenset[Port], refused: bool = False) -> None:
        """Highlights the ports at which the wire that is being drawn may end."""
        if (offers, refused) != (self._offers, self._refused):
            self._offers, self._refused = offers, refused
            self.update()

    def ports(self) -> tuple[Port, ...]:
        inputs = tuple(Port(self.id, "input", index) for index in range(self._view.inputs))
        return (*inputs, Port(self.id, "output")) if self._view.has_output else inputs

    def port_position(self, port: Port) -> QPointF:
        """The centre of a port in scene units."""
        if port.side == "output":
            return self.pos() + OUTPUT_OFFSET
        return self.pos() + input_offset(port.index, max(self._view.inputs, port.index + 1))

    def port_at(self, scene_pos: QPointF, reach: float = PORT_REACH) -> Port | None:
        """The nearest port within `reach`, or None."""
        best, best_distance = None, reach
        for port in self.ports():
            away = scene_pos - self.port_position(port)
            distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
            if distance <= best_distance:
                best, best_distance = port, distance
        return best

    @override
    def boundingRect(self) -> QRectF:
        margin = PORT_RADIUS + 5
        return QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT).adjusted(-margin, -margin, margin, margin)

    @override
    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT))
        return path

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = theme.colours()
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_body(painter, colours)
        self._paint_text(painter, colours, scale)
        self._paint_ports(painter, colours)

    def _paint_body(self, painter: QPainter, colours: theme.Colours) -> None:
        box = QRectF(0.5, 0.5, CARD_WIDTH - 1, CARD_HEIGHT - 1)
        family = colours.family(self._view.family)
        outline = QPainterPath()
        outline.addRoundedRect(box, _RADIUS, _RADIUS)
        shadow = QColor(0, 0, 0, 60 if colours.dark else 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shadow)
        painter.drawRoundedRect(box.translated(0, 1.5), _RADIUS, _RADIUS)
        if self._view.block:
            painter.setPen(QPen(colours.border, 1))
            painter.setBrush(colours.surface)
            painter.drawRoundedRect(box.adjusted(5, 5, 5, 5), _RADIUS, _RADIUS)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(outline, colours.surface)
        painter.save()
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRectF(0, 0, _STRIP, CARD_HEIGHT), family)
        if self.isSelected() or self._hovered:
            wash = QColor(colours.accent)
            wash.setAlpha(36 if self.isSelected() else 14)
            painter.fillPath(outline, wash)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._outline_pen(colours))
        painter.drawPath(outline)
        if self.current:
            ring = QPen(colours.text, 1.2, Qt.PenStyle.DotLine)
            ring.setCosmetic(True)
            painter.setPen(ring)
            painter.drawRoundedRect(box.adjusted(-3.5, -3.5, 3.5, 3.5), _RADIUS + 3, _RADIUS + 3)

    def _outline_pen(self, colours: theme.Colours) -> QPen:
        if self.isSelected():
            return QPen(colours.accent, 2)
        if self._view.problem == "error":
            return QPen(colours.error, 1.5)
        if self._view.problem == "warning":
            return QPen(colours.warning, 1.5)
        return QPen(colours.muted if self._hovered else colours.border, 1)

    def _paint_text(self, painter: QPainter, colours: theme.Colours, scale: float) -> None:
        view, left, right = self._view, 44.0, CARD_WIDTH - 12
        family = colours.family(view.family)
        theme.icon(f"layers/{view.icon}", family).paint(painter, QRectF(14, 17, 22, 22).toRect())
        fonts = CardFonts.current()
        if view.problem in ("error", "warning"):
            tint = colours.error if view.problem == "error" else colours.warning
            theme.icon(view.problem, tint).paint(painter, QRectF(right - 16, 8, 16, 16).toRect())
            right_of_name = right - 22
        else:
            right_of_name = right
        painter.setPen(colours.text)
        if scale < _READABLE:
            self._paint_large_name(painter, QRectF(left, 0, right_of_name - left, CARD_HEIGHT), scale)
            return
        painter.setFont(fonts.name)
        name = fonts.name_metrics.elidedText(view.name, Qt.TextElideMode.ElideRight, right_of_name - left)
        two_lines = bool(view.summary or view.parameters)
        baseline = 24.0 if two_lines else 33.0
        painter.drawText(QPointF(left, baseline), name)
        painter.setFont(fonts.small)
        painter.setPen(colours.muted)
        used = fonts.name_metrics.horizontalAdvance(name)
        output_width = fonts.small_metrics.horizontalAdvance(view.output)
        if view.output and left + used + 12 + output_width <= right_of_name:
            painter.drawText(QPointF(right_of_name - output_width, baseline), view.output)
        if not two_lines:
            return
        width = fonts.small_metrics.horizontalAdvance(view.parameters)
        painter.drawText(QPointF(right - width, 43), view.parameters)
        room = right - left - (width + 10 if view.parameters else 0)
        text = fonts.small_metrics.elidedText(view.summary, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, 43), text)

    def _paint_large_name(self, painter: QPainter, box: QRectF, scale: float) -> None:
        """From afar only the name, as large as the card allows."""
        font = QFont(CardFonts.current().name)
        font.setPixelSize(min(26, round(9 / scale)))  # 9 pixels on screen can just be read
        name = QFontMetricsF(font).elidedText(self._view.name, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_ports(self, painter: QPainter, colours: theme.Colours) -> None:
        for port in self.ports():
            offered = port in self._offers
            radius = PORT_RADIUS + (3 if offered or port == self._hover_port else 0)
            centre = self.port_position(port) - self.pos()
            lively = offered or port == self._hover_port
            tint = colours.error if self._refused and port == self._hover_port else colours.accent
            painter.setPen(QPen(tint if lively else colours.muted, 1.5))
            painter.setBrush(tint if lively else colours.surface)
            painter.drawEllipse(centre, radius, radius)
