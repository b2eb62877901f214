"""The inspector: the selected layer's options and figures, or the network's."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.panels.block_section import BlockSummary
from studio.ui.panels.layer_details import LayerDetails
from studio.ui.panels.network_summary import NetworkSummary, SeveralLayers


class Inspector(QWidget):
    """Follows the selection and the document."""

    def __init__(self, editor: NetworkEditor, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        self.setMinimumWidth(220)
        self._editor = editor
        self._selection = selection = editor.selection
        self.details = LayerDetails(editor, blocks)
        self.opened = BlockSummary(blocks)
        self.summary = NetworkSummary(editor)
        self.several = SeveralLayers(editor, blocks)
        self.pages = QStackedWidget()
        pages: tuple[QWidget, ...] = (self.summary, self.details, self.several, self.opened)
        self._areas = {page: _scrolling(page) for page in pages}
        for area in self._areas.values():
            self.pages.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        selection.changed.connect(self.refresh)
        editor.place.changed.connect(self.refresh)
        blocks.made.connect(self._on_made)
        selection.edit_requested.connect(self._on_edit_requested)
        selection.rename_requested.connect(self._on_rename_requested)
        editor.document.analysis_changed.connect(self.refresh)
        theme.theme().theme_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        graph = self._editor.graph
        nodes = [node for node in self._selection.nodes if graph is not None and node in graph]
        if graph is not None and len(nodes) == 1:
            self.details.show_node(graph.node(nodes[0]))
            self._show(self.details)
            return
        self.details.leave()
        if len(nodes) > 1:
            self.several.show_nodes(nodes)
            self._show(self.several)
        elif self._editor.place.nodes:
            self.opened.refresh()
            self._show(self.opened)
        else:
            self.summary.refresh()
            self._show(self.summary)

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(self._areas[page])

    def _on_edit_requested(self, node: str, param: str) -> None:
        self._selection.select([node])
        found = self.details.form.focus_param(param) if param else self.details.form.focus_first()
        if not found:
            self.details.focus_name()

    def _on_made(self, node: str) -> None:
        """A new block wants a name."""
        self._selection.select([node])
        self.details.block.focus_name()

    def _on_rename_requested(self, node: str) -> None:
        self._selection.select([node])
        self.details.focus_name()


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
