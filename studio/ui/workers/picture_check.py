"""Looks into the pictures of the open dataset while people look around; stands back behind everything."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.ui.workers.background import BackgroundThread

if TYPE_CHECKING:
    from studio.data.dataset import Dataset

_LOOK_S = 0.2


class PictureCheck(QObject):
    """`follow` the open dataset; what it finds is in the dataset, and `found` says that there is news."""

    found = Signal()  # pictures that cannot be read, or, at the end, the fingerprint
    progressed = Signal(float)
    failed = Signal(object)  # a DataError: hardly any picture can be read
    _told = Signal(object, object)  # which check, and what: into the window's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset: Any = None
        self.facts: Any = None  # on the files of that dataset, once all have been looked into
        self._thread: BackgroundThread | None = None
        self._ended: list[BackgroundThread] = []
        self._may_work = threading.Event()
        self._may_work.set()
        self._told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def follow(self, dataset: Dataset | None) -> None:
        """Checks these pictures; those of before are forgotten, unless they are the same."""
        same = getattr(dataset, "same_samples", None)
        if same is not None and same(self._dataset):
            return
        self._retire()
        self._dataset = self.facts = None
        if dataset is None or not hasattr(dataset, "prepare"):  # only single files can be damaged
            return
        self._dataset = dataset
        thread = BackgroundThread(self._checking(dataset), "checking pictures")
        self._thread = thread
        thread.start()

    def hold(self, still: bool) -> None:
        """While a network trains, the processor is its own."""
        if still:
            self._may_work.clear()
        else:
            self._may_work.set()

    def stop(self) -> None:
        """Ends the thread; one that hangs in a read is left to itself."""
        self._retire()
        self._may_work.set()
        for thread in self._ended:
            thread.join()
        self._ended.clear()

    def _retire(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._ended = [thread for thread in self._ended if not thread.join(0)]
            self._ended.append(self._thread)
            self._thread = None

    def _checking(self, dataset: Any) -> Callable[[Callable[[], bool]], None]:
        def work(is_stopped: Callable[[], bool]) -> None:
            from studio.core.priority import stand_back
            from studio.data.dataset import Cancelled, DataError
            from studio.data.pictures.verification import verify

            skipped = dataset.skipped

            def told(fraction: float) -> bool:
                nonlocal skipped
                while not self._may_work.wait(_LOOK_S) and not is_stopped():
                    pass
                if dataset.skipped != skipped:
                    skipped = dataset.skipped
                    self._told.emit(dataset, None)
                self._told.emit(dataset, min(fraction, 0.999))
                return not is_stopped()

            stand_back()
            try:
                self._told.emit(dataset, verify(dataset, told))
                self._told.emit(dataset, 1.0)
            except Cancelled:
                return
            except DataError as error:
                self._told.emit(dataset, error)
            except Exception as error:  # noqa: BLE001  a look that fails must not look as if it went on for ever
                error.add_note(traceback.format_exc())
                self._told.emit(dataset, 1.0)

        return work

    def _on_told(self, dataset: object, what: object) -> None:
        if dataset is not self._dataset:
            return
        if what is None:
            self.found.emit()
        elif isinstance(what, float):
            if what >= 1:
                self._thread = None
                self.found.emit()
            self.progressed.emit(what)
        elif isinstance(what, Exception):
            self._thread = None
            self.failed.emit(what)
        else:
            self.facts = what
