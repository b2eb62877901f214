"""The crosshair and the box that says the values beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import Qt

from studio.ui import theme


def readout_html(head: str, rows: Sequence[tuple[str, str, str]]) -> str:
    """`rows`: (name, value, colour)."""
    colours = theme.colours()
    cells = "".join(
        f"<tr><td style='color:{colour}'>●&nbsp;</td><td>{escape(name)}&nbsp;&nbsp;</td>"
        f"<td align='right'><b>{escape(value)}</b></td></tr>"
        for name, value, colour in rows
    )
    return (
        f"<div style='color:{colours.text.name()}'>"
        f"<span style='color:{colours.muted.name()}'>{escape(head)}</span>"
        f"<table cellspacing='0' cellpadding='0'>{cells}</table></div>"
    )


class Readout:
    """A vertical line at the position, and a box that stays inside the plot."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._text = pg.TextItem(html="")
        for item in (self._line, self._text):
            item.setZValue(100)
            item.hide()
            plot.addItem(item, ignoreBounds=True)

    @property
    def visible(self) -> bool:
        return bool(self._text.isVisible())

    @property
    def html(self) -> str:
        return str(self._text.toHtml())

    @property
    def text(self) -> str:
        return str(self._text.toPlainText())

    def show_at(self, x: float, y: float, html: str) -> None:
        (left, right), (bottom, top) = self._plot.getViewBox().viewRange()
        beyond_middle = x > (left + right) / 2
        self._line.setPos(x)
        self._text.setHtml(html)
        self._text.setAnchor((1.06 if beyond_middle else -0.06, 0))
        self._text.setPos(x, top - 0.03 * (top - bottom))
        self._line.show()
        self._text.show()

    def hide(self) -> None:
        self._line.hide()
        self._text.hide()

    def retint(self) -> None:
        colours = theme.colours()
        self._line.setPen(pg.mkPen(colours.muted, style=Qt.PenStyle.DotLine))
        self._text.fill = pg.mkBrush(colours.raised)
        self._text.border = pg.mkPen(colours.border)
        self._text.update()
