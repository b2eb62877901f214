"""All metrics of an evaluation, each with what guessing would reach and what it means."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.core.project import Project
from studio.ui.labels import Note
from studio.ui.layouts import clear
from studio.ui.plots.quantities import loss_quantity
from studio.ui.train_step.kind_metrics import quantities_of, quantity_named


class MetricTable(QWidget):
    """Name and value on one line, the sentence below: so it needs little width. The headline stands first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("metricTable")
        self.setAccessibleName(self.tr("Metrics"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)

    def set_metrics(
        self, metrics: Mapping[str, float], project: Project, guess: Mapping[str, float] | None = None
    ) -> None:
        clear(self._grid)
        order = [quantity.id for quantity in quantities_of(project)]
        names = [name for name in order if name in metrics]
        names += ["loss"] * ("loss" in metrics and "loss" not in names)
        for number, name in enumerate(names):
            self._add(3 * number, name, metrics[name], (guess or {}).get(name), project)

    def _add(self, row: int, name: str, number: float, guess: float | None, project: Project) -> None:
        quantity = loss_quantity() if name == "loss" else quantity_named(project, name)
        title = QLabel(quantity.name)
        title.setWordWrap(True)
        value = QLabel(quantity.text(number))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        for label in (title, value):
            font = label.font()
            font.setBold(True)
            label.setFont(font)
        value.setObjectName(f"metric.{name}")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text = quantity.help
        if guess is not None:
            text += " " + self.tr("By guessing: {value}.").format(value=quantity.text(guess))
        note = Note(text)
        note.setObjectName(f"metricNote.{name}")
        self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(note, row + 1, 0, 1, 2)
        self._grid.setRowMinimumHeight(row + 2, 8)
