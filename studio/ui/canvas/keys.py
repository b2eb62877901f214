"""The canvas by keyboard: walking along wires, editing, adding, linking."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.ui.canvas.geometry import GRID
from studio.ui.canvas.quick_add import open_link_chooser, open_quick_add
from studio.ui.canvas.surface import CanvasSurface

_ARROWS = {
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
}
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_PLAIN = Qt.KeyboardModifier.NoModifier


class CanvasKeys:
    """Which key does what; `press` answers whether the key was one of the canvas's."""

    def __init__(
        self, canvas: CanvasSurface, cancel_gesture: Callable[[], bool], unfold: Callable[[str], None]
    ) -> None:
        self._canvas = canvas
        self._unfold = unfold
        self._cancel_gesture = cancel_gesture
        self._standard: tuple[tuple[QKeySequence.StandardKey, Callable[[], object]], ...] = (
            (QKeySequence.StandardKey.Copy, self.copy),
            (QKeySequence.StandardKey.Cut, self.cut),
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence.StandardKey.SelectAll, self.select_all),
            (QKeySequence.StandardKey.ZoomIn, lambda: canvas.zoom_by(1.25)),
            (QKeySequence.StandardKey.ZoomOut, lambda: canvas.zoom_by(0.8)),
        )

    def wants(self, event: QKeyEvent) -> bool:
        """Keys the canvas takes before the window's shortcuts."""
        if any(event.matches(key) for key, _ in self._standard):
            return True
        plain = event.modifiers() in (_PLAIN, _SHIFT, Qt.KeyboardModifier.KeypadModifier)
        return self._action(event) is not None and (plain or bool(event.modifiers() & _CTRL))

    def press(self, event: QKeyEvent) -> bool:
        for key, standard in self._standard:
            if event.matches(key):
                standard()
                return True
        action = self._action(event)
        if action is None:
            return False
        return action() is not False  # an action that has nothing to do here leaves the key to others

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if key in _ARROWS:
            if modifiers & _CTRL:
                return lambda: self._nudge(_ARROWS[key], bool(modifiers & _SHIFT))
            if modifiers in (_PLAIN, _SHIFT):
                return lambda: self._walk(_ARROWS[key], bool(modifiers & _SHIFT))
            return None
        if modifiers & _CTRL:
            if modifiers & _SHIFT:
                return self.dissolve if key == Qt.Key.Key_G else None
            return self._control_actions().get(key)
        if event.text() == "/":
            return lambda: open_quick_add(self._canvas)
        return self._plain_actions(event).get(key)

    def _control_actions(self) -> dict[Qt.Key, Callable[[], object]]:
        canvas = self._canvas
        return {
            Qt.Key.Key_D: lambda: canvas.editor.duplicate(canvas.selection.nodes),
            Qt.Key.Key_L: self._link,
            Qt.Key.Key_G: self.make_block,
            Qt.Key.Key_0: canvas.fit,
        }

    def _plain_actions(self, event: QKeyEvent) -> dict[Qt.Key, Callable[[], object]]:
        canvas = self._canvas
        return {
            Qt.Key.Key_Delete: self.delete,
            Qt.Key.Key_Backspace: self.delete,
            Qt.Key.Key_A: lambda: open_quick_add(canvas),
            Qt.Key.Key_I: lambda: self._unfold(canvas.selection.current or ""),
            Qt.Key.Key_0: canvas.fit,
            Qt.Key.Key_1: lambda: canvas.zoom_to(1.0),  # Ctrl+1 is the window's: it goes to the first step
            Qt.Key.Key_F2: self._rename,
            Qt.Key.Key_Return: self._edit,
            Qt.Key.Key_Enter: self._edit,
            Qt.Key.Key_Escape: self._escape,
            Qt.Key.Key_Tab: lambda: self._next_layer(1),
            Qt.Key.Key_Backtab: lambda: self._next_layer(-1),
            Qt.Key.Key_Space: self._hold_space,
        }

    # -- walking --------------------------------------------------------------------------------------

    def _walk(self, direction: QPointF, extend: bool) -> None:
        """Along the wires up and down, else to the nearest layer that way."""
        selection, cards = self._canvas.selection, self._canvas.network_scene.cards
        current = selection.current
        if current is None or current not in cards:
            order = self._order()
            if order:
                self._go(order[0], False)
            return
        graph = self._canvas.editor.graph
        along: list[str] = []
        if graph is not None and direction.y() > 0:
            along = [edge.target for edge in graph.outputs_of(current)]
        elif graph is not None and direction.y() < 0:
            along = [edge.source for edge in graph.inputs_of(current)]
        along = [node for node in along if node in cards]
        target = along[0] if along else self._nearest(current, direction)
        if target is not None:
            self._go(target, extend)

    def _nearest(self, current: str, direction: QPointF) -> str | None:
        cards = self._canvas.network_scene.cards
        here, best, best_cost = cards[current].pos(), None, float("inf")
        for node, card in cards.items():
            away = card.pos() - here
            ahead = QPointF.dotProduct(away, direction)
            aside = abs(away.x() * direction.y()) + abs(away.y() * direction.x())
            cost = ahead + 3 * aside  # straight ahead is meant rather than near but aside
            if node != current and ahead > GRID and cost < best_cost:
                best, best_cost = node, cost
        return best

    def _order(self) -> list[str]:
        """Layers as they run, then the others from top to bottom."""
        analysis = self._canvas.editor.analysis
        cards = self._canvas.network_scene.cards
        order = [node for node in (analysis.order if analysis is not None else ()) if node in cards]
        rest = sorted(set(cards) - set(order), key=lambda n: (cards[n].pos().y(), cards[n].pos().x()))
        return order + rest

    def _next_layer(self, by: int) -> bool:
        """Tab through the layers; past the ends the focus leaves the canvas."""
        order, current = self._order(), self._canvas.selection.current
        if not order:
            return False
        index = order.index(current) + by if current in order else (0 if by > 0 else len(order) - 1)
        if not 0 <= index < len(order):
            return False
        self._go(order[index], False)
        return True

    def _go(self, node: str, extend: bool) -> None:
        selection = self._canvas.selection
        kept = [n for n in selection.nodes if n != node] if extend else []
        selection.select([*kept, node])
        self._canvas.centre_on(node)

    def _nudge(self, direction: QPointF, far: bool) -> None:
        cards, nodes = self._canvas.network_scene.cards, self._canvas.selection.nodes
        step = direction * GRID * (5 if far else 1)
        places = {node: cards[node].pos() + step for node in nodes if node in cards}
        self._canvas.editor.move({n: (p.x(), p.y()) for n, p in places.items()}, merge="nudge")

    # -- editing --------------------------------------------------------------------------------------

    def delete(self) -> None:
        selection = self._canvas.selection
        refused = self._canvas.editor.delete(selection.nodes, selection.edges)
        if refused:
            self._canvas.say_briefly(refused, self._canvas.visible_centre())

    def copy(self) -> None:
        self._canvas.editor.copy(self._canvas.selection.nodes)

    def cut(self) -> None:
        self._canvas.editor.cut(self._canvas.selection.nodes)

    def paste(self) -> None:
        refused = self._canvas.editor.paste()
        if refused:
            self._canvas.say_briefly(refused, self._canvas.visible_centre())

    def select_all(self) -> None:
        self._canvas.selection.select(self._order(), self._canvas.selection.edges)

    def _edit(self) -> None:
        current = self._canvas.selection.current
        if current is not None:
            self.enter(current)

    def enter(self, node: str) -> None:
        """What Enter and a double click do: open a block, or edit a layer."""
        if not self._canvas.blocks.open(node):
            self._canvas.selection.select([node])
            self._canvas.selection.edit_requested.emit(node, "")

    def make_block(self) -> None:
        self._tell(self._canvas.blocks.make(self._canvas.selection.nodes))

    def dissolve(self) -> None:
        self._tell(self._canvas.blocks.dissolve(self._canvas.selection.current or ""))

    def _tell(self, refused: str) -> None:
        if refused:
            self._canvas.say_briefly(refused, self._canvas.visible_centre())

    def _rename(self) -> None:
        current = self._canvas.selection.current
        if current is not None:
            self._canvas.selection.rename_requested.emit(current)

    def _link(self) -> None:
        canvas, current = self._canvas, self._canvas.selection.current
        if current is not None and canvas.network_scene.cards[current].view.has_output:
            chooser = open_link_chooser(canvas, current)
            centre = canvas.network_scene.cards[current].sceneBoundingRect().bottomLeft()
            chooser.open_at(canvas.viewport().mapToGlobal(canvas.mapFromScene(centre)))

    def _escape(self) -> bool:
        if self._cancel_gesture():
            return True
        if self._canvas.bubble.isVisible():
            self._canvas.bubble.hide()
            return True
        had = bool(self._canvas.selection.nodes or self._canvas.selection.edges)
        self._canvas.selection.clear()
        return had or self._canvas.blocks.close()

    def _hold_space(self) -> None:
        self._canvas.space_held = True
        self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
