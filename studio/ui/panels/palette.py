"""The palette: every layer by family, found by typing, dragged onto the canvas."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDrag, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.core.network import Block
from studio.graph.layer_type import LayerType
from studio.ui import theme
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.layer_search import search_layers
from studio.ui.canvas.mime import layer_drag
from studio.ui.forms.editor import wrapped
from studio.ui.panels.palette_menu import PaletteMenu

_ROW = 28  # pixels
_ENDS = "Inputs and outputs"
_LAYER = Qt.ItemDataRole.UserRole
_IMPORT = Qt.ItemDataRole.UserRole + 1


class LayerPalette(QWidget):
    """`layer_chosen(id)`: a double click or Enter, add it where it fits best."""

    layer_chosen = Signal(str)

    def __init__(self, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerPalette")
        self.setAccessibleName(self.tr("Layer palette"))
        self._blocks = blocks
        self._menu = PaletteMenu(blocks, self)
        self._of_network: tuple[Block, ...] = ()
        self._layers = self._all_layers()
        self._searching = False
        self._folded: set[str] = set()
        self.search = QLineEdit(placeholderText=self.tr("Search layers"), clearButtonEnabled=True)
        self.search.setObjectName("layerSearch")
        self.search.setAccessibleName(self.tr("Search layers"))
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.tree = LayerTree()
        self.tree.setAccessibleName(self.tr("Layers"))
        self.nothing = QLabel(wordWrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.hide()
        self.help = QLabel(wordWrap=True)
        self.help.setObjectName("layerHelp")
        self.help.setTextFormat(Qt.TextFormat.RichText)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.setMinimumHeight(84)
        self.help.linkActivated.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self._lay_out()
        self._fill(self._layers)
        self.search.textChanged.connect(self._on_search)
        self.search.installEventFilter(self)
        self.tree.currentItemChanged.connect(lambda *_: self._show_help())
        self.tree.itemActivated.connect(self._on_activated)
        self.tree.itemExpanded.connect(self._on_folded)
        self.tree.itemCollapsed.connect(self._on_folded)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        theme.theme().theme_changed.connect(self._on_theme_changed)
        blocks.library.changed.connect(self._on_blocks_changed)
        blocks.editor.document.project_changed.connect(self._on_project_changed)
        self._show_help()

    def _all_layers(self) -> tuple[LayerType, ...]:
        """The user's and the network's own blocks first, then all that Lantern has."""
        root = self._blocks.editor.place.root
        self._of_network = root.blocks if root is not None else ()
        of_network = {block.id for block in self._of_network}
        layers = tuple(self._blocks.editor.layers)
        own = [layer for layer in layers if layer.family == "My blocks"]
        here = [replace(layer, family="In this network") for layer in layers if layer.id in of_network]
        ready = [layer for layer in layers if layer.family != "My blocks" and layer.id not in of_network]
        return (*own, *here, *ready)  # without any of one's own, the way to import some comes last

    def _layer(self, layer_id: str | None) -> LayerType | None:
        return next((layer for layer in self._layers if layer.id == layer_id), None)

    def _on_blocks_changed(self) -> None:
        current = self.current
        self._layers = self._all_layers()
        self._on_search(self.search.text())
        if current is not None:
            self.select(current)

    def _on_project_changed(self) -> None:
        root = self._blocks.editor.place.root
        if (root.blocks if root is not None else ()) != self._of_network:
            self._on_blocks_changed()

    def _on_menu_requested(self, place: QPoint) -> None:
        item = self.tree.itemAt(place)
        layer = self._layer(item.data(0, _LAYER)) if item is not None else None
        menu = self._menu.menu_for(layer)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _lay_out(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addWidget(self.search)
        box.addWidget(self.tree, 1)
        box.addWidget(self.nothing, 1)
        box.addWidget(line)
        box.addWidget(self.help)

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of the layers that are listed now."""
        return tuple(item.data(0, _LAYER) for item in self.tree.layer_items())

    @property
    def current(self) -> str | None:
        item = self.tree.currentItem()
        return item.data(0, _LAYER) if item is not None else None

    def select(self, layer: str) -> None:
        for item in self.tree.layer_items():
            if item.data(0, _LAYER) == layer:
                self.tree.setCurrentItem(item)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_search(self, typed: str) -> None:
        found = search_layers(self._layers, typed)
        self._searching = bool(typed.strip())
        self._fill(found)
        self.tree.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if not found:
            text = self.tr("No layer is called “{typed}”. Try “conv”, “pool”, “dropout” or “relu”.")
            self.nothing.setText(text.format(typed=typed.strip()))
        elif self._searching:
            self.select(found[0].id)
        self._show_help()

    def _fill(self, layers: Iterable[LayerType]) -> None:
        self.tree.clear()
        colours = theme.colours()
        families: dict[str, QTreeWidgetItem] = {}
        # Every network has its ends already: they come last, where they are not the first thing tried.
        for layer in sorted(layers, key=lambda layer: not self._searching and layer.family == _ENDS):
            family = families.get(layer.family)
            if family is None:
                families[layer.family] = family = self._family_item(layer.family)
            item = QTreeWidgetItem(family, [layer.name])
            item.setData(0, _LAYER, layer.id)
            item.setSizeHint(0, QSize(0, _ROW))
            item.setIcon(0, theme.icon(f"layers/{layer.icon or layer.id}", colours.family(layer.family)))
            item.setToolTip(0, wrapped(layer.help))
            item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, layer.help)
        if not self._searching:
            self._add_import(families)
        for name, family in families.items():
            family.setExpanded(self._searching or name not in self._folded)

    def _add_import(self, families: dict[str, QTreeWidgetItem]) -> None:
        """The way to a friend's block, at the end of one's own."""
        family = families.get("My blocks")
        if family is None:
            families["My blocks"] = family = self._family_item("My blocks")
        item = QTreeWidgetItem(family, [self.tr("Import a block …")])
        item.setData(0, _IMPORT, True)
        item.setSizeHint(0, QSize(0, _ROW))
        item.setIcon(0, theme.icon("import", theme.colours().muted))
        item.setForeground(0, theme.colours().muted)
        text = self.tr(
            "Takes a block that somebody saved as a file into your palette. To save one of yours, make a "
            "block of some layers and choose “Save to my blocks”."
        )
        item.setToolTip(0, wrapped(text))

    def _family_item(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [name])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setSizeHint(0, QSize(0, _ROW))
        font = self.tree.font()
        font.setBold(True)
        item.setFont(0, font)
        item.setForeground(0, theme.colours().muted)
        return item

    def _on_theme_changed(self) -> None:
        self._on_search(self.search.text())

    def _on_folded(self, item: QTreeWidgetItem) -> None:
        if self._searching or item.data(0, _LAYER) is not None or item.data(0, _IMPORT):
            return
        if item.isExpanded():
            self._folded.discard(item.text(0))
        else:
            self._folded.add(item.text(0))

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        layer = item.data(0, _LAYER)
        if layer is not None:
            self.layer_chosen.emit(layer)
        elif item.data(0, _IMPORT):
            self._menu.import_block()

    def _show_help(self) -> None:
        layer = self._layer(self.current)
        if layer is None:
            self.help.setText(self.tr("Drag a layer onto the canvas, or double-click to add it."))
            return
        link = f' <a href="{layer.url}">{self.tr("Learn more")}</a>' if layer.block is None else ""
        self.help.setText(f"<b>{html.escape(layer.name)}</b><br>{html.escape(layer.help)}{link}")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field: arrows walk the list, Enter adds."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.tree.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.current is not None and self.tree.isVisible():
                    self.layer_chosen.emit(self.current)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


