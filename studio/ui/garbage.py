"""Collects Python's garbage in the window's thread alone.

Python collects wherever the allocation happens that is one too many. If that is a run's or a download's
thread, and the garbage holds a closed dialog, the dialog is destroyed there: a crash, for widgets may only be
touched in the window's thread.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK_MS = 500
_ROUNDS = 10  # of the young generation, before the middle one is looked at; Python's own numbers
_FULL_ROUNDS = 10
_SHARE = 100  # a full round of 0.1 s is followed by 10 s without one: it may cost a hundredth of the time
_FEW = 700  # new objects that are not worth a look


class GarbageCollection(QObject):
    """One per application. While it lives, Python's own collection is off."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._rounds = 0
        self._next_full_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_MS)

    def look(self) -> None:
        """Collects what there is reason to; seldom everything."""
        if gc.get_count()[0] < _FEW:
            return
        self._rounds += 1
        if self._rounds % _ROUNDS:
            gc.collect(0)
        elif self._rounds < _ROUNDS * _FULL_ROUNDS or time.monotonic() < self._next_full_s:
            gc.collect(1)
        else:
            self.collect()

    def collect(self) -> None:
        """All of it, now."""
        self._rounds = 0
        began_s = time.perf_counter()
        gc.collect()
        self._next_full_s = time.monotonic() + _SHARE * (time.perf_counter() - began_s)
