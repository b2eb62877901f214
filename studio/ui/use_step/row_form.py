"""One field for each column the network was trained with, filled with a usual value."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QLabel, QLineEdit, QWidget

from studio.core.params import Float, ParamValue
from studio.data.preprocessing import (
    BooleanFeature,
    CategoryFeature,
    Cell,
    DateFeature,
    Feature,
    NumberFeature,
    category_text,
)
from studio.data.tables.dates import written_date
from studio.data.tables.numbers import parse_boolean, parse_number
from studio.ui.forms.number_box import NumberBox
from studio.ui.forms.numbers import format_number
from studio.ui.train_step.entry_choice import CalmComboBox

_ANY = Float(-1e15, 1e15)


class RowForm(QWidget):
    """`changed` after every edit; `row` is what is filled in, also where it makes no sense: whoever
    predicts it says what is wrong."""

    changed = Signal()

    def __init__(self, features: tuple[Feature, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowForm")
        self.setAccessibleName(self.tr("A row to predict"))
        self._numbers: dict[str, NumberBox] = {}
        self._choices: dict[str, QComboBox] = {}
        self._answers: dict[str, tuple[str, str]] = {}  # no and yes, in the table's words
        self._dates: dict[str, QLineEdit] = {}
        self._usual: dict[str, float] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(8)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for feature in features:
            label = QLabel(_label(feature))
            label.setTextFormat(Qt.TextFormat.PlainText)
            field = self._field(feature)
            field.setObjectName(f"row.{feature.name}")
            field.setAccessibleName(feature.name)
            label.setBuddy(field)
            layout.addRow(label, field)

    @property
    def row(self) -> dict[str, ParamValue]:
        values: dict[str, ParamValue] = {name: _typed(box) for name, box in self._numbers.items()}
        values |= {name: self._chosen(choice) for name, choice in self._choices.items()}
        values |= {name: line.text() for name, line in self._dates.items()}
        return values

    def focus_first(self) -> None:
        """Its first field."""
        layout = self.layout()
        assert isinstance(layout, QFormLayout)
        first = layout.itemAt(0, QFormLayout.ItemRole.FieldRole)
        field = first.widget() if first is not None else None
        if field is not None:
            field.setFocus()

    def fill(self, row: Mapping[str, Cell]) -> None:
        """Puts values in by column name; what is empty in the row gets its usual value."""
        for name, box in self._numbers.items():
            value = row.get(name)
            if isinstance(value, str):
                value = parse_number(value)  # None for an empty cell: the usual value stays
            usual = not isinstance(value, int | float) or not math.isfinite(value)
            box.clear()  # or text that was typed wrongly would stay
            box.set_value(self._usual[name] if usual else float(value))  # type: ignore[arg-type]
        for name, line in self._dates.items():
            line.setText(category_text(row.get(name)) or "")
        for name, choice in self._choices.items():
            text = category_text(row.get(name)) or ""
            answer = parse_boolean(text) if name in self._answers else None
            index = choice.findData(text if answer is None else self._answers[name][answer])
            if index >= 0:
                choice.setCurrentIndex(index)
        self.changed.emit()

    def _field(self, feature: Feature) -> QWidget:
        if isinstance(feature, NumberFeature):
            return self._number(feature)
        if isinstance(feature, DateFeature):
            return self._date(feature)
        return self._answer(feature) if isinstance(feature, BooleanFeature) else self._choice(feature)

    def _date(self, feature: DateFeature) -> QLineEdit:
        line = QLineEdit(written_date(feature.usual))
        line.setToolTip(self.tr("A date such as 2024-01-31, or with the time: 2024-01-31 18:30."))
        line.textEdited.connect(lambda _: self.changed.emit())
        self._dates[feature.name] = line
        return line

    def _answer(self, feature: BooleanFeature) -> QComboBox:
        choice = CalmComboBox()
        for word in feature.words:
            choice.addItem(word, word)
        choice.setCurrentIndex(int(feature.fill >= 0.5))
        choice.activated.connect(lambda *_: self.changed.emit())
        self._choices[feature.name] = choice
        self._answers[feature.name] = feature.words
        return choice

    def _number(self, feature: NumberFeature) -> NumberBox:
        box = NumberBox(_ANY)
        self._usual[feature.name] = float(f"{feature.fill:.4g}")
        box.set_value(self._usual[feature.name])
        box.lineEdit().setAcceptDrops(False)  # a table that is dropped is for the page
        box.lineEdit().setPlaceholderText(self.tr("empty"))
        box.setToolTip(self._range_in_words(feature))
        box.value_edited.connect(lambda *_: self.changed.emit())
        box.refused.connect(lambda *_: self.changed.emit())
        self._numbers[feature.name] = box
        return box

    def _range_in_words(self, feature: NumberFeature) -> str:
        if feature.low is not None and feature.high is not None:
            return self.tr("In training between {low} and {high}, on average {mean}.").format(
                low=_short(feature.low), high=_short(feature.high), mean=_short(feature.fill)
            )
        low, high = feature.mean - 2 * feature.std, feature.mean + 2 * feature.std
        return self.tr("Usually between {low} and {high}, on average {mean}.").format(
            low=_short(low), high=_short(high), mean=_short(feature.mean)
        )

    def _choice(self, feature: CategoryFeature) -> QComboBox:
        """Typing finds a value among many; a value that training never saw can be tried, too."""
        choice = CalmComboBox()
        for value in feature.values:
            choice.addItem(value, value)
        if feature.missing:
            choice.addItem(self.tr("(empty)"), "")
        choice.setEditable(True)
        for part in (choice, choice.lineEdit()):
            if part is not None:
                part.setAcceptDrops(False)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = choice.completer()
        assert completer is not None  # an editable choice has one
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        choice.setToolTip(self.tr("Choose a value, or type one."))
        choice.editTextChanged.connect(lambda *_: self.changed.emit())
        self._choices[feature.name] = choice
        return choice

    @staticmethod
    def _chosen(choice: QComboBox) -> str:
        """The value whose words are shown; else what was typed."""
        text = choice.currentText().strip()
        index = choice.findText(text, Qt.MatchFlag.MatchFixedString | Qt.MatchFlag.MatchCaseSensitive)
        return str(choice.itemData(index)) if index >= 0 else text


def _short(number: float) -> str:
    return format_number(float(f"{number:.4g}"))


def _typed(box: NumberBox) -> ParamValue:
    """The number; the text itself where it is none, empty where it is empty."""
    return box.lineEdit().text().strip() if box.text_is_wrong else float(box.value)


def _label(feature: Feature) -> str:
    unit = feature.unit if isinstance(feature, NumberFeature) else ""
    return f"{feature.name} ({unit})" if unit else feature.name
