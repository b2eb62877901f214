"""Axes that speak like people: percent for shares, whole steps with separators, light grid lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from typing_extensions import override

from studio.ui.plots.quantities import Quantity, count_text

LINE, WORD = 18, 48  # pixels that one number takes on the vertical and on the horizontal axis


class ValueAxis(pg.AxisItem):
    """The vertical axis of a quantity."""

    def __init__(self, quantity: Quantity) -> None:
        super().__init__("left")
        self.quantity = quantity
        self.enableAutoSIPrefix(False)
        self.setWidth(52)
        self.setGrid(255)  # the tick pen has the grid's colour already

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        return _labelled(super().tickValues(minVal, maxVal, size), max(1.0, size / LINE))

    @override
    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        if self.quantity.share:
            digits = 0 if spacing >= 0.01 else max(0, math.ceil(-math.log10(spacing)) - 2)
            return [f"{100 * value:.{digits}f} %" for value in values]
        digits = max(0, math.ceil(-math.log10(spacing))) if spacing < 1 else 0
        return [f"{value:,.{digits}f}" if abs(value) < 1e6 else f"{value:.3g}" for value in values]

    @override
    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [f"{10 ** float(value):.3g}" for value in values]


class CountAxis(pg.AxisItem):
    """The horizontal axis: steps or epochs, whole numbers only."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.enableAutoSIPrefix(False)
        self._name = ""

    def name_it(self, name: str) -> None:
        """Names the axis; does nothing when that is its name, or each frame would lay it out anew."""
        if name != self._name:
            self._name = name
            self.setLabel(name, siPrefixEnableRanges=())  # else 1,500 is written as 1.5

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        levels = super().tickValues(minVal, maxVal, size)
        return _labelled(
            [(spacing, values) for spacing, values in levels if spacing >= 1], max(1.0, size / WORD)
        )

    @override
    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [count_text(round(value)) if value >= 0 else "" for value in values]


def _labelled(levels: list[tuple[float, list[float]]], most: float) -> list[tuple[float, list[float]]]:
    """Only the ticks that carry a number, and no more of them than there is room for: the fine ones cost
    more to draw than all curves together."""
    kept: list[tuple[float, list[float]]] = []
    for spacing, values in levels:
        count = sum(len(ticks) for _, ticks in kept)
        if kept and count + len(values) > most:
            break
        kept.append((spacing, values if len(values) <= most else values[:: math.ceil(len(values) / most)]))
        if count + len(values) >= 4:
            break
    return kept
