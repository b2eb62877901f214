"""Turns the numbers of runs into the few lines a plot draws. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.ui.plots.curves import EpochCurve, RunCurves, StepCurve
from studio.ui.plots.pyramid import MinMaxPyramid
from studio.ui.plots.smoothing import Smoother

Numbers = npt.NDArray[np.float64]
Split = Literal["train", "validation"]
XAxis = Literal["step", "epoch"]

MAIN_POINTS = 1000  # per line of the current run: raw and smoothed stay under 2,000 together
OVERLAY_POINTS = 300  # per line of an older run; four of them add 1,200 at most
DOTS = 60  # so many epochs at most get a dot each


@dataclass(frozen=True, slots=True)
class Line:
    """One line to draw. `overlay` numbers the older runs from 0; -1 is the current run."""

    split: Split
    xs: Numbers
    ys: Numbers
    overlay: int = -1
    faint: bool = False
    dots: bool = False


class SmoothedSteps:
    """A step curve and its moving average, which follows without starting anew."""

    def __init__(self, curve: StepCurve, weight: float) -> None:
        self.curve = curve
        self.weight = weight
        self._smoother = Smoother(weight)
        self._smooth = MinMaxPyramid()

    @property
    def pyramid(self) -> MinMaxPyramid:
        behind = len(self.curve) - len(self._smooth)
        if behind > 0:
            self._smooth.extend(self._smoother.smooth(self.curve.values[-behind:]))
        return self._smooth

    def at(self, step: float) -> float:
        index = round(step) - self.curve.first
        values = self.pyramid.values
        return float(values[index]) if 0 <= index < len(values) else float("nan")


class LineMaker:
    """The lines of one quantity ("loss", "accuracy", ...), for the current run and some older ones."""

    def __init__(self, quantity: str) -> None:
        self.quantity = quantity
        self.axis: XAxis = "step"
        self.smoothing = 0.0
        self._main: RunCurves | None = None
        self._overlays: tuple[RunCurves, ...] = ()
        self._smoothed: dict[int, SmoothedSteps] = {}

    @property
    def main(self) -> RunCurves | None:
        return self._main

    @property
    def overlays(self) -> tuple[RunCurves, ...]:
        return self._overlays

    def set_runs(self, main: RunCurves | None, overlays: Sequence[RunCurves] = ()) -> None:
        self._main = main
        self._overlays = tuple(overlays)
        self._smoothed = {}

    @property
    def per_step(self) -> bool:
        """Steps are asked for and known; other metrics than the headline are measured per epoch only."""
        if self.axis != "step":
            return False
        return self.quantity == "loss" or (self._main is not None and self.quantity == self._main.metric)

    def lines(self, first: float | None = None, last: float | None = None) -> list[Line]:
        """What to draw between two steps; everything where they are None."""
        lines: list[Line] = []
        for number, run in enumerate(self._overlays):
            lines += self._run_lines(run, number, first, last, OVERLAY_POINTS)
        if self._main is not None:
            lines += self._run_lines(self._main, -1, first, last, MAIN_POINTS)
        return lines

    def smoothed(self, run: RunCurves) -> SmoothedSteps:
        curve = run.steps_of(self.quantity)
        known = self._smoothed.get(id(curve))
        if known is None or known.weight != self.smoothing or known.curve is not curve:
            known = self._smoothed[id(curve)] = SmoothedSteps(curve, self.smoothing)
        return known

    def _run_lines(
        self, run: RunCurves, overlay: int, first: float | None, last: float | None, points: int
    ) -> list[Line]:
        lines: list[Line] = []
        if self.axis == "step" and self._has_steps(run):
            lines += self._step_lines(run, overlay, first, last, points)
        elif self.quantity in run.train:
            lines.append(self._epoch_line(run.train[self.quantity], "train", overlay, points))
        if self.quantity in run.validation:
            lines.append(self._epoch_line(run.validation[self.quantity], "validation", overlay, points))
        return lines

    def _has_steps(self, run: RunCurves) -> bool:
        return self.quantity in ("loss", run.metric) and len(run.steps_of(self.quantity)) > 0

    def _step_lines(
        self, run: RunCurves, overlay: int, first: float | None, last: float | None, points: int
    ) -> list[Line]:
        curve = run.steps_of(self.quantity)
        begin = 0 if first is None else max(0, int(first) - curve.first - 1)
        end = len(curve) if last is None else int(last) - curve.first + 3
        lines = []
        if self.smoothing <= 0 or overlay < 0:
            xs, ys = curve.pyramid.envelope(begin, end, points)
            lines.append(Line("train", xs + curve.first, ys, overlay, faint=self.smoothing > 0))
        if self.smoothing > 0:
            xs, ys = self.smoothed(run).pyramid.envelope(begin, end, points)
            lines.append(Line("train", xs + curve.first, ys, overlay))
        return lines

    def _epoch_line(self, curve: EpochCurve, split: Split, overlay: int, points: int) -> Line:
        xs = curve.steps if self.axis == "step" else curve.epochs
        ys = curve.values
        dots = overlay < 0 and len(xs) <= DOTS
        if len(xs) > points:
            pyramid = MinMaxPyramid()
            pyramid.extend(ys)
            positions, ys = pyramid.envelope(0, len(xs), points)
            xs = np.interp(positions, np.arange(len(xs)), xs)
        return Line(split, xs, ys, overlay, dots=dots)
