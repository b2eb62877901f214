"""The training loop: one, visible, read top to bottom."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from torch.optim.lr_scheduler import ReduceLROnPlateau

from studio.data.dataset import Cancelled
from studio.engine import randomness
from studio.engine.control import Control
from studio.engine.detection.report import watched
from studio.engine.evaluate import evaluation_batch_size, measure
from studio.engine.events import EpochFinished, Event, Paused, PicturesSeen, Resumed
from studio.engine.guard import LastGood, weights_finite
from studio.engine.reporting import Reporter, StopWatch
from studio.engine.runs import RunRecord
from studio.engine.saving import Saver
from studio.engine.session import Session, advances
from studio.engine.steps import NotFinite

Ended = Literal["completed", "stopped", "early"]
Emit = Callable[[Event], None]

_LOOK_S = 0.2  # how often a paused run looks for a wish to save


def train(
    session: Session,
    reporter: Reporter,
    saver: Saver,
    last_good: LastGood,
    record: RunRecord,
    watch: StopWatch,
    control: Control,
    emit: Emit,
) -> Ended:
    """Trains from `session.position` to the end of the recipe, or until told to stop.

    Raises: NotFinite: a loss was NaN or infinite. The weights may be, too, where losses are looked at
    late (on GPUs); `last_good` then holds the ones before.
    """
    recipe, position = session.recipe, session.position
    schedule_advances = advances(recipe)
    session.model.train()

    while position.epoch < recipe.epochs:
        order = session.train.order(recipe.batch_size, recipe.seed, position.epoch, session.weights)

        for index in order[position.step_in_epoch :]:
            with randomness.GLOBAL:  # dropout and augmentation draw here, and nobody else meanwhile
                try:
                    batch = session.train.take(index, session.augmentation_rng)
                except Cancelled:  # told to stop while it waited for a drive
                    reporter.flush()
                    return "stopped"
                # One sample alone has no spread for a batch normalisation; it is what is left of more.
                readable = len(batch.targets) >= min(2, len(index))
                result = session.train_step(batch) if readable else None  # forward, loss, backward, update
            if schedule_advances == "step":
                for scheduler in session.schedulers:
                    scheduler.step()  # type: ignore[call-arg]
            position.step += 1
            position.step_in_epoch += 1

            if result is not None and reporter.add(result):  # a few times a second, not at every step
                reporter.flush()
                _keep_now_and_then(session, reporter, saver, last_good)
            asked = control.take_save_request()
            if asked or control.paused or control.stop_requested:
                reporter.flush()
                if asked:
                    saver.save("asked", reporter.tally)
                _wait_while_paused(session, reporter, saver, watch, control, emit)
                if control.stop_requested:
                    return "stopped"

        reporter.flush()
        if not _finish_epoch(session, reporter, saver, record, watch, control, emit):
            return "stopped"
        _keep_now_and_then(
            session, reporter, saver, last_good
        )  # epochs may be shorter than the reporter waits
        if recipe.patience is not None and position.epochs_without_progress >= recipe.patience:
            return "early"
    return "completed"


def _finish_epoch(
    session: Session,
    reporter: Reporter,
    saver: Saver,
    record: RunRecord,
    watch: StopWatch,
    control: Control,
    emit: Emit,
) -> bool:
    """Validation, schedule, best weights, one event. False when the validation was stopped: the epoch
    then stays open, and a resumed run validates first."""
    recipe, position = session.recipe, session.position
    trained = reporter.epoch_metrics()

    def keep_going() -> bool:
        _wait_while_paused(session, reporter, saver, watch, control, emit)
        return not control.stop_requested

    validated: dict[str, float] = {}
    tally = session.tally(watching=True)
    if len(session.validation):
        measured = measure(
            session.model,
            session.criterion,
            session.train_step.target,
            session.validation,
            tally,
            evaluation_batch_size(recipe.batch_size),
            keep_going=keep_going,
        )
        if measured is None:
            return False
        validated = measured.metrics
    if not weights_finite(session):
        raise NotFinite("The weights are no numbers any more.")
    judged = (validated or trained)["loss"]  # without a validation split, the training loss has to do

    rate = session.learning_rate
    for scheduler in session.schedulers:
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(judged)
        elif advances(recipe) == "epoch":
            scheduler.step()
    if math.isfinite(judged) and judged < position.best_loss:
        position.best_loss, position.best_epoch = judged, position.epoch
        position.epochs_without_progress = 0
        improved = True
    else:
        position.epochs_without_progress += 1
        improved = False

    finished = EpochFinished(position.epoch, position.step, trained, validated, rate, watch.elapsed_s)
    saver.metrics = {"train": trained, "validation": validated} if validated else {"train": trained}
    position.epoch += 1
    position.step_in_epoch = 0
    reporter.new_epoch()
    if improved:
        saver.new_best()
    record.append(
        "epoch_finished",
        epoch=finished.epoch,
        step=finished.step,
        train=trained,
        validation=validated,
        learning_rate=rate,
        elapsed_s=finished.elapsed_s,
    )
    emit(finished)
    if pictures := watched(tally):
        emit(PicturesSeen(finished.epoch, pictures))
    return True


def _keep_now_and_then(session: Session, reporter: Reporter, saver: Saver, last_good: LastGood) -> None:
    """What is left of a run that goes wrong from here on: weights in memory, a checkpoint on disk."""
    last_good.remember_now_and_then(session)
    if saver.autosave_due() and weights_finite(session):
        saver.save("last", reporter.tally)


def _wait_while_paused(
    session: Session, reporter: Reporter, saver: Saver, watch: StopWatch, control: Control, emit: Emit
) -> None:
    """Returns when the run goes on or is to stop. Wishes to save are granted meanwhile."""
    if not control.paused or control.stop_requested:
        return
    step = session.position.step
    watch.pause()
    emit(Paused(step))
    while not control.wait_while_paused(_LOOK_S):
        if control.take_save_request():
            saver.save("asked", reporter.tally)
    watch.resume()
    if not control.stop_requested:
        emit(Resumed(step))
