"""Full disks, read-only folders, sticks that were pulled out: a sentence with a way out, and nothing lost."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from studio.core import safe_write
from tests.ui.shell.answers import Answers


def sentence(window: Any, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.findChild(QDialog, "errorDialog") is not None, timeout=10_000)
    dialog = window.findChild(QDialog, "errorDialog")
    text = str(dialog.findChild(QLabel, "errorMessage").text())
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "errorDialog") is None)
    return text


@pytest.fixture
def saved(window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path) -> Any:
    """A window with a project that lies on a stick, and was changed since."""
    (tmp_path / "stick").mkdir()
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    answers.save_to = tmp_path / "stick" / "p.lantern"
    assert window.files.save()
    project = window.document.project
    changed = replace(project, recipe=replace(project.recipe, batch_size=7))
    window.document.push(changed, "Change batch size")
    return window


def fail_with(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fsync(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(safe_write.os, "fsync", fsync)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "“p.lantern” could not be saved: the disk is full. Make some room, or save it on "
                       "another disk."),
        (errno.EIO, "“p.lantern” could not be saved: input/output error. Save it in another folder."),
    ],
)  # fmt: skip
def test_that_a_save_that_fails_keeps_the_old_file_and_the_change(
    saved: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    path = saved.document.path
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        fail_with(patch, number)
        assert not saved.files.save()
    assert sentence(saved, qtbot) == said
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["p.lantern"]
    assert saved.isWindowModified()
    assert saved.files.save()  # there is room again
    assert not saved.isWindowModified()


def test_that_a_stick_that_was_pulled_out_is_told_and_another_place_helps(
    saved: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "stick").rename(tmp_path / "gone")
    assert not saved.files.save()
    assert "is not there. Choose another folder." in sentence(saved, qtbot)
    answers.on_unsaved = "save"
    assert not saved.files.close_project()  # it could not be saved: it stays open
    sentence(saved, qtbot)
    assert saved.document.project.recipe.batch_size == 7
    answers.save_to = tmp_path / "desktop.lantern"
    assert saved.files.save_as()
    assert saved.document.path == tmp_path / "desktop.lantern"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_that_a_read_only_folder_is_told(saved: Any, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "stick").chmod(0o500)
    assert not saved.files.save()
    (tmp_path / "stick").chmod(0o700)
    assert "is read-only. Save it in another folder" in sentence(saved, qtbot)


def test_that_a_file_that_went_before_it_was_opened_is_told_and_taken_off_the_list(
    saved: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    path = saved.document.path
    path.rename(tmp_path / "moved.lantern")
    answers.asked.clear()
    saved.files.open_path(path)
    assert sentence(saved, qtbot) == (
        f"There is no file “p.lantern” in “{path.parent}”. It may have been moved or renamed."
    )
    assert answers.asked == []  # what is open was not asked about: it stays
    assert saved.document.project.recipe.batch_size == 7
    assert saved.memory.recent() == ()


def test_that_weights_that_cannot_be_kept_are_told(
    saved: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.pth").write_bytes(b"x")
    home = Path(os.environ["LANTERN_HOME"])
    (home / "imported").write_text("a file where a folder should be")
    saved.files.open_checkpoint(tmp_path / "mine.pth")
    assert sentence(saved, qtbot).startswith(f"The weights cannot be kept in “{home / 'imported'}”: ")
