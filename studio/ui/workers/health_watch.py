"""Looks into the health of the open dataset while people look around; never while a network trains."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.ui.workers.background import BackgroundThread

if TYPE_CHECKING:
    from studio.data.dataset import Dataset
    from studio.data.pictures.file_facts import FileFacts

_LOOK_S = 0.2
_CALM_MS = 400  # after the last change: a slider that is dragged asks for one look, not for twenty


class HealthWatch(QObject):
    """`follow` the open dataset; `found` tells what is the matter with it, a tuple of Finding."""

    found = Signal(object)
    began = Signal()
    failed = Signal(str)
    _told = Signal(object, object)  # which look, and what: into the window's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: tuple[Any, Any] = (None, None)  # dataset and what is known of its files
        self._thread: BackgroundThread | None = None
        self._ended: list[BackgroundThread] = []
        self._may_work = threading.Event()
        self._may_work.set()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._start)
        self._told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        return self._thread is not None or self._calm.isActive()

    def follow(self, dataset: Dataset | None, files: FileFacts | None) -> None:
        """Looks at these data; what was found in others is forgotten."""
        if dataset is self._wanted[0] and files is self._wanted[1]:
            return
        self._retire()
        self._wanted = (dataset, files)
        if dataset is None:
            self._calm.stop()
        else:
            self._calm.start()
            self.began.emit()

    def hold(self, still: bool) -> None:
        """While a network trains, the processor is its own."""
        if still:
            self._may_work.clear()
        else:
            self._may_work.set()

    def stop(self) -> None:
        """Ends the thread; one that hangs in a read is left to itself."""
        self._calm.stop()
        self._retire()
        self._may_work.set()
        for thread in self._ended:
            thread.join()
        self._ended.clear()

    def _start(self) -> None:
        self._thread = BackgroundThread(self._looking(*self._wanted), "dataset health")
        self._thread.start()

    def _retire(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._ended = [thread for thread in self._ended if not thread.join(0)]
            self._ended.append(self._thread)
            self._thread = None

    def _looking(self, dataset: Any, files: Any) -> Callable[[Callable[[], bool]], None]:
        def work(is_stopped: Callable[[], bool]) -> None:
            from studio.core.priority import stand_back
            from studio.core.problems import LanternError
            from studio.data.dataset import Cancelled
            from studio.data.health.catalogue import examine
            from studio.data.health.finding import Known

            def told(fraction: float) -> bool:
                while not self._may_work.wait(_LOOK_S) and not is_stopped():
                    pass
                return not is_stopped()

            stand_back()
            try:
                self._told.emit(dataset, examine(dataset, Known(files), told))
            except Cancelled:
                return
            except LanternError as error:
                self._told.emit(dataset, str(error))
            except Exception as error:  # noqa: BLE001  a look that fails must not seem to go on for ever
                self._told.emit(dataset, f"The look at the data was broken off: {error}")

        return work

    def _on_told(self, dataset: object, what: object) -> None:
        if dataset is not self._wanted[0] or self._calm.isActive():
            return
        self._thread = None
        if isinstance(what, str):
            self.failed.emit(what)
        else:
            self.found.emit(what)
