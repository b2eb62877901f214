"""How large the boxes are and how many a picture has, as histograms, with what that means in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.data_step.number_balance import Histogram
from studio.ui.forms.editors import QuietComboBox
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.boxes.detection_dataset import DetectionDataset

_BINS = 20
_SIZES, _COUNTS = 0, 1


class BoxFigures(QWidget):
    """One histogram, of what is chosen above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boxFigures")
        self._sizes = self._counts = np.zeros(0)
        self._input = (1, 1)
        self.what = QuietComboBox()
        self.what.setObjectName("boxFigure")
        self.what.setAccessibleName(self.tr("What to show of the boxes"))
        self.what.addItems([self.tr("How large the boxes are"), self.tr("How many a picture has")])
        self.what.currentIndexChanged.connect(self._show)
        self.note = Note("")
        self.bars = Histogram(self)
        self.bars.setFixedHeight(84)  # the bars of the classes above need the rest
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.what, self.note):
            layout.addWidget(widget)
        layout.addWidget(self.bars, 1)

    def show_dataset(self, dataset: DetectionDataset) -> None:
        from studio.data.boxes.box_profile import shorter_sides

        usable = np.zeros(len(dataset), np.bool_)
        usable[dataset.usable] = True
        self._sizes = shorter_sides(dataset)[usable[dataset.box_table.pictures]]
        self._counts = dataset.box_table.counts[usable].astype(np.float64)
        self._input = dataset.facts.input_shape[2], dataset.facts.input_shape[1]
        self._show()

    def _show(self) -> None:
        numbers = self._sizes if self.what.currentIndex() == _SIZES else self._counts
        if not len(numbers):
            self.bars.show_counts(np.zeros(0, np.int64), 0.0, 0.0)
            self.note.setText("")
            return
        low, high = float(np.floor(numbers.min())), float(np.ceil(numbers.max()))
        bins = _BINS if self.what.currentIndex() == _SIZES else int(min(_BINS, max(1, high - low + 1)))
        end = high if bins == _BINS else high + 1  # a bar for each whole number
        counts, _ = np.histogram(numbers, bins=bins, range=(low, max(end, low + 1)))
        self.bars.show_counts(counts.astype(np.int64), low, high, (f"{low:.0f}", f"{high:.0f}"))
        self.note.setText(self._sentence(numbers, low, high))

    def _sentence(self, numbers: np.ndarray, low: float, high: float) -> str:  # type: ignore[type-arg]
        middle = float(np.median(numbers))
        if self.what.currentIndex() == _SIZES:
            return self.tr(
                "The shorter side of a box has {low} to {high} points, {middle} in the middle, in pictures "
                "of {width}×{height}. Below 8 points things are hard to find."
            ).format(
                low=f"{low:.0f}", high=f"{high:.0f}", middle=f"{middle:.0f}", width=self._input[0],
                height=self._input[1],
            )  # fmt: skip
        none = int((numbers == 0).sum())
        told = self.tr("A picture has {low} to {high} boxes, {mean} on average.").format(
            low=f"{low:.0f}", high=f"{high:.0f}", mean=f"{numbers.mean():.1f}"
        )
        without = self.tr("{n} pictures show none of the things.").format(n=f"{none:,}")
        return f"{told} {without}" if none else told
