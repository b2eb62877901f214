"""The thread that owns a run. It never touches a widget; the window drains its buffer on a timer."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QThread
from typing_extensions import override

from studio.core.priority import stand_back
from studio.core.problems import LanternError
from studio.engine.control import Control
from studio.engine.events import Event, Preparing, RunFailed, RunFinished
from studio.engine.missing_torch import torch_trouble
from studio.engine.requests import Request, Train
from studio.ui.workers.event_buffer import EventBuffer
from studio.ui.workers.library_preload import load_engine

Serve = Callable[[Request, Callable[[Event], None], Control], None]

SWITCH_INTERVAL_S = 0.001  # the window waits at most so long for Python while the run computes


class TrainingThread(QThread):
    """Runs one training. Ends with exactly one RunFinished or RunFailed in `buffer`, whatever happens."""

    def __init__(self, request: Train, serve: Serve | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("TrainingThread")
        self.buffer = EventBuffer()
        self._request = request
        self._serve = serve
        self._control = Control()
        self._ended = False

    @override
    def run(self) -> None:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(min(interval, SWITCH_INTERVAL_S))
        stand_back()
        try:
            serve = self._serve or self._engine()
            serve(self._request, self._emit, self._control)
            if not self._ended:
                self._fail("The training ended without a result.", "")
        except LanternError as error:
            self._fail(str(error), traceback.format_exc())
        except BaseException as error:  # noqa: BLE001 - an exception out of run() would only be printed
            self._fail(_sentence(error), traceback.format_exc())
        finally:
            sys.setswitchinterval(interval)

    def pause(self) -> None:
        self._control.pause()

    def resume(self) -> None:
        self._control.resume()

    def stop(self) -> None:
        """Ends the run after the current batch, with a checkpoint."""
        self._control.stop()

    def save_now(self) -> None:
        self._control.save_now()

    def close(self, timeout_s: float = 60.0) -> bool:
        """Stops and joins. True when no thread is left behind."""
        self.stop()
        return self.wait(int(timeout_s * 1000))

    def _engine(self) -> Serve:
        """Imports torch, which takes seconds unless the host has warmed it up."""
        self._emit(Preparing(QCoreApplication.translate("TrainingThread", "Getting PyTorch ready")))
        load_engine(give_up=lambda: self._control.stop_requested)
        from studio.engine.host import serve

        return serve

    def _emit(self, event: Event) -> None:
        if isinstance(event, RunFinished | RunFailed):
            if self._ended:
                return
            self._ended = True
        self.buffer.put(event)

    def _fail(self, message: str, details: str) -> None:
        self._emit(RunFailed(message=message, code="unexpected", details=details))


def _sentence(error: BaseException) -> str:
    trouble = torch_trouble(error)
    if trouble:
        return trouble
    what = str(error) or type(error).__name__
    return f"Something went wrong that Lantern did not expect: {what} Please try again; “Details” says more."
