"""What each column of a table is for: used or not, number or category, what to do with empty cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.core.project import Column
from studio.ui.labels import Note

Index = QModelIndex | QPersistentModelIndex
_NAME, _TYPE, _MISSING = range(3)


class ColumnEditor(QWidget):
    """Tells the wanted columns, or the wanted target; shows what the project says."""

    columns_changed = Signal(object)  # tuple[Column, ...]
    target_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnEditor")
        self.target = QComboBox(self)
        self.target.setObjectName("targetColumn")
        self.target.setAccessibleName(self.tr("Column to predict"))
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setMinimumContentsLength(12)
        self.target.activated.connect(self._on_target_chosen)
        self._model = _ColumnModel(self)
        self._model.edited.connect(self.columns_changed)
        self.table = QTableView(self)
        self.table.setObjectName("columnTable")
        self.table.setAccessibleName(self.tr("Columns"))
        self.table.setModel(self._model)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(_TYPE, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(_MISSING, QHeaderView.ResizeMode.ResizeToContents)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.setItemDelegate(_ChoiceDelegate(self.table))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setMinimumHeight(180)
        form = QFormLayout()
        form.addRow(self.tr("Predict"), self.target)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(form)
        layout.addWidget(Note(self.tr("Untick a column that must not be used, such as a number of the row.")))
        layout.addWidget(self.table, 1)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        self._model.show_columns(columns)
        names = [column.name for column in columns]
        if names != [self.target.itemText(i) for i in range(self.target.count())]:
            self.target.clear()
            self.target.addItems(names)
        target = next((column.name for column in columns if column.role == "target"), "")
        self.target.setCurrentText(target)

    def _on_target_chosen(self) -> None:
        self.target_chosen.emit(self.target.currentText())


class _ColumnModel(QAbstractTableModel):
    edited = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self.choices = {
            _TYPE: {"number": self.tr("number"), "category": self.tr("category")},
            _MISSING: {"fill": self.tr("fill in"), "drop": self.tr("leave out row")},
        }

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        if len(columns) != len(self._columns):
            self.beginResetModel()
            self._columns = columns
            self.endResetModel()
        elif columns != self._columns:
            self._columns = columns
            self.dataChanged.emit(self.index(0, 0), self.index(len(columns) - 1, 2))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Column"), self.tr("Holds a"), self.tr("Empty cells"))[section]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        column = self._columns[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == _NAME and column.role != "target":
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == _TYPE or (index.column() == _MISSING and column.role == "feature"):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self._columns[index.row()]
        if index.column() == _NAME:
            if role == Qt.ItemDataRole.DisplayRole:
                return (
                    self.tr("{name} (predicted)").format(name=column.name)
                    if column.role == "target"
                    else (column.name)
                )
            if role == Qt.ItemDataRole.CheckStateRole and column.role != "target":
                return Qt.CheckState.Checked if column.role == "feature" else Qt.CheckState.Unchecked
        elif index.column() == _TYPE:
            return self._choice(_TYPE, column.type, role)
        elif column.role == "feature":
            return self._choice(_MISSING, column.missing, role)
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self._columns[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            used = Qt.CheckState(value) is Qt.CheckState.Checked
            changed = replace(column, role="feature" if used else "ignore")
        elif index.column() == _TYPE:
            changed = replace(column, type=value)
        else:
            changed = replace(column, missing=value)
        if changed == column:
            return False
        rows = list(self._columns)
        rows[index.row()] = changed
        self.edited.emit(tuple(rows))
        return True

    def _choice(self, which: int, value: str, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.choices[which][value]
        return value if role == Qt.ItemDataRole.EditRole else None


class _ChoiceDelegate(QStyledItemDelegate):
    """A drop-down in the cell, chosen from at once."""

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        model = index.model()
        assert isinstance(model, _ColumnModel)
        for value, words in model.choices[index.column()].items():
            box.addItem(words, value)
        box.activated.connect(lambda _: self._on_chosen(box))
        return box

    def _on_chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    @override
    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())
