"""The engine's own process: trains in its first thread, answers questions beside it, obeys the reins.

It outlives nobody: when the window's process is gone, however that came, its run stops after the batch, with
a checkpoint, and the process ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection

import psutil

from studio.engine.control import Control
from studio.engine.events import Event, RequestFailed, RunFailed, RunFinished
from studio.engine.missing_torch import torch_trouble
from studio.engine.process.messages import Ask, Ended, Finish, FromEngine, Pull, Ready, Said
from studio.engine.requests import Request, Train

_NICE = 5  # how far it stands back behind the window where both want the same core


def main(connection: Connection) -> None:
    """What the process does from its start to its end; `connection` is its end of a duplex pipe."""
    from studio.engine.heap import keep_freed_memory
    from studio.engine.threads import prepare_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window, which asks first
    _stand_back()
    prepare_process()
    keep_freed_memory()
    _Engine(connection).live()


class _Engine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._trainings: queue.SimpleQueue[tuple[int, Request, Control] | None] = queue.SimpleQueue()
        self._reins: dict[int, Control] = {}
        self._warm = threading.Event()
        self._base_bytes = 0
        self._broken = ""  # why torch could not be loaded

    def live(self) -> None:
        """Until the other end closes the pipe."""
        threading.Thread(target=self._listen, name="engine pipe", daemon=True).start()
        from studio.engine.warmup import warm_up

        try:
            warm_up()
        except (ImportError, OSError) as error:  # a second try would not know the reason any more
            self._broken = torch_trouble(error)
        self._base_bytes = _resident_bytes()
        self._warm.set()
        self._send(Ready())
        while (training := self._trainings.get()) is not None:
            self._answer(*training)

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while not isinstance(message := self._connection.recv(), Finish):
                self._take(message)
        for control in list(self._reins.values()):
            control.stop()
        self._trainings.put(None)

    def _take(self, message: Ask | Pull) -> None:
        match message:
            case Ask(call, request):
                control = self._reins[call] = Control()
                if isinstance(request, Train):
                    self._trainings.put((call, request, control))
                else:
                    threading.Thread(
                        target=self._answer, args=(call, request, control), name="question", daemon=True
                    ).start()
            case Pull(call, rein):
                if call in self._reins:
                    self._reins[call].pull(rein)

    def _answer(self, call: int, request: Request, control: Control) -> None:
        from studio.engine.host import serve

        self._warm.wait()  # two threads that import torch at once see half of it in each other's hands

        def emit(event: Event) -> None:
            if not self._send(Said(call, event)):
                control.stop()

        if self._broken:
            is_run = isinstance(request, Train)
            emit(RunFailed(self._broken, "unexpected", "") if is_run else RequestFailed(self._broken))
        elif isinstance(request, Train) and control.stop_requested:
            emit(RunFinished({}, "", "stopped", 0, 0.0))
        else:
            serve(request, emit, control)
        _trim_heap()
        self._reins.pop(call, None)
        self._send(Ended(call, _resident_bytes() - self._base_bytes))

    def _send(self, message: FromEngine) -> bool:
        """False when nobody is there to hear it."""
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            return False
        return True


def _stand_back() -> None:
    """Lets the window have a core at once when it wakes up."""
    with contextlib.suppress(psutil.Error, OSError):  # forbidden here and there; nothing depends on it
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(_NICE)


def _resident_bytes() -> int:
    return int(psutil.Process().memory_info().rss)


def _trim_heap() -> None:
    """Gives back what the heap kept for the next step of a run that is over now."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
