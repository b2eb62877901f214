"""One quantity of a run over its steps or epochs: training and validation, live, at any length."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.plots.curve_lines import Line, LineMaker, XAxis
from studio.ui.plots.curves import RunCurves
from studio.ui.plots.plot_axes import CountAxis, ValueAxis
from studio.ui.plots.plot_readout import Readout, readout_html
from studio.ui.plots.quantities import Quantity, count_text

_DASHES = (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine)


class CurvePlot(QWidget):
    """`set_runs` once per run, `refresh` after its curves grew (at most some 15 times a second)."""

    hovered = Signal(float)  # position on the horizontal axis, NaN when the pointer left

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self.maker = LineMaker(quantity.id)
        self._names: tuple[str, ...] = ()
        self._log = False
        self._items: list[pg.PlotDataItem] = []
        self._position = math.nan
        self._title = QLabel()
        self._legend = QLabel()
        self._empty = QLabel(self.tr("The curve appears here once training has begun."))
        self._value_axis = ValueAxis(quantity)
        self._count_axis = CountAxis()
        self.plot = pg.PlotWidget(axisItems={"left": self._value_axis, "bottom": self._count_axis})
        self._build()
        self._retint()
        theme.theme().theme_changed.connect(self._retint)

    # -- what is shown ------------------------------------------------------------------------------

    def set_quantity(self, quantity: Quantity) -> None:
        main, overlays = self.maker.main, self.maker.overlays
        axis, smoothing = self.maker.axis, self.maker.smoothing
        self.quantity = quantity
        self._value_axis.quantity = quantity
        self.maker = LineMaker(quantity.id)
        self.maker.axis, self.maker.smoothing = axis, smoothing
        self.maker.set_runs(main, overlays)
        self.show_all()

    def set_runs(
        self, main: RunCurves | None, overlays: Sequence[RunCurves] = (), names: Sequence[str] = ()
    ) -> None:
        """The current run, and older ones to compare with under their names."""
        self.maker.set_runs(main, overlays)
        self._names = tuple(names)
        self.show_all()

    def set_axis(self, axis: XAxis) -> None:
        self.maker.axis = axis
        self.show_all()

    def set_smoothing(self, weight: float) -> None:
        self.maker.smoothing = weight
        self.refresh()

    def set_log(self, on: bool) -> None:
        self._log = on
        for item in self._items:
            item.setData([], [])  # what has no logarithm is not even asked for its extent
        self._value_axis.setLogMode(False, on)
        self.plot.getPlotItem().setLogMode(False, on)
        self.show_all()

    @property
    def log(self) -> bool:
        return self._log

    def show_all(self) -> None:
        """Forgets zoom and pan."""
        self.plot.enableAutoRange()
        self.refresh()

    def refresh(self) -> None:
        """Draws what there is now; some 2 ms for any length of run."""
        lines = self.maker.lines(*self._visible_steps())
        lines = [line for line in lines if len(line.xs)]
        known = bool(lines)
        if self._log:  # a line without a single logarithm has no extent
            lines = [line for line in lines if (line.ys > 0).any()]
        while len(self._items) < len(lines):
            item = pg.PlotDataItem(connect="finite", skipFiniteCheck=False)
            item.setLogMode(False, self._log)
            self._items.append(item)
            self.plot.addItem(item)
        for item, line in zip(self._items, lines, strict=False):
            self._draw(item, line)
        for item in self._items[len(lines) :]:
            item.setData([], [])
            item.setVisible(False)
        self._count_axis.name_it(self.tr("Step") if self.maker.axis == "step" else self.tr("Epoch"))
        self._show_axes(known)
        self._write_legend(lines)
        self._place_readout()
        # Left to the painting, pyqtgraph finds the new range while it paints, and paints all once more.
        self.plot.getViewBox().prepareForPaint()

    def _show_axes(self, shown: bool) -> None:
        """Without a curve there is nothing to count: no axes of an earlier run, but a sentence."""
        if self._empty.isHidden() != shown:
            self._empty.setVisible(not shown)
            for side in ("left", "bottom"):
                self.plot.showAxis(side, shown)

    @property
    def lines(self) -> list[Line]:
        """What is drawn now, for tests and export."""
        return [line for line in self.maker.lines(*self._visible_steps()) if len(line.xs)]

    # -- drawing ------------------------------------------------------------------------------------

    def _draw(self, item: pg.PlotDataItem, line: Line) -> None:
        colour = self.line_colour(line)
        style = Qt.PenStyle.SolidLine
        width = 1 if line.faint else 2
        if line.overlay >= 0:
            width = 1
            style = _DASHES[0] if line.split == "train" else Qt.PenStyle.SolidLine
        elif line.faint:
            colour.setAlpha(70)
        pen = pg.mkPen(colour, width=width, style=style)
        single = len(line.xs) == 1
        item.setData(
            line.xs,
            line.ys,
            pen=pen,
            symbol="o" if line.dots or single else None,
            symbolSize=6,
            symbolBrush=colour,
            symbolPen=None,
        )
        item.setZValue(-1 if line.faint else line.overlay < 0)
        item.setVisible(True)

    def line_colour(self, line: Line) -> QColor:
        colours = theme.colours()
        if line.overlay >= 0:
            return QColor(colours.series(line.overlay + 2))
        return QColor(colours.train if line.split == "train" else colours.validation)

    def _visible_steps(self) -> tuple[float | None, float | None]:
        box = self.plot.getViewBox()
        if self.maker.axis == "epoch" or box.autoRangeEnabled()[0]:
            return None, None
        low, high = box.viewRange()[0]
        return low, high

    def _write_legend(self, lines: Sequence[Line]) -> None:
        entries: dict[str, str] = {}
        for line in lines:
            if line.faint:
                continue
            if line.overlay < 0:
                text = self.tr("training") if line.split == "train" else self.tr("validation")
            else:
                text = self._names[line.overlay] if line.overlay < len(self._names) else "?"
            entries[text] = self.line_colour(line).name()
        html = "&nbsp;&nbsp; ".join(f"<span style='color:{c}'>●</span> {t}" for t, c in entries.items())
        if html != self._legend.text():
            self._legend.setText(html)
        title = f"<b>{self.quantity.name}</b>"
        if title != self._title.text():
            self._title.setText(title)
            self._title.setToolTip(self.quantity.help)
            self.plot.setAccessibleName(self.quantity.name)

    # -- reading values -----------------------------------------------------------------------------

    def read_at(self, position: float) -> list[tuple[str, float]]:
        """The values at a step or epoch, by name of the line: what the box beside the pointer says."""
        main = self.maker.main
        if main is None:
            return []
        found: list[tuple[str, float]] = []
        if self.maker.per_step and len(main.steps_of(self.quantity.id)):
            smoothed = self.maker.smoothed(main)
            value = smoothed.at(position) if self.maker.smoothing else smoothed.curve.at(position)
            found.append(("train", value))
        elif self.quantity.id in main.train:
            found.append(("train", _nearest(main, self.quantity.id, "train", position, self.maker.axis)))
        if self.quantity.id in main.validation:
            value = _nearest(main, self.quantity.id, "validation", position, self.maker.axis)
            found.append(("validation", value))
        return [(name, value) for name, value in found if math.isfinite(value)]

    def point_at(self, position: float) -> None:
        """Puts the crosshair there; NaN takes it away."""
        self._position = position
        self._place_readout()

    def _place_readout(self) -> None:
        values = [] if math.isnan(self._position) else self.read_at(self._position)
        if not values:
            self._readout.hide()
            return
        rows = [(self._split_name(name), self.quantity.text(value), self._split_colour(name))
                for name, value in values]  # fmt: skip
        head = self._position_text()
        y = values[0][1]
        height = math.log10(y) if self._log and y > 0 else y
        self._readout.show_at(self._position, height, readout_html(head, rows))

    def _position_text(self) -> str:
        number = round(self._position)
        main = self.maker.main
        if self.maker.axis == "epoch":
            return self.tr("Epoch {number}").format(number=count_text(number))
        if main is not None and main.steps_per_epoch:
            epoch = max(0, number - 1) // main.steps_per_epoch + 1
            return self.tr("Step {step} in epoch {epoch}").format(step=count_text(number), epoch=epoch)
        return self.tr("Step {number}").format(number=count_text(number))

    def _split_name(self, split: str) -> str:
        return self.tr("training") if split == "train" else self.tr("validation")

    def _split_colour(self, split: str) -> str:
        colours = theme.colours()
        return (colours.train if split == "train" else colours.validation).name()

    # -- pointer and keys ---------------------------------------------------------------------------

    def _on_mouse_moved(self, where: QPointF) -> None:
        box = self.plot.getViewBox()
        if not box.sceneBoundingRect().contains(where):
            self.point_at(math.nan)
            self.hovered.emit(math.nan)
            return
        position = float(round(box.mapSceneToView(where).x()))
        self.point_at(position)
        self.hovered.emit(position)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(math.nan)
        self.hovered.emit(math.nan)
        super().leaveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        low, high = self.plot.getViewBox().viewRange()[0]
        stride = max(1.0, round((high - low) / 100)) if self.maker.axis == "step" else 1.0
        start = high if math.isnan(self._position) else self._position
        position = round(min(max(start + steps[Qt.Key(event.key())] * stride, max(low, 0.0)), high))
        self.point_at(float(position))
        self.hovered.emit(float(position))

    def _on_range_changed(self) -> None:
        # While zoomed, the pyramid gives finer lines for the part that is seen.
        if not self.plot.getViewBox().autoRangeEnabled()[0]:
            self.refresh()

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.quantity.name)
        self.setAccessibleDescription(self.tr("Left and right arrow keys read the values."))
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._empty.setParent(self.plot)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.hide()
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 110)
        self.plot.setFocusProxy(self)
        self.plot.setMenuEnabled(False)
        self.plot.getPlotItem().hideButtons()
        box = self.plot.getViewBox()
        box.setLimits(xMin=-1)
        box.setMouseEnabled(x=True, y=False)
        box.sigXRangeChanged.connect(self._on_range_changed)
        self.plot.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.plot.scene().sigMouseClicked.connect(self._on_clicked)
        behind = box.zValue() - 1  # else the grid is drawn over the curves, and through the values
        for axis in (self._value_axis, self._count_axis):
            axis.setZValue(behind)
        self._readout = Readout(self.plot)

    def _on_clicked(self, event: object) -> None:
        if getattr(event, "double", lambda: False)():
            self.show_all()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self.plot.rect().adjusted(8, 0, -8, 0))

    def _retint(self) -> None:
        colours = theme.colours()
        self.plot.setBackground(colours.surface)
        for axis in (self._value_axis, self._count_axis):
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setTickPen(pg.mkPen(colours.grid))
        self._empty.setStyleSheet(f"color: {colours.muted.name()}; background: transparent;")
        self._readout.retint()
        self.refresh()


def _nearest(run: RunCurves, name: str, split: str, position: float, axis: XAxis) -> float:
    """The newest value that was known at `position`."""
    curve = (run.train if split == "train" else run.validation)[name]
    xs = curve.steps if axis == "step" else curve.epochs
    index = int(np.searchsorted(xs, position, side="right")) - 1
    return float(curve.values[index]) if index >= 0 else math.nan