class LayerTree(QTreeWidget):
    """Families with their layers; starts drags that carry the layer's type."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerTree")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(12)
        self.setIconSize(QSize(20, 20))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(True)
        self.viewport().setAutoFillBackground(False)

    def layer_items(self) -> list[QTreeWidgetItem]:
        """The layers, from top to bottom."""
        found: list[QTreeWidgetItem] = []
        iterator = QTreeWidgetItemIterator(self)
        while iterator.value():
            item = iterator.value()
            if item.data(0, _LAYER) is not None:
                found.append(item)
            iterator += 1
        return found

    def step(self, by: int) -> None:
        """The next layer down or up, past family lines."""
        items = self.layer_items()
        current = self.currentItem()
        index = items.index(current) + by if current in items else 0
        if items and 0 <= index < len(items):
            self.setCurrentItem(items[index])

    def drag_data(self, item: QTreeWidgetItem) -> QMimeData:
        return layer_drag(item.data(0, _LAYER))

    @override
    def startDrag(self, actions: Qt.DropAction) -> None:
        item = self.currentItem()
        if item is None or item.data(0, _LAYER) is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self.drag_data(item))
        pixmap = self._picture(item.icon(0), item.text(0))
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(round(pixmap.deviceIndependentSize().width() / 2), -12))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self, icon: QIcon, name: str) -> QPixmap:
        """A small chip with the layer's icon and name, below the mouse."""
        ratio = self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(name) + 52
        pixmap = QPixmap(round(width * ratio), round(32 * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        colours = theme.colours()
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.accent)
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(1, 1, width - 2, 30, 8, 8)
        icon.paint(painter, 10, 6, 20, 20)
        painter.setPen(colours.text)
        painter.setFont(self.font())
        painter.drawText(38, 0, width - 40, 32, Qt.AlignmentFlag.AlignVCenter, name)
        painter.end()
        return pixmap
