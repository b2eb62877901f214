"""The states of a run, as every page sees them."""

from __future__ import annotations

from enum import Enum


class RunState(Enum):
    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"  # completed, stopped by the user, or early: see RunController.result
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """A run is on: the buttons are Pause and Stop, and closing the window asks."""
        return self in (RunState.PREPARING, RunState.RUNNING, RunState.PAUSED, RunState.STOPPING)
