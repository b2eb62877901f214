from collections.abc import Callable

from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from studio.core.problems import LanternError
from studio.engine.control import Control
from studio.engine.events import DevicesListed, Event, Preparing, RequestFailed
from studio.engine.requests import ListDevices, Predict, Request
from studio.ui.workers.engine_host import EngineHost

Emit = Callable[[Event], None]


def test_that_answers_come_in_order_in_the_windows_thread(qtbot: QtBot) -> None:
    def serve(request: Request, emit: Emit, control: Control) -> None:
        assert isinstance(request, Predict)
        emit(Preparing("Reading"))
        emit(RequestFailed(request.checkpoint))

    host = EngineHost(serve)
    here = QThread.currentThread()
    answers: list[str] = []
    before: list[Event] = []

    def answered(event: Event) -> None:
        assert QThread.currentThread() is here
        assert isinstance(event, RequestFailed)
        answers.append(event.message)

    for name in "abc":
        host.ask(Predict(name, ()), answered, before.append)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=5000)
    assert answers == ["a", "b", "c"]
    assert before == [Preparing("Reading")] * 3
    host.close()


def test_that_an_exception_becomes_one_answer(qtbot: QtBot) -> None:
    errors = [LanternError("The file is gone. Choose another."), ValueError("seven")]

    def serve(request: Request, emit: Emit, control: Control) -> None:
        if errors:
            raise errors.pop(0)

    host = EngineHost(serve)
    answers: list[Event] = []
    for _ in range(3):
        host.ask(ListDevices(), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=5000)
    messages = [answer.message for answer in answers if isinstance(answer, RequestFailed)]
    assert messages == [
        "The file is gone. Choose another.",
        "This could not be done: seven",
        "There was no answer. Please try again.",
    ]
    host.close()


def test_that_a_newer_question_with_the_same_key_replaces_the_older(qtbot: QtBot) -> None:
    served: list[str] = []

    def serve(request: Request, emit: Emit, control: Control) -> None:
        assert isinstance(request, Predict)
        served.append(request.checkpoint)
        emit(RequestFailed(request.checkpoint))

    host = EngineHost(serve)
    answers: list[Event] = []
    for name in ("one", "two", "three"):
        host.ask(Predict(name, ()), answers.append, key="predict")
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    host.close()
    assert [a.message for a in answers if isinstance(a, RequestFailed)] == ["three"]


def test_that_a_receiver_that_is_gone_is_not_called(qtbot: QtBot) -> None:
    import shiboken6

    class Receiver(QObject):
        def take(self, event: Event) -> None:
            raise AssertionError

    def serve(request: Request, emit: Emit, control: Control) -> None:
        emit(DevicesListed(()))

    host = EngineHost(serve)
    receiver = Receiver()
    host.ask(ListDevices(), receiver.take)
    shiboken6.delete(receiver)
    answers: list[Event] = []
    host.ask(ListDevices(), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    host.close()
