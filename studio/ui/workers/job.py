"""One slow thing done away from the window's thread: recognising a folder, reading previews."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from studio.core.problems import LanternError

Work = Callable[[Callable[[float], bool]], object]  # gets a Progress: fraction in, False back to cancel


class _JobThread(QThread):
    done = Signal(object, object)  # this thread, the result
    failed = Signal(object, str, str)  # this thread, a sentence, details
    progressed = Signal(object, float)

    def __init__(self, work: Work, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._work = work

    def stop(self) -> None:
        self.requestInterruption()

    @override
    def run(self) -> None:
        from studio.data.dataset import Cancelled

        try:
            self.done.emit(self, self._work(self._on_progress))
        except Cancelled:
            return
        except LanternError as error:
            self.failed.emit(self, str(error), "")
        except Exception as error:  # noqa: BLE001  a thread that only prints would leave the window waiting
            self.failed.emit(self, str(error) or type(error).__name__, traceback.format_exc())

    def _on_progress(self, fraction: float) -> bool:
        self.progressed.emit(self, fraction)
        return not self.isInterruptionRequested()


class Worker(QObject):
    """Does one job at a time; a new one replaces the old, whose answer is then dropped."""

    progressed = Signal(float)
    busy_changed = Signal(bool)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._current: _JobThread | None = None
        self._answers: tuple[Callable[[object], None], Callable[[str, str], None]] | None = None
        self._running: list[_JobThread] = []

    @property
    def busy(self) -> bool:
        return self._current is not None

    def start(self, work: Work, done: Callable[[object], None], failed: Callable[[str, str], None]) -> None:
        """`done(result)` or `failed(sentence, details)` is called later, in the window's thread."""
        self.cancel()
        thread = _JobThread(work, self._name)
        thread.done.connect(self._on_done)
        thread.failed.connect(self._on_failed)
        thread.progressed.connect(self._on_progressed)
        thread.finished.connect(self._on_finished)
        self._answers = (done, failed)
        self._current = thread
        self._running.append(thread)
        thread.start()
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        if self._current is not None:
            self._current.stop()
            self._current = None
            self.busy_changed.emit(False)

    def stop(self) -> None:
        """Cancels and joins."""
        self.cancel()
        for thread in self._running:
            thread.stop()
            thread.wait()
        self._running.clear()

    def _on_done(self, thread: _JobThread, result: object) -> None:
        answers = self._finish(thread)
        if answers is not None:
            answers[0](result)

    def _on_failed(self, thread: _JobThread, message: str, details: str) -> None:
        answers = self._finish(thread)
        if answers is not None:
            answers[1](message, details)

    def _finish(
        self, thread: _JobThread
    ) -> tuple[Callable[[object], None], Callable[[str, str], None]] | None:
        if thread is not self._current:
            return None
        answers, self._answers, self._current = self._answers, None, None
        self.busy_changed.emit(False)
        return answers

    def _on_progressed(self, thread: _JobThread, fraction: float) -> None:
        if thread is self._current:
            self.progressed.emit(fraction)

    def _on_finished(self) -> None:
        self._running = [thread for thread in self._running if not thread.isFinished()]
