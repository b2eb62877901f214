"""The rows of a table, with what each column is for above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override

from studio.core.project import Column
from studio.ui import theme

if TYPE_CHECKING:
    from studio.data.table import Table

Index = QModelIndex | QPersistentModelIndex
_WIDEST = 220


class TableGrid(QTableView):
    """Only what is in sight is asked of the model, so a million rows scroll as well as ten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleTable")
        self.setAccessibleName(self.tr("Samples"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(26)
        self._rows = _RowModel(self)
        self.setModel(self._rows)

    def show_table(self, table: Table | None, columns: tuple[Column, ...]) -> None:
        """`columns` colours the target and greys what is not used."""
        wider = table is not None and table.names != self._rows.names
        self._rows.show_table(table, columns)
        if wider:
            self.resizeColumnsToContents()
            for column in range(self._rows.columnCount()):
                self.setColumnWidth(column, min(_WIDEST, self.columnWidth(column) + 16))


class _RowModel(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._roles: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return self._table.names if self._table is not None else ()

    def show_table(self, table: Table | None, columns: tuple[Column, ...]) -> None:
        self.beginResetModel()
        self._table = table
        self._roles = {column.name: column.role for column in columns}
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._table is None else len(self._table)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
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
        if self._table is None or not index.isValid():
            return None
        name = self.names[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._table.columns[index.column()][index.row()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(name)
        return None

    def _role(self, name: str) -> str:
        return self._roles.get(name, "feature")

    def _colour(self, name: str) -> Any:
        colours = theme.colours()
        role = self._role(name)
        return colours.accent if role == "target" else colours.muted if role == "ignore" else None
