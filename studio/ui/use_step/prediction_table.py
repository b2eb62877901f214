"""Many answers at once: a table of predictions, to read and to take home as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.safe_write import write_text_atomically
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.plots.quantities import number_text

if TYPE_CHECKING:
    from studio.engine.events import Prediction

SHOWN = 5000  # rows; the export has them all


class PredictionTable(QWidget):
    export_requested = Signal()
    closed = Signal()
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predictions: tuple[Prediction, ...] = ()
        self._says = Note()
        self.table = QTableWidget(0, 3)
        self.table.setObjectName("predictionTable")
        self.table.setAccessibleName(self.tr("Predictions"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setHorizontalHeaderLabels([self.tr("Input"), self.tr("Prediction"), self.tr("How sure")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.cellClicked.connect(lambda row, _: self.row_chosen.emit(row))
        export = QuietButton(self.tr("Export as table…"), "export")
        export.setObjectName("exportPredictions")
        export.clicked.connect(self.export_requested)
        back = QuietButton(self.tr("Back to one input"), "arrow-left")
        back.setObjectName("backToOne")
        back.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.addWidget(self._says, 1)
        row.addWidget(back)
        row.addWidget(export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        return self._predictions

    def show_predictions(self, predictions: Sequence[Prediction]) -> None:
        self._predictions = tuple(predictions)
        failed = sum(prediction.problem is not None for prediction in predictions)
        text = self.tr("{count} inputs").format(count=len(predictions))
        if failed:
            text += "  ·  " + self.tr("{count} could not be used").format(count=failed)
        if len(predictions) > SHOWN:
            text += "  ·  " + self.tr("the first {count} are shown").format(count=SHOWN)
        self._says.setText(text)
        shown = self._predictions[:SHOWN]
        self.table.setRowCount(len(shown))
        for row, prediction in enumerate(shown):
            name = Path(prediction.input).name if prediction.input else str(row + 1)
            answer, sure = _texts(prediction)
            for column, text in enumerate((name, answer, sure)):
                item = QTableWidgetItem(text)
                item.setToolTip(prediction.problem or prediction.input)
                if prediction.problem is not None:
                    item.setForeground(self.palette().placeholderText())
                self.table.setItem(row, column, item)

    def csv_text(self) -> str:
        """input, prediction, one column a class, problem."""
        classes = next((list(p.probabilities) for p in self._predictions if p.probabilities), [])
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["input", "prediction", *(f"probability of {name}" for name in classes), "problem"])
        for p in self._predictions:
            shares = [repr(float(p.probabilities[c])) if c in p.probabilities else "" for c in classes]
            writer.writerow([p.input, "" if p.prediction is None else p.prediction, *shares, p.problem or ""])
        return text.getvalue()

    def write_csv(self, path: Path) -> None:
        """Raises SaveError."""
        write_text_atomically(path, self.csv_text())


def _texts(prediction: Prediction) -> tuple[str, str]:
    if prediction.problem is not None or prediction.prediction is None:
        return "–", prediction.problem or ""
    answer = prediction.prediction
    text = number_text(answer) if isinstance(answer, float) else str(answer)
    sure = max(prediction.probabilities.values(), default=None)
    return text, "" if sure is None else f"{100 * sure:.1f} %"
