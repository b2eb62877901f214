"""What is told while pictures are read: a drive that does not answer, pictures that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.data.dataset import Cancelled
from studio.engine.control import Control
from studio.engine.events import Event, Notice

STALL_S = 4.0  # a large picture from a slow network drive may take a second or two
_MOST_TOLD = 20  # notices on unreadable pictures; a dying drive gives thousands


class Reading:
    """Turns what readers meet into notices, and a wish to stop into `Cancelled`."""

    def __init__(self, emit: Callable[[Event], None], control: Control) -> None:
        self._emit, self._control = emit, control
        self._stalled = ""
        self._told = 0

    def waiting(self, name: str, seconds: float) -> None:
        """Called now and then while somebody waits for a file. Raises Cancelled."""
        if self._control.stop_requested:
            raise Cancelled
        if seconds >= STALL_S and not self._stalled:
            self._stalled = name or "the pictures"
            what = f"“{name}”" if name else "the pictures"
            self._emit(
                Notice(
                    f"Waiting for {what}: the drive or network folder does not answer. It goes on by itself "
                    "when the drive does; you can also stop."
                )
            )
        elif seconds < STALL_S:
            self.answered()

    def answered(self) -> None:
        """Something was read."""
        if self._stalled:
            self._stalled = ""
            self._emit(Notice("The drive answers again."))

    def left_out(self, reasons: Mapping[str, str]) -> None:
        """These pictures could be read before and cannot be now."""
        self._told += 1
        if self._told > _MOST_TOLD:
            return
        count = "1 picture was" if len(reasons) == 1 else f"{len(reasons):,} pictures were"
        more = " There are many; no more of them are told." if self._told == _MOST_TOLD else ""
        self._emit(
            Notice(
                f"{count} left out of a batch, because they could not be read any more.{more}",
                tuple(f"{name}: {reason}" for name, reason in reasons.items()),
            )
        )
