"""Mouse and keys by which the labels of the pictures in the grid are corrected, and pictures looked at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from studio.ui.data_step.picture_dialog import PictureDialog
from studio.ui.data_step.picture_grid import PictureGrid
from studio.ui.document import Document
from studio.ui.relabelling import Relabelling


class GridLabels(QObject):
    """A right click or the menu key: the classes. A digit: one of them. Enter or a double click: in large."""

    def __init__(self, grid: PictureGrid, document: Document, relabelling: Relabelling) -> None:
        super().__init__(grid)
        self._grid, self._document, self._relabelling = grid, document, relabelling
        self.view = grid.view
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu_requested)
        self.view.activated.connect(self._on_opened)
        self.view.installEventFilter(self)
        grid.take_back.clicked.connect(self._on_take_back)

    def samples(self) -> list[int]:
        """The selected ones, in the order of the grid."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedIndexes()})
        return [self._grid.model.sample_at(row) for row in rows]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._relabelling.on_key(self._grid.dataset, self.samples(), event)
        return False

    def _on_menu_requested(self, point: QPoint) -> None:
        """At the mouse, for what is selected; by the key, at the current picture."""
        index = self.view.indexAt(point)
        if index.isValid() and not self.view.selectionModel().isSelected(index):
            self.view.setCurrentIndex(index)
        samples = self.samples()
        if samples and self._relabelling.can(self._grid.dataset):
            menu = self._relabelling.menu(self._grid.dataset, samples, self.view)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.view.viewport().mapToGlobal(point))

    def _on_opened(self, index: QModelIndex) -> None:
        """Where there are boxes, the grid shows them in large itself."""
        if self._grid.dataset is not None and not hasattr(self._grid.dataset, "input_boxes"):
            dialog = PictureDialog(
                self._document,
                self._relabelling,
                self._grid.dataset,
                self._grid.model.shown(),
                index.row(),
                self._grid,
            )
            dialog.open()

    def _on_take_back(self) -> None:
        """The selected ones; where none is, all."""
        dataset = self._grid.dataset
        chosen = [i for i in self.samples() if dataset.given_label(i) is not None]  # type: ignore[union-attr]
        if chosen:
            self._relabelling.take_back(dataset, chosen)
        else:
            self._relabelling.take_all_back()
