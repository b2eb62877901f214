"""One run from request to result: preparing, resuming, training, testing, saving, and every failure."""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.params import ParamError
from studio.core.problems import LanternError
from studio.core.safe_write import SaveError
from studio.data.dataset import Cancelled, DataError
from studio.data.pictures.augmentations import AUGMENTATIONS, switched_on
from studio.engine.checkpoint import Checkpoint, read_checkpoint, versions
from studio.engine.control import Control
from studio.engine.devices import DeviceError
from studio.engine.evaluate import evaluation_batch_size, evaluation_of, measure
from studio.engine.events import Evaluation, Event, Notice, Preparing, RunFailed, RunFinished, RunStarted
from studio.engine.guard import (
    LastGood,
    answers_with_numbers,
    free_memory,
    is_out_of_memory,
    weights_finite,
    why_not_finite,
)
from studio.engine.loop import Ended, train
from studio.engine.reading import Reading
from studio.engine.reporting import Reporter, StopWatch
from studio.engine.requests import Train
from studio.engine.results_file import keep_results
from studio.engine.resuming import resume
from studio.engine.runs import RunRecord, new_run_folder
from studio.engine.saving import Saver, checkpoint_of
from studio.engine.session import Session, open_session
from studio.engine.steps import NotFinite
from studio.engine.threads import using_threads

Emit = Callable[[Event], None]

TEST_AFTER_STOP_S = 1.0  # a stopped run is tested only if that is quick: whoever stops, waits


def run(request: Train, emit: Emit, control: Control) -> None:
    """Trains, and ends with exactly one RunFinished or RunFailed. Raises nothing."""
    failure: RunFailed | None = None
    run_ = _Run(request, emit, control)
    try:
        run_.go()
    except Exception as error:  # noqa: BLE001 - the worker's last resort, by design
        failure = run_.explain(error)
    # Outside `except`: there the traceback would still hold the tensors that are to be freed.
    if failure is not None:
        failure = run_.rescue(failure)
    run_.close(failure)
    del run_
    free_memory()
    if failure is not None:
        emit(failure)


@dataclass(slots=True)
class _Parts:
    """What a run has once its session stands."""

    session: Session
    record: RunRecord
    saver: Saver
    reporter: Reporter
    last_good: LastGood
    watch: StopWatch


