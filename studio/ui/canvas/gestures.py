"""What the mouse does on the canvas: one class per gesture, with start, move, end and cancel.

Nothing reaches the document before `end`; `cancel` (Esc) leaves everything as it was.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QSize, Qt
from PySide6.QtWidgets import QRubberBand

from studio.core.network import Edge
from studio.ui.canvas.card import LayerCard, Port
from studio.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, GRID, snapped
from studio.ui.canvas.quick_add import open_quick_add
from studio.ui.canvas.surface import CanvasSurface

_START_DISTANCE = 4  # pixels on screen before a press becomes a drag
_BELOW_CHIP = 52  # pixels: what is said stands below the layer's name that the mouse carries
_ALIGN_REACH = 6.0  # scene units within which a moved card lines up with another


class Gesture:
    """One thing done with the mouse held down. Positions are in scene units."""

    def __init__(self, canvas: CanvasSurface) -> None:
        self.canvas = canvas

    def start(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The button went down."""

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse moved, the button still down."""

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The button went up: do it."""

    def cancel(self) -> None:
        """Esc: leave everything as it was."""


class PanGesture(Gesture):
    """Pushes the view around (middle button, or Space held down)."""

    def start(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._last = self.canvas.mapFromScene(pos)
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        here = self.canvas.mapFromScene(pos)
        self.canvas.pan_by(here - self._last)
        self._last = here

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.canvas.viewport().unsetCursor()


class RubberBandGesture(Gesture):
    """Selects the layers inside a rectangle; with Ctrl or Shift, adds them to the selection."""

    def start(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._origin = self.canvas.mapFromScene(pos)
        selection = self.canvas.selection
        self._before = (selection.nodes, selection.edges)
        adding = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        self._kept = selection.nodes if adding else ()
        if not adding:
            selection.clear()
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.canvas.viewport())

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        area = QRect(self._origin, self.canvas.mapFromScene(pos)).normalized()
        self._band.setGeometry(QRect(area.topLeft(), area.size().expandedTo(QSize(1, 1))))
        self._band.show()
        corners = self.canvas.mapToScene(area).boundingRect()
        cards = [
            c.id
            for c in self.canvas.network_scene.cards.values()
            if c.sceneBoundingRect().intersects(corners)
        ]
        self.canvas.selection.select([*self._kept, *cards])

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._drop_band()

    def cancel(self) -> None:
        self.canvas.selection.select(*self._before)
        self._drop_band()

    def _drop_band(self) -> None:
        self._band.hide()
        self._band.setParent(None)
        self._band.deleteLater()


class MoveGesture(Gesture):
    """Moves the selected layers. A single unconnected layer let go over a wire goes into it."""

    def __init__(self, canvas: CanvasSurface, card: LayerCard) -> None:
        super().__init__(canvas)
        self._card = card
        self._moved = False
        self._edge: Edge | None = None

    def start(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        selection = self.canvas.selection
        self._narrow_on_release = False
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            selection.toggle(self._card.id)
        elif self._card.id not in selection.nodes:
            selection.select([self._card.id])
        else:
            self._narrow_on_release = True
        self._origin = pos
        cards = self.canvas.network_scene.cards
        moving = selection.nodes if self._card.id in selection.nodes else ()
        self._from = {node: QPointF(cards[node].pos()) for node in moving}

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        away = pos - self._origin
        if not self._moved:
            on_screen = self.canvas.transform().m11() * max(abs(away.x()), abs(away.y()))
            if on_screen < _START_DISTANCE or not self._from:
                return
            self._moved = True
            self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        shift = self._aligned(snapped(self._from[self._card.id] + away)) - self._from[self._card.id]
        self._to = {node: start + shift for node, start in self._from.items()}
        self.canvas.network_scene.preview_positions(self._to)
        self._look_for_wire()

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._tidy()
        if not self._moved:
            if self._narrow_on_release:
                self.canvas.selection.select([self._card.id])
            return
        positions = {node: (place.x(), place.y()) for node, place in self._to.items()}
        if self._edge is not None:
            self.canvas.editor.splice_node(self._card.id, self._edge)
        else:
            self.canvas.editor.move(positions)

    def cancel(self) -> None:
        self._tidy()
        if self._moved:
            self.canvas.network_scene.preview_positions(self._from)

    def _tidy(self) -> None:
        self.canvas.viewport().unsetCursor()
        self.canvas.network_scene.hide_preview()
        self.canvas.network_scene.splice_into(None)
        self.canvas.bubble.hide()

    def _aligned(self, place: QPointF) -> QPointF:
        """The place, lined up with a card that does not move where one is near enough."""
        scene, guides = self.canvas.network_scene, [None, None]
        for node, card in scene.cards.items():
            if node in self._from:
                continue
            away = card.pos() - place
            if abs(away.x()) <= _ALIGN_REACH and abs(away.y()) < 600:
                place = QPointF(card.pos().x(), place.y())
                guides[0] = card.pos().x() + CARD_WIDTH / 2  # type: ignore[call-overload]
            elif abs(away.y()) <= _ALIGN_REACH and abs(away.x()) < 900:
                place = QPointF(place.x(), card.pos().y())
                guides[1] = card.pos().y() + CARD_HEIGHT / 2  # type: ignore[call-overload]
        scene.show_guides(*guides)
        return place

    def _look_for_wire(self) -> None:
        """A wire under the middle of a lone, unconnected card is offered to take it in."""
        scene, editor = self.canvas.network_scene, self.canvas.editor
        self._edge = None
        if len(self._from) == 1 and editor.unconnected(self._card.id):
            middle = self._card.pos() + QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2)
            wire = scene.splice_wire_at(middle)
            if wire is not None and not editor.splice_refusal(self._card.view.id, wire.edge):
                self._edge = wire.edge
        scene.splice_into(self._edge)
        self.canvas.say(self.canvas.tr("Insert here") if self._edge else "", self._card.pos())


class WireGesture(Gesture):
    """Draws a wire from a port to a port of the other side; `lifted` is an existing wire whose end moves."""

    def __init__(self, canvas: CanvasSurface, fixed: Port, lifted: Edge | None = None) -> None:
        super().__init__(canvas)
        self._fixed = fixed
        self._lifted = lifted
        self._target: Port | None = None
        self._refusal = ""
        self._far = False

    def start(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._origin = pos
        scene = self.canvas.network_scene
        if self._lifted is not None:
            scene.wires[self._lifted].set_lifted(True)
        offers = []
        for card in scene.cards.values():
            for port in card.ports():
                if port.side != self._fixed.side and not self._why_not(port):
                    offers.append(port)
        self._offers = frozenset(offers)
        scene.offer_ports(self._offers)

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        away = (pos - self._origin) * self.canvas.transform().m11()
        self._far = self._far or max(abs(away.x()), abs(away.y())) >= _START_DISTANCE
        self._target = self._port_near(pos)
        self._refusal = self._why_not(self._target) if self._target is not None else ""
        self._show(pos)
        self.canvas.say(self._refusal, pos, refused=True)

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.move(pos, modifiers)
        self._tidy()
        target, editor = self._target, self.canvas.editor
        if not self._far:
            return
        if target is not None and not self._refusal:
            source, sink = (self._fixed, target) if self._fixed.side == "output" else (target, self._fixed)
            editor.connect_ports(source.node, sink.node, sink.index, self._lifted)
        elif target is not None:
            self.canvas.say_briefly(self._refusal, pos)
        elif self._lifted is not None:
            editor.remove_wires([self._lifted])
        else:
            open_quick_add(self.canvas, pos, wire_from=self._fixed)

    def cancel(self) -> None:
        self._tidy()

    def _tidy(self) -> None:
        scene = self.canvas.network_scene
        scene.hide_preview()
        scene.offer_ports(())
        if self._lifted is not None and self._lifted in scene.wires:
            scene.wires[self._lifted].set_lifted(False)
        for card in scene.cards.values():
            card.set_hover(False)
        self.canvas.bubble.hide()

    def _why_not(self, port: Port) -> str:
        source, sink = (self._fixed, port) if self._fixed.side == "output" else (port, self._fixed)
        if port.side == self._fixed.side:
            return self.canvas.tr("A wire goes from an output (below a layer) to an input (above a layer).")
        return self.canvas.editor.refusal(source.node, sink.node, sink.index, self._lifted)

    def _port_near(self, pos: QPointF) -> Port | None:
        """The port meant: the one within reach, else the best one of the card under the mouse."""
        scene = self.canvas.network_scene
        port = scene.port_at(pos, 20.0)
        if port is not None and port.node != self._fixed.node:
            return port
        card = scene.card_at(pos)
        if card is None or card.id == self._fixed.node:
            return None
        others = [p for p in card.ports() if p.side != self._fixed.side]
        fitting = [p for p in others if p in self._offers]
        choice = fitting or others or list(card.ports())
        return choice[0] if choice else None

    def _show(self, pos: QPointF) -> None:
        scene = self.canvas.network_scene
        here = scene.cards[self._fixed.node].port_position(self._fixed)
        there = pos
        if self._target is not None:
            there = scene.cards[self._target.node].port_position(self._target)
        start, end = (here, there) if self._fixed.side == "output" else (there, here)
        scene.preview_wire(start, end, bool(self._refusal))
        for card in scene.cards.values():
            mine = self._target is not None and self._target.node == card.id
            card.set_hover(mine, self._target if mine else None)


class PaletteDropGesture(Gesture):
    """A layer dragged in from the palette: onto a wire, onto a layer, or onto empty canvas."""

    def __init__(self, canvas: CanvasSurface, layer: str) -> None:
        super().__init__(canvas)
        self._layer = layer
        self._edge: Edge | None = None
        self._after: str | None = None
        self._refusal = ""

    def move(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        scene, editor, tr = self.canvas.network_scene, self.canvas.editor, self.canvas.tr
        self._edge, self._after, self._refusal, text = None, None, "", ""
        scene.hide_preview()
        card = self._card_meant(pos)
        wire = scene.splice_wire_at(pos) if card is None else None
        self._refusal = editor.add_refusal(self._layer)
        if self._refusal:
            text = self._refusal
        elif card is not None:
            self._refusal = editor.append_refusal(self._layer, card.id)
            self._after = None if self._refusal else card.id
            text = self._refusal or tr("Add after “{name}”").format(name=card.view.name)
        elif wire is not None:
            self._refusal = editor.layer_splice_refusal(self._layer)
            self._edge = None if self._refusal else wire.edge
            text = self._refusal or tr("Insert here")
        else:
            text = self._preview_free(pos)
        scene.splice_into(self._edge)
        for other in scene.cards.values():
            mine = other.id == self._after
            other.set_hover(mine, Port(other.id, "output") if mine else None)
        self.canvas.say(text, pos, refused=bool(self._refusal), below=_BELOW_CHIP)

    def end(self, pos: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.move(pos, modifiers)
        editor, place = self.canvas.editor, self._place(pos)
        self.cancel()
        if self._refusal:
            self.canvas.say_briefly(self._refusal, pos)
        elif self._edge is not None:
            editor.insert(self._layer, self._edge)
        elif self._after is not None:
            editor.append(self._layer, self._after)
        else:
            editor.add_at(self._layer, (place.x(), place.y()), self._feeder(pos))

    def cancel(self) -> None:
        scene = self.canvas.network_scene
        scene.hide_preview()
        scene.splice_into(None)
        for card in scene.cards.values():
            card.set_hover(False)
        self.canvas.bubble.hide()

    def _card_meant(self, pos: QPointF) -> LayerCard | None:
        scene = self.canvas.network_scene
        port = scene.port_at(pos, 20.0)
        if port is not None and port.side == "output":
            return scene.cards[port.node]
        return scene.card_at(pos)

    def _place(self, pos: QPointF) -> QPointF:
        return snapped(pos - QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2))

    def _feeder(self, pos: QPointF) -> str | None:
        """A layer above whose output nobody uses yet: the new layer is wired to it."""
        if not self.canvas.editor.takes_inputs(self._layer):
            return None
        place, best, best_distance = self._place(pos), None, 320.0
        for card in self.canvas.network_scene.cards.values():
            free = card.view.has_output and self.canvas.editor.output_is_free(card.id)
            down = place.y() - (card.pos().y() + CARD_HEIGHT)
            away = abs(card.pos().x() - place.x()) + abs(down)
            if free and down >= GRID and away < best_distance:
                best, best_distance = card.id, away
        return best

    def _preview_free(self, pos: QPointF) -> str:
        scene, place = self.canvas.network_scene, self._place(pos)
        scene.preview_card(place)
        feeder = self._feeder(pos)
        if feeder is None:
            return ""
        card = scene.cards[feeder]
        scene.preview_wire(card.port_position(Port(feeder, "output")), scene.preview_input(place))
        text = QCoreApplication.translate("CanvasSurface", "Connects to “{name}”")
        return text.format(name=card.view.name)
