"""How often which numbers occur, as a histogram: gaps and far-away values show at a glance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.forms.editors import QuietComboBox
from studio.ui.labels import Note
from studio.ui.plots.quantities import number_text

Numbers = npt.NDArray[np.float64]
_BINS = 20


class NumberBalance(QWidget):
    """One histogram; where several numbers are predicted, of the one that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("numberBalance")
        self._values: Numbers = np.zeros((0, 0))
        self._units: tuple[str, ...] = ()
        self.names = QuietComboBox()
        self.names.setObjectName("numberName")
        self.names.setAccessibleName(self.tr("Number to show"))
        self.names.currentIndexChanged.connect(self._show)
        self.note = Note("")
        self.bars = Histogram(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.names)
        layout.addWidget(self.note)
        layout.addWidget(self.bars, 1)

    def show_numbers(self, names: tuple[str, ...], values: Numbers, units: tuple[str, ...]) -> None:
        """`values` (samples, numbers)."""
        self._values, self._units = values, units
        before = self.names.currentText()
        self.names.blockSignals(True)
        self.names.clear()
        self.names.addItems(list(names))
        self.names.setCurrentIndex(max(0, self.names.findText(before)))
        self.names.blockSignals(False)
        self.names.setVisible(len(names) > 1)
        self._show()

    def _show(self) -> None:
        place = self.names.currentIndex()
        if not 0 <= place < self._values.shape[1] or not len(self._values):
            self.bars.show_counts(np.zeros(0, np.int64), 0.0, 0.0)
            self.note.setText("")
            return
        numbers = self._values[:, place]
        low, high = float(numbers.min()), float(numbers.max())
        counts, _ = np.histogram(numbers, bins=_BINS, range=(low, high) if high > low else (low, low + 1))
        self.bars.show_counts(counts, low, high)
        unit = f" {self._units[place]}" if self._units[place] else ""
        self.note.setText(
            self.tr(
                "“{name}” lies between {low} and {high}{unit}; half of the pictures have less than "
                "{middle}{unit}."
            ).format(
                name=self.names.itemText(place),
                low=number_text(low),
                high=number_text(high),
                middle=number_text(float(np.median(numbers))),
                unit=unit,
            )
        )


class Histogram(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros(0, np.int64)
        self._ends = ("", "")
        self.setMinimumHeight(70)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.theme().theme_changed.connect(self.update)

    def show_counts(
        self, counts: npt.NDArray[np.int64], low: float, high: float, ends: tuple[str, str] | None = None
    ) -> None:
        """`ends`: how the lowest and the highest number are written."""
        self._counts = counts
        self._ends = (ends or (number_text(low), number_text(high))) if len(counts) else ("", "")
        self.setAccessibleName(
            self.tr("Histogram from {low} to {high}: {counts}").format(
                low=self._ends[0], high=self._ends[1], counts=", ".join(str(int(c)) for c in counts)
            )
        )
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._counts):
            return
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self.fontMetrics().height() + 4
        room, most = self.height() - words, max(1, int(self._counts.max()))
        width = self.width() / len(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.series(0))
        for place, count in enumerate(self._counts.tolist()):
            tall = max(2.0, (room - 4) * count / most) if count else 0.0
            painter.drawRect(QRectF(place * width + 1, room - tall, max(1.0, width - 2), tall))
        painter.setPen(colours.muted)
        line = QRectF(0, room, self.width(), words)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._ends[0])
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._ends[1])