class _Run:
    def __init__(self, request: Train, emit: Emit, control: Control) -> None:
        self._request, self._emit, self._control = request, emit, control
        self._parts: _Parts | None = None
        self._reading = Reading(emit, control)

    def go(self) -> None:
        began = time.perf_counter()
        checkpoint = None
        self._emit(Preparing("Reading the data", None))
        try:
            if self._request.resume_from is not None:
                checkpoint = read_checkpoint(self._request.resume_from)
            session = open_session(self._request.project, self._progress(), self._reading)
        except Cancelled:
            self._emit(RunFinished({}, "", "stopped", 0, time.perf_counter() - began))
            return
        with using_threads(session.threads):
            parts = self._start(session, checkpoint)
            del session, checkpoint
            ended = train(
                parts.session, parts.reporter, parts.saver, parts.last_good, parts.record, parts.watch,
                self._control, self._emit,
            )  # fmt: skip
            self._finish(parts, ended)

    def _progress(self) -> Callable[[float], bool]:
        """Tells how far decoding is, a few times a second; False once the run is to stop."""
        next_tell = time.perf_counter() + 0.1

        def progress(fraction: float) -> bool:
            nonlocal next_tell
            if time.perf_counter() >= next_tell:
                next_tell = time.perf_counter() + 0.1
                self._emit(Preparing("Reading the data", fraction))
            return not self._control.stop_requested

        return progress

    def _start(self, session: Session, checkpoint: Checkpoint | None) -> _Parts:
        folder = _run_folder(self._request.runs_folder)
        record = RunRecord(folder)
        watch = StopWatch()
        reporter = Reporter(session, self._emit, record, watch)
        saver = Saver(session, folder, self._emit, record)
        notes: tuple[str, ...] = ()
        if checkpoint is not None:
            assert self._request.resume_from is not None
            notes = resume(session, checkpoint, Path(self._request.resume_from).name, reporter.tally)
            reporter.starts_at(session.position.step)
        notes += _notes_on_mixing(session)
        self._parts = _Parts(session, record, saver, reporter, LastGood(session), watch)
        self._record_start(session, record, folder)
        _tell_about_data(session, record, self._emit)
        for note in notes:
            record.append("notice", message=note)
            self._emit(Notice(note))
        return self._parts

    def _record_start(self, session: Session, record: RunRecord, folder: Path) -> None:
        from studio.core.project_file import project_to_json

        event = RunStarted(
            run_id=folder.name,
            folder=str(folder),
            device=session.device.id,
            device_name=session.device.name,
            threads=session.threads,
            epochs=session.recipe.epochs,
            steps_per_epoch=session.steps_per_epoch,
            first_step=session.position.step,
            train_samples=len(session.train),
            validation_samples=len(session.validation),
            test_samples=len(session.test),
            parameters=session.analysis.parameters,
            metric=session.kind.metrics[0].id,
        )
        values = {name: getattr(event, name) for name in event.__slots__}
        record.append(
            "run_started",
            **values,
            seed=session.recipe.seed,
            versions=versions(),
            fingerprint=session.facts.fingerprint,
            resumed_from=self._request.resume_from,
            project=project_to_json(session.project),
        )
        record.sync()
        self._emit(event)

    def _finish(self, parts: _Parts, ended: Ended) -> None:
        """Best weights, test, last checkpoint, result."""
        session, saver = parts.session, parts.saver
        saver.flush_best()
        use_best = (
            ended != "stopped" and session.recipe.patience is not None and session.best_weights is not None
        )
        final = checkpoint_of(session, saver.metrics, parts.reporter.tally, use_best=use_best)
        result = None
        if ended == "stopped":  # saved before testing: whoever stops may be about to switch off
            result = saver.save_final(final, self._request.output, "stopped")
        elif use_best:
            session.model.load_state_dict(dict(final.weights))
        evaluation = self._test(session, ended)
        if evaluation is not None:
            saver.metrics = {**saver.metrics, evaluation.split: evaluation.metrics}
            keep_results(parts.record.folder, evaluation)
        metrics = dict(evaluation.metrics if evaluation else saver.metrics.get("validation", {}))
        if ended != "stopped":
            final = replace(final, metrics=saver.metrics)
            result = saver.save_final(final, self._request.output, "last")
        elapsed_s = parts.watch.elapsed_s
        if result is None:
            raise SaveError(
                f"Training is done, but its weights could not be saved. {saver.last_complaint} Then train "
                "again, from the last checkpoint if there is one."
            )
        steps = session.position.step
        parts.record.append(
            "run_finished",
            ended=ended,
            metrics=metrics,
            split=evaluation.split if evaluation else "validation",
            checkpoint=result.name,
            steps=steps,
            elapsed_s=elapsed_s,
        )
        parts.record.sync()
        self._emit(RunFinished(metrics, str(result), ended, steps, elapsed_s, evaluation))

    def _test(self, session: Session, ended: Ended) -> Evaluation | None:
        """The test split's evaluation, the validation split's where there is no test split."""
        name, split = ("test", session.test) if len(session.test) else ("validation", session.validation)
        if not len(split):
            name, split = "train", session.train
        deadline = time.monotonic() + TEST_AFTER_STOP_S
        measured = measure(
            session.model,
            session.criterion,
            session.train_step.target,
            split,
            session.tally(),
            evaluation_batch_size(session.recipe.batch_size),
            keep_going=lambda: (
                time.monotonic() < deadline if ended == "stopped" else not self._control.stop_requested
            ),
            keep_outputs=True,
        )
        if measured is None:
            return None
        return evaluation_of(measured, name, session.preprocessing, train_counts=session.train_counts)

    def explain(self, error: Exception) -> RunFailed:
        """The failure as values only: nothing in it holds a tensor."""
        details = traceback.format_exc()
        batch_size = None
        if is_out_of_memory(error):
            code, message, batch_size = "out-of-memory", *self._out_of_memory()
        elif isinstance(error, NotFinite):
            code = "not-finite"
            message = why_not_finite(self._parts.session) if self._parts else str(error)
        elif isinstance(error, DataError):
            code, message = "data", str(error)
        elif isinstance(error, DeviceError):
            code, message = "device", str(error)
        elif isinstance(error, SaveError):
            code, message = "disk", str(error)
        elif isinstance(error, LanternError | ParamError):
            code, message = "problem", str(error)
        else:
            code, message = "unexpected", _unexpected(error)
        return RunFailed(message, code, details, None, batch_size)

    def _out_of_memory(self) -> tuple[str, int | None]:
        size = self._request.project.recipe.batch_size
        smaller = size // 2 if size > 1 else None
        where = self._parts.session.device.name if self._parts else "This computer"
        start = f"{where} has not enough memory for this training. "
        if self._parts is None:
            return (
                start
                + "The samples and the network do not fit at all. Use a smaller network, smaller pictures or "
                "fewer samples, and close other programs.",
                None,
            )
        if smaller is None:
            return start + "Use a smaller network or smaller pictures, and close other programs.", None
        return start + f"Try a batch size of {smaller} instead of {size}.", smaller

    def rescue(self, failure: RunFailed) -> RunFailed:
        """Saves the weights that are good, if there are any; names the file in the failure."""
        parts = self._parts
        if parts is None:
            return failure
        for optimizer in parts.session.optimizers:
            optimizer.zero_grad(set_to_none=True)  # gradients are the first to go
        free_memory()
        diverged = failure.code == "not-finite"
        saved = False
        with contextlib.suppress(Exception):  # the failure itself matters more
            saved = _save_good_weights(parts, with_state=not diverged)
        written = parts.saver.written if saved or not diverged else None
        path = str(written) if written is not None else None
        return RunFailed(failure.message, failure.code, failure.details, path, failure.batch_size)

    def close(self, failure: RunFailed | None) -> None:
        """Ends the record and lets go of everything."""
        parts, self._parts = self._parts, None
        if parts is None:
            return
        if failure is not None:
            parts.record.append(
                "run_failed",
                code=failure.code,
                message=failure.message,
                checkpoint=Path(failure.checkpoint).name if failure.checkpoint else None,
            )
            parts.record.sync()
        parts.record.close()
        parts.session.close()


