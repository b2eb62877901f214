"""The reins of a run: pause, go on, stop, save now. Safe to pull from any thread."""

from __future__ import annotations

import threading


class Control:
    """Read by the loop at every step; set by whoever watches the run."""

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._stop = threading.Event()
        self._save = threading.Event()

    def pause(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

    def stop(self) -> None:
        """Ends the run after the current batch, also while it is paused."""
        self._stop.set()
        self._running.set()

    def save_now(self) -> None:
        """Asks for a checkpoint after the current batch; also while paused."""
        self._save.set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    @property
    def stop_requested(self) -> bool:
        return self._stop.is_set()

    def take_save_request(self) -> bool:
        """True once per `save_now`."""
        if self._save.is_set():
            self._save.clear()
            return True
        return False

    def wait_while_paused(self, timeout_s: float) -> bool:
        """Waits until the run goes on, at most `timeout_s`. True when it goes on."""
        return self._running.wait(timeout_s)
