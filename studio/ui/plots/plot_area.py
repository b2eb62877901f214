"""The two plots of a run side by side, with their controls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.safe_write import SaveError
from studio.ui.buttons import QuietButton
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.plots.curve_plot import CurvePlot
from studio.ui.plots.curves import RunCurves
from studio.ui.plots.plot_controls import AT_FIRST, PlotControls, smoothing_weight
from studio.ui.plots.plot_export import write_csv, write_png
from studio.ui.plots.quantities import Quantity, loss_quantity

# Between two drawings while a run is on. Each holds Python's lock for some 10 ms, in which small networks
# do not train: at 12 a second they took half as long again with the window open.
FRAME_MS = 330
STACK_BELOW = 620  # pixels of width under which the plots stand one above the other


class PlotArea(QWidget):
    """`set_run` once per run, `refresh` after its curves grew."""

    export_failed = Signal(str)

    def __init__(
        self, metrics: Sequence[Quantity], dialogs: FileDialogs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._metrics = tuple(metrics) or (Quantity("accuracy", self.tr("Accuracy"), share=True),)
        self._turn = False
        self._owed = 0  # plots with news that are not drawn yet
        self._frame = QTimer(self)
        self._frame.setInterval(FRAME_MS)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self._draw_one)
        self.loss_plot = CurvePlot(loss_quantity())
        self.loss_plot.setObjectName("lossPlot")
        self.metric_plot = CurvePlot(self._metrics[0])
        self.metric_plot.setObjectName("metricPlot")
        self.controls = PlotControls()
        self.metric_choice = QComboBox(self)  # with a parent: shown without one it would flash up as a window
        self._build()

    def set_metrics(self, metrics: Sequence[Quantity]) -> None:
        """The kind's metrics, the headline first."""
        if not metrics or tuple(metrics) == self._metrics:
            return
        self._metrics = tuple(metrics)
        self._fill_metric_choice()
        self.metric_plot.set_quantity(self._metrics[0])

    def set_run(
        self, run: RunCurves | None, overlays: Sequence[RunCurves] = (), names: Sequence[str] = ()
    ) -> None:
        for plot in self.plots:
            plot.set_runs(run, overlays, names)

    def refresh(self, both: bool = False) -> None:
        """Redraws one plot now or soon, the other a moment later: each frame stays short, and frames are
        few, while a run is on. The last news are drawn whether or not others follow."""
        if both:
            self._owed = 0
            for plot in self.plots:
                plot.refresh()
            return
        self._owed = len(self.plots)
        if not self._frame.isActive():
            self._draw_one()

    def _draw_one(self) -> None:
        if not self._owed:
            return
        self._owed -= 1
        self._turn = not self._turn
        (self.loss_plot if self._turn else self.metric_plot).refresh()
        self._frame.start()

    @property
    def plots(self) -> tuple[CurvePlot, CurvePlot]:
        return self.loss_plot, self.metric_plot

    def _build(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for plot in self.plots:
            card = QFrame()
            card.setProperty("card", True)
            inside = QVBoxLayout(card)
            inside.setContentsMargins(1, 1, 1, 1)
            inside.addWidget(plot)
            self._splitter.addWidget(card)
        self._fill_metric_choice()
        self.metric_choice.setObjectName("metricSelector")
        self.metric_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.metric_choice.setAccessibleName(self.tr("Metric that is plotted"))
        self.metric_choice.activated.connect(
            lambda index: self.metric_plot.set_quantity(self._metrics[index])
        )
        self._fold = QuietButton(self.tr("View of the curves…"))
        self._fold.setObjectName("plotView")
        self._fold.setToolTip(self.tr("Per step or epoch, smoothing, scale, and taking the curves home"))
        self._fold.clicked.connect(self._on_unfold)
        self._fold.hide()
        self._folded = QFrame(self, Qt.WindowType.Popup)
        self._folded.setFrameShape(QFrame.Shape.StyledPanel)
        self._unfolded = QHBoxLayout(self._folded)
        self._unfolded.setContentsMargins(12, 8, 12, 8)
        row = self._row = QHBoxLayout()
        row.addWidget(self.controls, 1)
        row.addWidget(self._fold)
        row.addStretch(0)
        row.addWidget(self.metric_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._splitter, 1)
        self.controls.axis_changed.connect(self._on_axis)
        self.controls.smoothing_changed.connect(self._on_smoothing)
        self.controls.log_changed.connect(self.loss_plot.set_log)
        self._on_smoothing(smoothing_weight(AT_FIRST))
        self.controls.export_requested.connect(self._on_export)
        self.loss_plot.hovered.connect(lambda x: self._mirror(self.metric_plot, x))
        self.metric_plot.hovered.connect(lambda x: self._mirror(self.loss_plot, x))

    def _fill_metric_choice(self) -> None:
        self.metric_choice.clear()
        for quantity in self._metrics:
            self.metric_choice.addItem(quantity.name)
            self.metric_choice.setItemData(
                self.metric_choice.count() - 1, quantity.help, Qt.ItemDataRole.ToolTipRole
            )
        self.metric_choice.setVisible(len(self._metrics) > 1)

    def _mirror(self, other: CurvePlot, position: float) -> None:
        """Both plots show the same moment: that is how one sees overfitting begin."""
        other.point_at(position if not math.isnan(position) else math.nan)

    def _fit_controls(self) -> None:
        """Where the controls have no room they wait behind a button: the curves matter more."""
        room = self.width() - self.metric_choice.sizeHint().width() - 16
        fold = room < self.controls.sizeHint().width()
        if fold == self._fold.isVisibleTo(self):
            return
        self._folded.hide()
        if fold:
            self._unfolded.addWidget(self.controls)
        else:
            self._row.insertWidget(0, self.controls, 1)
        self.controls.show()
        self._fold.setVisible(fold)

    def _on_unfold(self) -> None:
        self._folded.adjustSize()
        self._folded.move(self._fold.mapToGlobal(self._fold.rect().bottomLeft()))
        self._folded.show()
        self.controls.setFocus()

    def _on_axis(self, axis: str) -> None:
        for plot in self.plots:
            plot.set_axis("epoch" if axis == "epoch" else "step")

    def _on_smoothing(self, weight: float) -> None:
        for plot in self.plots:
            plot.set_smoothing(weight)

    def _on_export(self, what: str, form: str) -> None:
        plot = self.loss_plot if what == "loss" else self.metric_plot
        run = plot.maker.main
        if run is None:
            self.export_failed.emit(self.tr("There is no curve yet. Train first, then export."))
            return
        filters = self.tr("Pictures (*.png)") if form == "png" else self.tr("Tables (*.csv)")
        path = self._dialogs.save_file(
            self, self.tr("Export the curve"), filters, f"{plot.quantity.id}.{form}"
        )
        if path is None:
            return
        try:
            self._write(plot, run, path, form)
        except SaveError as error:
            self.export_failed.emit(str(error))

    def _write(self, plot: CurvePlot, run: RunCurves, path: Path, form: str) -> None:
        if form == "png":
            plot.point_at(math.nan)
            write_png(plot, path)
        else:
            write_csv(run, plot.quantity.id, path, plot.maker.per_step)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= STACK_BELOW or self.height() < 330
        self._splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        self._fit_controls()
        super().resizeEvent(event)
