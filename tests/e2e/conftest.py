"""The real window, its dialogs answered by the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.shell.answers import Answers


class StrayWindows(QObject):
    """Writes down what is shown as a window of its own by mistake: it would flash up on the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            plain = (watched.windowFlags() & Qt.WindowType.WindowType_Mask) == Qt.WindowType.Window
            if plain and watched.objectName() != "mainWindow":
                self.seen.append(f"{type(watched).__name__} “{watched.objectName()}”")
        return False


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: Any, answers: Answers) -> Iterator[Any]:
    from studio.ui.app import open_window

    strays = StrayWindows()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(strays)
    made = open_window(dialogs=answers, questions=answers)
    made.resize(1366, 720)
    yield made
    answers.on_unsaved = "discard"
    answers.on_training = "stop"
    answers.on_trained = "discard"
    made.close()
    made.deleteLater()
    application.removeEventFilter(strays)
    assert strays.seen == []
