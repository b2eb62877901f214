"""Saving a run's checkpoints: when, what, and what happens when the disk is full."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from studio.core.safe_write import SaveError
from studio.data.splits import SPLIT_RULE
from studio.engine import randomness
from studio.engine.checkpoint import Checkpoint, write_checkpoint
from studio.engine.events import CheckpointWritten, Event, Notice
from studio.engine.metrics import Tally
from studio.engine.runs import RunRecord
from studio.engine.session import Session

Emit = Callable[[Event], None]
Reason = Literal["last", "best", "asked", "stopped"]

FIRST_AUTOSAVE_S = 1.0  # so soon a run can be resumed when the power goes; then after 2, 4, 8, ... more
LONGEST_AUTOSAVE_S = 30.0  # at most so much is lost
SAVING_SHARE = 0.02  # of the time of a run that autosaving may take, until LONGEST_AUTOSAVE_S
BEST_INTERVAL_S = 10.0  # early epochs of a small network all improve; the disk need not hear of each
LAST, BEST = "last.safetensors", "best.safetensors"


class Saver:
    """Writes last.safetensors and best.safetensors into the run's folder."""

    def __init__(self, session: Session, folder: Path, emit: Emit, record: RunRecord) -> None:
        self._session, self._folder, self._emit, self._record = session, folder, emit, record
        self._autosave_s = FIRST_AUTOSAVE_S
        self._next_autosave = time.monotonic() + self._autosave_s
        self._next_best = 0.0
        self._best_waits = False
        self._complained = False
        self.metrics: dict[str, Mapping[str, float]] = {}
        self.written: Path | None = None  # the latest good file
        self.last_complaint = ""

    def autosave_due(self) -> bool:
        return time.monotonic() >= self._next_autosave

    def save(self, reason: Reason, tally: Tally) -> bool:
        """Writes the whole state, so that training can go on from here. False when the disk refused."""
        began = time.monotonic()
        written = self._write(self._folder / LAST, checkpoint_of(self._session, self.metrics, tally), reason)
        took_s = time.monotonic() - began
        self._autosave_s = min(max(2 * self._autosave_s, took_s / SAVING_SHARE), LONGEST_AUTOSAVE_S)
        self._next_autosave = began + took_s + self._autosave_s
        return written

    def new_best(self) -> None:
        """The epoch just finished was the best so far: keeps its weights, in memory and on disk."""
        self._session.best_weights = copied_weights(self._session)
        self._best_waits = True
        if time.monotonic() >= self._next_best:
            self.flush_best()

    def flush_best(self) -> None:
        """Writes the best weights, if they are not on disk yet."""
        session = self._session
        if not self._best_waits or session.best_weights is None:
            return
        self._best_waits = False
        self._next_best = time.monotonic() + BEST_INTERVAL_S
        checkpoint = weights_only(
            session, session.best_weights, self.metrics, session.position.best_epoch + 1
        )
        self._write(self._folder / BEST, checkpoint, "best")

    def save_weights(self, weights: Mapping[str, Tensor], step: int) -> bool:
        """Writes weights without the state for resuming: the last good ones of a run that went wrong."""
        session = self._session
        checkpoint = weights_only(session, weights, self.metrics, session.position.epoch, step)
        return self._write(self._folder / LAST, checkpoint, "stopped")

    def save_final(self, checkpoint: Checkpoint, output: str | None, reason: Reason) -> Path | None:
        """Writes the run's result into its folder, and to `output` if that is asked for.

        Returns: the file to go on with: `output` where it could be written; None where nothing could.
        """
        inside = self._folder / LAST
        places = [inside] if output is None else [inside, Path(output)]
        results = [place for place in places if self._write(place, checkpoint, reason)]
        return results[-1] if results else None

    def _write(self, path: Path, checkpoint: Checkpoint, reason: Reason) -> bool:
        try:
            write_checkpoint(path, checkpoint)
        except SaveError as error:
            self.last_complaint = str(error)
            if not self._complained:
                self._complained = True  # once: the same sentence every 30 s would only be noise
                self._tell(f"{error} Training goes on, and saving is tried again later.")
            return False
        if self._complained:
            self._complained = False
            self._tell(f"Saving works again: “{path.name}” was written.")
        self.written = path
        self._record.append("checkpoint_written", path=path.name, step=checkpoint.step, reason=reason)
        self._record.sync()
        self._emit(CheckpointWritten(str(path), checkpoint.step, reason))
        return True

    def _tell(self, message: str) -> None:
        self._record.append("notice", message=message)
        self._emit(Notice(message))


