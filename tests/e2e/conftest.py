"""The real window, its dialogs answered by the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.shell.answers import Answers


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: Any, answers: Answers) -> Iterator[Any]:
    from studio.ui.app import open_window

    made = open_window(dialogs=answers, questions=answers)
    made.resize(1366, 720)
    yield made
    answers.on_unsaved = "discard"
    answers.on_training = "stop"
    made.close()
    made.deleteLater()
