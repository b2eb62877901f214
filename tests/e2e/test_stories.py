"""The main job, end to end, in the real window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.core.network import Edge
from studio.ui.run_state import RunState
from tests.e2e.story import Person
from tests.ui.canvas import gestures
from tests.ui.shell.answers import Answers


def test_that_a_beginner_gets_from_the_welcome_page_to_a_trained_network_without_typing(
    window: Any, qtbot: QtBot
) -> None:
    person = Person(window, qtbot)
    person.choose_example("iris")
    person.click("toNetwork")
    assert window.current_step == "network"
    person.go_to("train")
    person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    assert window.run.result.metrics["accuracy"] > 0.8
    assert window.step_bar.state("train") == "done"
    person.go_to("results")
    person.go_to("use")
    person.click("randomSample")
    label = window.findChild(QLabel, "prediction")
    species = ("setosa", "versicolor", "virginica")
    qtbot.waitUntil(lambda: any(name in label.text().lower() for name in species), timeout=20_000)


def test_that_a_layer_is_dragged_onto_a_wire_a_shape_problem_mended_and_all_undone(
    window: Any, qtbot: QtBot
) -> None:
    person = Person(window, qtbot)
    person.choose_example("digits")
    start = window.document.project
    person.go_to("network")
    canvas = person.see("networkCanvas")
    order = window.document.analysis.order
    source, target = order[1], order[2]
    assert gestures.drag_onto_wire(canvas, "dropout", source, target)
    assert [n.type for n in window.document.project.graph.nodes].count("dropout") >= 1
    last = next(n for n in reversed(order) if window.document.project.graph.node(n).type == "linear")
    canvas.centerOn(gestures.card_centre(canvas, last))
    gestures.click_card(canvas, last)
    wrong = [edge for edge in window.document.project.graph.edges if edge.target == "output"]
    assert wrong == [Edge(last, "output")]
    person.type_number("layer.linear.out_features", "7")
    assert not window.document.analysis.ok
    assert window.step_bar.state("network") == "problem"
    person.fix("10")
    assert window.document.analysis.ok
    while window.document.undo_stack.canUndo():
        person.trigger("actionUndo")
    assert window.document.project == start
    assert not window.isWindowModified()


def test_that_training_is_paused_gone_on_with_stopped_saved_and_loaded(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    person.choose_example("digits")
    person.go_to("train")
    person.type_number("epochs", "500")
    assert window.document.project.recipe.epochs == 500
    person.click("trainButton")
    person.wait_for(RunState.RUNNING)
    qtbot.waitUntil(lambda: window.run.last_steps is not None, timeout=30_000)
    person.click("pauseButton")
    person.wait_for(RunState.PAUSED)
    person.click("pauseButton")
    person.wait_for(RunState.RUNNING)
    person.click("stopButton")
    person.wait_for(RunState.FINISHED)
    assert window.run.result.ended == "stopped"
    answers.save_to = tmp_path / "digits.safetensors"
    with qtbot.waitSignal(window.run.checkpoint_saved, timeout=10_000):
        person.trigger("actionSaveCheckpoint")
    trained = window.document.project
    answers.file = tmp_path / "digits.safetensors"
    person.trigger("actionLoadCheckpoint")
    qtbot.waitUntil(lambda: window.run.model.loaded, timeout=10_000)  # read beside the window's thread
    assert window.document.project.graph == trained.graph
    assert window.document.project.recipe == trained.recipe
    person.go_to("train")
    assert person.see("trainButton").text().startswith("Go on from epoch ")
    person.click("trainButton")
    person.wait_for(RunState.RUNNING)
    assert window.run.started.first_step > 0
    person.click("stopButton")
    person.wait_for(RunState.FINISHED)


def test_that_closing_during_training_asks_stops_and_keeps_a_checkpoint(
    window: Any, qtbot: QtBot, answers: Answers
) -> None:
    person = Person(window, qtbot)
    person.choose_example("digits")
    person.go_to("train")
    person.type_number("epochs", "500")
    person.click("trainButton")
    person.wait_for(RunState.RUNNING)
    answers.on_training = "cancel"
    assert window.close() is False
    assert window.run.state is RunState.RUNNING
    answers.on_training = "stop"
    assert window.close() is True
    assert "stop training" in answers.asked
    assert window.run.last_checkpoint is not None
    assert Path(window.run.last_checkpoint).is_file()


def test_that_own_pictures_become_a_trained_network_that_names_a_new_one(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    for label, colour in (("red", (200, 20, 20)), ("blue", (20, 20, 200))):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(16):
            picture = Image.new("RGB", (32, 32), tuple(c + number for c in colour))
            picture.save(tmp_path / "photos" / label / f"{number}.png")
    person = Person(window, qtbot)
    answers.folder = tmp_path / "photos"
    person.click("ownPictures")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.project.dataset.facts.classes == ("blue", "red")
    person.go_to("train")
    person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    new = tmp_path / "new.png"
    Image.new("RGB", (32, 32), (210, 25, 25)).save(new)
    answers.file = new
    person.go_to("use")
    person.click("choosePicture")
    label = window.findChild(QLabel, "prediction")
    qtbot.waitUntil(lambda: "red" in label.text(), timeout=20_000)


def test_that_the_window_is_worked_by_keys_alone(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    card = person.see("example.iris")
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    person.wait_for(RunState.FINISHED)
    answers.save_to = tmp_path / "flowers.lantern"
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (tmp_path / "flowers.lantern").is_file()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.current_step == "data"