def _save_good_weights(parts: _Parts, *, with_state: bool) -> bool:
    """Whether there were any. Weights may be finite and yet too large to answer with numbers: then the
    newest that do, at worst those that training began with."""
    session, saver, last_good = parts.session, parts.saver, parts.last_good
    step = session.position.step
    if not step:
        return False
    if with_state and weights_finite(session):
        return saver.save("stopped", parts.reporter.tally)
    if answers_with_numbers(session):
        return saver.save_weights(session.model.state_dict(), step)
    best_step = (session.position.best_epoch + 1) * session.steps_per_epoch
    earlier = [(last_good.step, last_good.weights), (best_step, session.best_weights)]
    for at_step, weights in sorted(earlier, key=lambda kept: kept[0], reverse=True):
        if weights is not None:
            session.model.load_state_dict(dict(weights))
            if answers_with_numbers(session):
                return saver.save_weights(weights, at_step)
    return False


def _run_folder(runs_folder: str) -> Path:
    try:
        return new_run_folder(Path(runs_folder))
    except OSError as error:
        raise SaveError(
            f"The folder for runs, “{runs_folder}”, cannot be written to ({error.strerror}). Make room or "
            "change its permissions, then train again."
        ) from error


def _tell_about_data(session: Session, record: RunRecord, emit: Emit) -> None:
    """What the dataset has to say; the samples that were left out are listed with the note on them."""
    skipped = tuple(f"{s.name}: {s.reason}" for s in session.dataset.skipped)
    notes = list(session.dataset.notes)
    if skipped and not any(map(_names_skipped, notes)):
        count = "1 sample was" if len(skipped) == 1 else f"{len(skipped):,} samples were"
        notes.append(f"{count} left out, because they could not be read.")
    for note in notes:
        details, skipped = (skipped, ()) if _names_skipped(note) else ((), skipped)
        record.append("notice", message=note)
        emit(Notice(note, details))


def _notes_on_mixing(session: Session) -> tuple[str, ...]:
    dataset = session.project.dataset
    settings = switched_on(dataset.augmentations) if dataset is not None else ()
    if session.kind.input != "picture" or not any(AUGMENTATIONS[s.type].mixes for s in settings):
        return ()
    return (
        "Training pictures are mixed. What training shows is measured on them, counting the class with the "
        "larger share, and so looks worse than it is: go by the validation figures.",
    )


def _names_skipped(note: str) -> bool:
    """Whether a dataset's note is the one on single samples that could not be read."""
    return "left out" in note and ("could not be read" in note or "too few or too many cells" in note)


def _unexpected(error: BaseException) -> str:
    first_line = (str(error) or type(error).__name__).strip().splitlines()[0]
    return (
        f"Training stopped, because something happened that Lantern did not expect: {first_line} Please try "
        "again; “Details” says more."
    )
