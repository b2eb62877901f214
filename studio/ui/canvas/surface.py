"""What everything on the canvas works with: the network's picture, the selection, and words at the cursor.

Gestures, keys, menus and searches know this much of the canvas; the canvas knows them.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QTimer
from PySide6.QtWidgets import QWidget

from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.bubble import Bubble
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH
from studio.ui.canvas.scene import NetworkScene
from studio.ui.canvas.zoom_pan import MIN_ZOOM, ZoomPanView

_BUBBLE_MS = 3500


class CanvasSurface(ZoomPanView):
    """Every change goes through `editor` and `blocks`; `space_held`: the mouse pushes the view around."""

    def __init__(self, editor: NetworkEditor, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.blocks = blocks
        selection = editor.selection
        self.selection = selection
        self.network_scene = NetworkScene(selection)
        self.bubble = Bubble(self.viewport())
        self.space_held = False
        self._brief = QTimer(self)
        self._brief.setSingleShot(True)
        self._brief.timeout.connect(self.bubble.hide)

    # -- the view -----------------------------------------------------------------------------------

    def fit(self) -> None:
        """The whole network, at most at 100 %."""
        self.show_rect(self.network_scene.content_rect(), MIN_ZOOM)

    def centre_on(self, node: str) -> None:
        """Brings a layer into view, moving as little as possible."""
        card = self.network_scene.cards.get(node)
        if card is None:
            return
        rect = QRectF(card.pos().x(), card.pos().y(), CARD_WIDTH, CARD_HEIGHT)
        if not self.mapToScene(self.viewport().rect()).boundingRect().contains(rect):
            self.centerOn(rect.center())

    def visible_centre(self) -> QPointF:
        return self.mapToScene(self.viewport().rect().center())

    # -- what is said at the cursor -------------------------------------------------------------------

    def say(self, text: str, pos: QPointF, refused: bool = False, below: int = 20) -> None:
        self._brief.stop()
        self.bubble.say(text, self.mapFromScene(pos), refused, below)

    def say_briefly(self, text: str, pos: QPointF) -> None:
        """A refusal that stays readable for a moment after the drop."""
        self.bubble.say(text, self.mapFromScene(pos), refused=True)
        self._brief.start(_BUBBLE_MS)

    def announce(self, text: str) -> None:
        """What has just been done, in a lower corner where it hides least, for a moment."""
        self.bubble.say(text, self.viewport().rect().bottomLeft())
        self._brief.start(_BUBBLE_MS * 2)

    def popup_point(self, pos: QPointF | None) -> QPoint:
        """Where on the screen a search opens: at `pos`, else below the selected layer."""
        current = self.network_scene.cards.get(self.selection.current or "")
        if pos is None and current is not None:
            pos = current.pos() + QPointF(24, CARD_HEIGHT + 8)
        point = self.mapFromScene(pos) if pos is not None else self.viewport().rect().center()
        inside = self.viewport().rect().adjusted(8, 8, -280, -200)
        x = max(inside.left(), min(point.x(), inside.right()))
        y = max(inside.top(), min(point.y(), inside.bottom()))
        return self.viewport().mapToGlobal(QPoint(x, y))