def copied_weights(session: Session) -> dict[str, Tensor]:
    """The weights of this moment, on the device."""
    return {name: tensor.detach().clone() for name, tensor in session.model.state_dict().items()}


def checkpoint_of(
    session: Session, metrics: Mapping[str, Mapping[str, float]], tally: Tally, *, use_best: bool = False
) -> Checkpoint:
    """The run as it stands. With `use_best` its weights are the best ones, and resuming still finds
    the latest in the state."""
    weights: Mapping[str, Tensor] = session.model.state_dict()
    state = state_of(session, tally)
    if use_best and session.best_weights is not None:
        state["weights"] = dict(weights)
        weights = session.best_weights
    position = session.position
    return _checkpoint(session, weights, metrics, position.epoch, position.step, state)


def weights_only(
    session: Session,
    weights: Mapping[str, Tensor],
    metrics: Mapping[str, Mapping[str, float]],
    epoch: int,
    step: int | None = None,
) -> Checkpoint:
    """Weights to use, without what resuming needs."""
    step = session.position.step if step is None else step
    return _checkpoint(session, weights, metrics, epoch, step, None)


def state_of(session: Session, tally: Tally) -> dict[str, Any]:
    """All that the next steps depend on, beside the weights and the project."""
    position, sums = session.position, session.sums
    keep_best = session.recipe.patience is not None and session.best_weights is not None
    return {
        "position": {name: getattr(position, name) for name in position.__slots__},
        "sums": {"loss": sums.loss, "samples": sums.samples, "tally": tally.state()},
        "optimizers": [optimizer.state_dict() for optimizer in session.optimizers],
        "schedulers": [_schedule_state(s.state_dict()) for s in session.schedulers],
        "random": randomness.states(session.torch_device, session.augmentation_rng),
        "steps_per_epoch": session.steps_per_epoch,
        "best_weights": dict(session.best_weights or {}) if keep_best else None,
    }


# What moves in a schedule; everything else follows from the recipe when the schedule is built again.
_MOVING = (
    "last_epoch", "_step_count", "_last_lr", "best", "num_bad_epochs", "cooldown_counter", "T_cur", "T_i",
)  # fmt: skip


def _schedule_state(state: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: _plain(state[name]) for name in _MOVING if name in state}
    if "_schedulers" in state:  # SequentialLR and ChainedScheduler hold others
        kept["_schedulers"] = [_schedule_state(inner) for inner in state["_schedulers"]]
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.item() if isinstance(value, Tensor) else value


def _checkpoint(
    session: Session,
    weights: Mapping[str, Tensor],
    metrics: Mapping[str, Mapping[str, float]],
    epoch: int,
    step: int,
    state: dict[str, Any] | None,
) -> Checkpoint:
    about = {
        "device": session.device.id,
        "device_name": session.device.name,
        "threads": session.threads,
        "parameters": session.analysis.parameters,
        "fingerprint": session.facts.fingerprint,
        "split_rule": SPLIT_RULE,
        "torch": torch.__version__,
    }
    return Checkpoint(
        project=session.project,
        weights=weights,
        classes=session.facts.classes,
        preprocessing=session.preprocessing.to_json(),
        metrics=metrics,
        step=step,
        epoch=epoch,
        state=state,
        about=about,
    )
