"""A small window: the page has the room, each panel is one click away and leaves again for the next."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.shell.answers import Answers

NEXT = {"data": "toNetwork", "network": "toTraining", "train": "trainButton"}


@pytest.fixture
def small(window: Any, qtbot: QtBot) -> Any:
    """683x384: a 1366x768 screen at 200 %."""
    window.resize(683, 384)
    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    return window


def docks(window: Any) -> list[QDockWidget]:
    return [d for d in window._areas[window.current_step].findChildren(QDockWidget) if d.isVisible()]


def panel_button(window: Any, title: str) -> QToolButton:
    return next(b for b in window.findChildren(QToolButton, f"panel.{title}") if b.isVisible())


@pytest.mark.parametrize("step", list(NEXT))
def test_that_the_next_action_is_seen_whole_in_a_small_window(small: Any, qtbot: QtBot, step: str) -> None:
    small.show_step(step)
    QApplication.processEvents()
    assert docks(small) == []
    button = small.findChild(QPushButton, NEXT[step])
    assert button.isVisible()
    assert button.width() >= button.sizeHint().width()
    inside = button.mapTo(small, button.rect().bottomRight())
    assert small.rect().contains(inside)


@pytest.mark.parametrize("step", list(NEXT))
def test_that_each_panel_of_a_small_window_is_one_click_away(small: Any, qtbot: QtBot, step: str) -> None:
    small.show_step(step)
    titles = [toggle.text() for toggle in small._areas[step].toggles]
    for title in titles:
        qtbot.mouseClick(panel_button(small, title), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda title=title: [d.windowTitle() for d in docks(small)] == [title])
    qtbot.mouseClick(panel_button(small, titles[-1]), Qt.MouseButton.LeftButton)
    assert docks(small) == []


@pytest.mark.parametrize("title", ["Layers", "Inspector", "Code"])
def test_that_a_panel_called_beside_the_canvas_is_wide_enough_to_read(
    small: Any, qtbot: QtBot, title: str
) -> None:
    small.show_step("network")
    qtbot.mouseClick(panel_button(small, title), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [d.width() >= 240 for d in docks(small)] == [True])
    assert small.current_page().width() >= 260


def test_that_panels_come_back_when_the_window_grows(small: Any, qtbot: QtBot) -> None:
    small.show_step("network")
    assert docks(small) == []
    small.resize(1280, 720)
    qtbot.waitUntil(lambda: len(docks(small)) >= 3)
    small.findChild(QDockWidget, "problemListDock").close()
    left = {d.objectName() for d in docks(small)}
    small.resize(683, 384)
    qtbot.waitUntil(lambda: docks(small) == [])
    small.resize(1280, 720)
    qtbot.waitUntil(lambda: {d.objectName() for d in docks(small)} == left)


def test_that_a_small_screen_does_not_forget_the_arrangement_of_a_large_one(
    window: Any, qtbot: QtBot, answers: Answers
) -> None:
    from studio.ui.app import open_window

    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    window.show_step("network")
    window.findChild(QDockWidget, "layerPaletteDock").close()
    answers.on_unsaved = "discard"
    window.close()
    for size, shown in (((683, 384), set()), ((1280, 720), {"inspectorDock", "problemListDock"})):
        again = open_window(dialogs=answers, questions=answers, all_pages=False)
        again.resize(*size)
        again.files.new_from("digits")
        qtbot.waitUntil(lambda again=again: again.document.dataset is not None, timeout=20_000)
        again.show_step("network")
        qtbot.waitUntil(
            lambda again=again, shown=shown: shown <= {d.objectName() for d in docks(again)}, timeout=3000
        )
        assert not again.findChild(QDockWidget, "layerPaletteDock").isVisible()
        again.close()
        again.deleteLater()


def test_that_resetting_the_layout_of_a_small_window_leaves_the_page_its_room(
    small: Any, qtbot: QtBot
) -> None:
    small.show_step("network")
    qtbot.mouseClick(panel_button(small, "Code"), Qt.MouseButton.LeftButton)
    small._areas["network"].reset()
    assert docks(small) == []


def test_that_all_five_steps_are_seen_whole_in_a_small_window(small: Any) -> None:
    for step in ("data", "network", "train", "results", "use"):
        button = small.step_bar.button(step)
        assert small.step_bar.rect().contains(button.geometry()), step


@pytest.mark.qt_log_ignore(  # the offscreen platform has no window manager to ask
    "propagateSizeHints", "grabbing the keyboard", "support raise", "QFont::setPointSizeF", extend=True
)
def test_that_the_curves_of_a_small_window_keep_their_controls_behind_a_button(
    small: Any, qtbot: QtBot
) -> None:
    small.show_step("train")
    plots = small.current_page().plots
    fold = small.findChild(QPushButton, "plotView")
    qtbot.waitUntil(fold.isVisible)
    assert not plots.controls.isVisible()
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert plots.controls.isVisible()
    plots.findChild(QWidget, "plotPerEpoch").click()
    assert plots.loss_plot.maker.axis == "epoch"
    plots._folded.hide()
    small.resize(1280, 720)
    qtbot.waitUntil(plots.controls.isVisible)
    assert not fold.isVisible()
