"""What lights up under the mouse while no button is down."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from studio.ui.canvas.surface import CanvasSurface

_NOWHERE = QPointF(-1e9, -1e9)


class Hover:
    """Highlights the card, port or wire under the mouse, and shows what a press would do."""

    def __init__(self, canvas: CanvasSurface) -> None:
        self._canvas = canvas
        self._pos = _NOWHERE

    def at(self, pos: QPointF) -> None:
        self._pos = pos
        scene = self._canvas.network_scene
        port = scene.port_at(pos)
        card = scene.cards[port.node] if port is not None else scene.card_at(pos)
        wire = scene.wire_at(pos) if card is None else None
        for other in scene.cards.values():
            other.set_hover(other is card, port if other is card else None)
        for item in scene.wires.values():
            item.set_hover(item is wire)
        cursor = Qt.CursorShape.ArrowCursor
        if self._canvas.space_held:
            cursor = Qt.CursorShape.OpenHandCursor
        elif port is not None:
            cursor = Qt.CursorShape.CrossCursor
        elif card is not None or wire is not None:
            cursor = Qt.CursorShape.PointingHandCursor
        self._canvas.viewport().setCursor(cursor)

    def refresh(self) -> None:
        """The same place anew: a key changed what a press would do."""
        self.at(self._pos)

    def leave(self) -> None:
        self.at(_NOWHERE)
