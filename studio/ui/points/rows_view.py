"""The rows of a table, and beside them, where they are points in the plane, their picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.data_step.table_grid import TableGrid

if TYPE_CHECKING:
    from studio.data.tables.table_dataset import TableDataset
    from studio.ui.points.plot import PointPlot


class RowsView(QWidget):
    """Remembers which of the two was looked at last."""

    def __init__(self, table: TableGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot: PointPlot | None = None  # made when there are points: pyqtgraph takes its time
        self._table = table
        self.as_picture = self._button(self.tr("As a picture"), "showPoints")
        self.as_table = self._button(self.tr("As a table"), "showRows")
        self._choice = QButtonGroup(self)
        self._choice.addButton(self.as_picture)
        self._choice.addButton(self.as_table)
        self.as_picture.setChecked(True)
        self._switch = QWidget(self)
        row = QHBoxLayout(self._switch)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.as_picture)
        row.addWidget(self.as_table)
        row.addStretch(1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._switch)
        layout.addWidget(self._stack, 1)
        self._choice.buttonToggled.connect(self._show_chosen)

    def show_dataset(self, dataset: TableDataset) -> None:
        from studio.data.points.plane import plane_of

        plane = plane_of(dataset)
        self._table.show_dataset(dataset)
        self._switch.setVisible(plane is not None)
        if plane is not None and self.plot is None:
            from studio.ui.points.plot import PointPlot

            self.plot = PointPlot(self)
            self._stack.addWidget(self.plot)
        if self.plot is not None:
            self.plot.show_plane(plane)
        self._show_chosen()

    def clear(self) -> None:
        self._table.show_table(None, ())

    def _show_chosen(self) -> None:
        wanted = self.plot if self.as_picture.isChecked() and not self._switch.isHidden() else None
        self._stack.setCurrentWidget(wanted or self._table)

    def _button(self, text: str, name: str) -> QuietButton:
        button = QuietButton(text)
        button.setObjectName(name)
        button.setCheckable(True)
        return button
