"""Where the right answer of samples is typed or ticked: a class, several labels, or numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui.labels import Note

_LINE = 26  # pixels of a label
_MOST_SHOWN = 12  # lines of labels without scrolling


def class_dialog(
    parent: QWidget, classes: Sequence[str], question: str, chosen: Callable[[str], None]
) -> QInputDialog:
    """For a class that is typed."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("newLabel")
    dialog.setWindowTitle(dialog.tr("Another class"))
    dialog.setLabelText(question)
    dialog.setComboBoxItems(["", *classes])
    dialog.setComboBoxEditable(True)
    dialog.textValueSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


class LabelsDialog(QDialog):
    """Ticks for all labels; half a tick where only some of several samples have one, and it stays so."""

    def __init__(
        self,
        parent: QWidget,
        classes: Sequence[str],
        had: Sequence[frozenset[str]],
        chosen: Callable[[list[frozenset[str]]], None],
    ) -> None:
        """`had`: the labels of each sample; `chosen` gets as many sets."""
        super().__init__(parent)
        self.setObjectName("labelsDialog")
        self.setWindowTitle(self.tr("Labels"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._had, self._chosen = list(had), chosen
        self.list = QListWidget()
        self.list.setObjectName("labelTicks")
        self.list.setAccessibleName(self.tr("Labels"))
        for name in classes:
            item = QListWidgetItem(name)
            item.setSizeHint(QSize(0, _LINE))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            count = sum(name in one for one in had)
            states = Qt.CheckState
            item.setCheckState(
                states.Checked
                if count == len(had)
                else states.PartiallyChecked
                if count
                else states.Unchecked
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.new = QLineEdit()
        self.new.setObjectName("newLabels")
        self.new.setPlaceholderText(self.tr("A new label"))
        self.new.setAccessibleName(self.tr("A new label"))
        self.list.setMinimumHeight(_LINE * min(_MOST_SHOWN, max(3, len(classes))) // 2)
        layout = QVBoxLayout(self)
        layout.addWidget(Note(self.tr("What is in it? Tick all that are.")))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.new)
        layout.addWidget(_buttons(self))
        self.resize(280, min(460, 170 + _LINE * min(_MOST_SHOWN, len(classes))))

    @override
    def accept(self) -> None:
        items = [self.list.item(row) for row in range(self.list.count())]
        on = {item.text() for item in items if item.checkState() is Qt.CheckState.Checked}
        off = {item.text() for item in items if item.checkState() is Qt.CheckState.Unchecked}
        on |= {name} if (name := " ".join(self.new.text().split())) else set()
        found = [frozenset((one - off) | on) for one in self._had]
        super().accept()
        self._chosen(found)


class NumbersDialog(QDialog):
    """One field for each number; what is none is said, and the dialog stays."""

    def __init__(
        self,
        parent: QWidget,
        names: Sequence[tuple[str, str]],
        now: Sequence[str],
        read: Callable[[str], float | None],
        chosen: Callable[[tuple[float, ...]], None],
    ) -> None:
        """`names`: what each number is called, and its unit; `now`: as they are, empty where samples
        differ."""
        super().__init__(parent)
        self.setObjectName("numbersDialog")
        self.setWindowTitle(self.tr("The right number"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._read, self._chosen = read, chosen
        form = QFormLayout()
        self.fields: list[QLineEdit] = []
        for (name, unit), text in zip(names, now, strict=True):
            field = QLineEdit(text)
            field.setAccessibleName(name)
            form.addRow(f"{name} ({unit})" if unit else name, field)
            self.fields.append(field)
        self.problem = Note()
        self.problem.setObjectName("numbersProblem")
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(_buttons(self))
        self.setMinimumWidth(280)  # room for the title
        self.fields[0].selectAll()
        self.fields[0].setFocus()

    def type(self, key: str) -> None:
        """The key with which the dialog was called begins the number."""
        self.fields[0].setText(key)
        self.fields[0].setCursorPosition(len(key))
        self.fields[0].deselect()

    @override
    def accept(self) -> None:
        found = []
        for field in self.fields:
            number = self._read(field.text())
            if number is None:
                words = self.tr("“{text}” is no number.") if field.text().strip() else self.tr(
                    "A number is missing."
                )  # fmt: skip
                self.problem.setText(words.format(text=field.text()[:40]))
                self.problem.show()
                field.setFocus()
                field.selectAll()
                return
            found.append(number)
        super().accept()
        self._chosen(tuple(found))


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    buttons: Any = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box
