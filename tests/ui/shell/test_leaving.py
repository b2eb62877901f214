"""Nothing that was trained or changed is lost without a question, and nothing that is safe is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event as Gate
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio.core.project_file import load_project
from studio.ui.checkpoints import read_model
from studio.ui.dialogs import stopping_dialog
from studio.ui.dialogs.questions import MessageBoxes
from studio.ui.run_state import RunState
from tests.ui.shell.answers import Answers


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the iris example, trained once for all tests here."""
    from studio.data.opening import recognise
    from studio.engine.control import Control
    from studio.engine.events import RunFinished
    from studio.engine.host import serve
    from studio.engine.requests import Train
    from studio.kinds.new_project import new_project

    project = new_project("tabular-classification", recognise("iris"))
    project = replace(project, recipe=replace(project.recipe, epochs=1, device="cpu"))
    events: list[Any] = []
    serve(Train(project, str(tmp_path_factory.mktemp("runs"))), events.append, Control())
    assert isinstance(events[-1], RunFinished)
    return Path(events[-1].checkpoint).parent


@pytest.fixture
def trained(window: Any, qtbot: QtBot, finished_run: Path) -> Any:
    """The window with an unsaved project that was trained here."""
    import shutil

    from studio.core.places import runs_folder

    project = read_model(finished_run / "last.safetensors").project
    shutil.copytree(finished_run, runs_folder(project.id) / finished_run.name)
    window.document.open_project(project, None)
    window.show_step("use")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    assert window.run.model is not None
    return window


@pytest.mark.parametrize("answer", ["cancel", "discard"])
def test_that_an_unsaved_network_is_asked_about_before_it_is_left(
    trained: Any, answers: Answers, answer: str
) -> None:
    answers.on_trained = answer
    assert trained.files.close_project() is (answer == "discard")
    assert answers.asked == ["trained Untitled"]
    assert (trained.document.project is None) is (answer == "discard")


def test_that_a_network_can_be_saved_on_leaving(trained: Any, answers: Answers, tmp_path: Path) -> None:
    answers.on_trained, answers.save_to = "checkpoint", tmp_path / "v1.2"
    assert trained.files.close_project()
    assert answers.asked == ["trained Untitled", "Save checkpoint"]
    assert answers.proposed == ["iris.safetensors"]
    assert read_model(tmp_path / "v1.2.safetensors").epochs_done == 1


def test_that_a_project_saved_on_leaving_is_not_asked_about_again(
    trained: Any, answers: Answers, tmp_path: Path
) -> None:
    answers.on_trained, answers.save_to = "project", tmp_path / "iris"
    assert trained.files.close_project()
    assert answers.asked == ["trained Untitled", "Save project"]
    trained.files.open_path(tmp_path / "iris.lantern")
    assert trained.run.model.epochs_done == 1  # found again through the project
    assert trained.files.close_project()
    assert answers.asked == ["trained Untitled", "Save project"]


