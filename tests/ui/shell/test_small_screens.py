"""Small screens and large letters: nothing is cut off, nothing lies under a task bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from studio.ui.checkpoints import Model
from studio.ui.empty_state import EmptyState
from studio.ui.labels import Paragraph
from studio.ui.pages.example_card import ExampleCard
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
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 1)
    window.resize(900, 500)
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 2)
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
