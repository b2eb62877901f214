"""The engine's own process: trains in its first thread, answers questions beside it, obeys the reins.

It outlives nobody: when the window's process is gone, however that came, its run stops after the batch, with
a checkpoint, and the process ends.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from multiprocessing.connection import Connection

import psutil

from studio.core.priority import stand_back_as_process
from studio.engine.control import Control
from studio.engine.events import Event, RequestFailed, RunFailed, RunFinished
from studio.engine.heap import give_back_freed_memory, keep_freed_memory
from studio.engine.missing_torch import torch_trouble
from studio.engine.process.messages import Ask, Ended, Finish, Pull, Ready, Said, Sender
from studio.engine.requests import Request, Train
from studio.engine.threads import prepare_process


def main(connection: Connection) -> None:
    """What the process does from its start to its end; `connection` is its end of a duplex pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window, which asks first
    stand_back_as_process()
    prepare_process()
    keep_freed_memory()
    _Engine(connection).live()


class _Engine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sender = Sender(connection)
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
        self._sender.send(Ready())
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
            if not self._sender.send(Said(call, event)):
                control.stop()

        if self._broken:
            is_run = isinstance(request, Train)
            emit(RunFailed(self._broken, "unexpected", "") if is_run else RequestFailed(self._broken))
        elif isinstance(request, Train) and control.stop_requested:
            emit(RunFinished({}, "", "stopped", 0, 0.0))
        else:
            serve(request, emit, control)
        give_back_freed_memory()
        self._reins.pop(call, None)
        self._sender.send(Ended(call, _resident_bytes() - self._base_bytes))


def _resident_bytes() -> int:
    return int(psutil.Process().memory_info().rss)
