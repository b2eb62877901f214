"""Looks which datasets are here, away from the window's thread: a shared drive may not answer for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.downloads.finding import State


class StateLookup(QObject):
    """One per window; `states` is what was seen last."""

    looked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("dataset states", self)
        self.states: dict[str, State] = {}

    def look(self) -> None:
        """Begins to look; `looked` follows."""
        self._worker.start(_look, self._on_looked, lambda *_: None)

    def forget(self, dataset_id: str) -> None:
        """What was seen of it counts no more."""
        self.states.pop(dataset_id, None)

    def stop(self) -> None:
        self._worker.stop()

    def _on_looked(self, states: object) -> None:
        self.states = cast("dict[str, State]", states)
        self.looked.emit()


def _look(progress: Callable[[float], bool]) -> dict[str, State]:
    from studio.data.downloads.catalogue import DOWNLOADS
    from studio.data.downloads.finding import state_of

    return {entry.id: state_of(entry) for entry in DOWNLOADS}
