"""One field for each column the network was trained with, filled with a usual value."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from studio.core.params import Float, ParamValue
from studio.data.numbers import parse_number
from studio.data.preprocessing import CategoryFeature, Cell, Feature, NumberFeature, category_text
from studio.ui.forms.number_box import NumberBox
from studio.ui.plots.quantities import number_text
from studio.ui.train_step.entry_choice import CalmComboBox

_ANY = Float(-1e15, 1e15)


class RowForm(QWidget):
    """`changed` after every edit; `row` is what is filled in."""

    changed = Signal()

    def __init__(self, features: tuple[Feature, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowForm")
        self.setAccessibleName(self.tr("A row to predict"))
        self._numbers: dict[str, NumberBox] = {}
        self._choices: dict[str, QComboBox] = {}
        self._usual: dict[str, float] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(8)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for feature in features:
            label = QLabel(feature.name)
            field = self._number(feature) if isinstance(feature, NumberFeature) else self._choice(feature)
            field.setObjectName(f"row.{feature.name}")
            field.setAccessibleName(feature.name)
            label.setBuddy(field)
            layout.addRow(label, field)

    @property
    def row(self) -> dict[str, ParamValue]:
        values: dict[str, ParamValue] = {name: float(box.value) for name, box in self._numbers.items()}
        values |= {name: str(box.currentData()) for name, box in self._choices.items()}
        return values

    def fill(self, row: Mapping[str, Cell]) -> None:
        """Puts values in by column name; columns that are left out keep theirs."""
        for name, box in self._numbers.items():
            value = row.get(name)
            if isinstance(value, str):
                value = parse_number(value)  # None for an empty cell: the usual value stays
            if isinstance(value, int | float) and math.isfinite(value):
                box.set_value(float(value))
            else:
                box.set_value(self._usual[name])
        for name, choice in self._choices.items():
            index = choice.findData(category_text(row.get(name)) or "")
            if index >= 0:
                choice.setCurrentIndex(index)
        self.changed.emit()

    def _number(self, feature: NumberFeature) -> NumberBox:
        box = NumberBox(_ANY)
        self._usual[feature.name] = float(f"{feature.fill:.4g}")
        box.set_value(self._usual[feature.name])
        low, high = feature.mean - 2 * feature.std, feature.mean + 2 * feature.std
        box.setToolTip(
            self.tr("Usually between {low} and {high}, on average {mean}.").format(
                low=number_text(low), high=number_text(high), mean=number_text(feature.mean)
            )
        )
        box.value_edited.connect(lambda *_: self.changed.emit())
        self._numbers[feature.name] = box
        return box

    def _choice(self, feature: CategoryFeature) -> QComboBox:
        choice = CalmComboBox()
        for value in feature.values:
            choice.addItem(value, value)
        if feature.missing:
            choice.addItem(self.tr("(empty)"), "")
        choice.activated.connect(lambda *_: self.changed.emit())
        self._choices[feature.name] = choice
        return choice
