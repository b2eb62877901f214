"""Copies checkpoints to where the user wants them, one after the other, away from the window's thread."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.problems import LanternError
from studio.ui.checkpoints import copy_checkpoint
from studio.ui.workers.job import Worker


class CheckpointCopies(QObject):
    """A big checkpoint and a slow stick take their time."""

    saved = Signal(str)
    failed = Signal(str)  # a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("checkpoint copy", self, writes=True)
        self._waiting: list[tuple[Path, Path]] = []  # from, to; the first is under way

    def copy(self, source: Path, target: Path) -> None:
        """Answered by `saved` or `failed`, later."""
        self._waiting.append((source, target))
        if len(self._waiting) == 1:
            self._begin()

    def finish(self) -> None:
        """On closing: what the user asked to be saved is saved."""
        self._worker.stop()  # waits for the one under way
        waiting, self._waiting = self._waiting[1:], []
        for source, target in waiting:
            with contextlib.suppress(LanternError):
                copy_checkpoint(source, target)

    def _begin(self) -> None:
        source, target = self._waiting[0]
        self._worker.start(
            lambda progress: copy_checkpoint(source, target),
            lambda result: self._end(""),
            lambda sentence, details: self._end(sentence),
        )

    def _end(self, problem: str) -> None:
        _, target = self._waiting.pop(0)
        if self._waiting:
            self._begin()
        if problem:
            self.failed.emit(problem)
        else:
            self.saved.emit(str(target))
