"""The canvas: shows the network, turns mouse, wheel and drops into gestures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.card import Port
from studio.ui.canvas.card_views import card_views
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.geometry import apart
from studio.ui.canvas.gestures import (
    Gesture,
    MoveGesture,
    PaletteDropGesture,
    PanGesture,
    RubberBandGesture,
    WireGesture,
)
from studio.ui.canvas.hover import Hover
from studio.ui.canvas.insides import Insides
from studio.ui.canvas.keys import CanvasKeys
from studio.ui.canvas.menus import CanvasMenus
from studio.ui.canvas.mime import dragged_layer
from studio.ui.canvas.quick_add import QuickAdd, open_quick_add
from studio.ui.canvas.surface import CanvasSurface

_FIRST_ZOOM = 0.75  # a network that is opened is shown at least this large, from its top on
_END_REACH = 22.0  # how near to a wire's end a press takes it off its port


class NetworkCanvas(CanvasSurface):
    """Shows `document.project.graph`; every change goes through `editor` into the document."""

    def __init__(self, editor: NetworkEditor, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(editor, blocks, parent)
        selection = editor.selection
        self._gesture: Gesture | None = None
        self._drop: PaletteDropGesture | None = None
        self.keys = CanvasKeys(self, self.cancel_gesture, self.unfold)
        self._menus = CanvasMenus(self, self.unfold)
        self._fitted = ""  # the project that was fitted into view already
        project = editor.document.project
        self._project = project.id if project is not None else ""  # the one whose layers are selected
        self.insides = Insides(self)
        self._hover = Hover(self)
        self._set_up()
        selection.changed.connect(self._on_selection_changed)
        selection.focus_requested.connect(self.centre_on)
        theme.theme().theme_changed.connect(self._on_theme_changed)
        editor.document.project_changed.connect(self._on_project_changed)
        editor.document.analysis_changed.connect(self.refresh)
        editor.place.changed.connect(self._on_place_changed)
        self.refresh()

    def _set_up(self) -> None:
        self.setScene(self.network_scene)
        self.setObjectName("networkCanvas")
        self.setAccessibleName(self.tr("Network canvas"))
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)
        self._on_theme_changed()

    # -- the document -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Brings the picture in step with the document; only what changed is repainted."""
        document = self.editor.document
        project = document.project
        editor, graph = self.editor, self.editor.graph
        if project is None or graph is None:
            self._fitted = ""
            return
        views = card_views(graph, editor.analysis, editor.problems, editor.layers)
        self.network_scene.show_network(graph, views, editor.analysis)
        self.network_scene.show_frame(bool(editor.place.nodes))
        self.insides.refresh()
        self._widen_scene()
        self._describe()
        if self._fitted != project.id and self.isVisible():
            self.fit_first()

    def _on_project_changed(self) -> None:
        """An undo, or a dataset that arrives, while the mouse is down: what it holds may be gone."""
        self.cancel_gesture()
        project = self.editor.document.project
        if project is not None and project.id != self._project:
            self._project = project.id
            self.selection.clear()

    def _on_place_changed(self) -> None:
        """A block was opened or closed: other layers, so another view."""
        self.cancel_gesture()
        self.refresh()
        self.fit_first()

    def _widen_scene(self) -> None:
        room = self.network_scene.content_rect()
        self.setSceneRect(room.adjusted(-3000, -3000, 3000, 3000))

    def _describe(self) -> None:
        """What a screen reader says of the canvas."""
        cards = self.network_scene.cards
        chosen = [cards[node].view.spoken for node in self.selection.nodes if node in cards]
        text = self.tr("{layers} layers, {wires} wires.").format(
            layers=len(cards), wires=len(self.network_scene.wires)
        )
        if chosen:
            text += " " + self.tr("Selected: {names}").format(names="; ".join(chosen))
        else:
            text += " " + self.tr("Nothing is selected. Arrow keys choose a layer, A adds one.")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _on_selection_changed(self) -> None:
        self._describe()

    def _on_theme_changed(self) -> None:
        self.setBackgroundBrush(theme.colours().background)
        self.network_scene.update()
        self.viewport().update()

    # -- the view -----------------------------------------------------------------------------------

    def fit_first(self) -> None:
        """The view of a network that was just opened: whole if that is readable, else its top."""
        project = self.editor.document.project
        self._fitted = project.id if project is not None else ""
        self.show_rect(self.network_scene.content_rect(), _FIRST_ZOOM)

    def unfold(self, node: str) -> None:
        """Shows what is inside of a block, beside its card, or hides it again."""
        if not self.insides.toggle(node):
            self.say_briefly(
                self.tr("Select a block first: this shows what is inside of it."), self.visible_centre()
            )

    def open_quick_add(self, pos: QPointF | None = None, wire_from: Port | None = None) -> QuickAdd:
        """The search that adds a layer: at `pos`, or after the selected layer."""
        return open_quick_add(self, pos, wire_from)

    # -- gestures -------------------------------------------------------------------------------------

    @property
    def gesture(self) -> Gesture | None:
        return self._gesture or self._drop

    def cancel_gesture(self) -> bool:
        """Esc. True if there was a gesture to cancel."""
        if self._gesture is None:
            return False
        gesture, self._gesture = self._gesture, None
        gesture.cancel()
        return True

    def _gesture_for(self, event: QMouseEvent, pos: QPointF) -> Gesture | None:
        if event.button() == Qt.MouseButton.MiddleButton or self.space_held:
            return PanGesture(self)
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        scene = self.network_scene
        port = scene.port_at(pos)
        if port is not None:
            return self._wire_gesture(port)
        card = scene.card_at(pos)
        if card is not None:
            return MoveGesture(self, card)
        wire = scene.wire_at(pos)
        if wire is None:
            return RubberBandGesture(self)
        self.selection.select(edges=[wire.edge])
        ends = wire.path.pointAtPercent(0), wire.path.pointAtPercent(1)
        if apart(ends[1], pos) <= _END_REACH:
            return WireGesture(self, Port(wire.edge.source, "output"), wire.edge)
        if apart(ends[0], pos) <= _END_REACH:
            return WireGesture(self, Port(wire.edge.target, "input", wire.edge.port), wire.edge)
        return None

    def _wire_gesture(self, port: Port) -> Gesture:
        if port.side == "input":
            for edge in self.network_scene.wires:
                if (edge.target, edge.port) == (port.node, port.index):
                    return WireGesture(self, Port(edge.source, "output"), edge)
        return WireGesture(self, port)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.bubble.hide()
        if self._gesture is not None:
            return
        pos = self.mapToScene(event.position().toPoint())
        self._gesture = self._gesture_for(event, pos)
        if self._gesture is not None:
            self._gesture.start(pos, event.modifiers())
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pos = self.mapToScene(event.position().toPoint())
        if self._gesture is not None:
            self._gesture.move(pos, event.modifiers())
        else:
            self._hover.at(pos)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.end(self.mapToScene(event.position().toPoint()), event.modifiers())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pos = self.mapToScene(event.position().toPoint())
        card = self.network_scene.card_at(pos)
        if card is not None:
            self.keys.enter(card.id)
        elif (inside := self.insides.at(pos)) is not None:
            self.keys.enter(inside)
        elif self.network_scene.wire_at(pos) is None and event.button() == Qt.MouseButton.LeftButton:
            self.open_quick_add(pos)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        if self._gesture is None:
            self._hover.leave()
        super().leaveEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # -- drops from the palette -----------------------------------------------------------------------

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        layer = dragged_layer(event.mimeData())
        if layer is None or layer not in self.editor.layers or self.editor.graph is None:
            event.ignore()
            return
        self._drop = PaletteDropGesture(self, layer)
        self._drop.start(self.mapToScene(event.position().toPoint()), event.modifiers())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        self._drop.move(self.mapToScene(event.position().toPoint()), event.modifiers())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._drop is not None:
            self._drop.cancel()
            self._drop = None

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        drop, self._drop = self._drop, None
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        drop.end(self.mapToScene(event.position().toPoint()), event.modifiers())
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- wheel, keys, menus, help ---------------------------------------------------------------------

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            card = self.network_scene.card_at(self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), card.view.tooltip if card is not None else "", self)
            return True
        return super().viewportEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.keys.wants(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if tab and self.keys.press(event):  # it never reaches keyPressEvent: the focus would move
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            event.ignore()

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hover.refresh()
        else:
            event.ignore()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            card = self.network_scene.cards.get(self.selection.current or "")
            pos = card.sceneBoundingRect().center() if card is not None else self.visible_centre()
            self._menus.open(pos, self.viewport().mapToGlobal(self.mapFromScene(pos)))
        else:
            self._menus.open(self.mapToScene(event.pos()), event.globalPos())
        event.accept()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        project = self.editor.document.project
        if project is not None and self._fitted != project.id and self.isVisible():
            self.fit_first()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fitted = ""
        QTimer.singleShot(0, self, self._fit_if_needed)

    def _fit_if_needed(self) -> None:
        project = self.editor.document.project
        if project is not None and self._fitted != project.id:
            self.fit_first()
