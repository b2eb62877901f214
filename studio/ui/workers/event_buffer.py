"""Between a run and the window: a bounded buffer that loses no event and never grows with the steps."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace

from studio.engine.events import Event, StepsDone

CAPACITY = 256  # about ten seconds of a busy run; the window drains it fifteen times a second


class EventBuffer:
    """Filled by the run's thread, drained by the window's timer.

    When full, further StepsDone are merged into the last one: their numbers stay, only the events
    get fewer. All other events are kept whatever happens; a run has few of them.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._events: deque[Event] = deque()
        self._surplus: list[StepsDone] = []  # follow the last event, which is a StepsDone

    def put(self, event: Event) -> None:
        with self._lock:
            full = len(self._events) >= self._capacity
            if full and isinstance(event, StepsDone) and isinstance(self._events[-1], StepsDone):
                self._surplus.append(event)
                if len(self._surplus) >= self._capacity:
                    self._merge()
                return
            self._merge()
            self._events.append(event)

    def drain(self) -> list[Event]:
        """All events since the last call, in order."""
        with self._lock:
            self._merge()
            events = list(self._events)
            self._events.clear()
        return events

    def __len__(self) -> int:
        with self._lock:
            return len(self._events)

    def _merge(self) -> None:
        if not self._surplus:
            return
        first = self._events.pop()
        assert isinstance(first, StepsDone)
        pieces = (first, *self._surplus)
        self._events.append(
            replace(
                self._surplus[-1],
                first_step=first.first_step,
                losses=tuple(loss for piece in pieces for loss in piece.losses),
                metrics=tuple(value for piece in pieces for value in piece.metrics),
            )
        )
        self._surplus = []
