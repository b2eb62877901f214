"""The rows of a table as Qt asks for them: only those in sight, in whatever order, some of them left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from studio.core.project import Column
from studio.ui import theme
from studio.ui.forms.editor import wrapped

if TYPE_CHECKING:
    from studio.data.tables.table import Table

_TOLD = 1500  # letters of a cell in its tooltip
Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractTableModel):
    """`rows` are the table's rows that are shown, in order; None: all, as they are in the file."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.columns: tuple[Column, ...] = ()
        self.rows: npt.NDArray[np.int64] | None = None
        self._gaps: dict[int, npt.NDArray[np.bool_]] = {}
        self._roles: dict[str, str] = {}
        self._corrected: dict[int, tuple[str, str]] = {}  # by row of the table: the label, and the data's own
        self._answers = -1  # the column they stand in

    @property
    def names(self) -> tuple[str, ...]:
        return self.table.names if self.table is not None else ()

    def show_table(self, table: Table | None, columns: tuple[Column, ...]) -> None:
        """The same again changes nothing: who looks around stays where they are."""
        if table is self.table and columns == self.columns:
            return
        self.beginResetModel()
        if table is not self.table:
            self.rows = None
            self._corrected = {}
        self.table = table
        self.columns = columns
        self._gaps = {}
        self._roles = {column.name: column.role for column in columns}
        self.endResetModel()

    def show_rows(self, rows: npt.NDArray[np.int64] | None) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def show_gaps(self, gaps: dict[int, npt.NDArray[np.bool_]]) -> None:
        """Marks cells that are empty or cannot be read, by column."""
        self._gaps = gaps
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def show_corrections(self, name: str, corrected: dict[int, tuple[str, str]]) -> None:
        """Labels of the user's in the column `name`, by row of the table, each with what the data say."""
        self._answers = self.names.index(name) if name in self.names else -1
        self._corrected = corrected
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def row_in_table(self, row: int) -> int:
        return row if self.rows is None else int(self.rows[row])

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() or self.table is None:
            return 0
        return len(self.table) if self.rows is None else len(self.rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.row_in_table(section) + 1
            return None
        if section >= len(self.names):
            return None
        name = self.names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("{name} → predict").format(name=name) if self._role(name) == "target" else name
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(name)
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.table is None or not index.isValid():
            return None
        corrected = self._corrected.get(self.row_in_table(index.row())) if self._corrected else None
        if corrected is not None and index.column() == self._answers:
            told = self._told_correction(*corrected, role)
            if told is not None:
                return told
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = self.table.columns[index.column()].text(self.row_in_table(index.row()))
            return text if role == Qt.ItemDataRole.DisplayRole else wrapped(text[:_TOLD])
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(self.names[index.column()])
        if role == Qt.ItemDataRole.BackgroundRole:
            gaps = self._gaps.get(index.column())
            if gaps is not None and gaps[self.row_in_table(index.row())]:
                colour = QColor(theme.colours().warning)
                colour.setAlphaF(0.22)
                return colour
        return None

    def _told_correction(self, label: str, own: str, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return label
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self.tr("{label} (changed by you; the data say “{own}”)").format(label=label, own=own)
            return wrapped(words) if role == Qt.ItemDataRole.ToolTipRole else words
        if role == Qt.ItemDataRole.BackgroundRole:
            colour = QColor(theme.colours().accent)
            colour.setAlphaF(0.22)
            return colour
        return None

    def _role(self, name: str) -> str:
        return self._roles.get(name, "feature")

    def _colour(self, name: str) -> Any:
        colours = theme.colours()
        role = self._role(name)
        return colours.accent if role == "target" else colours.muted if role == "ignore" else None
