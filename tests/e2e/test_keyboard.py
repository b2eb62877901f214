"""From the welcome page to a saved checkpoint with Tab, Space, Return and shortcuts only: no mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState
from tests.e2e.story import Person
from tests.ui.shell.answers import Answers

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MOST_TABS = 60


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    return widget


def tab_to(qtbot: QtBot, found: Callable[[QWidget], bool]) -> QWidget:
    """Presses Tab until that widget has the keyboard."""
    seen = []
    for _ in range(MOST_TABS):
        if found(focused()):
            return focused()
        seen.append(f"{type(focused()).__name__} {focused().objectName()}")
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    raise AssertionError(f"not reached by Tab: {seen}")


def named(name: str) -> Callable[[QWidget], bool]:
    return lambda widget: widget.objectName() == name


def looks_focused(widget: QWidget) -> bool:
    """Whether the focus can be seen: the widget is painted differently without it."""
    QApplication.processEvents()  # it may just have been laid out
    with_focus: QImage = widget.grab().toImage()
    widget.clearFocus()
    without = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return with_focus != without


def test_that_a_network_is_trained_and_its_checkpoint_saved_by_keys_alone(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    card = tab_to(qtbot, named("example.iris"))
    assert looks_focused(card)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    # Data: the next step has the keyboard already
    qtbot.waitUntil(lambda: focused().objectName() == "toNetwork")
    assert looks_focused(focused())
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert window.current_step == "network"
    # Network: Tab walks through the layers, then out of the canvas to the next step
    assert focused().objectName() == "networkCanvas"
    train_it = tab_to(qtbot, named("toTraining"))
    assert looks_focused(train_it)
    qtbot.keyClick(train_it, Qt.Key.Key_Space)
    assert window.current_step == "train"
    # Train
    assert focused().objectName() == "trainButton"
    assert looks_focused(focused())
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    person.wait_for(RunState.FINISHED)
    answers.save_to = tmp_path / "iris.safetensors"
    with qtbot.waitSignal(window.run.checkpoint_saved, timeout=10_000):
        qtbot.keyClick(window, Qt.Key.Key_C, CTRL | SHIFT)
    assert answers.save_to.is_file()
    # and on to the results, by the keyboard's way through the page
    see = tab_to(qtbot, named("seeResults"))
    assert looks_focused(see)
    qtbot.keyClick(see, Qt.Key.Key_Space)
    assert window.current_step == "results"


def test_that_the_training_settings_are_reached_and_changed_by_keys(window: Any, qtbot: QtBot) -> None:
    person = Person(window, qtbot)
    person.choose_example("iris")
    qtbot.keyClick(window, Qt.Key.Key_3, CTRL)
    switch = tab_to(qtbot, named("patience.on"))
    assert looks_focused(switch)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert window.document.project.recipe.patience == 5
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused().objectName() == "patience"
    qtbot.keyClick(focused(), Qt.Key.Key_Up)
    assert window.document.project.recipe.patience == 6
