"""How well each label is found, and what another threshold would change: a slider over a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSlider,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.plots.quantities import count_text

if TYPE_CHECKING:
    from studio.engine.events import LabelCurves

_ROWS_SEEN = 12


class LabelTable(QWidget):
    """`set_curves` fills it; the threshold begins at one half, where the network was measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelTable")
        self._curves: LabelCurves | None = None
        self._labels: tuple[str, ...] = ()
        self._samples = 0
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("labelThreshold")
        self.slider.setAccessibleName(self.tr("Threshold"))
        self.slider.setToolTip(self.tr("From which probability on a label is said to be there"))
        self.slider.setMinimumWidth(80)
        self._value = QLabel()
        self._value.setMinimumWidth(44)
        self.says = Note()
        self.says.setObjectName("thresholdSays")
        self.table = QTableWidget(0, 5)
        self.table.setObjectName("labelRows")
        self.table.setAccessibleName(self.tr("Labels"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Label"), self.tr("Pictures"), self.tr("Found"), self.tr("Right"), self.tr("F1")]
        )
        self._explain_heads()
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        row = QHBoxLayout()
        name = QLabel(self.tr("Threshold"))
        name.setBuddy(self.slider)
        row.addWidget(name)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.says)
        layout.addWidget(self.table)
        self.slider.valueChanged.connect(self._show)

    def set_curves(self, curves: LabelCurves, labels: tuple[str, ...], samples: int) -> None:
        self._curves, self._labels, self._samples = curves, labels, samples
        middle = min(range(len(curves.thresholds)), key=lambda i: abs(curves.thresholds[i] - 0.5))
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(curves.thresholds) - 1)
        self.slider.setPageStep(10)
        self.slider.setValue(middle)
        self.slider.blockSignals(False)
        self.table.setRowCount(len(labels))
        self._show()
        self.table.resizeColumnsToContents()
        for column in range(1, self.table.columnCount()):
            self.table.setColumnWidth(column, max(72, self.table.columnWidth(column) + 12))
        line = self.table.verticalHeader().defaultSectionSize()
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + line * min(_ROWS_SEEN, max(1, len(labels))) + 6)

    def clear(self) -> None:
        self._curves = None
        self.table.setRowCount(0)
        self.says.setText("")

    def _show(self) -> None:
        curves, place = self._curves, self.slider.value()
        if curves is None:
            return
        self._value.setText(_percent(curves.thresholds[place]))
        hits, said, present = curves.hits[place], curves.said[place], curves.present
        both = said + present
        f1 = np.divide(2 * hits, both, out=np.zeros(len(hits)), where=both > 0)
        for row, name in enumerate(self._labels):
            cells = (
                name,
                count_text(int(present[row])),
                _share(int(hits[row]), int(present[row])),
                _share(int(hits[row]), int(said[row])),
                _percent(float(f1[row])) if both[row] else "–",
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(wrapped(text))
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        seen = both > 0
        self.says.setText(
            self.tr("F1 over all labels: {f1}. All labels right in {right} of {count} pictures.").format(
                f1=_percent(float(f1[seen].mean())) if seen.any() else "–",
                right=count_text(int(curves.exact[place])),
                count=count_text(self._samples),
            )
        )

    def _explain_heads(self) -> None:
        help_ = (
            "",
            self.tr("How many of the measured pictures have the label"),
            self.tr("Of the pictures that have the label, the share where it was found (recall)"),
            self.tr("Of the pictures it was said of, the share that has it (precision)"),
            self.tr("Both together in one number: high only if both are high"),
        )
        for column, text in enumerate(help_):
            item = self.table.horizontalHeaderItem(column)
            if item is not None:
                item.setToolTip(text)


def _share(part: int, whole: int) -> str:
    return _percent(part / whole) if whole else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
