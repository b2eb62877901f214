"""Predicted against true, and what is left over: how a network for numbers is judged by eye."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.forms.editors import QuietComboBox
from studio.ui.labels import Heading, Note
from studio.ui.plots.quantities import number_text

if TYPE_CHECKING:
    from studio.engine.events import Evaluation, NumberResult

Numbers = npt.NDArray[np.float32]
SIDE_BY_SIDE = 560  # pixels of width from which both plots have room in one line


class _StillPlot(pg.PlotWidget):  # type: ignore[misc]
    """Leaves the wheel to the page it stands in: a chart that swallows it is a trap."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class RegressionPlots(QWidget):
    number_chosen = Signal(int)  # which of several numbers is shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("regressionPlots")
        self._against = _StillPlot()
        self._residuals = _StillPlot()
        self._dots = pg.ScatterPlotItem(size=7, pen=None)
        self._ideal = pg.PlotDataItem()
        self._left_over = pg.ScatterPlotItem(size=7, pen=None)
        self._zero = pg.InfiniteLine(0, angle=0)
        self._against.addItem(self._ideal)
        self._against.addItem(self._dots)
        self._residuals.addItem(self._zero)
        self._residuals.addItem(self._left_over)
        self._says = Note()
        self._results: tuple[NumberResult, ...] = ()
        self._thing, self._unit = self.tr("row"), ""
        self.names = QuietComboBox()
        self.names.setObjectName("resultNumber")
        self.names.setAccessibleName(self.tr("Number to show"))
        self.names.currentIndexChanged.connect(self._show_chosen)
        self.names.hide()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for plot, name in (
            (self._against, self.tr("Predicted against true")),
            (self._residuals, self.tr("Left over: predicted minus true")),
        ):
            plot.setMenuEnabled(False)
            plot.setMinimumHeight(240)
            plot.setMinimumWidth(160)
            plot.setAccessibleName(name)
            plot.getPlotItem().hideButtons()
            plot.setMouseEnabled(x=False, y=False)
            column = QVBoxLayout()
            column.addWidget(Heading(name))
            column.addWidget(plot)
            self._row.addLayout(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.names)
        layout.addLayout(self._row)
        layout.addWidget(self._says)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def set_results(self, evaluation: Evaluation, target: str, thing: str) -> None:
        """Of an evaluation of numbers; where there are several, of the one that is chosen."""
        self._thing = thing
        self._results = evaluation.numbers
        before = self.names.currentText()
        self.names.blockSignals(True)
        self.names.clear()
        self.names.addItems([one.name for one in evaluation.numbers])
        self.names.setCurrentIndex(max(0, self.names.findText(before)))
        self.names.blockSignals(False)
        self.names.setVisible(len(evaluation.numbers) > 1)
        if self._results:
            self._show_chosen()
        elif evaluation.predictions is not None and evaluation.targets is not None:
            self.set_pairs(evaluation.predictions, evaluation.targets, target)

    def _show_chosen(self) -> None:
        place = self.names.currentIndex()
        if 0 <= place < len(self._results):
            one = self._results[place]
            self._unit = one.unit
            self.set_pairs(one.predictions, one.targets, f"{one.name} ({one.unit})" if one.unit else one.name)
            if len(self._results) > 1:
                text = self.tr("“{name}” alone: typical error (RMSE) {rmse}, explained variance (R²) {r2}.")
                rmse, r2 = one.metrics.get("rmse", math.nan), one.metrics.get("r2", math.nan)
                words = {"rmse": f"{number_text(rmse)} {one.unit}".rstrip(), "r2": number_text(r2)}
                self._says.setText(f"{text.format(name=one.name, **words)} {self._says.text()}")
            self.number_chosen.emit(place)

    def set_pairs(self, predictions: Numbers, targets: Numbers, target: str) -> None:
        """Pairs of which one is no number are left out; `target` is the column's name."""
        known = np.isfinite(predictions) & np.isfinite(targets)
        predictions, targets = predictions[known], targets[known]
        if not len(targets):
            self.clear()
            return
        low = float(min(predictions.min(), targets.min()))
        high = float(max(predictions.max(), targets.max()))
        self._dots.setData(targets, predictions)
        self._ideal.setData([low, high], [low, high])
        self._left_over.setData(targets, predictions - targets)
        for plot in (self._against, self._residuals):
            # Without ranges for SI prefixes: pyqtgraph would write 250 for 0.25, whatever it was told else.
            plot.enableAutoRange()  # both axes, whatever was shown before
            plot.setLabel("bottom", self.tr("true {target}").format(target=target), siPrefixEnableRanges=())
        self._against.setLabel(
            "left", self.tr("predicted {target}").format(target=target), siPrefixEnableRanges=()
        )
        self._residuals.setLabel("left", self.tr("predicted minus true"), siPrefixEnableRanges=())
        error = np.abs(predictions - targets)
        self._says.setText(
            self.tr(
                "Each dot is a {thing}; on the dashed line it would be exactly right. "
                "Half of the predictions are closer than {half}, nine of ten closer than {most}."
            ).format(
                thing=self._thing,
                half=f"{number_text(float(np.median(error)))} {self._unit}".rstrip(),
                most=f"{number_text(float(np.quantile(error, 0.9)))} {self._unit}".rstrip(),
            )
        )

    def clear(self) -> None:
        """Empty axes: nothing of what was shown before, not even its numbers."""
        for item in (self._dots, self._ideal, self._left_over):
            item.setData([], [])
        for plot in (self._against, self._residuals):
            plot.setLabel("bottom", "")
            plot.setLabel("left", "")
            plot.setRange(xRange=(0, 1), yRange=(0, 1))
        self._says.setText(self.tr("There are no numbers to draw."))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _retint(self) -> None:
        colours = theme.colours()
        brush = pg.mkBrush(colours.accent.red(), colours.accent.green(), colours.accent.blue(), 130)
        self._dots.setBrush(brush)
        self._left_over.setBrush(brush)
        line = pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DashLine)
        self._ideal.setPen(line)
        self._zero.setPen(line)
        for plot in (self._against, self._residuals):
            plot.setBackground(colours.surface)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(pg.mkPen(colours.border))
                axis.setTextPen(pg.mkPen(colours.muted))
