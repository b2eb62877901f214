"""A chart in a page that is scrolled: it leaves the wheel to the page."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui import theme


class StillPlot(pg.PlotWidget):  # type: ignore[misc]
    """Neither moved nor zoomed by the mouse; `retint` after a change of theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMenuEnabled(False)
        self.setMinimumWidth(160)
        self.getPlotItem().hideButtons()
        self.setMouseEnabled(x=False, y=False)

    def retint(self) -> None:
        colours = theme.colours()
        self.setBackground(colours.surface)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
