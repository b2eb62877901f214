"""The samples on the Data page, whose labels are corrected where they stand, and which open in large."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject

from studio.ui.data_step.picture_grid import PictureGrid
from studio.ui.data_step.table_grid import TableGrid
from studio.ui.data_step.text_grid import TextGrid
from studio.ui.document import Document
from studio.ui.labelling.by_hand import LabelsByHand
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.labelling.sample_dialog import SampleDialog


class GridLabels(QObject):
    """Of pictures, or of texts as cards."""

    def __init__(self, grid: PictureGrid | TextGrid, document: Document, relabelling: Relabelling) -> None:
        super().__init__(grid)
        self._grid, self._document, self._relabelling = grid, document, relabelling
        self.view = grid.view
        self.view.setSelectionMode(self.view.SelectionMode.ExtendedSelection)
        LabelsByHand(self.view, lambda: grid.dataset, self.samples, relabelling)
        self.view.activated.connect(self._on_opened)
        grid.take_back.clicked.connect(self._on_take_back)

    def samples(self) -> list[int]:
        """The selected ones, in the order of the grid."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedIndexes()})
        return [self._grid.model.sample_at(row) for row in rows]

    def _on_opened(self, index: QModelIndex) -> None:
        """Where there are boxes, the grid shows them in large itself."""
        dataset: Any = self._grid.dataset
        if dataset is not None and not hasattr(dataset, "input_boxes"):
            shown = self._grid.model.shown()
            SampleDialog(self._document, self._relabelling, dataset, shown, index.row(), self._grid).open()

    def _on_take_back(self) -> None:
        """The selected ones; where none is, all."""
        dataset: Any = self._grid.dataset
        chosen = [i for i in self.samples() if dataset.given_label(i) is not None]
        if chosen:
            self._relabelling.take_back(dataset, chosen)
        else:
            self._relabelling.take_all_back()


class RowLabels(QObject):
    """Of the rows of a table: in the column that is predicted stands what the user said."""

    def __init__(self, grid: TableGrid, document: Document, relabelling: Relabelling) -> None:
        super().__init__(grid)
        self._grid, self._document, self._relabelling = grid, document, relabelling
        LabelsByHand(grid.view, self._dataset, self.samples, relabelling)
        grid.take_back.clicked.connect(self._on_take_back)

    def samples(self) -> list[int]:
        """Those of the selected rows that are learnt from, in the order of the table on the screen."""
        dataset, model = self._dataset(), self._grid.model()
        if dataset is None:
            return []
        lines = sorted({index.row() for index in self._grid.view.selectionModel().selectedIndexes()})
        rows = np.array([model.row_in_table(line) for line in lines], np.int64)
        places = np.searchsorted(dataset.rows, rows)
        known = dataset.rows[np.minimum(places, len(dataset.rows) - 1)] == rows
        return [int(place) for place in places[known]]

    def show(self) -> None:
        """The dataset has come, or its labels were changed."""
        dataset = self._dataset()
        changed = dataset.relabelled.tolist() if dataset is not None else []
        told = {int(dataset.rows[i]): (dataset.label_of(i), dataset.own_label_of(i)) for i in changed}
        self._grid.model().show_corrections(dataset.facts.target if told else "", told)
        self._grid.take_back.setVisible(bool(told))

    def _dataset(self) -> Any:
        dataset = self._document.dataset
        return dataset if hasattr(dataset, "rows") and hasattr(dataset, "given_label") else None

    def _on_take_back(self) -> None:
        dataset = self._dataset()
        chosen = [i for i in self.samples() if dataset.given_label(i) is not None]
        if chosen:
            self._relabelling.take_back(dataset, chosen)
        else:
            self._relabelling.take_all_back()
