"""What a hand does on the canvas, for tests: drags from the palette, draws wires, moves cards.

Positions are those of the cards on screen; everything goes through real Qt events.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from studio.core.network import Edge
from studio.ui.canvas.card import Port
from studio.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH
from studio.ui.canvas.mime import layer_drag
from studio.ui.canvas.view import NetworkCanvas

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def card_centre(canvas: NetworkCanvas, node: str) -> QPointF:
    """The middle of a card in scene units."""
    return canvas.network_scene.cards[node].pos() + QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2)


def port_point(canvas: NetworkCanvas, port: Port) -> QPointF:
    return canvas.network_scene.cards[port.node].port_position(port)


def wire_middle(canvas: NetworkCanvas, source: str, target: str, port: int = 0) -> QPointF:
    return canvas.network_scene.wires[Edge(source, target, port)].middle


def drag_layer(canvas: NetworkCanvas, layer: str, to: QPointF, *, drop: bool = True) -> bool:
    """Drags a layer from the palette to a place in scene units; without `drop`, hovers there.

    Returns whether the canvas took the drag.
    """
    canvas.ensureVisible(to.x(), to.y(), 1, 1)
    mime = layer_drag(layer)
    point = canvas.mapFromScene(to)
    start = canvas.viewport().rect().center()
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(start, actions, mime, button, NO_MODIFIER)
    QApplication.sendEvent(canvas.viewport(), enter)
    if not enter.isAccepted():
        return False
    for here in (start, (start + point) / 2, point):
        QApplication.sendEvent(canvas.viewport(), QDragMoveEvent(here, actions, mime, button, NO_MODIFIER))
    if drop:
        event = QDropEvent(QPointF(point), actions, mime, button, NO_MODIFIER)
        QApplication.sendEvent(canvas.viewport(), event)
    return True


def leave(canvas: NetworkCanvas) -> None:
    """The drag goes elsewhere."""
    QApplication.sendEvent(canvas.viewport(), QDragLeaveEvent())


def drag_onto_wire(canvas: NetworkCanvas, layer: str, source: str, target: str, port: int = 0) -> bool:
    return drag_layer(canvas, layer, wire_middle(canvas, source, target, port))


def drag_onto_layer(canvas: NetworkCanvas, layer: str, node: str) -> bool:
    return drag_layer(canvas, layer, card_centre(canvas, node))


def press(
    canvas: NetworkCanvas,
    at: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
) -> None:
    _mouse(canvas, QEvent.Type.MouseButtonPress, canvas.mapFromScene(at), button, modifiers)


def move(
    canvas: NetworkCanvas, to: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton, steps: int = 4
) -> None:
    """Moves the mouse there in a few steps, a button held down."""
    goal = canvas.mapFromScene(to)
    for step in range(1, steps + 1):
        point = goal if step == steps else goal - QPoint(3 * (steps - step), 2 * (steps - step))
        _mouse(canvas, QEvent.Type.MouseMove, point, button, NO_MODIFIER)


def release(
    canvas: NetworkCanvas,
    at: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
) -> None:
    _mouse(canvas, QEvent.Type.MouseButtonRelease, canvas.mapFromScene(at), button, modifiers)


def drag(canvas: NetworkCanvas, start: QPointF, end: QPointF, button=Qt.MouseButton.LeftButton) -> None:
    press(canvas, start, button)
    move(canvas, end, button)
    release(canvas, end, button)


def click(canvas: NetworkCanvas, at: QPointF, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    press(canvas, at, modifiers=modifiers)
    release(canvas, at, modifiers=modifiers)


def click_card(canvas: NetworkCanvas, node: str, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    click(canvas, card_centre(canvas, node), modifiers)


def draw_wire(canvas: NetworkCanvas, source: str, target: str, port: int = 0) -> None:
    """From the output below `source` to an input above `target`."""
    drag(
        canvas,
        port_point(canvas, Port(source, "output")),
        port_point(canvas, Port(target, "input", port)),
    )


def move_card(canvas: NetworkCanvas, node: str, by: QPointF) -> None:
    start = card_centre(canvas, node)
    drag(canvas, start, start + by)


def _mouse(
    canvas: NetworkCanvas,
    kind: QEvent.Type,
    point: QPoint,
    button: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
) -> None:
    moving = kind == QEvent.Type.MouseMove
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(
        kind,
        QPointF(point),
        QPointF(canvas.viewport().mapToGlobal(point)),
        Qt.MouseButton.NoButton if moving else button,
        held,
        modifiers,
    )
    QApplication.sendEvent(canvas.viewport(), event)
