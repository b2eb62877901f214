"""What was trained is of another state of the project: the pages say so, and their buttons lead out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.data.opening import recognise
from studio.kinds.new_project import adapt_to_dataset
from studio.ui.run_state import RunState
from tests.e2e.story import LEFT, Person

ANSWERS = "The answers are of the network trained on “Iris flowers”. The project now has “Palmer penguins”."


def learn_penguins(window: Any) -> None:
    """The open project gets other data, in one edit."""
    penguins = recognise("penguins")
    assert penguins.facts is not None
    project = replace(window.document.project, dataset=penguins)
    window.document.push(adapt_to_dataset(project, penguins.facts), "Other data")


def data_of(project: Any) -> str:
    return str(project.dataset.location)


def test_that_answers_of_other_data_say_so_and_lead_back_or_on(
    window: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QMenu] = []
    person, document, run = Person(window, qtbot), window.document, window.run
    person.choose_example("iris")
    person.go_to("train")
    person.type_number("epochs", "2")
    person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    person.go_to("use")
    notice = window.page("use").head.changed
    assert notice.sentence == ""
    iris = document.project

    # Back, by a click; and Undo takes that back too.
    learn_penguins(window)
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=20_000)
    assert notice.sentence == ANSWERS
    person.click("goBack")
    assert document.project == iris
    assert notice.sentence == ""
    document.undo_stack.undo()
    assert data_of(document.project) == "penguins"
    assert notice.sentence == ANSWERS

    # Or on: another run, whose answers are of the data that the project has.
    person.click("trainAgain")
    assert window.current_step == "train"
    assert run.state.active
    person.wait_for(RunState.FINISHED)
    assert data_of(run.model.project) == "penguins"
    person.go_to("use")
    assert notice.sentence == ""

    # The first run's results, from the history, say which data they are of.
    person.go_to("train")
    history, table = person.see("runHistory"), person.see("runTable")
    latest, first = history.runs
    row = table.visualItemRect(table.item(1, 0)).center() + QPoint(30, 0)
    qtbot.mouseClick(table.viewport(), LEFT, pos=row)
    assert history.selected == first
    person.click("runResults")
    assert window.current_step == "results"
    assert Path(run.model.path).parent == first.folder
    assert person.see("outcomeSentence").text() == ANSWERS.replace("answers", "results").replace(
        "The r", "These r"
    )

    # And so does its menu, which leads back to the project as it was.
    person.go_to("train")
    history.select(latest.id)
    history.select(first.id)
    monkeypatch.setattr(QMenu, "popup", lambda menu, where: shown.append(menu))  # one cannot be clicked here
    table.customContextMenuRequested.emit(row)
    back = next(action for action in shown[0].actions() if action.text() == "Go back to its project")
    assert back.isEnabled()
    back.trigger()
    assert document.project == iris
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=20_000)
    person.go_to("results")
    assert window.page("results")._changed.sentence == ""


def test_that_a_changed_setting_is_led_back_from_the_answers(window: Any, qtbot: QtBot) -> None:
    person, document = Person(window, qtbot), window.document
    person.choose_example("iris")
    person.go_to("train")
    person.type_number("epochs", "1")
    person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    before = document.project.recipe
    person.type_number("batchSize", "50")
    person.go_to("use")
    assert person.see("outcomeSentence").text() == "The training settings have been changed since."
    assert person.see("goBack").text() == "Go back to those settings"
    person.see("goBack").setFocus()
    qtbot.keyClick(person.see("goBack"), Qt.Key.Key_Space)
    assert document.project.recipe == before
    assert window.page("use").head.changed.sentence == ""
