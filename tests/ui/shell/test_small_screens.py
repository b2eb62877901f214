"""Small screens and large letters: nothing is cut off, nothing lies under a task bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from studio.ui.checkpoints import Model
from studio.ui.empty_state import EmptyState
from studio.ui.labels import Paragraph
from studio.ui.pages.example_card import ExampleCard
from studio.ui.train_step.outcome_card import OutcomeCard
from studio.ui.window_memory import WindowMemory


def test_that_a_window_larger_than_the_screen_fills_it(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    screen = window.screen().availableSize()
    window.resize(screen.width() + 100, 300)
    WindowMemory().fit_to_screen(window)
    assert window.windowState() & Qt.WindowState.WindowMaximized
    assert window.width() < screen.width()  # also once it is no longer maximised


def test_that_a_window_that_fits_is_left_alone(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(400, 300)
    WindowMemory().fit_to_screen(window)
    assert window.windowState() == Qt.WindowState.WindowNoState
    assert (window.width(), window.height()) == (400, 300)


def test_that_the_window_can_be_as_small_as_a_screen_at_200_percent(window: Any) -> None:
    assert window.minimumWidth() <= 683
    assert window.minimumHeight() <= 384 - 40


def test_that_examples_wrap_where_there_is_no_room_beside_each_other(window: Any, qtbot: QtBot) -> None:
    cards = window.findChildren(ExampleCard)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 2)
    window.resize(700, 500)
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 3)
    assert all(card.width() >= 150 for card in cards)
    assert window.welcome.horizontalScrollBar().maximum() == 0


def test_that_an_empty_page_shows_its_whole_sentence(qtbot: QtBot) -> None:
    sentence = "Train the network first. Then you see here how often it is right, and what it mixes up."
    page = EmptyState("train", "No results yet", sentence, "To training")
    qtbot.addWidget(page)
    page.resize(868, 400)
    page.show()
    label = page.findChild(Paragraph)
    assert label is not None
    assert label.height() >= label.heightForWidth(label.width())


def test_that_a_changed_network_leaves_room_to_use_it_on_a_low_screen(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    page, project = window.page("use"), window.document.project
    window.run.model = Model(str(tmp_path / "none.safetensors"), project, 5, 1)
    recipe = replace(project.recipe, seed=7)
    window.document.push(replace(project, recipe=recipe), "another seed")
    page.resize(600, 700)
    page.head.changed.refresh()
    page.head.set_low(False)
    assert not page.head.title.isHidden()
    roomy = page.head.sizeHint().height()
    page.head.set_low(True)
    assert page.head.changed.sentence == "The training settings have been changed since."
    assert page.head.title.isHidden()
    assert page.head.sizeHint().height() < roomy - 40
    window.document.undo_stack.undo()
    assert page.head.changed.sentence == ""
    assert not page.head.title.isHidden()  # nothing has changed: there is room again


def test_that_a_thin_card_keeps_its_explanation_in_the_tooltip(qtbot: QtBot) -> None:
    card = OutcomeCard()
    qtbot.addWidget(card)
    card.resize(560, 200)
    card.tell("success", "Reached 86.7 %", more="Much better than guessing. " * 8)
    layout = card.layout()
    assert layout is not None
    roomy = layout.totalHeightForWidth(560)
    card.set_thin(True)
    assert layout.totalHeightForWidth(560) <= roomy - 30
    label = card.findChild(QLabel, "outcomeSentence")
    assert label is not None
    assert label.toolTip().startswith("Much better than guessing.")
    card.tell("success", "Reached 90.0 %", more="Luck plays a part.")
    assert label.toolTip() == "Luck plays a part."
    card.tell("error", "The run ended.", more="Try a smaller batch.")
    assert label.toolTip() == ""  # a way out is never hidden
    assert not card._more.isHidden()


def test_that_the_list_of_problems_is_one_click_away_where_it_is_closed(window: Any, qtbot: QtBot) -> None:
    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    window.show_step("network")
    page = window.page("network")
    dock = next(d for d in window.findChildren(QDockWidget) if d.isAncestorOf(page.problems))
    dock.close()
    assert page.show_problems.isHidden()  # nothing to show
    graph = page.editor.graph
    page.editor.delete([node.id for node in graph.nodes if node.type == "flatten"])
    qtbot.waitUntil(page.show_problems.isVisible)
    qtbot.mouseClick(page.show_problems, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.problems.isVisible)
    assert page.show_problems.isHidden()
    window.document.undo_stack.undo()
    dock.close()
    assert page.show_problems.isHidden()


def test_that_rows_and_texts_are_seen_on_the_lowest_screen(window: Any, qtbot: QtBot) -> None:
    """At 200 percent the notes, the figures above columns and those of texts give way."""
    window.resize(683, 384)
    window.files.new_from("penguins")
    page = window.page("data")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    view = page.samples.table.view
    qtbot.waitUntil(lambda: view.viewport().height() >= 2 * view.rowHeight(0), timeout=5000)
    more = page.findChild(QPushButton, "moreNotes")
    assert more.text() == "5 notes"
    assert not page._notes.words.isVisibleTo(page)
    more.click()
    assert page._notes.text().count("\n") == 4
    more.click()
    window.files.new_from("udhr-languages")
    qtbot.waitUntil(lambda: page.samples.currentWidget() is page.samples.texts, timeout=20_000)
    texts = page.samples.texts.view
    qtbot.waitUntil(lambda: texts.viewport().height() >= texts.sizeHintForRow(0), timeout=5000)
