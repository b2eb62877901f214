"""One editor per declared parameter type: shows a value, tells edits, keeps what was typed wrongly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QWidget,
)
from typing_extensions import override

from studio.core.params import (
    Bool,
    Choice,
    Float,
    Floats,
    Int,
    Ints,
    Param,
    ParamError,
    ParamValue,
    Several,
    Size,
    Text,
)
from studio.ui.forms.editor import Editor
from studio.ui.forms.number_box import NumberBox
from studio.ui.forms.numbers import format_list, parse_list
from studio.ui.forms.several_editor import SeveralEditor
from studio.ui.forms.size_editor import SizeEditor


class NumberEditor(Editor):
    """Int and Float; optional ones have a switch in front: off, or this number."""

    def __init__(self, rule: Int | Float, fallback: ParamValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = NumberBox(rule)
        if rule.optional:
            self.add_switch(rule.none_label)
        self.row.addWidget(self.box, 1)
        self.box.set_value(_first(rule, fallback))
        self.box.value_edited.connect(self.edited)
        self.box.refused.connect(self.refused)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.box,)

    def set_value(self, value: ParamValue) -> None:
        self.show_switched(value is not None)
        if isinstance(value, int | float):
            self.box.set_value(value)

    def finish(self) -> None:
        self.box.finish()

    @override
    def enable_inputs(self, enabled: bool) -> None:
        self.box.set_words("" if enabled else self.off_words)

    @override
    def current(self) -> ParamValue:
        return self.box.value


def _first(rule: Int | Float, fallback: ParamValue) -> float:
    """The number that an optional parameter starts with when it is switched on."""
    if isinstance(fallback, int | float):
        return fallback
    if rule.when_on is not None:
        return rule.when_on
    return 1 if rule.minimum <= 1 else rule.minimum  # a limit of 0 would spoil training


class BoolEditor(Editor):
    """Yes or no, as a check box."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(text)
        self.box.toggled.connect(lambda on: self.edited.emit(on, True))
        self.row.addWidget(self.box, 1)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.box,)

    def set_value(self, value: ParamValue) -> None:
        blocked = self.box.blockSignals(True)
        self.box.setChecked(bool(value))
        self.box.blockSignals(blocked)


class QuietComboBox(QComboBox):
    """A combo box that the wheel passes by unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(Editor):
    """One of a few named values."""

    def __init__(self, rule: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QuietComboBox()
        for value, label in rule.options:
            self.box.addItem(label, value)
        self.box.activated.connect(lambda _: self.edited.emit(self.box.currentData(), True))
        self.box.currentIndexChanged.connect(self._on_index_changed)
        self._shown: object = None
        self.row.addWidget(self.box, 1)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.box,)

    def set_value(self, value: ParamValue) -> None:
        blocked = self.box.blockSignals(True)
        self.box.setCurrentIndex(self.box.findData(value))
        self.box.blockSignals(blocked)

    def _on_index_changed(self, index: int) -> None:
        if not self.box.view().isVisible():  # keys, wheel, scripts; a list that is open tells by `activated`
            self.edited.emit(self.box.itemData(index), True)


class TextEditor(Editor):
    """A short line of text."""

    def __init__(self, rule: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setMaxLength(rule.max_length)
        self.line.textEdited.connect(lambda text: self.edited.emit(text, False))
        self.line.editingFinished.connect(lambda: self.edited.emit(self.line.text(), True))
        self.row.addWidget(self.line, 1)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.line,)

    def set_value(self, value: ParamValue) -> None:
        if self.line.text() != str(value or ""):
            self.line.setText(str(value or ""))


class ListEditor(Editor):
    """Several numbers in one line: "3, 5, 7"."""

    def __init__(self, rule: Ints | Floats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        self._value: tuple[float, ...] = ()
        self._wrong = False
        self._pending = False
        self.line = QLineEdit()
        self.line.setPlaceholderText("3, 5, 7" if isinstance(rule, Ints) else "0.9, 0.999")
        self.line.textEdited.connect(self._on_text_edited)
        self.line.editingFinished.connect(self.finish)
        self.row.addWidget(self.line, 1)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.line,)

    def set_value(self, value: ParamValue) -> None:
        numbers = tuple(value) if isinstance(value, tuple | list) else ()
        same = numbers == self._value and self.line.text() != ""
        self._value = numbers
        if same and (self._wrong or self.line.hasFocus()):
            return
        self._wrong = False
        self.line.setText(format_list(numbers))

    def finish(self) -> None:
        if self._wrong:
            return
        self.line.setText(format_list(self._value))
        if self._pending:
            self._pending = False
            self.edited.emit(self._value, True)

    def _on_text_edited(self, text: str) -> None:
        try:
            value = self._rule.check(parse_list(text, isinstance(self._rule, Ints)))
        except ParamError as error:
            self._wrong = True
            self.refused.emit(str(error))
            return
        assert isinstance(value, tuple)
        self._wrong = False
        self._value = value
        self._pending = True
        self.edited.emit(value, False)


def editor_for(param: Param) -> Editor:
    """The editor that fits the parameter's declared type."""
    rule = param.type
    match rule:
        case Int() | Float():
            return NumberEditor(rule, param.default)
        case Bool():
            return BoolEditor(param.label)
        case Choice():
            return ChoiceEditor(rule)
        case Several():
            return SeveralEditor(rule)
        case Text():
            return TextEditor(rule)
        case Ints() | Floats():
            return ListEditor(rule)
        case Size():
            return SizeEditor(rule, param.default)
