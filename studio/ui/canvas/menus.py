"""The canvas's context menus: for layers, for a wire, for the empty canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from studio.ui import theme
from studio.ui.canvas.quick_add import QuickAdd, open_link_chooser, open_quick_add
from studio.ui.canvas.surface import CanvasSurface
from studio.ui.canvas.wire import WireItem


class CanvasMenus:
    """Builds the menu that fits what was clicked, and opens it."""

    def __init__(self, canvas: CanvasSurface, unfold: Callable[[str], None]) -> None:
        self._canvas = canvas
        self._unfold = unfold

    def open(self, pos: QPointF, point: QPoint) -> QMenu:
        """`pos` in scene units, `point` on the screen. Returns the open menu."""
        menu = self.menu_at(pos, point)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(point)
        return menu

    def menu_at(self, pos: QPointF, point: QPoint) -> QMenu:
        canvas = self._canvas
        card = canvas.network_scene.card_at(pos)
        if card is not None:
            if card.id not in canvas.selection.nodes:
                canvas.selection.select([card.id])
            return self._layer_menu(card.id, point)
        wire = canvas.network_scene.wire_at(pos)
        if wire is not None:
            canvas.selection.select(edges=[wire.edge])
            return self._wire_menu(wire, point)
        return self._canvas_menu(pos, point)

    def _layer_menu(self, node: str, point: QPoint) -> QMenu:
        canvas, tr = self._canvas, self._canvas.tr
        nodes = canvas.selection.nodes
        menu = QMenu(canvas)
        block = canvas.blocks.block(node)
        if block is not None:
            _entry(menu, tr("Open"), lambda: canvas.blocks.open(node), "open", "Return")
            _entry(menu, tr("Show or hide the inside"), lambda: self._unfold(node), "eye", "I")
        keys = "" if block is not None else "Return"
        _entry(menu, tr("Edit"), lambda: canvas.selection.edit_requested.emit(node, ""), keys=keys)
        _entry(menu, tr("Rename"), lambda: canvas.selection.rename_requested.emit(node), keys="F2")
        menu.addSeparator()
        if canvas.network_scene.cards[node].view.has_output:
            _entry(menu, tr("Add a layer after it …"), lambda: open_quick_add(canvas), "add", "A")
            _entry(
                menu,
                tr("Connect to …"),
                lambda: open_link_chooser(canvas, node).open_at(point),
                "link",
                "Ctrl+L",
            )
            menu.addSeparator()
        self._add_block_entries(menu, node, nodes)
        _entry(menu, tr("Duplicate"), lambda: canvas.editor.duplicate(nodes), "copy", "Ctrl+D")
        _entry(menu, tr("Copy"), lambda: canvas.editor.copy(nodes), keys="Ctrl+C")
        _entry(menu, tr("Cut"), lambda: canvas.editor.cut(nodes), "cut", "Ctrl+X")
        _entry(menu, tr("Remove all its wires"), lambda: canvas.editor.unwire(nodes), "unlink")
        menu.addSeparator()
        _entry(menu, tr("Delete"), lambda: canvas.editor.delete(nodes, ()), "delete", "Del")
        return menu

    def _add_block_entries(self, menu: QMenu, node: str, nodes: Sequence[str]) -> None:
        canvas, tr = self._canvas, self._canvas.tr
        blocks, block, graph = canvas.blocks, canvas.blocks.block(node), canvas.editor.graph
        _entry(menu, tr("Make a block"), lambda: self._tell(blocks.make(nodes)), "block", "Ctrl+G")
        if block is not None and graph is not None:
            _entry(menu, tr("Dissolve"), lambda: self._tell(blocks.dissolve(node)), "unlink", "Ctrl+Shift+G")
            own = _entry(menu, tr("Make it a block of its own"), lambda: blocks.detach(node))
            own.setEnabled(blocks.uses(block) > 1)
            _entry(menu, tr("Save to my blocks"), lambda: self._tell(blocks.keep(block)), "save")
            _entry(menu, tr("Save as a file …"), lambda: self._tell(blocks.share(block, graph.blocks)))
        menu.addSeparator()

    def _tell(self, refused: str) -> None:
        if refused:
            self._canvas.say_briefly(refused, self._canvas.visible_centre())

    def _wire_menu(self, wire: WireItem, point: QPoint) -> QMenu:
        canvas, tr = self._canvas, self._canvas.tr
        menu = QMenu(canvas)
        _entry(
            menu, tr("Insert a layer here …"), lambda: QuickAdd(canvas, edge=wire.edge).open_at(point), "add"
        )
        menu.addSeparator()
        _entry(menu, tr("Delete the wire"), lambda: canvas.editor.remove_wires([wire.edge]), "delete", "Del")
        return menu

    def _canvas_menu(self, pos: QPointF, point: QPoint) -> QMenu:
        canvas, tr = self._canvas, self._canvas.tr
        menu = QMenu(canvas)
        _entry(menu, tr("Add a layer here …"), lambda: QuickAdd(canvas, pos).open_at(point), "add")
        paste = _entry(menu, tr("Paste"), lambda: canvas.editor.paste((pos.x(), pos.y())), "paste", "Ctrl+V")
        paste.setEnabled(canvas.editor.can_paste())
        menu.addSeparator()
        _entry(menu, tr("Tidy up the layout"), canvas.editor.tidy, "layout")
        _entry(menu, tr("Fit everything into view"), canvas.fit, "fit", "Ctrl+0")
        _entry(menu, tr("Show at 100 %"), lambda: canvas.zoom_to(1.0), None, "1")
        return menu


def _entry(
    menu: QMenu, text: str, action: Callable[[], object], icon: str | None = None, keys: str = ""
) -> QAction:
    entry = menu.addAction(text)
    if icon is not None:
        entry.setIcon(theme.icon(icon))
    if keys:
        entry.setShortcut(QKeySequence(keys))
        entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown only: the canvas handles the key
    entry.triggered.connect(lambda: action())
    return entry
