"""Keys: each does one thing, each can be looked up, and the habits of all systems are served."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from studio.ui.dialogs.shortcuts_dialog import ShortcutsDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NATIVE = QKeySequence.SequenceFormat.NativeText


@pytest.fixture
def project_window(window: Any, qtbot: QtBot) -> Any:
    window.make_all_pages()
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=5000)
    return window


def keys_everywhere(window: Any) -> list[str]:
    """Every key that counts in the whole window."""
    everywhere = Qt.ShortcutContext.WindowShortcut
    actions = [a for a in window.findChildren(QAction) if a.shortcutContext() is everywhere]
    found = [key.toString() for action in actions for key in action.shortcuts()]
    found += [s.key().toString() for s in window.findChildren(QShortcut) if s.context() is everywhere]
    return [key for key in found if key]


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Y, CTRL), (Qt.Key.Key_Z, CTRL | SHIFT)])
def test_that_both_habits_of_redoing_work(
    project_window: Any, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    document = project_window.document
    before = document.project
    after = replace(before, recipe=replace(before.recipe, batch_size=7))
    document.push(after, "Change batch size")
    qtbot.keyClick(project_window, Qt.Key.Key_Z, CTRL)
    assert document.project == before
    qtbot.keyClick(project_window, key, modifiers)
    assert document.project == after


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Y, CTRL), (Qt.Key.Key_Z, CTRL | SHIFT)])
def test_that_redoing_works_while_the_canvas_has_the_keyboard(
    project_window: Any, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    project_window.show_step("network")
    page, document = project_window.current_page(), project_window.document
    before = document.project
    page.editor.add_after_selection("dropout", (0.0, 0.0))
    after = document.project
    page.canvas.setFocus()
    qtbot.keyClick(page.canvas, Qt.Key.Key_Z, CTRL)
    assert document.project == before
    qtbot.keyClick(page.canvas, key, modifiers)
    assert document.project == after


def test_that_no_key_of_the_window_is_given_twice(project_window: Any) -> None:
    twice = [key for key, times in Counter(keys_everywhere(project_window)).items() if times > 1]
    assert twice == []


def test_that_every_key_of_the_window_can_be_looked_up(project_window: Any) -> None:
    dialog = ShortcutsDialog(project_window)
    shown = dialog.text.toPlainText()
    dialog.deleteLater()
    steps = {f"Ctrl+{number}" for number in range(1, 6)}  # shown as one line, "Ctrl+1 … Ctrl+5"
    for key in keys_everywhere(project_window):
        assert key in steps or QKeySequence(key).toString(NATIVE) in shown, key
    lines = shown.splitlines()
    assert "Ctrl+1 … Ctrl+5" in lines
    assert {"Ctrl+Shift+Z or Ctrl+Y", "Ctrl+Y or Ctrl+Shift+Z"} & set(lines)  # the system's habit first
    assert lines.count("Duplicate") == 1


def test_that_f1_opens_help(project_window: Any, qtbot: QtBot) -> None:
    qtbot.keyClick(project_window, Qt.Key.Key_F1)
    dialog = project_window.findChild(QDialog, "quickStartDialog")
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()
