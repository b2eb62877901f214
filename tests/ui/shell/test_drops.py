"""Whatever is dropped onto the window is opened or refused in a sentence, on every page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.shell.answers import Answers

ONE = "nothing that Lantern opens. Drop a project (.lantern), a checkpoint"


def drop(target: Any, *urls: str | Path, text: str = "") -> None:
    mime = QMimeData()
    if urls:
        mime.setUrls([QUrl.fromLocalFile(str(u)) if isinstance(u, Path) else QUrl(u) for u in urls])
    if text:
        mime.setText(text)
    action, button, plain = (
        Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    entered = QDragEnterEvent(QPoint(300, 200), action, mime, button, plain)
    QApplication.sendEvent(target, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(300, 200), action, mime, button, plain))


def sentence(window: Any, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.findChild(QDialog, "errorDialog") is not None, timeout=10_000)
    dialog = window.findChild(QDialog, "errorDialog")
    text = str(dialog.findChild(QLabel, "errorMessage").text())
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(QDialog, "errorDialog") is None)
    return text


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    lines = ["length,width,name"]
    lines += [f"{i % 7}.5,{i % 5}.2,{'long' if i % 7 > 3 else 'short'}" for i in range(40)]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("step", ["", "data", "network", "train", "results", "use"])
def test_that_every_page_refuses_and_takes_the_same(
    window: Any, qtbot: QtBot, tmp_path: Path, table: Path, step: str
) -> None:
    if step:
        window.files.new_from("iris")
        qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
        window.show_step(step)
    (tmp_path / "letter.docx").write_bytes(b"x")
    drop(window, tmp_path / "letter.docx")
    assert ONE in sentence(window, qtbot)
    drop(window, tmp_path / "letter.docx", table)
    assert sentence(window, qtbot).startswith("2 things were dropped, but only one can be open.")
    drop(window, "https://example.org/cat.png")
    assert sentence(window, qtbot).startswith(
        "That is a link to the internet. Save the file on this computer"
    )
    drop(window, text="just words")
    assert sentence(window, qtbot).startswith("That is no file.")
    drop(window, tmp_path / "gone.lantern")
    assert sentence(window, qtbot).startswith("There is no file “gone.lantern”")
    drop(window, table)
    qtbot.waitUntil(lambda: window.document.dataset is not None and _location(window) == str(table),
                    timeout=10_000)  # fmt: skip
    assert window.current_step == "data"


def test_that_pictures_without_a_network_for_them_are_offered_to_be_sorted(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "cat.png")
    drop(window, tmp_path / "cat.png")
    qtbot.waitUntil(lambda: window.findChild(QDialog, "collectDialog") is not None)
    dialog = window.findChild(QDialog, "collectDialog")
    assert [path.name for path in dialog.row.unsorted.view.files.paths] == ["cat.png"]
    assert dialog.parts.problem.text().startswith("The dropped pictures wait on the left.")
    dialog.reject()
    assert (tmp_path / "cat.png").exists()


def test_that_pictures_dropped_on_the_picker_are_offered_to_be_sorted(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    paths = [tmp_path / "cat.png", tmp_path / "dog.jpg"]
    for path in paths:
        Image.new("RGB", (8, 8)).save(path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, left, none)
    window.page("data").picker.dropEvent(event)
    dialog = window.findChild(QDialog, "collectDialog")
    assert dialog.row.unsorted.count.text() == "2 pictures"
    dialog.reject()


def _location(window: Any) -> str:
    return str(window.document.project.dataset.location)


def test_that_several_files_on_the_picker_are_refused_whole(
    window: Any, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    for name in ("cat.png", "dog.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    picker = window.page("data").picker
    drop(picker, tmp_path / "cat.png", tmp_path / "dog.png", table)
    assert sentence(window, qtbot).startswith(
        "3 things were dropped, but a project learns from one dataset. Drop one folder or one table."
    )
    assert _location(window) == "iris"
    drop(picker, table)
    qtbot.waitUntil(lambda: _location(window) == str(table), timeout=10_000)


def test_that_a_drop_over_a_run_asks_first(
    window: Any, qtbot: QtBot, answers: Answers, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ui.run_state import RunState

    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    window.run.state = RunState.RUNNING
    answers.on_training = "cancel"
    drop(window, table)
    qtbot.waitUntil(lambda: answers.asked == ["stop training"], timeout=10_000)
    assert _location(window) == "iris"
    window.run.state = RunState.IDLE
