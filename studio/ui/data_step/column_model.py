"""The list of columns as Qt asks for it: name, what it holds, what it is used for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from studio.core.project import Column
from studio.ui.data_step.column_words import role_help, role_words, type_words
from studio.ui.forms.editor import wrapped

Index = QModelIndex | QPersistentModelIndex
NAME, TYPE, ROLE = range(3)


class ColumnModel(QAbstractTableModel):
    edited = Signal(object)  # tuple[Column, ...]
    target_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.choices = {TYPE: type_words(), ROLE: role_words()}

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        if [c.name for c in columns] != [c.name for c in self.columns]:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()
        elif columns != self.columns:
            self.columns = columns
            self.dataChanged.emit(self.index(0, 0), self.index(len(columns) - 1, ROLE))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Column"), self.tr("Holds"), self.tr("Use"))[section]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        column = self.columns[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME and column.role != "target":
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == TYPE or (index.column() == ROLE and column.role != "target"):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.row()]
        if index.column() == NAME:
            if role == Qt.ItemDataRole.DisplayRole:
                return column.name
            if role == Qt.ItemDataRole.ToolTipRole:
                return wrapped(column.name[:1500])
            if role == Qt.ItemDataRole.CheckStateRole and column.role != "target":
                return Qt.CheckState.Checked if column.role == "feature" else Qt.CheckState.Unchecked
            return None
        value = column.type if index.column() == TYPE else column.role
        if role == Qt.ItemDataRole.DisplayRole:
            return self.choices[index.column()][value]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == ROLE:
            return role_help(value)
        return value if role == Qt.ItemDataRole.EditRole else None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self.columns[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            used = Qt.CheckState(value) is Qt.CheckState.Checked
            changed = replace(column, role="feature" if used else "ignore")
        elif index.column() == TYPE:
            # What was set for another type would make no sense for this one.
            changed = column if value == column.type else Column(column.name, value, column.role)
        elif value == "target":
            self.target_wanted.emit(column.name)
            return False
        else:
            changed = replace(column, role=value)
        return self.change({index.row(): changed})

    def change(self, changed: dict[int, Column]) -> bool:
        """Tells of all columns with these in place of what they are."""
        rows = list(self.columns)
        for row, column in changed.items():
            rows[row] = column
        if tuple(rows) == self.columns:
            return False
        self.edited.emit(tuple(rows))
        return True


class ChoiceDelegate(QStyledItemDelegate):
    """A drop-down in the cell, chosen from at once."""

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        model = index.model()
        assert isinstance(model, ColumnModel)
        for value, words in model.choices[index.column()].items():
            box.addItem(words, value)
            if index.column() == ROLE:
                box.setItemData(box.count() - 1, role_help(value), Qt.ItemDataRole.ToolTipRole)
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
