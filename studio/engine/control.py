"""The reins of a run: pause, go on, stop, save now. Safe to pull from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

Rein = Literal["pause", "resume", "stop", "save"]


class Control:
    """Read by the loop at every step; set by whoever watches the run."""

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._stop = threading.Event()
        self._save = threading.Event()
        self._lock = threading.Lock()  # a follower hears of each pull once, in their order
        self._follower: Callable[[Rein], None] | None = None

    def pause(self) -> None:
        self.pull("pause")

    def resume(self) -> None:
        self.pull("resume")

    def stop(self) -> None:
        """Ends the run after the current batch, also while it is paused."""
        self.pull("stop")

    def save_now(self) -> None:
        """Asks for a checkpoint after the current batch; also while paused."""
        self.pull("save")

    def pull(self, rein: Rein) -> None:
        """One of the four, by name."""
        with self._lock:
            match rein:
                case "pause":
                    self._running.clear()
                case "resume":
                    self._running.set()
                case "stop":
                    self._stop.set()
                    self._running.set()
                case "save":
                    self._save.set()
            if self._follower is not None:
                self._follower(rein)

    def follow(self, follower: Callable[[Rein], None]) -> None:
        """`follower` is told what counts already, and then each pull, in the thread that pulls."""
        with self._lock:
            self._follower = follower
            if self.paused:
                follower("pause")
            if self._save.is_set():
                follower("save")
            if self.stop_requested:
                follower("stop")

    def unfollow(self) -> None:
        with self._lock:
            self._follower = None

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
