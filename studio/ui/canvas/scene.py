"""The network as graphics items, kept in step with the document by difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsScene

from studio.core.network import Edge, Graph
from studio.graph.analysis import Analysis
from studio.ui import theme
from studio.ui.canvas.card import CardView, LayerCard, Port
from studio.ui.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    OUTPUT_OFFSET,
    PORT_REACH,
    SPLICE_REACH,
    WIRE_REACH,
    input_offset,
    wire_path,
)
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.canvas.wire import WireItem
from studio.ui.canvas.words import shape_text

_LONG = CARD_HEIGHT * 2.5  # only wires longer than this can have a card in their way


class NetworkScene(QGraphicsScene):
    """Cards by node id, wires by edge. Holds no truth: `show_network` says what there is."""

    def __init__(self, selection: NetworkSelection) -> None:
        super().__init__()
        self.cards: dict[str, LayerCard] = {}
        self.wires: dict[Edge, WireItem] = {}
        self._selection = selection
        self._current: LayerCard | None = None
        self._preview = QGraphicsPathItem()
        self._preview.setZValue(5)
        self.addItem(self._preview)
        self._ghost = QGraphicsPathItem()
        self._ghost.setZValue(4)
        self.addItem(self._ghost)
        self._guides = QGraphicsPathItem()
        self._guides.setZValue(0)
        self.addItem(self._guides)
        self._frame = QGraphicsPathItem()
        self._frame.setZValue(-1)
        self.addItem(self._frame)
        selection.changed.connect(self._on_selection_changed)

    # -- the document -------------------------------------------------------------------------------

    def show_network(self, graph: Graph, views: Mapping[str, CardView], analysis: Analysis | None) -> int:
        """Brings items in step; returns how many cards were added or repainted."""
        touched: set[str] = set()
        for node_id in self.cards.keys() - views.keys():
            self._forget(self.cards.pop(node_id))
            touched.add(node_id)
        for node_id, view in views.items():
            card = self.cards.get(node_id)
            if card is None:
                self.cards[node_id] = card = LayerCard(view)
                self.addItem(card)
                touched.add(node_id)
            else:
                before = card.view
                if card.show_view(view) or card.pos() != QPointF(*view.position):
                    card.setPos(*view.position)
                    if (before.position, before.inputs) != (view.position, view.inputs):
                        touched.add(node_id)
        self._show_wires(graph, analysis, touched)
        self._selection.keep(frozenset(self.cards), frozenset(self.wires))
        self._on_selection_changed()
        return len(touched)

    def _show_wires(self, graph: Graph, analysis: Analysis | None, touched: set[str]) -> None:
        edges = {e for e in graph.edges if e.source in self.cards and e.target in self.cards}
        for edge in self.wires.keys() - edges:
            self._forget(self.wires.pop(edge))
        for edge in edges:
            wire = self.wires.get(edge)
            fresh = wire is None
            if wire is None:
                self.wires[edge] = wire = WireItem(edge)
                self.addItem(wire)
            facts = analysis.nodes.get(edge.source) if analysis is not None else None
            output = facts.output if facts is not None else None
            waits = facts is not None and output is None and analysis is not None and bool(analysis.problems)
            wire.show_label(
                shape_text(output) if output is not None else "", waits and edge.source != "input"
            )
            # A card that moved may also stand in a long wire's way, or no longer.
            if fresh or (touched and (wire.long or edge.source in touched or edge.target in touched)):
                self._route(wire)

    def _forget(self, item: QGraphicsItem) -> None:
        if item is self._current:
            self._current = None
        self.removeItem(item)

    def _route(self, wire: WireItem) -> None:
        source, target = self.cards[wire.edge.source], self.cards[wire.edge.target]
        start = source.pos() + OUTPUT_OFFSET
        end = target.port_position(Port(target.id, "input", wire.edge.port))
        obstacles: Iterable[QRectF] = ()
        if end.y() - start.y() > _LONG:
            obstacles = self._between(start, end, {source.id, target.id})
        wire.route(start, end, obstacles)

    def _between(self, start: QPointF, end: QPointF, ends: set[str]) -> list[QRectF]:
        corridor = QRectF(start, end).normalized().adjusted(-CARD_WIDTH, 0, CARD_WIDTH, 0)
        found = []
        for card in self.cards.values():
            rect = QRectF(card.pos().x(), card.pos().y(), CARD_WIDTH, CARD_HEIGHT)
            if card.id not in ends and rect.intersects(corridor):
                found.append(rect)
        return found

    # -- what gestures show while they go on ----------------------------------------------------------

    def preview_positions(self, positions: Mapping[str, QPointF]) -> None:
        """Moves cards on screen only, with their wires."""
        for node_id, position in positions.items():
            if node_id in self.cards:
                self.cards[node_id].setPos(position)
        for edge, wire in self.wires.items():
            if edge.source in positions or edge.target in positions:
                self._route(wire)

    def preview_wire(self, start: QPointF, end: QPointF, refused: bool = False) -> None:
        colours = theme.colours()
        pen = QPen(colours.error if refused else colours.accent, 2.5, Qt.PenStyle.DashLine)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._preview.setPen(pen)
        self._preview.setPath(wire_path(start, end))

    def hide_preview(self) -> None:
        self._preview.setPath(QPainterPath())
        self._ghost.setPath(QPainterPath())
        self._guides.setPath(QPainterPath())

    def preview_card(self, top_left: QPointF) -> None:
        """The outline of a card that would come to lie here."""
        colours = theme.colours()
        path = QPainterPath()
        path.addRoundedRect(QRectF(top_left.x(), top_left.y(), CARD_WIDTH, CARD_HEIGHT), 8, 8)
        pen = QPen(colours.accent, 1.5, Qt.PenStyle.DashLine)
        self._ghost.setPen(pen)
        self._ghost.setPath(path)

    def preview_input(self, top_left: QPointF) -> QPointF:
        return top_left + input_offset(0, 1)

    def show_guides(self, x: float | None, y: float | None) -> None:
        """Hair lines along which the moved cards line up with others."""
        path = QPainterPath()
        bounds = self.content_rect().adjusted(-400, -400, 400, 400)
        if x is not None:
            path.moveTo(x, bounds.top())
            path.lineTo(x, bounds.bottom())
        if y is not None:
            path.moveTo(bounds.left(), y)
            path.lineTo(bounds.right(), y)
        pen = QPen(theme.colours().accent, 1, Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        self._guides.setPen(pen)
        self._guides.setPath(path)

    def offer_ports(self, offers: Iterable[Port]) -> None:
        by_node: dict[str, set[Port]] = {}
        for port in offers:
            by_node.setdefault(port.node, set()).add(port)
        for card in self.cards.values():
            card.set_offers(frozenset(by_node.get(card.id, ())))

    def splice_into(self, edge: Edge | None) -> None:
        for other, wire in self.wires.items():
            wire.set_splice(other == edge)

    # -- where things are ---------------------------------------------------------------------------

    def content_rect(self) -> QRectF:
        rect = QRectF()
        for card in self.cards.values():
            rect = rect.united(QRectF(card.pos().x(), card.pos().y(), CARD_WIDTH, CARD_HEIGHT))
        for wire in self.wires.values():
            rect = rect.united(wire.boundingRect())
        return rect

    def show_frame(self, inside: bool) -> None:
        """A line around the layers, where they are the inside of a block."""
        path = QPainterPath()
        if inside and self.cards:
            path.addRoundedRect(self.content_rect().adjusted(-28, -28, 28, 28), 16, 16)
        colour = theme.colours().family("Blocks")
        self._frame.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        wash = QColor(colour)
        wash.setAlpha(14)
        self._frame.setBrush(wash)
        self._frame.setPath(path)

    def card_at(self, pos: QPointF) -> LayerCard | None:
        for item in self.items(
            pos, Qt.ItemSelectionMode.IntersectsItemShape, Qt.SortOrder.DescendingOrder, QTransform()
        ):
            if isinstance(item, LayerCard):
                return item
        return None

    def port_at(self, pos: QPointF, reach: float = PORT_REACH) -> Port | None:
        near = QRectF(pos.x() - reach, pos.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(near, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
            if isinstance(item, LayerCard):
                port = item.port_at(pos, reach)
                if port is not None:
                    return port
        return None

    def wire_at(self, pos: QPointF, reach: float = WIRE_REACH) -> WireItem | None:
        """The wire whose curve passes nearest, within `reach`."""
        near = QRectF(pos.x() - reach, pos.y() - reach, 2 * reach, 2 * reach)
        best, best_distance = None, reach
        for item in self.items(near, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
            if isinstance(item, WireItem) and not item.path.isEmpty():
                distance = _distance(item.path, pos)
                if distance < best_distance:
                    best, best_distance = item, distance
        return best

    def splice_wire_at(self, pos: QPointF) -> WireItem | None:
        return self.wire_at(pos, SPLICE_REACH)

    # -- selection ----------------------------------------------------------------------------------

    def _on_selection_changed(self) -> None:
        chosen = set(self._selection.nodes)
        for node_id, card in self.cards.items():
            if card.isSelected() != (node_id in chosen):
                card.setSelected(node_id in chosen)
                card.update()
        wires = set(self._selection.edges)
        for edge, wire in self.wires.items():
            if wire.isSelected() != (edge in wires):
                wire.setSelected(edge in wires)
                wire.setZValue(1.5 if edge in wires else 1)
                wire.update()
        several = len(self._selection.nodes) > 1  # with one, the selection itself shows where the keyboard is
        current = self.cards.get(self._selection.current or "") if several else None
        if current is not self._current:
            for marked, here in ((self._current, False), (current, True)):
                if marked is not None:
                    marked.current = here
                    marked.update()
            self._current = current


def _distance(path: QPainterPath, pos: QPointF) -> float:
    """How far a point is from a curve, by points every 6 pixels along it: enough for a mouse."""
    best, steps = float("inf"), max(8, int(path.length() / 6))
    for step in range(steps + 1):
        away = path.pointAtPercent(step / steps) - pos
        best = min(best, (away.x() ** 2 + away.y() ** 2) ** 0.5)
    return best
