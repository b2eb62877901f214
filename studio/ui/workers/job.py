"""One slow thing done away from the window's thread: recognising a folder, reading previews."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.core.problems import LanternError
from studio.ui.workers.background import BackgroundThread

Work = Callable[[Callable[[float], bool]], object]  # gets a Progress: fraction in, False back to cancel


class _Job(QObject):
    done = Signal(object, object)  # this job, the result
    failed = Signal(object, str, str)  # this job, a sentence, details
    progressed = Signal(object, float)

    def __init__(self, work: Work, name: str) -> None:
        super().__init__()
        self._work = work
        self.thread_ = BackgroundThread(self._run, name)

    def _run(self, is_stopped: Callable[[], bool]) -> None:
        from studio.data.dataset import Cancelled

        def told(fraction: float) -> bool:
            self.progressed.emit(self, fraction)
            return not is_stopped()

        try:
            self.done.emit(self, self._work(told))
        except Cancelled:
            return
        except LanternError as error:
            self.failed.emit(self, str(error), "")
        except Exception as error:  # noqa: BLE001  a thread that only prints would leave the window waiting
            self.failed.emit(self, str(error) or type(error).__name__, traceback.format_exc())


class Worker(QObject):
    """Does one job at a time; a new one replaces the old, whose answer is then dropped. One that hangs in a
    read from a drive is left to itself in the end."""

    progressed = Signal(float)
    busy_changed = Signal(bool)

    def __init__(self, name: str, parent: QObject | None = None, writes: bool = False) -> None:
        """`writes`: what it does must come to its end, however long that takes."""
        super().__init__(parent)
        self._name = name
        self._writes = writes
        self._current: _Job | None = None
        self._answers: tuple[Callable[[object], None], Callable[[str, str], None]] | None = None
        self._running: list[_Job] = []

    @property
    def busy(self) -> bool:
        return self._current is not None

    def start(self, work: Work, done: Callable[[object], None], failed: Callable[[str, str], None]) -> None:
        """`done(result)` or `failed(sentence, details)` is called later, in the window's thread."""
        self.cancel()
        job = _Job(work, self._name)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.progressed.connect(self._on_progressed)
        self._answers = (done, failed)
        self._current = job
        self._running = [*filter(_is_alive, self._running), job]
        job.thread_.start()
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        if self._current is not None:
            self._current.thread_.stop()
            self._current = None
            self.busy_changed.emit(False)

    def stop(self) -> None:
        """Cancels and joins."""
        self.cancel()
        for job in self._running:
            job.thread_.stop()
            while not job.thread_.join() and self._writes:
                continue
        self._running.clear()

    def _on_done(self, job: _Job, result: object) -> None:
        answers = self._finish(job)
        if answers is not None:
            answers[0](result)

    def _on_failed(self, job: _Job, message: str, details: str) -> None:
        answers = self._finish(job)
        if answers is not None:
            answers[1](message, details)

    def _finish(self, job: _Job) -> tuple[Callable[[object], None], Callable[[str, str], None]] | None:
        if job is not self._current:
            return None
        answers, self._answers, self._current = self._answers, None, None
        self.busy_changed.emit(False)
        return answers

    def _on_progressed(self, job: _Job, fraction: float) -> None:
        if job is self._current:
            self.progressed.emit(fraction)


def _is_alive(job: _Job) -> bool:
    return not job.thread_.join(0)
