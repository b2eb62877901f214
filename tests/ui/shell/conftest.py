"""The real window with chosen answers in place of the system's dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.shell.answers import Answers


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: Any, answers: Answers) -> Iterator[Any]:
    """The window, shown, its pages made when they are visited; closed and joined at the end."""
    from studio.ui.app import open_window

    made = open_window(dialogs=answers, questions=answers, all_pages=False)
    yield made
    answers.on_unsaved = "discard"
    answers.on_training = "stop"
    answers.on_trained = "discard"
    made.close()
    made.deleteLater()
