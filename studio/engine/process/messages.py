"""What the window's process and the engine's tell each other over their pipe. Picklable; no torch, no Qt.

Both ends are of one program on one computer: a pipe that nobody else can open.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

from studio.engine.control import Rein
from studio.engine.events import Event
from studio.engine.requests import Request


@dataclass(frozen=True, slots=True)
class Ask:
    """To the engine: answer this."""

    call: int
    request: Request


@dataclass(frozen=True, slots=True)
class Pull:
    """To the engine: the reins of what was asked."""

    call: int
    rein: Rein


@dataclass(frozen=True, slots=True)
class Finish:
    """To the engine: stop what is on, with a checkpoint, and end."""


@dataclass(frozen=True, slots=True)
class Ready:
    """From the engine, once: torch is loaded and warm."""


@dataclass(frozen=True, slots=True)
class Said:
    """From the engine: an event of what was asked."""

    call: int
    event: Event


@dataclass(frozen=True, slots=True)
class Ended:
    """From the engine, the last of each call. `grown_bytes`: what the process now takes more than when it
    was ready."""

    call: int
    grown_bytes: int = 0


ToEngine = Ask | Pull | Finish
FromEngine = Ready | Said | Ended


class Sender:
    """One end of the pipe, for many threads to speak into."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: ToEngine | FromEngine) -> bool:
        """False when nobody is there to hear it."""
        try:
            with self._lock:
                self._connection.send(message)
        except OSError:
            return False
        return True
