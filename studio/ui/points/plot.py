"""Points in the plane, coloured by class; behind them, what a network says of every place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui import theme

if TYPE_CHECKING:
    from studio.data.points.plane import Plane

_SYMBOLS = ("o", "s", "t", "d", "+", "star")  # classes differ by form, too: not everybody sees colours
_FAINTEST, _STRONGEST = 30, 130  # of the ground, out of 255: from unsure to sure


class PointPlot(pg.PlotWidget):  # type: ignore[misc]
    """`show_plane`, then perhaps `show_regions` or `show_curve`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointPlot")
        self.setAccessibleName(self.tr("The points as a picture"))
        self.setMinimumSize(140, 120)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.getPlotItem().hideButtons()
        self._ground = pg.ImageItem(axisOrder="row-major")
        self._curve = pg.PlotDataItem()
        self._legend = self.addLegend(offset=(-8, 8))
        self._plane: Plane | None = None
        self._answers: tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]] | None = None
        self._dots: list[pg.ScatterPlotItem] = []
        self.addItem(self._ground)
        self.addItem(self._curve)
        self._curve.setZValue(10)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def show_plane(self, plane: Plane | None) -> None:
        """Other points; what a network said of earlier ones goes."""
        self._plane, self._answers = plane, None
        self._ground.clear()
        self._curve.setData([], [])
        self._draw_dots()
        if plane is not None:
            left, right, bottom, top = plane.bounds()
            self.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)
            self.setLabel("bottom", plane.x_name, siPrefixEnableRanges=())  # 0.5, not 500
            self.setLabel("left", plane.y_name, siPrefixEnableRanges=())
            self.setAccessibleDescription(_in_words(plane))

    def show_regions(self, codes: npt.NDArray[np.int64], sureness: npt.NDArray[np.float64]) -> None:
        """Both (rows, columns), the first row at the bottom; sureness from 0 to 1."""
        self._answers = codes, sureness
        self._draw_ground()

    def show_curve(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
        self._curve.setData(x, y)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page it stands in scrolls

    def _draw_dots(self) -> None:
        for item in self._dots:
            self.removeItem(item)
        self._legend.clear()
        self._dots = []
        plane, colours = self._plane, theme.colours()
        self._legend.setVisible(plane is not None and 1 < len(plane.classes) <= 10)
        if plane is None:
            return
        size = 8 if len(plane.x) <= 1000 else 5
        for code, name in enumerate(plane.classes or ("",)):
            here = plane.codes == code
            item = pg.ScatterPlotItem(
                plane.x[here], plane.y[here], size=size, symbol=_SYMBOLS[code % len(_SYMBOLS)],
                brush=pg.mkBrush(colours.series(code)), pen=pg.mkPen(colours.surface, width=0.8),
            )  # fmt: skip
            self.addItem(item)
            self._dots.append(item)
            if name:
                self._legend.addItem(item, name)

    def _draw_ground(self) -> None:
        if self._answers is None or self._plane is None:
            return
        codes, sureness = self._answers
        image = np.zeros((*codes.shape, 4), np.uint8)
        for code in range(len(self._plane.classes)):
            colour = QColor(theme.colours().series(code))
            image[codes == code, :3] = (colour.red(), colour.green(), colour.blue())
        least = 1 / max(2, len(self._plane.classes))  # no class is less likely than that and still first
        share = np.clip((sureness - least) / (1 - least), 0, 1)
        image[..., 3] = (_FAINTEST + share * (_STRONGEST - _FAINTEST)).astype(np.uint8)
        self._ground.setImage(image, autoLevels=False, levels=(0, 255))
        left, right, bottom, top = self._plane.bounds()
        self._ground.setRect(QRectF(left, bottom, right - left, top - bottom))

    def _retint(self) -> None:
        colours = theme.colours()
        self.setBackground(colours.surface)
        self._curve.setPen(pg.mkPen(colours.validation, width=3))
        self._legend.setLabelTextColor(colours.text)
        self._legend.setBrush(pg.mkBrush(QColor(colours.surface)))
        self._legend.setPen(pg.mkPen(colours.border))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
        self._draw_dots()
        self._draw_ground()


def _in_words(plane: Plane) -> str:
    """For those who do not see it."""
    if not plane.classes:
        return f"{len(plane.x):,}: {plane.x_name}, {plane.y_name}"
    counts = np.bincount(plane.codes, minlength=len(plane.classes))
    return ", ".join(f"{name}: {count:,}" for name, count in zip(plane.classes, counts, strict=True))
