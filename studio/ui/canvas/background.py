"""The canvas's ground: a calm grid of dots that thins out as one zooms away."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from studio.ui import theme

_STEP = 24.0  # scene units between dots at 100 %
_FEWEST_PIXELS = 16.0  # dots nearer to each other than this would shimmer


def paint_grid(painter: QPainter, rect: QRectF, zoom: float) -> None:
    step = _STEP
    while step * zoom < _FEWEST_PIXELS:
        step *= 2
    left, top = math.floor(rect.left() / step) * step, math.floor(rect.top() / step) * step
    columns = range(int((rect.right() - left) / step) + 2)
    rows = range(int((rect.bottom() - top) / step) + 2)
    pen = QPen(theme.colours().border, 2)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # smooth dots take ten times as long
    painter.drawPoints([QPointF(left + x * step, top + y * step) for x in columns for y in rows])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
