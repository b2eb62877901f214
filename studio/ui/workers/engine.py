"""Where the engine works: in a process of its own, or in the window's, where none can be started."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QCoreApplication

from studio.core.settings import EnginePlace, load_settings
from studio.ui.workers.library_preload import load_engine, load_plots

if TYPE_CHECKING:
    from studio.engine.control import Control
    from studio.engine.events import Event
    from studio.engine.process.engine_process import EngineProcess
    from studio.engine.requests import Request

VARIABLE = "LANTERN_ENGINE"  # for tests, and where a computer's policies trouble one of the two


def place() -> EnginePlace:
    """As the environment, or else the settings, say."""
    return forced_place() or load_settings().engine


def forced_place() -> EnginePlace | None:
    """What the environment says; None where it is silent."""
    asked = os.environ.get(VARIABLE, "")
    return cast("EnginePlace", asked) if asked in get_args(EnginePlace) else None


class Engine:
    """One for each window; may be called from any thread.

    With a process, this one never imports torch: what runs there can neither hold the window up nor take it
    along when it breaks down, and all its memory comes back.
    """

    def __init__(self, where: EnginePlace) -> None:
        self._lock = threading.Lock()
        self._where = where
        self._process: EngineProcess | None = None
        self._excuse = ""

    @property
    def where(self) -> EnginePlace:
        """Where the next request goes."""
        return self._where

    @property
    def pid(self) -> int | None:
        """Of the engine's process, while there is one."""
        return self._process.pid if self._process is not None else None

    def warm_up(self, give_up: Callable[[], bool] = lambda: False) -> None:
        """Makes the engine ready, so that the first run need not wait. Returns once it is, or given up."""
        from studio.engine.process.engine_process import EngineStartError

        process = self._its_process()
        if process is not None:
            try:
                process.start()
                load_plots()
                process.wait_until_ready(give_up)
            except EngineStartError as error:
                self._stay_here(str(error))
            else:
                return
        load_engine(give_up)

    def serve(self, request: Request, emit: Callable[[Event], None], control: Control) -> None:
        """`studio.engine.host.serve`, wherever that is."""
        from studio.engine.events import Notice, Preparing
        from studio.engine.process.engine_process import EngineStartError
        from studio.engine.requests import Train

        process = self._its_process()
        if process is not None:
            try:
                process.serve(request, emit, control)
            except EngineStartError as error:
                self._stay_here(str(error))
            else:
                return
        if isinstance(request, Train):
            emit(Preparing(QCoreApplication.translate("Engine", "Getting PyTorch ready")))
        load_engine(give_up=lambda: control.stop_requested)
        from studio.engine.host import serve

        if self._excuse and isinstance(request, Train):
            emit(Notice(self._excuse))
        serve(request, emit, control)

    def close(self) -> None:
        """Ends the process, if there is one."""
        with self._lock:
            process, self._process, self._where = self._process, None, "window"
        if process is not None:
            process.close()

    def _its_process(self) -> EngineProcess | None:
        from studio.engine.process.engine_process import EngineProcess

        with self._lock:
            if self._where == "process" and self._process is None:
                self._process = EngineProcess()
            return self._process

    def _stay_here(self, why: str) -> None:
        self.close()
        self._excuse = QCoreApplication.translate(
            "Engine", "{why} Training runs in the window's process instead, which may feel slower meanwhile."
        ).format(why=why)
