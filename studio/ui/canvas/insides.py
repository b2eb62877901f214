"""Blocks unfolded in their place: the inside lies small beside the card, the network stays in view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from studio.core.network import Graph
from studio.core.registry import Registry
from studio.graph.analysis import Analysis, NodeFacts
from studio.graph.blocks.filling import filled
from studio.graph.layer_type import LayerType
from studio.graph.naming import display_names
from studio.ui import theme
from studio.ui.canvas.card_views import card_views
from studio.ui.canvas.fonts import CardFonts
from studio.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH
from studio.ui.canvas.scene import NetworkScene
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.canvas.surface import CanvasSurface

_SCALE = 0.7
_MARGIN = 16.0
_HEAD = 26.0  # the line with the block's name
_GAP = 40.0
_SEEN = 240.0  # of what is unfolded, this much at least comes into view


class Insides:
    """Which blocks are unfolded, and the pictures of what is inside of them."""

    def __init__(self, canvas: CanvasSurface) -> None:
        self._canvas = canvas
        self._unfolded: set[tuple[str, ...]] = set()  # ways to blocks, from the network on
        self.items: dict[str, InsideItem] = {}

    def toggle(self, node: str) -> bool:
        """Unfolds a block, or folds it up. False: it is none."""
        canvas = self._canvas
        if canvas.blocks.block(node) is None:
            return False
        self._unfolded ^= {(*canvas.editor.place.nodes, node)}
        self.refresh()
        item = self.items.get(node)
        if item is not None:
            inside = item.sceneBoundingRect()
            inside.setHeight(min(inside.height(), _SEEN))  # the card itself stays in view
            canvas.ensureVisible(inside.united(self._card_rect(node)), 20, 20)
        return True

    def is_unfolded(self, node: str) -> bool:
        return (*self._canvas.editor.place.nodes, node) in self._unfolded

    def at(self, pos: QPointF) -> str | None:
        """The block whose unfolded inside lies at a place."""
        return next((n for n, item in self.items.items() if item.sceneBoundingRect().contains(pos)), None)

    def refresh(self) -> None:
        """Brings the pictures in step with the document."""
        scene, graph = self._canvas.network_scene, self._canvas.editor.graph
        wanted = [n.id for n in graph.nodes if self.is_unfolded(n.id)] if graph is not None else []
        wanted = [
            node for node in wanted if node in scene.cards and self._canvas.blocks.block(node) is not None
        ]
        for node in self.items.keys() - set(wanted):
            scene.removeItem(self.items.pop(node))
        for node in wanted:
            if node not in self.items:
                self.items[node] = InsideItem()
                scene.addItem(self.items[node])
            self._show(node, self.items[node])
        taken: list[QRectF] = []
        for node in wanted:
            taken.append(self._settle(node, self.items[node], taken))

    def _show(self, node: str, item: InsideItem) -> None:
        editor = self._canvas.editor
        graph, block = editor.graph, self._canvas.blocks.block(node)
        assert graph is not None
        assert block is not None
        facts = editor.analysis.nodes.get(node) if editor.analysis is not None else None
        facts = facts or NodeFacts()
        if facts.insides:
            nodes, known = facts.insides[0].nodes_inside, facts.insides[0].nodes
        else:
            nodes, known = filled(block, graph.node(node).params, None), {}
        inner = Graph(nodes, block.edges, graph.blocks)
        analysis = Analysis((), known, display_names(inner, editor.layers), (), None)
        card = self._canvas.network_scene.cards[node].view
        item.show_inside(card.name, inner, analysis, editor.layers)

    def _settle(self, node: str, item: InsideItem, taken: list[QRectF]) -> QRectF:
        """To the right of its card, and of all that is there already."""
        card = self._card_rect(node)
        size = item.boundingRect().size()
        place = QRectF(QPointF(card.right() + _GAP, card.top()), size)
        cards = [self._card_rect(other) for other in self._canvas.network_scene.cards if other != node]
        while hits := [rect for rect in (*cards, *taken) if rect.intersects(place)]:
            place.moveLeft(max(rect.right() for rect in hits) + _GAP / 2)
        item.setPos(place.topLeft())
        item.reach(card.right() - place.left(), CARD_HEIGHT / 2)
        return place

    def _card_rect(self, node: str) -> QRectF:
        pos = self._canvas.network_scene.cards[node].pos()
        return QRectF(pos.x(), pos.y(), CARD_WIDTH, CARD_HEIGHT)


class InsideItem(QGraphicsItem):
    """A frame with the network inside of a block, drawn small. To change it, the block is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = NetworkScene(NetworkSelection())
        self._name = ""
        self._size = QRectF()
        self._source = QRectF()
        self._link = QGraphicsLineItem(self)
        self.setZValue(3)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_inside(self, name: str, graph: Graph, analysis: Analysis, layers: Registry[LayerType]) -> None:
        views = card_views(graph, analysis, (), layers)
        self.prepareGeometryChange()
        self._name = name
        self.inner.show_network(graph, views, analysis)
        self._source = self.inner.content_rect().adjusted(-8, -8, 8, 8)
        width = max(self._source.width() * _SCALE, 150.0) + 2 * _MARGIN
        self._size = QRectF(0, 0, width, self._source.height() * _SCALE + _HEAD + 1.5 * _MARGIN)
        self.update()

    def reach(self, left: float, height: float) -> None:
        """Draws a line to the card: how far it is to the left, and how far down."""
        self._link.setLine(left + 6, height, 0, height)
        colour = theme.colours().family("Blocks")
        self._link.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))

    @override
    def boundingRect(self) -> QRectF:
        return self._size

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = theme.colours()
        tint = colours.family("Blocks")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tint, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(colours.background)
        painter.drawRoundedRect(self._size.adjusted(1, 1, -1, -1), 12, 12)
        painter.setFont(CardFonts.current().name)
        painter.setPen(tint)
        metrics = CardFonts.current().name_metrics
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, self._size.width() - 2 * _MARGIN)
        painter.drawText(QPointF(_MARGIN, _HEAD - 6), name)
        target = QRectF(
            (self._size.width() - self._source.width() * _SCALE) / 2,
            _HEAD + _MARGIN / 4,
            self._source.width() * _SCALE,
            self._source.height() * _SCALE,
        )
        self.inner.render(painter, target, self._source)
