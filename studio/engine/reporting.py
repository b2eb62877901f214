"""What a run tells while it goes: steps gathered into few events, speed, time left, the epoch's sums."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from studio.engine.events import Event, StepsDone
from studio.engine.metrics import Tally
from studio.engine.runs import RunRecord
from studio.engine.session import Session
from studio.engine.steps import NotFinite, StepResult

Emit = Callable[[Event], None]

INTERVAL_S = 0.08  # 12 events a second: what a person can follow, and little work for the window
_MOST_PENDING = 512  # steps whose outputs are kept until they are looked at together
_RECORD_INTERVAL_S = 1.0


class StopWatch:
    """Time spent training, without pauses."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._paused_s = 0.0
        self._paused_at: float | None = None

    def pause(self) -> None:
        self._paused_at = time.perf_counter()

    def resume(self) -> None:
        if self._paused_at is not None:
            self._paused_s += time.perf_counter() - self._paused_at
            self._paused_at = None

    @property
    def elapsed_s(self) -> float:
        now = self._paused_at if self._paused_at is not None else time.perf_counter()
        return now - self._began - self._paused_s


class Reporter:
    """Collects step results and looks at many of them at once: on a GPU each look waits for it."""

    def __init__(self, session: Session, emit: Emit, record: RunRecord, watch: StopWatch) -> None:
        self._session, self._emit, self._record, self._watch = session, emit, record, watch
        self._pending: list[StepResult] = []
        self._next_event = time.perf_counter() + INTERVAL_S
        self._next_record_s = 0.0
        self._steps_at_start = session.position.step
        self._last_flush_s = 0.0
        self._samples = 0
        self.tally: Tally = session.step_tally()

    def starts_at(self, step: int) -> None:
        """The run resumes: steps before this one say nothing about its speed."""
        self._steps_at_start = step

    def add(self, result: StepResult) -> bool:
        """Notes a step. True when it is time to `flush`."""
        self._pending.append(result)
        return time.perf_counter() >= self._next_event or len(self._pending) >= _MOST_PENDING

    def flush(self) -> None:
        """Counts what is pending and emits it as one event.

        Raises: NotFinite: a loss among them is NaN or infinite.
        """
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        losses = _losses(pending)
        if not all(map(math.isfinite, losses)):
            raise NotFinite("The loss is no number any more.")
        metrics: list[float] = []
        for group in _same_sized(pending):
            outputs = torch.stack([result.outputs for result in group])
            metrics += self.tally.add(outputs, torch.stack([result.targets for result in group]))
        sums = self._session.sums
        for loss, result in zip(losses, pending, strict=True):
            sums.loss += loss * len(result.targets)
            sums.samples += len(result.targets)
            self._samples += len(result.targets)
        self._tell(losses, metrics)

    def new_epoch(self) -> None:
        """Empties the epoch's sums."""
        self._session.sums.loss = 0.0
        self._session.sums.samples = 0
        self.tally = self._session.step_tally()

    def epoch_metrics(self) -> dict[str, float]:
        """The running epoch's loss and metrics, over the batches as they were trained on."""
        sums = self._session.sums
        return {"loss": sums.loss / max(1, sums.samples), **self.tally.results()}

    def _tell(self, losses: list[float], metrics: list[float]) -> None:
        session, now_s = self._session, self._watch.elapsed_s
        done = session.position.step
        first = done - len(losses)
        interval_s = max(1e-9, now_s - self._last_flush_s)
        self._emit(
            StepsDone(
                first_step=first,
                losses=tuple(losses),
                metrics=tuple(metrics),
                epoch=session.position.epoch,
                learning_rate=session.learning_rate,
                samples_per_s=self._samples / interval_s,
                time_left_s=self._time_left_s(now_s),
            )
        )
        self._last_flush_s, self._samples = now_s, 0
        self._next_event = time.perf_counter() + INTERVAL_S
        if now_s >= self._next_record_s:
            self._record.append("steps_done", step=done - 1, loss=sum(losses) / len(losses))
            self._next_record_s = now_s + _RECORD_INTERVAL_S

    def _time_left_s(self, now_s: float) -> float | None:
        """By the mean of the whole run: validation and saving are in it, as they will be."""
        done = self._session.position.step - self._steps_at_start
        if now_s < 0.5 or not done:
            return None
        total = self._session.recipe.epochs * self._session.steps_per_epoch
        return (total - self._session.position.step) * now_s / done


def _losses(results: list[StepResult]) -> list[float]:
    if isinstance(results[0].loss, Tensor):
        together: list[float] = torch.stack([torch.as_tensor(r.loss) for r in results]).tolist()
        return together
    return [float(r.loss) for r in results]


def _shapes(result: StepResult) -> tuple[torch.Size, torch.Size]:
    return result.outputs.shape, result.targets.shape


def _same_sized(results: list[StepResult]) -> list[list[StepResult]]:
    """Neighbours with equal batch sizes together, so that they can be stacked."""
    groups: list[list[StepResult]] = []
    for result in results:
        if groups and _shapes(groups[-1][0]) == _shapes(result):
            groups[-1].append(result)
        else:
            groups.append([result])
    return groups
