"""Downloads datasets one after the other, away from the window's thread; goes on while people work."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

if TYPE_CHECKING:
    from studio.data.downloads.downloading import Download, Progress
    from studio.data.downloads.entry import DownloadableDataset


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a download ended. `details` is what the machine said of something nobody expected."""

    message: str
    code: str = ""
    details: str = ""


class _DownloadThread(QThread):
    """Ends in exactly one of `done`, `failed` and `stopped`."""

    done = Signal(object)  # this thread
    failed = Signal(object, object)  # this thread, a Failure
    stopped = Signal(object)
    progressed = Signal(object, object)  # this thread, a Progress

    def __init__(self, entry: DownloadableDataset) -> None:
        from studio.data.downloads.downloading import Download

        super().__init__()
        self.setObjectName("dataset download")
        self.entry = entry
        self._download: Download = Download(entry, lambda progress: self.progressed.emit(self, progress))

    def stop(self) -> None:
        self._download.stop()

    @override
    def run(self) -> None:
        from studio.core.problems import LanternError
        from studio.data.dataset import Cancelled

        try:
            self._download.run()
            self.done.emit(self)
        except Cancelled:
            self.stopped.emit(self)
        except LanternError as error:
            self.failed.emit(self, Failure(str(error), getattr(error, "code", "")))
        except Exception as error:  # noqa: BLE001  a thread that only prints would leave the window waiting
            sentence = f"The download broke off: {error or type(error).__name__}. Try again."
            self.failed.emit(self, Failure(sentence, "", traceback.format_exc()))


class DownloadQueue(QObject):
    """One per window. `changed` comes whenever the state of a dataset may be another."""

    changed = Signal(str)  # a dataset's id
    progressed = Signal(str, object)  # its id, a Progress
    finished = Signal(str)
    failed = Signal(str, object)  # its id, a Failure

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: _DownloadThread | None = None
        self._waiting: list[DownloadableDataset] = []
        self._ending: list[_DownloadThread] = []  # until Qt says that they have ended
        self._thrown_away: set[str] = set()
        self._failures: dict[str, Failure] = {}
        self._progress: Progress | None = None

    def state(self, dataset_id: str) -> Literal["running", "stopping", "waiting", "idle"]:
        if self._current is not None and self._current.entry.id == dataset_id:
            return "running"
        if any(thread.entry.id == dataset_id for thread in self._ending):
            return "stopping"
        return "waiting" if any(entry.id == dataset_id for entry in self._waiting) else "idle"

    def progress_of(self, dataset_id: str) -> Progress | None:
        return self._progress if self.state(dataset_id) == "running" else None

    def failure_of(self, dataset_id: str) -> Failure | None:
        return self._failures.get(dataset_id)

    def note_failure(self, dataset_id: str, failure: Failure) -> None:
        """Something else went wrong with it: it could not be deleted."""
        self._failures[dataset_id] = failure
        self.changed.emit(dataset_id)

    def start(self, entry: DownloadableDataset) -> None:
        """Now, or as soon as the one before it is done."""
        if self.state(entry.id) in ("running", "waiting"):
            return
        self._failures.pop(entry.id, None)
        self._waiting.append(entry)
        self._next()
        self.changed.emit(entry.id)

    def pause(self, dataset_id: str) -> None:
        """What came so far is kept."""
        self._waiting = [entry for entry in self._waiting if entry.id != dataset_id]
        if self._current is not None and self._current.entry.id == dataset_id:
            self._current.stop()
            self._ending.append(self._current)
            self._current = None
        self.changed.emit(dataset_id)

    def cancel(self, entry: DownloadableDataset) -> None:
        """What came so far is thrown away, as soon as nobody writes to it."""
        self._failures.pop(entry.id, None)
        self.pause(entry.id)
        if self.state(entry.id) == "stopping":
            self._thrown_away.add(entry.id)
        else:
            _forget(entry)
            self.changed.emit(entry.id)

    def stop(self) -> None:
        """Stops and joins; what came so far is kept for the next time."""
        self._waiting.clear()
        if self._current is not None:
            self._current.stop()
            self._ending.append(self._current)
            self._current = None
        for thread in self._ending:
            thread.wait()
        self._ending.clear()

    def _next(self) -> None:
        if self._current is not None or self._ending or not self._waiting:
            return
        thread = self._current = _DownloadThread(self._waiting.pop(0))
        self._progress = None
        thread.progressed.connect(self._on_progressed)
        thread.done.connect(self._on_done)
        thread.failed.connect(self._on_failed)
        thread.finished.connect(self._on_thread_finished)
        thread.start()
        self.changed.emit(thread.entry.id)

    def _on_progressed(self, thread: _DownloadThread, progress: Progress) -> None:
        if thread is self._current:
            self._progress = progress
            self.progressed.emit(thread.entry.id, progress)

    def _on_done(self, thread: _DownloadThread) -> None:
        self._retire(thread)
        self._thrown_away.discard(thread.entry.id)  # it was quicker
        self.finished.emit(thread.entry.id)

    def _on_failed(self, thread: _DownloadThread, failure: Failure) -> None:
        if thread is self._current:
            self._failures[thread.entry.id] = failure
            self._retire(thread)
            self.failed.emit(thread.entry.id, failure)

    def _retire(self, thread: _DownloadThread) -> None:
        if thread is self._current:
            self._current = None
            self._ending.append(thread)

    def _on_thread_finished(self) -> None:
        ended = [thread for thread in self._ending if thread.isFinished()]
        self._ending = [thread for thread in self._ending if thread not in ended]
        for thread in ended:
            if thread.entry.id in self._thrown_away:
                self._thrown_away.discard(thread.entry.id)
                _forget(thread.entry)
        self._next()
        for thread in ended:
            self.changed.emit(thread.entry.id)


def _forget(entry: DownloadableDataset) -> None:
    from studio.data.downloads.downloading import forget

    forget(entry)
