"""The numbers of a run, as the plots need them: compact, growing, ready to be drawn at any length."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from studio.engine.events import EpochFinished, Event, RunStarted, StepsDone
from studio.ui.plots.pyramid import GrowingArray, MinMaxPyramid

Numbers = npt.NDArray[np.float64]


class StepCurve:
    """One number for each step, from step `first` on."""

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self.pyramid = MinMaxPyramid()

    def __len__(self) -> int:
        return len(self.pyramid)

    @property
    def next_step(self) -> int:
        return self.first + len(self.pyramid)

    @property
    def values(self) -> Numbers:
        return self.pyramid.values

    def add(self, step: int, values: Iterable[float]) -> None:
        """Numbers from `step` on. A gap is filled with not-a-number; steps that are known are kept."""
        numbers = np.fromiter(values, dtype=np.float64)
        if not len(numbers):
            return
        if not len(self.pyramid):
            self.first = step
        if step > self.next_step:
            self.pyramid.extend(np.full(step - self.next_step, np.nan))
        self.pyramid.extend(numbers[self.next_step - step :])

    def at(self, step: float) -> float:
        index = round(step) - self.first
        return float(self.values[index]) if 0 <= index < len(self) else math.nan


class EpochCurve:
    """One number for each epoch, and the step after which it was measured."""

    def __init__(self) -> None:
        self._steps = GrowingArray()
        self._epochs = GrowingArray()
        self._values = GrowingArray()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def steps(self) -> Numbers:
        return self._steps.values

    @property
    def epochs(self) -> Numbers:
        """Counted from 1, as people do."""
        return self._epochs.values

    @property
    def values(self) -> Numbers:
        return self._values.values

    def add(self, epoch: int, step: int, value: float) -> None:
        if len(self) and epoch + 1 <= self.epochs[-1]:
            return
        self._epochs.extend([epoch + 1])
        self._steps.extend([step])
        self._values.extend([value])

    def until(self, step: int) -> EpochCurve:
        copy = EpochCurve()
        for epoch, at, value in zip(self.epochs, self.steps, self.values, strict=True):
            if at <= step:
                copy.add(int(epoch) - 1, int(at), float(value))
        return copy


class RunCurves:
    """All curves of one run: "loss" and the headline metric per step, all metrics per epoch."""

    def __init__(self, metric: str = "") -> None:
        self.metric = metric
        self.steps_per_epoch = 0
        self.step_loss = StepCurve()
        self.step_metric = StepCurve()
        self.train: dict[str, EpochCurve] = {}
        self.validation: dict[str, EpochCurve] = {}
        self.learning_rate = EpochCurve()

    def take(self, events: Iterable[Event]) -> None:
        """Adds what the events tell."""
        for event in events:
            if isinstance(event, StepsDone):
                self.step_loss.add(event.first_step, event.losses)
                self.step_metric.add(event.first_step, event.metrics)
            elif isinstance(event, EpochFinished):
                self._take_epoch(event)
            elif isinstance(event, RunStarted):
                self.metric = event.metric
                self.steps_per_epoch = event.steps_per_epoch

    def _take_epoch(self, event: EpochFinished) -> None:
        for curves, numbers in ((self.train, event.train), (self.validation, event.validation)):
            for name, value in numbers.items():
                curves.setdefault(name, EpochCurve()).add(event.epoch, event.step, value)
        self.learning_rate.add(event.epoch, event.step, event.learning_rate)

    def until(self, step: int) -> RunCurves:
        """A copy without what came after `step` steps: what a run that goes on from there builds on."""
        copy = RunCurves(self.metric)
        copy.steps_per_epoch = self.steps_per_epoch
        for mine, other in ((self.step_loss, copy.step_loss), (self.step_metric, copy.step_metric)):
            other.add(mine.first, mine.values[: max(0, step - mine.first)])
        for group, copied in ((self.train, copy.train), (self.validation, copy.validation)):
            for name, curve in group.items():
                copied[name] = curve.until(step)
        copy.learning_rate = self.learning_rate.until(step)
        return copy

    def steps_of(self, name: str) -> StepCurve:
        return self.step_loss if name == "loss" else self.step_metric

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Of the epochs, the headline metric first, without the loss."""
        names = dict.fromkeys([self.metric, *self.train, *self.validation])
        return tuple(name for name in names if name not in ("loss", ""))
