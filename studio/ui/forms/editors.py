"""One editor per declared parameter type: shows a value, tells edits, keeps what was typed wrongly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
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
    Size,
    Text,
    expand,
)
from studio.ui import theme
from studio.ui.forms.number_box import NumberBox
from studio.ui.forms.numbers import format_list, parse_list


class Editor(QWidget):
    """The base of all editors. `edited(value, final)`, `refused(message)`; `inputs` are the widgets
    that take the focus, the first of which carries the parameter's object name."""

    edited = Signal(object, bool)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    @property
    def inputs(self) -> Sequence[QWidget]:
        raise NotImplementedError

    def set_value(self, value: ParamValue) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Completes an edit that is under way."""

    def name_inputs(self, object_name: str, param: Param) -> None:
        """Object names, accessible names and help on everything that can be focused."""
        for index, widget in enumerate(self.inputs):
            widget.setObjectName(object_name if index == 0 else f"{object_name}.{index}")
            widget.setAccessibleName(param.label)
            widget.setAccessibleDescription(param.help)
            widget.setToolTip(wrapped(param.help))
            widget.setWhatsThis(param.help)
        self.setFocusProxy(self.inputs[0])


def wrapped(text: str) -> str:
    """A tooltip that wraps: Qt breaks lines in rich text only."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<p>{escaped}</p>"


class NumberEditor(Editor):
    """Int and Float; optional ones have a check box that switches the number off."""

    def __init__(self, rule: Int | Float, fallback: ParamValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = NumberBox(rule)
        self.none: QCheckBox | None = None
        self.row.addWidget(self.box, 1)
        if rule.optional:
            self.none = QCheckBox(rule.none_label)
            self.none.toggled.connect(self._on_none_toggled)
            self.row.addWidget(self.none)
        start = rule.minimum if not isinstance(fallback, int | float) else fallback
        if not isinstance(fallback, int | float) and isinstance(rule, Float | Int) and rule.minimum <= 1:
            start = 1  # switching on a limit of 0 would spoil training; 1 is a usual first choice
        self.box.set_value(start)
        self.box.value_edited.connect(self.edited)
        self.box.refused.connect(self.refused)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.box,)

    def set_value(self, value: ParamValue) -> None:
        is_none = value is None
        if self.none is not None:
            blocked = self.none.blockSignals(True)
            self.none.setChecked(is_none)
            self.none.blockSignals(blocked)
        self.box.setEnabled(not is_none)
        if isinstance(value, int | float):
            self.box.set_value(value)

    def finish(self) -> None:
        self.box.finish()

    def name_inputs(self, object_name: str, param: Param) -> None:
        super().name_inputs(object_name, param)
        if self.none is not None:
            self.none.setObjectName(f"{object_name}.none")
            self.none.setAccessibleName(f"{param.label}: {self.none.text()}")
            self.none.setToolTip(wrapped(param.help))

    def _on_none_toggled(self, is_none: bool) -> None:
        self.box.setEnabled(not is_none)
        self.edited.emit(None if is_none else self.box.value, True)


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


class SizeEditor(Editor):
    """One number for every dimension, or (unlinked) one for each."""

    def __init__(self, rule: Size, fallback: ParamValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        number = Int(rule.minimum, rule.maximum)
        self.boxes = tuple(NumberBox(number) for _ in range(rule.dims))
        self.crosses = tuple(QLabel("×") for _ in range(rule.dims - 1))
        self.link = QToolButton(self)
        self.none: QCheckBox | None = None
        for index, box in enumerate(self.boxes):
            box.setMinimumWidth(44)
            if index:
                self.row.addWidget(self.crosses[index - 1])
            self.row.addWidget(box, 1)
            box.value_edited.connect(self._on_value_edited)
            box.refused.connect(self.refused)
            box.set_value(max(rule.minimum, 1))
        self._add_link_button()
        if rule.optional:
            self.none = QCheckBox(rule.none_label)
            self.none.toggled.connect(self._on_none_toggled)
            self.row.addWidget(self.none)
        if fallback is not None:
            self._show(fallback)
        self._show_linked(True)

    def _add_link_button(self) -> None:
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.setAutoRaise(True)
        self._show_link_icon()
        self.link.setVisible(self._rule.dims > 1)
        self.link.setToolTip(
            QCoreApplication.translate(
                "SizeEditor", "The same in every direction. Release to set each by itself."
            )
        )
        self.link.toggled.connect(self._on_linked_toggled)
        self.row.addWidget(self.link)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return self.boxes

    def set_value(self, value: ParamValue) -> None:
        is_none = value is None
        if self.none is not None:
            blocked = self.none.blockSignals(True)
            self.none.setChecked(is_none)
            self.none.blockSignals(blocked)
        self._enable(not is_none)
        if not is_none:
            self._show(value)

    def finish(self) -> None:
        for box in self.boxes:
            box.finish()

    def name_inputs(self, object_name: str, param: Param) -> None:
        super().name_inputs(object_name, param)
        for box, side in zip(self.boxes, self._sides(), strict=True):
            if self._rule.dims > 1:
                box.setAccessibleName(f"{param.label}, {side}")
        self.link.setObjectName(f"{object_name}.link")
        self.link.setAccessibleName(
            QCoreApplication.translate("SizeEditor", "{label}: same in every direction").format(
                label=param.label
            )
        )
        if self.none is not None:
            self.none.setObjectName(f"{object_name}.none")
            self.none.setAccessibleName(f"{param.label}: {self.none.text()}")

    def _sides(self) -> tuple[str, ...]:
        translate = QCoreApplication.translate
        names = (
            translate("SizeEditor", "depth"),
            translate("SizeEditor", "height"),
            translate("SizeEditor", "width"),
        )
        return names[-self._rule.dims :]

    def _show(self, value: ParamValue) -> None:
        numbers = expand(value, self._rule.dims)
        if len(set(numbers)) > 1:
            self._set_linked(False)
        for box, number in zip(self.boxes, numbers, strict=True):
            box.set_value(number)

    def _set_linked(self, linked: bool) -> None:
        blocked = self.link.blockSignals(True)
        self.link.setChecked(linked)
        self.link.blockSignals(blocked)
        self._show_linked(linked)

    def _show_link_icon(self) -> None:
        self.link.setIcon(theme.icon("link" if self.link.isChecked() else "unlink"))

    def _show_linked(self, linked: bool) -> None:
        self._show_link_icon()
        for widget in (*self.boxes[1:], *self.crosses):
            widget.setVisible(not linked)

    def _enable(self, enabled: bool) -> None:
        for widget in (*self.boxes, self.link):
            widget.setEnabled(enabled)

    def _current(self) -> ParamValue:
        if self.link.isChecked():
            return int(self.boxes[0].value)
        return self._rule.check(tuple(int(box.value) for box in self.boxes))

    def _on_value_edited(self, value: object, final: bool) -> None:
        self.edited.emit(self._current(), final)

    def _on_linked_toggled(self, linked: bool) -> None:
        for box in self.boxes[1:]:
            box.set_value(self.boxes[0].value)
        self._show_linked(linked)
        if linked:
            self.edited.emit(self._current(), True)

    def _on_none_toggled(self, is_none: bool) -> None:
        self._enable(not is_none)
        self.edited.emit(None if is_none else self._current(), True)


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
        case Text():
            return TextEditor(rule)
        case Ints() | Floats():
            return ListEditor(rule)
        case Size():
            return SizeEditor(rule, param.default)
