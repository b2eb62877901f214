"""Threads that nobody has to wait for: they read from drives that may hang, and end with the program."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

_JOIN_S = 2.0  # a thread that hangs in a read is left behind after that


class BackgroundThread:
    """Runs `work` once. `stop` asks it to end; `join` waits for a moment, never for long."""

    def __init__(self, work: Callable[[Callable[[], bool]], None], name: str) -> None:
        """`work` gets a function that tells whether it is to stop."""
        self._stop = threading.Event()
        self._work = work
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        self._stop.set()

    def join(self, timeout_s: float | None = None) -> bool:
        """True when it has ended."""
        self._thread.join(_JOIN_S if timeout_s is None else timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with contextlib.suppress(RuntimeError):  # the window it reports to is gone
            self._work(self._stop.is_set)
