"""All metrics of an evaluation, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.core.project import Project
from studio.ui.labels import Note
from studio.ui.plots.quantities import loss_quantity
from studio.ui.train_step.kind_metrics import quantities_of, quantity_named


class MetricTable(QWidget):
    """Name, value and a sentence, one row a metric, the headline first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("metricTable")
        self.setAccessibleName(self.tr("Metrics"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)

    def set_metrics(self, metrics: Mapping[str, float], project: Project) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        order = [quantity.id for quantity in quantities_of(project)]
        names = [name for name in order if name in metrics]
        names += ["loss"] * ("loss" in metrics and "loss" not in names)
        for row, name in enumerate(names):
            quantity = loss_quantity() if name == "loss" else quantity_named(project, name)
            title = QLabel(quantity.name)
            value = QLabel(quantity.text(metrics[name]))
            font = value.font()
            font.setBold(True)
            value.setFont(font)
            value.setObjectName(f"metric.{name}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, label in enumerate((title, value, Note(quantity.help))):
                self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
