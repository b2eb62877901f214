"""The command line's view of a run: events in, lines out, Ctrl+C as a stop with a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from studio.cli.output import ProgressLine, complain, duration, event_json, metric_text, say, write_json
from studio.core import places
from studio.core.project import Project
from studio.engine import events
from studio.engine.control import Control
from studio.engine.requests import Train


def train(project: Project, output: str | None, resume_from: str | None, *, as_json: bool) -> int:
    """Trains in this process. Returns 0 done, 1 failed, 130 stopped by Ctrl+C with a checkpoint."""
    from studio.engine.heap import keep_freed_memory
    from studio.engine.threads import prepare_process

    prepare_process()  # before torch is imported
    keep_freed_memory()
    from studio.engine.host import serve

    control = Control()
    view = _JsonView() if as_json else _PeopleView()
    request = Train(project, str(places.runs_folder(project.id)), resume_from, output)
    with _interrupt_stops(control, quiet=as_json):
        serve(request, view.show, control)
    if view.failed:
        return 1
    if output is not None and not _same_file(view.checkpoint, output):
        complain(f"“{output}” could not be written; the checkpoint is at “{view.checkpoint}” instead.")
        return 1
    return 130 if control.stop_requested else 0


def _same_file(written: str | None, asked: str) -> bool:
    return written is not None and Path(written).absolute() == Path(asked).absolute()


@contextmanager
def _interrupt_stops(control: Control, *, quiet: bool) -> Iterator[None]:
    """While inside, the first Ctrl+C (or SIGTERM) stops after the batch; the second one is final."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signal handlers
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if control.stop_requested:
            raise KeyboardInterrupt
        control.stop()
        if not quiet:
            complain("\nStopping after this batch and writing a checkpoint. Ctrl+C again leaves at once.")

    signals = [signal.SIGINT, signal.SIGTERM]
    previous = {number: signal.signal(number, on_signal) for number in signals}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


class _JsonView:
    """One event a line."""

    def __init__(self) -> None:
        self.failed = False
        self.checkpoint: str | None = None

    def show(self, event: events.Event) -> None:
        self.failed = self.failed or isinstance(event, events.RunFailed)
        if isinstance(event, events.RunFinished):
            self.checkpoint = event.checkpoint
        write_json(event_json(event))


class _PeopleView:
    """A progress bar, one line an epoch, a result."""

    def __init__(self) -> None:
        self.failed = False
        self.checkpoint: str | None = None
        self._line = ProgressLine()
        self._started: events.RunStarted | None = None

    def show(self, event: events.Event) -> None:
        match event:
            case events.Preparing(message, fraction):
                self._line.show(fraction or 0.0, message)
            case events.Notice(message, details):
                self._say(message)
                for detail in details[:20]:
                    say(f"  {detail}")
                if len(details) > 20:
                    say(f"  ... and {len(details) - 20} more")
            case events.RunStarted():
                self._started = event
                self._say(
                    f"Training on {event.device_name}: {event.train_samples:,} samples, "
                    f"{_count(event.epochs, 'epoch')} of {_count(event.steps_per_epoch, 'step')}, "
                    f"{event.parameters:,} parameters"
                )
            case events.StepsDone():
                self._show_steps(event)
            case events.EpochFinished():
                self._say(self._epoch_text(event))
            case events.CheckpointWritten(path, _, "asked" | "stopped"):
                self._say(f"Checkpoint: {path}")
            case events.RunFinished():
                self.checkpoint = event.checkpoint
                how = {"completed": "Done", "stopped": "Stopped", "early": "Stopped early: no more progress"}
                self._say(f"{how[event.ended]} after {duration(event.elapsed_s)}.")
                split = event.evaluation.split if event.evaluation else "test"
                for name, value in event.metrics.items():
                    say(f"  {split} {metric_text(name, value)}")
                say(f"Checkpoint: {event.checkpoint}")
            case events.RunFailed(message, _, _, checkpoint):
                self.failed = True
                self._line.clear()
                complain(message)
                if checkpoint:
                    complain(f"The last good weights are in {checkpoint}")

    @property
    def _headline(self) -> str:
        return self._started.metric if self._started else ""

    def _say(self, text: str) -> None:
        self._line.clear()
        say(text)

    def _show_steps(self, event: events.StepsDone) -> None:
        if self._started is None or not event.losses:
            return
        done = event.first_step + len(event.losses)
        total = max(1, self._started.epochs * self._started.steps_per_epoch)
        text = f"epoch {event.epoch + 1}/{self._started.epochs}  loss {event.losses[-1]:.4f}"
        if event.metrics:
            text += f"  {metric_text(self._started.metric, event.metrics[-1])}"
        text += f"  {event.samples_per_s:,.0f} samples/s"
        if event.time_left_s is not None:
            text += f"  {duration(event.time_left_s)} left"
        self._line.show(done / total, text)

    def _epoch_text(self, event: events.EpochFinished) -> str:
        epochs = self._started.epochs if self._started else event.epoch + 1
        parts = [f"epoch {event.epoch + 1:>3}/{epochs}"]
        for split, metrics in (("train", event.train), ("validation", event.validation)):
            if metrics:
                shown = [name for name in ("loss", self._headline) if name in metrics]
                parts.append(split + " " + ", ".join(metric_text(k, metrics[k]) for k in shown))
        return "  ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
