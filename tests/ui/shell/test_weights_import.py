"""PyTorch weights through the window's dialog: into the open project, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from studio.data.opening import recognise
from studio.kinds.new_project import new_project
from studio.ui import checkpoint_files
from tests.ui.shell.answers import Answers


@pytest.fixture
def shown_errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences of error dialogs, which are not shown."""
    sentences: list[str] = []
    monkeypatch.setattr(
        checkpoint_files,
        "show_error",
        lambda parent, title, sentence, details="": sentences.append(sentence),
    )
    return sentences


def saved_weights(path: Path) -> Path:
    import torch

    from studio.engine.building import build_network
    from studio.kinds.catalogue import KINDS

    project = new_project("tabular-classification", recognise("iris"))
    assert project.dataset is not None
    assert project.dataset.facts is not None
    _, model = build_network(project, KINDS[project.kind], project.dataset.facts)
    torch.save(model.state_dict(), path)
    return path


def test_that_pytorch_weights_are_used_by_the_open_project(
    window: Any, answers: Answers, qtbot: QtBot, tmp_path: Path, shown_errors: list[str]
) -> None:
    answers.file = saved_weights(tmp_path / "mine.pth")
    window.document.open_project(new_project("tabular-classification", recognise("iris")), None)
    window.files.load_checkpoint()
    qtbot.waitUntil(lambda: window.run.model is not None or bool(shown_errors), timeout=60_000)
    assert shown_errors == []
    assert window.run.model.loaded
    assert window.run.can_resume(window.document.project)
    assert window.current_step == "use"


def test_that_weights_without_a_project_say_what_to_do_first(
    window: Any, answers: Answers, tmp_path: Path, shown_errors: list[str]
) -> None:
    answers.file = tmp_path / "mine.pth"
    answers.file.write_bytes(b"")
    window.files.load_checkpoint()
    (sentence,) = shown_errors
    assert sentence.startswith("“mine.pth” holds weights, but not the network they belong to.")
