"""What each column of a table is for, and how it is prepared; a thousand of them as well as five."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.core.project import Column
from studio.ui.buttons import QuietButton
from studio.ui.data_step.column_details import ColumnDetails
from studio.ui.data_step.column_model import NAME, ROLE, TYPE, ChoiceDelegate, ColumnModel
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.tables.table import Table
    from studio.data.tables.table_dataset import TableDataset

_MANY = 8  # columns from which they can be searched


class ColumnEditor(QWidget):
    """Tells the wanted columns, or the wanted target; shows what the project says."""

    columns_changed = Signal(object)  # tuple[Column, ...]
    target_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnEditor")
        self._table: Table | None = None
        self._dataset: TableDataset | None = None
        self.target = QComboBox(self)
        self.target.setObjectName("targetColumn")
        self.target.setAccessibleName(self.tr("Column to predict"))
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setMinimumContentsLength(12)
        self.target.activated.connect(self._on_target_chosen)
        self.model = ColumnModel(self)
        self.model.edited.connect(self.columns_changed)
        self.model.target_wanted.connect(self.target_chosen)
        self.search = QLineEdit(self)
        self.search.setObjectName("columnSearch")
        self.search.setPlaceholderText(self.tr("Find a column…"))
        self.search.setAccessibleName(self.tr("Find a column"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_found)
        self.table = self._make_table()
        self.use = QuietButton(self.tr("Use"), "check")
        self.use.setObjectName("useColumns")
        self.use.setToolTip(self.tr("Learn from the selected columns"))
        self.use.clicked.connect(lambda: self._set_role("feature"))
        self.ignore = QuietButton(self.tr("Ignore"), "close")
        self.ignore.setObjectName("ignoreColumns")
        self.ignore.setToolTip(self.tr("Do not learn from the selected columns"))
        self.ignore.clicked.connect(lambda: self._set_role("ignore"))
        self.details = ColumnDetails(self)
        self.details.change_wanted.connect(self._on_change_wanted)
        self._lay_out()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("columnTable")
        table.setAccessibleName(self.tr("Columns"))
        table.setModel(self.model)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TYPE, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(ROLE, QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(50)  # of a thousand columns, the first tell the width
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(triggers.DoubleClicked | triggers.SelectedClicked | triggers.EditKeyPressed)
        table.setItemDelegate(ChoiceDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setMinimumHeight(180)
        table.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        return table

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("Predict"), self.target)
        buttons = QHBoxLayout()
        buttons.addWidget(self.use)
        buttons.addWidget(self.ignore)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(form)
        layout.addWidget(Note(self.tr("Untick a column that must not be used, such as a number of the row.")))
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.details)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        self.model.show_columns(columns)
        names = [column.name for column in columns]
        if names != [self.target.itemText(i) for i in range(self.target.count())]:
            self.target.clear()
            self.target.addItems(names)
            self.search.setVisible(len(names) >= _MANY)
            self.search.clear()
        target = next((column.name for column in columns if column.role == "target"), "")
        self.target.setCurrentText(target)
        self._show_details()

    def show_dataset(self, dataset: TableDataset | None) -> None:
        """From its cells the evidence and the figures of a selected column come; None: it is no table."""
        self._dataset = dataset
        self._table = dataset.table if dataset is not None else None
        self._show_details()

    @property
    def selected(self) -> list[int]:
        """The rows that are selected and seen."""
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        return sorted(row for row in rows if not self.table.isRowHidden(row))

    def _show_found(self, text: str) -> None:
        wanted = text.strip().casefold()
        for row, column in enumerate(self.model.columns):
            self.table.setRowHidden(row, wanted not in column.name.casefold())

    def _show_details(self) -> None:
        columns = [self.model.columns[row] for row in self.selected if row < len(self.model.columns)]
        self.use.setEnabled(bool(columns))
        self.ignore.setEnabled(bool(columns))
        cells: Any = None
        decimal = "."
        if self._table is not None and len(columns) == 1 and columns[0].name in self._table.names:
            cells, decimal = self._table.column(columns[0].name), self._table.dialect.decimal
        self.details.show_selected(columns, cells, decimal, self._dataset if cells is not None else None)

    def _set_role(self, role: str) -> None:
        self._on_change_wanted(lambda c: c if c.role == "target" else replace(c, role=role))  # type: ignore[arg-type]

    def _on_change_wanted(self, change: Callable[[Column], Column]) -> None:
        self.model.change({row: change(self.model.columns[row]) for row in self.selected})

    def _on_target_chosen(self) -> None:
        self.target_chosen.emit(self.target.currentText())