def test_that_a_saved_checkpoint_is_enough(
    trained: Any, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    answers.save_to = tmp_path / "mine.safetensors"
    with qtbot.waitSignal(trained.run.checkpoint_saved):
        trained.findChild(QAction, "actionSaveCheckpoint").trigger()
    assert trained.files.close_project()
    assert answers.asked == ["Save checkpoint"]


def test_that_a_save_that_fails_on_leaving_stays(trained: Any, answers: Answers, tmp_path: Path) -> None:
    answers.on_trained, answers.save_to = "checkpoint", tmp_path / "no such folder" / "x.safetensors"
    assert not trained.files.close_project()
    assert trained.document.project is not None
    answers.on_trained, answers.save_to = "checkpoint", None  # changed their mind in the dialog
    assert not trained.files.close_project()


def test_that_a_discarded_network_is_found_on_the_welcome_page(
    trained: Any, answers: Answers, qtbot: QtBot
) -> None:
    before = trained.document.project
    with qtbot.waitSignal(trained.networks.found, timeout=10_000) as found:
        trained.findChild(QAction, "actionClose").trigger()
    (network,) = found.args[0]
    name, share, _ = network.text.split("  ·  ")
    assert name == "Iris flowers"
    assert share.endswith(" % right")
    shown = trained.findChild(QListWidget, "recentProjects")
    assert [shown.item(row).text() for row in range(shown.count())] == [
        "Trained, but never saved:", network.text,
    ]  # fmt: skip
    shown.itemActivated.emit(shown.item(1))
    qtbot.waitUntil(lambda: trained.document.project is not None, timeout=10_000)
    assert trained.document.project.id == before.id
    assert trained.document.path is None
    assert trained.run.model.epochs_done == 1
    assert not trained.run.model.loaded  # its own: it is asked about again
    assert trained.current_step == "use"


def test_that_a_network_is_listed_until_its_project_is_saved_or_it_is_taken_off(
    trained: Any, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    from studio.ui.left_networks import left_networks

    assert [n.location for n in left_networks()] == ["iris"]
    answers.save_to = tmp_path / "p.lantern"
    assert trained.files.save()
    assert left_networks() == ()
    (tmp_path / "p.lantern").unlink()
    assert len(left_networks()) == 1  # the project is gone, its network is not
    with qtbot.waitSignal(trained.networks.found, timeout=10_000):
        trained.show_step("")
    shown = trained.findChild(QListWidget, "recentProjects")
    assert shown.count() == 2
    shown.setCurrentRow(1)
    qtbot.keyClick(shown, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown.count() == 0, timeout=10_000)
    assert left_networks() == ()


def test_that_a_file_that_changed_on_the_disk_is_not_overwritten_unasked(
    trained: Any, answers: Answers, tmp_path: Path
) -> None:
    answers.save_to = tmp_path / "p.lantern"
    assert trained.files.save()
    other = (tmp_path / "p.lantern").read_text().replace('"epochs": 1', '"epochs": 77')
    (tmp_path / "p.lantern").write_text(other)
    change(trained)
    answers.asked.clear()
    answers.on_changed = "cancel"
    assert not trained.files.save()
    assert load_project(tmp_path / "p.lantern").recipe.epochs == 77
    answers.on_changed, answers.save_to = "save_as", tmp_path / "mine.lantern"
    assert trained.files.save()
    assert answers.asked == ["p.lantern was changed", "p.lantern was changed", "Save project"]
    assert load_project(tmp_path / "p.lantern").recipe.epochs == 77
    assert trained.document.path == tmp_path / "mine.lantern"
    change(trained)
    assert trained.files.save()  # nobody else touched it: no question
    assert len(answers.asked) == 3


def change(window: Any) -> None:
    project = window.document.project
    recipe = replace(project.recipe, batch_size=project.recipe.batch_size + 1)
    window.document.push(replace(project, recipe=recipe), "Change batch size")


@pytest.mark.parametrize("answer", ["use", "replace", "cancel"])
def test_that_a_loaded_checkpoint_is_used_or_takes_the_projects_place(
    window: Any, answers: Answers, qtbot: QtBot, finished_run: Path, tmp_path: Path, answer: str
) -> None:
    window.files.new_from("penguins")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    answers.save_to = tmp_path / "birds.lantern"
    assert window.files.save()
    before, kept = window.document.project, (tmp_path / "birds.lantern").read_bytes()
    answers.asked.clear()
    answers.on_loading = answer
    answers.file = finished_run / "last.safetensors"
    window.files.load_checkpoint()
    qtbot.waitUntil(lambda: len(answers.asked) == 2, timeout=10_000)
    assert answers.asked == ["Load checkpoint", "load last.safetensors into birds"]
    page = window.page("use")
    if answer == "replace":
        assert window.document.project.dataset.location == "iris"
        assert window.windowTitle() == "Untitled[*] — Lantern"
        answers.save_to = None
        assert not window.files.save()  # asks for a place of its own
        assert answers.proposed[-1] == "last.lantern"
    else:
        assert window.document.project == before
        assert window.windowTitle() == "birds[*] — Lantern"
        assert window.run.model is None
        assert (page.model is not None) is (answer == "use")
    if answer == "use":
        assert page.head.note.text() == "With the network from “last.safetensors”, trained for 1 epoch."
        assert not page.rows.dice.isEnabled()  # penguins are no flowers
        assert page.head.changed.sentence == ""  # a guest has nothing to do with the project
        assert page.head.meant.isVisible()
        assert page.head.meant.text() == (
            "Save checkpoint, Export and Results still mean the network of the open project."
        )
        page.head.back.click()
        assert page.model is None
        assert not page.head.meant.isVisible()
    assert (tmp_path / "birds.lantern").read_bytes() == kept


def test_that_a_checkpoint_can_be_used_while_a_run_is_on(
    window: Any, answers: Answers, qtbot: QtBot, finished_run: Path
) -> None:
    from studio.ui.run_state import RunState

    window.files.new_from("penguins")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    window.run.state = RunState.RUNNING
    answers.on_loading = "use"
    window.files.open_path(finished_run / "last.safetensors")
    page = window.page("use")
    qtbot.waitUntil(lambda: page.model is not None, timeout=10_000)
    assert answers.asked == ["load last.safetensors into Untitled"]
    assert window.current_step == "use"
    assert page.head.title.text() == "What is “species”?"
    window.run.state = RunState.IDLE


@pytest.mark.parametrize(
    ("begun", "asked", "buttons"),
    [
        (True, "Stop training and save a checkpoint?", {"Stop and save", "Keep training"}),
        (False, "Stop before training has begun?", {"Stop", "Keep training"}),
    ],
)
def test_that_no_checkpoint_is_promised_before_the_first_step(
    qtbot: QtBot, begun: bool, asked: str, buttons: set[str]
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    seen: list[tuple[str, set[str]]] = []

    def answer() -> None:
        box = parent.findChild(QMessageBox, "stopTrainingQuestion")
        assert box is not None
        seen.append((box.text(), {button.text() for button in box.buttons()}))
        box.buttons()[0].click()

    QTimer.singleShot(0, parent, answer)
    assert MessageBoxes().stop_training(parent, begun) in ("stop", "cancel")
    assert seen == [(asked, buttons)]


@pytest.fixture
def preparing(window: Any, qtbot: QtBot) -> Iterator[tuple[Any, Gate]]:
    """The window with a run that cannot be hurried before the gate opens, as while libraries are loaded."""
    from studio.engine.control import Control
    from studio.engine.events import Preparing, RunFinished

    gate = Gate()

    def serve(request: Any, emit: Any, control: Control) -> None:
        emit(Preparing("Getting PyTorch ready", None))
        assert gate.wait(60)
        assert control.stop_requested
        emit(RunFinished({}, "", "stopped", 0, 0.0, None))

    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    window.run._serve = serve
    window.run.start(window.document.project)
    yield window, gate
    gate.set()


def test_that_the_window_lives_while_a_run_that_cannot_be_hurried_is_stopped(
    preparing: tuple[Any, Gate], answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, gate = preparing
    answers.on_training, answers.on_unsaved = "stop", "discard"
    monkeypatch.setattr(stopping_dialog, "BRIEF_MS", 0)
    seen: list[str] = []

    def look() -> None:
        dialog = window.findChild(QDialog, "stoppingDialog")
        if dialog is None or not dialog.isVisible():
            QTimer.singleShot(5, look)
            return
        (words,) = (label.text() for label in dialog.findChildren(QLabel))
        assert words == "Stopping… This takes a few seconds."  # nothing was learnt yet
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.close()
        assert not window.files.may_leave()  # a file that somebody opens meanwhile
        seen.append("alive" if dialog.isVisible() and window.isVisible() else "gone")
        gate.set()

    QTimer.singleShot(0, look)
    assert window.close()
    assert seen == ["alive"]
    assert answers.asked.count("stop training") == 1
    assert window.run.state is RunState.IDLE
    assert not window.isVisible()


def test_that_a_run_which_ends_at_once_is_stopped_without_a_word(
    preparing: tuple[Any, Gate], answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, gate = preparing
    answers.on_training, answers.on_unsaved = "stop", "discard"
    monkeypatch.setattr(stopping_dialog, "BRIEF_MS", 600_000)
    gate_opens = window.run.stop

    def stop() -> None:
        gate_opens()
        gate.set()

    monkeypatch.setattr(window.run, "stop", stop)
    assert window.files.close_project()
    assert window.findChild(QDialog, "stoppingDialog") is None
    assert window.document.project is None
