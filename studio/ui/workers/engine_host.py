"""Asks the engine for everything but training, in one thread, in order; answers come to the window's."""

from __future__ import annotations

import queue
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from typing_extensions import override

from studio.core.problems import LanternError
from studio.engine.control import Control
from studio.engine.missing_torch import torch_trouble
from studio.engine.requests import Request
from studio.ui.workers.import_hook import stop_source_search
from studio.ui.workers.library_preload import load_engine

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.workers.engine import Engine
    from studio.ui.workers.training_thread import Serve

Answered = Callable[["Event"], None]
_CLOSE_TIMEOUT_S = 30.0


@dataclass(eq=False, slots=True)
class _Question:
    request: Request | None  # None: warm up
    answered: Answered | None
    progressed: Answered | None = None
    key: str = ""
    control: Control = field(default_factory=Control)
    done: bool = False
    superseded: bool = False


class EngineHost(QObject):
    """One per window. `ask` may be called at any time, also while a run is on."""

    warmed_up = Signal()
    _arrived = Signal(object, object)  # question, event: carried into the window's thread

    def __init__(
        self,
        serve: Serve | None = None,
        parent: QObject | None = None,
        engine: Engine | None = None,
    ) -> None:
        """`engine` answers, or `serve`; without them it is done right here."""
        super().__init__(parent)
        self.engine = engine
        stop_source_search()  # before anything big is imported
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._open: list[_Question] = []
        self._closed = False
        self._thread = _HostThread(self._questions, self._arrived.emit, serve, engine)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def ask(
        self, request: Request, answered: Answered, progressed: Answered | None = None, key: str = ""
    ) -> None:
        """Asks; `answered` gets exactly one answer (RequestFailed if it could not be given), later, in
        the window's thread, unless its receiver is gone by then.

        `progressed` gets what comes before the answer (Preparing, Notice). A question with the same
        non-empty `key` replaces an earlier one that is not answered yet (typing into a form).
        """
        if self._closed:
            return
        question = _Question(request, answered, progressed, key)
        if key:
            for earlier in self._open:
                if earlier.key == key:
                    earlier.superseded = True
                    earlier.control.stop()
        self._put(question)

    def finish(self, key: str) -> None:
        """Asks the question with this key to end early; it is answered with what is known by then."""
        for question in self._open:
            if question.key == key and not question.superseded:
                question.control.stop()

    def warm_up(self) -> None:
        """Imports torch in the host's thread, so that the first question and run need not wait."""
        if not self._closed:
            self._put(_Question(None, None))

    def close(self) -> None:
        """Ends the thread and joins it. Questions that wait stay unanswered."""
        if self._closed:
            return
        self._closed = True
        for question in self._open:
            question.superseded = True
            question.control.stop()
        self._open.clear()
        self._questions.put(None)
        if self._thread.isRunning():
            self._thread.wait(int(_CLOSE_TIMEOUT_S * 1000))
        if self.engine is not None:
            self.engine.close()

    @property
    def busy(self) -> bool:
        return any(question.request is not None for question in self._open)

    def _put(self, question: _Question) -> None:
        self._open.append(question)
        self._questions.put(question)
        if not self._thread.isRunning():
            # Below the window's priority where the system knows priorities.
            self._thread.start(QThread.Priority.LowPriority)

    @Slot(object, object)
    def _on_arrived(self, question: _Question, event: Event | None) -> None:
        if question.done or self._closed:
            return
        if event is not None and not _is_answer(event):
            if question.progressed is not None and not question.superseded:
                _call(question.progressed, event)
            return
        question.done = True
        if question in self._open:
            self._open.remove(question)
        if question.request is None:
            self.warmed_up.emit()
        elif event is not None and question.answered is not None and not question.superseded:
            _call(question.answered, event)


class _HostThread(QThread):
    """Takes questions one after the other until it takes None."""

    def __init__(
        self,
        questions: queue.SimpleQueue[_Question | None],
        arrived: Callable[[_Question, Event | None], None],
        serve: Serve | None,
        engine: Engine | None,
    ) -> None:
        super().__init__()
        self.setObjectName("EngineHost")
        self._questions = questions
        self._arrived = arrived
        self._serve = engine.serve if engine is not None else serve
        self._engine = engine

    @override
    def run(self) -> None:
        while (question := self._questions.get()) is not None:
            if question.superseded:
                self._arrived(question, None)
                continue
            try:
                self._answer(question)
            except LanternError as error:
                self._fail(question, str(error))
            except BaseException as error:  # noqa: BLE001 - the window would wait for ever
                told = f"This could not be done: {str(error) or type(error).__name__}"
                self._fail(question, torch_trouble(error) or told)

    def _answer(self, question: _Question) -> None:
        if question.request is None:
            if self._engine is not None:
                self._engine.warm_up(lambda: question.superseded)
            elif self._serve is None:
                load_engine(lambda: question.superseded)
            self._arrived(question, None)
            return
        serve = self._serve or _engine()
        answers = 0

        def emit(event: Event) -> None:
            nonlocal answers
            answers += _is_answer(event)
            self._arrived(question, event)

        serve(question.request, emit, question.control)
        if not answers:
            self._fail(question, "There was no answer. Please try again.")

    def _fail(self, question: _Question, message: str) -> None:
        from studio.engine.events import RequestFailed

        details = "" if sys.exc_info()[0] is None else traceback.format_exc()
        self._arrived(question, RequestFailed(message, details))


def _engine() -> Serve:
    load_engine()
    from studio.engine.host import serve

    return serve


def _is_answer(event: Event) -> bool:
    from studio.engine.events import Notice, Preparing  # comes with numpy: not before the first frame

    return not isinstance(event, Preparing | Notice)


def _call(receiver: Answered, event: Event) -> None:
    owner = getattr(receiver, "__self__", None)
    if isinstance(owner, QObject) and not shiboken6.isValid(owner):
        return
    receiver(event)
