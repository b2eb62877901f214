"""Threads that decode pictures, all cores at once: Pillow lets other threads run while it works.

They are daemons, and nobody waits for one that hangs in a read from a drive that does not answer: whoever
asked goes on looking at the clock, and can give up.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable

from studio.core.priority import stand_back

_CHUNK = 4  # places a thread takes at once: fewer trips through the lock, and still an even end
_IDLE_S = 0.5  # a thread without work ends, so that nobody has to remember to close a pool
_LOOK_S = 0.1  # how often a waiting caller looks up
Waiting = Callable[[int | None, float], None]  # a place being read and for how many seconds; may raise


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Task:
    """`work(place)` for every place from 0 up to `count`; see DecodingPool."""

    def __init__(self, work: Callable[[int], None], count: int) -> None:
        self.work = work
        self.count = count
        self.next = 0
        self.open = count  # places that are not done
        self.error: BaseException | None = None
        self.cancelled = False
        self.done = threading.Event()
        if not count:
            self.done.set()


class DecodingPool:
    """Does tasks in the order in which they were started."""

    def __init__(self, workers: int | None = None, *, humble: bool = False) -> None:
        """`humble`: stand back behind everything else on this computer, as far as the system can."""
        self._workers = workers or cores()
        self._humble = humble
        self._tasks: deque[Task] = deque()
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closed = False
        self._reading: dict[int, tuple[Task, int, float]] = {}  # by thread: what, and since when

    def start(self, task: Task) -> Task:
        with self._changed:
            if self._closed:
                raise RuntimeError("the pool is closed")
            if task.count:
                self._tasks.append(task)
                wanted = min(self._workers - len(self._threads), -(-task.count // _CHUNK) - self._idle)
                for _ in range(max(0, wanted)):
                    thread = threading.Thread(target=self._run, name="decoding", daemon=True)
                    self._threads.add(thread)
                    thread.start()
                self._changed.notify(-(-task.count // _CHUNK))
        return task

    def finish(self, task: Task, waiting: Waiting | None = None) -> None:
        """Returns once the task is done. `waiting` is called ten times a second meanwhile; what it raises
        cancels the task. Raises what `work` raised."""
        try:
            while not task.done.wait(_LOOK_S):
                if waiting is not None:
                    waiting(*self._longest(task))
        except BaseException:
            self.cancel(task)
            raise
        if task.error is not None:
            raise task.error

    def cancel(self, task: Task) -> None:
        """No place is begun any more."""
        with self._changed:
            task.cancelled = True
            if task in self._tasks:
                self._tasks.remove(task)

    def close(self) -> None:
        """Ends all threads after what they are doing; waits for none of them."""
        with self._changed:
            self._closed = True
            self._tasks.clear()
            self._changed.notify_all()

    def _longest(self, task: Task) -> tuple[int | None, float]:
        now = time.monotonic()
        with self._changed:
            # Also where another task holds all threads up.
            reading = sorted(self._reading.values(), key=lambda one: (one[0] is not task, one[2]))
        if not reading:
            return None, 0.0
        return (reading[0][1] if reading[0][0] is task else None), now - reading[0][2]

    def _run(self) -> None:
        if self._humble:
            stand_back()
        me = threading.get_ident()
        while (taken := self._take()) is not None:
            task, first, last = taken
            for place in range(first, last):
                if task.cancelled:
                    break
                self._reading[me] = (task, place, time.monotonic())
                try:
                    task.work(place)
                except BaseException as error:  # noqa: BLE001  raised again where somebody waits
                    task.error = task.error or error
            self._reading.pop(me, None)
            with self._changed:
                task.open -= last - first
                if not task.open:
                    task.done.set()

    def _take(self) -> tuple[Task, int, int] | None:
        with self._changed:
            deadline = time.monotonic() + _IDLE_S
            self._idle += 1
            try:
                while not self._tasks:
                    left = deadline - time.monotonic()
                    if self._closed or left <= 0:
                        self._threads.discard(threading.current_thread())
                        return None
                    self._changed.wait(left)
            finally:
                self._idle -= 1
            task = self._tasks[0]
            first = task.next
            task.next = min(task.count, first + _CHUNK)
            if task.next == task.count:
                self._tasks.popleft()
            return task, first, task.next
