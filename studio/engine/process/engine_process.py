"""The window's side of the engine's own process: starts it, asks it, notices its end, starts it anew."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import spawn
from typing import Any

from studio.core.problems import LanternError
from studio.engine.control import Control, Rein
from studio.engine.events import CheckpointWritten, Event, Preparing, RequestFailed, RunFailed, RunFinished
from studio.engine.process.child import main
from studio.engine.process.messages import Ask, Ended, Finish, FromEngine, Pull, Ready, Said, Sender
from studio.engine.requests import Request, Train

_NAME = "LanternEngine"
GROWN_TOO_MUCH_BYTES = 256 * 2**20  # kept after a run: a new process gives it back
_END_S = 5.0

Emit = Callable[[Event], None]


def _leave_main_alone() -> None:
    """Keeps an engine's process from running the script that started Lantern.

    `spawn` imports it, so that what a script defines can be used in the new process. The engine needs none
    of it, and a script without `if __name__ == "__main__"` would open its window a second time.
    """
    plain = spawn.get_preparation_data

    def prepared(name: str) -> dict[str, Any]:
        data: dict[str, Any] = plain(name)
        if name == _NAME:
            for key in ("init_main_from_name", "init_main_from_path"):
                data.pop(key, None)
        return data

    spawn.get_preparation_data = prepared


_leave_main_alone()


class EngineStartError(LanternError):
    """No process could be started; the engine has to run elsewhere."""


class _Lost:
    """In place of a message: the process is gone."""


class _GivenUp:
    """In place of a message: stopped before the engine was ready to hear of it."""


_Message = FromEngine | _Lost | _GivenUp


class EngineProcess:
    """One for each window. All methods may be called from any thread.

    `serve` is `studio.engine.host.serve`, done elsewhere: the same events, in the same order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._retired: list[_Child] = []
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process that would answer now; None where there is none."""
        child = self._child
        return child.process.pid if child is not None and not child.lost.is_set() else None

    def start(self) -> None:
        """Begins to start the process, unless it is there. Raises EngineStartError."""
        with self._lock:
            self._living()

    def wait_until_ready(self, give_up: Callable[[], bool]) -> None:
        """Returns when torch is loaded over there; `give_up` is asked a few times a second.

        Raises EngineStartError: it ended before.
        """
        with self._lock:
            child = self._living()
        while not child.ready.wait(0.1):
            if child.lost.is_set():
                raise EngineStartError(child.epitaph())
            if give_up():
                return

    def serve(self, request: Request, emit: Emit, control: Control) -> None:
        """Answers one request by events; blocks until it is answered.

        Raises EngineStartError: no process could be started; nothing was emitted but Preparing.
        """
        began_s = time.monotonic()
        with self._lock:  # so that the process is not retired between being chosen and being asked
            child = self._living()
            call, answers = child.ask(request)
        if not child.ready.is_set() and isinstance(request, Train):
            emit(Preparing("Getting PyTorch ready"))
        control.follow(lambda rein: child.pull(call, rein))
        try:
            self._relay(child, request, answers, emit, began_s)
        finally:
            control.unfollow()
            child.forget(call)
            self._clear_retired()

    def close(self) -> None:
        """Ends the process. A run that is on there stops after its batch, with a checkpoint."""
        with self._lock:
            self._closed = True
            children = [*self._retired, *([self._child] if self._child is not None else [])]
            self._child, self._retired = None, []
        for child in children:
            child.end()

    def _relay(
        self,
        child: _Child,
        request: Request,
        answers: queue.SimpleQueue[_Message],
        emit: Emit,
        began_s: float,
    ) -> None:
        checkpoint: str | None = None
        while True:
            match answers.get():
                case Said(_, event):
                    if isinstance(event, CheckpointWritten) and event.reason != "best":
                        checkpoint = event.path  # one with all that training needs to go on
                    emit(event)
                case Ended(_, grown_bytes):
                    if grown_bytes > GROWN_TOO_MUCH_BYTES:
                        self._retire(child)
                    return
                case _GivenUp():
                    took_s = time.monotonic() - began_s
                    is_run = isinstance(request, Train)
                    emit(
                        RunFinished({}, "", "stopped", 0, took_s)
                        if is_run
                        else RequestFailed("This was stopped before it had begun.", "")
                    )
                    return
                case _Lost():
                    self._drop(child)
                    if not child.ready.is_set():
                        raise EngineStartError(child.epitaph())
                    emit(_lost(request, child, checkpoint))
                    return

    def _living(self) -> _Child:
        """With the lock held."""
        if self._closed:
            raise EngineStartError("The window is being closed.")
        if self._child is None or self._child.lost.is_set():
            self._child = _Child()
        return self._child

    def _drop(self, child: _Child) -> None:
        with self._lock:
            if self._child is child:
                self._child = None
        child.end()

    def _retire(self, child: _Child) -> None:
        """The next request goes to a new process; this one ends as soon as nobody waits for it."""
        with self._lock:
            if self._child is not child or self._closed:
                return
            self._retired.append(child)
            self._child = None
        with contextlib.suppress(EngineStartError):
            self.start()

    def _clear_retired(self) -> None:
        with self._lock:
            over = [child for child in self._retired if not child.busy]
            self._retired = [child for child in self._retired if child not in over]
        for child in over:
            child.end()


class _Child:
    """One process, its pipe and the thread that listens to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the window's threads half-way
        self.ready = threading.Event()
        self.lost = threading.Event()
        self._calls: dict[int, queue.SimpleQueue[_Message]] = {}
        self._numbers = itertools.count(1)
        try:
            self._connection, other = context.Pipe()
            self.process = context.Process(target=main, args=(other,), name=_NAME, daemon=True)
            self.process.start()
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineStartError(f"The system starts no process for the engine: {error}") from error
        self._sender = Sender(self._connection)
        other.close()  # so that this end hears when the process is gone
        self._listener = threading.Thread(target=self._listen, name="engine process", daemon=True)
        self._listener.start()

    @property
    def busy(self) -> bool:
        return bool(self._calls)

    def ask(self, request: Request) -> tuple[int, queue.SimpleQueue[_Message]]:
        call, answers = next(self._numbers), queue.SimpleQueue[_Message]()
        self._calls[call] = answers
        if self.lost.is_set() or not self._sender.send(Ask(call, request)):
            answers.put(_Lost())
        return call, answers

    def pull(self, call: int, rein: Rein) -> None:
        self._sender.send(Pull(call, rein))
        if rein == "stop" and not self.ready.is_set() and call in self._calls:
            self._calls[call].put(_GivenUp())  # nobody is to wait for torch who wants to stop

    def forget(self, call: int) -> None:
        self._calls.pop(call, None)

    def epitaph(self) -> str:
        """How the process ended, in a sentence."""
        self.process.join(_END_S)
        code = self.process.exitcode
        if code is not None and -code == getattr(signal, "SIGKILL", None):
            return "The system ended PyTorch's process, most often because the memory was full."
        return f"PyTorch's process broke down (exit code {code})."

    def end(self) -> None:
        """Lets a run save its checkpoint, and sees to it that the process ends."""
        if self.busy:
            self._sender.send(Finish())
        else:
            self.process.terminate()  # it may be importing torch, which nothing else interrupts
        self.process.join(_END_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self._listener.join()
        self._connection.close()

    def _listen(self) -> None:
        try:
            while True:
                message: FromEngine = self._connection.recv()
                if isinstance(message, Ready):
                    self.ready.set()
                elif message.call in self._calls:
                    self._calls[message.call].put(message)
        except (EOFError, OSError):
            return
        finally:
            self.lost.set()
            for answers in list(self._calls.values()):
                answers.put(_Lost())


def _lost(request: Request, child: _Child, checkpoint: str | None) -> Event:
    """What is said in place of the answer that will not come."""
    sentence = child.epitaph()
    if not isinstance(request, Train):
        return RequestFailed(f"{sentence} Please try again.", "")
    way_out = (
        "Training can go on from its last checkpoint."
        if checkpoint is not None
        else "Nothing was saved yet: train again, with a smaller batch size if the memory is short."
    )
    return RunFailed(f"{sentence} {way_out}", "engine-lost", "", checkpoint)
