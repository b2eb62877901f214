"""The window: steps, files, questions, closing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.core.project_file import load_project
from studio.ui import steps
from tests.ui.shell.answers import Answers

NAMES = (
    "welcomePage", "stepBar", "datasetPicker", "sampleGrid", "layerPalette", "networkCanvas", "inspector",
    "codeView", "problemList", "optimizerPanel", "lossSelector", "optimizerSelector", "learningRate",
    "batchSize", "epochs", "deviceSelector", "trainButton", "pauseButton", "stopButton", "trainProgress",
    "lossPlot", "metricPlot", "runHistory", "resultsPage", "usePage",
)  # fmt: skip
ACTIONS = (
    "actionNew", "actionOpen", "actionSave", "actionSaveAs", "actionUndo", "actionRedo",
    "actionSaveCheckpoint", "actionLoadCheckpoint", "actionExport",
)  # fmt: skip


def open_example(window: Any, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(window.findChild(QWidget, f"example.{name}"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)


def change_batch_size(window: Any, size: int) -> None:
    from dataclasses import replace

    project = window.document.project
    recipe = replace(project.recipe, batch_size=size)
    window.document.push(replace(project, recipe=recipe), "Change batch size")


def error_text(window: Any, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.findChild(QDialog, "errorDialog") is not None)
    dialog = window.findChild(QDialog, "errorDialog")
    text = str(dialog.findChild(QLabel, "errorMessage").text())
    dialog.close()
    return text


def spoken(widget: Any) -> str:
    """What a screen reader says: the accessible name, or a button's own words."""
    return str(widget.accessibleName() or (widget.text() if hasattr(widget, "text") else ""))


def test_that_all_the_names_of_the_design_are_there(window: Any, qtbot: QtBot) -> None:
    window.make_all_pages()
    open_example(window, qtbot, "iris")
    window.show_step("train")  # the plots are made at the first visit
    assert [name for name in NAMES if window.findChild(QWidget, name) is None] == []
    assert [name for name in ACTIONS if window.findChild(QAction, name) is None] == []
    silent = [name for name in NAMES if not spoken(window.findChild(QWidget, name))]
    assert silent == []


def test_that_one_click_on_an_example_makes_a_project_ready_to_train(window: Any, qtbot: QtBot) -> None:
    open_example(window, qtbot, "iris")
    assert window.current_step == "data"
    assert window.document.project.kind == "tabular-classification"
    assert window.findChild(QAction, "actionTrain").isEnabled()
    assert window.windowTitle() == "Untitled[*] — Lantern"
    assert not window.isWindowModified()


def test_that_ctrl_and_a_number_go_to_the_steps(window: Any, qtbot: QtBot) -> None:
    open_example(window, qtbot, "iris")
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    for number, step in enumerate(steps.STEP_IDS, start=1):
        qtbot.keyClick(window, Qt.Key(int(Qt.Key.Key_0) + number), Qt.KeyboardModifier.ControlModifier)
        assert window.current_step == step


def test_that_steps_need_a_project(window: Any, qtbot: QtBot) -> None:
    assert not window.step_bar.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current_step == ""


def test_that_the_step_bar_shows_what_is_done_and_what_is_wrong(window: Any, qtbot: QtBot) -> None:
    from dataclasses import replace

    open_example(window, qtbot, "iris")
    assert window.step_bar.state("data") == "done"
    assert window.step_bar.state("network") == "done"
    assert window.step_bar.state("train") == "todo"
    project = window.document.project
    broken = replace(project.graph, edges=project.graph.edges[:-1])
    window.document.push(project.with_graph(broken), "Cut a wire")
    assert window.step_bar.state("network") == "problem"
    assert not window.findChild(QAction, "actionTrain").isEnabled()
    assert window.step_bar.button("network").accessibleDescription() == "has a problem"


def test_that_saving_asks_once_for_a_place_and_opens_again_the_same(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    open_example(window, qtbot, "iris")
    change_batch_size(window, 7)
    assert window.isWindowModified()
    answers.save_to = tmp_path / "flowers"
    window.findChild(QAction, "actionSave").trigger()
    assert load_project(tmp_path / "flowers.lantern").recipe.batch_size == 7
    assert window.windowTitle() == "flowers[*] — Lantern"
    assert not window.isWindowModified()
    change_batch_size(window, 9)
    window.findChild(QAction, "actionSave").trigger()
    assert answers.asked == ["Save project"]
    assert load_project(tmp_path / "flowers.lantern").recipe.batch_size == 9
    assert window.memory.recent() == ((tmp_path / "flowers.lantern").resolve(),)


@pytest.mark.parametrize(
    ("answer", "leaves", "saved"), [("save", True, True), ("discard", True, False), ("cancel", False, False)]
)
def test_that_unsaved_changes_are_asked_about(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path, answer: str, leaves: bool, saved: bool
) -> None:
    open_example(window, qtbot, "iris")
    change_batch_size(window, 7)
    answers.on_unsaved, answers.save_to = answer, tmp_path / "kept.lantern"
    assert window.files.close_project() is leaves
    assert (window.document.project is None) is leaves
    assert (tmp_path / "kept.lantern").exists() is saved
    assert answers.asked[0] == "unsaved Untitled"


def test_that_a_cancelled_save_keeps_the_window_open(window: Any, qtbot: QtBot, answers: Answers) -> None:
    open_example(window, qtbot, "iris")
    change_batch_size(window, 7)
    answers.on_unsaved, answers.save_to = "save", None
    assert window.close() is False
    assert window.isVisible()


def test_that_a_file_that_is_no_project_gets_a_sentence_and_loses_nothing(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    open_example(window, qtbot, "iris")
    before = window.document.project
    broken = tmp_path / "broken.lantern"
    broken.write_text("{ no json")
    window.files.open_path(broken)
    assert "“broken.lantern”" in error_text(window, qtbot)
    assert window.document.project == before


def test_that_a_checkpoint_that_is_none_gets_a_sentence(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"not a checkpoint at all")
    window.files.open_path(broken)
    assert "broken.safetensors" in error_text(window, qtbot)


def test_that_data_that_cannot_be_used_get_a_sentence(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    window.files.open_path(tmp_path)  # an empty folder
    assert error_text(window, qtbot)
    assert window.document.project is None


def test_that_a_folder_that_cannot_be_written_gets_a_sentence(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    open_example(window, qtbot, "iris")
    answers.save_to = tmp_path / "no such folder" / "x.lantern"
    window.findChild(QAction, "actionSave").trigger()
    assert "x.lantern" in error_text(window, qtbot)
    assert window.document.path is None


def test_that_a_project_can_be_dropped_on_the_window(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    open_example(window, qtbot, "iris")
    answers.save_to = tmp_path / "dropped.lantern"
    window.findChild(QAction, "actionSave").trigger()
    window.findChild(QAction, "actionClose").trigger()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.lantern"))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entered = QDragEnterEvent(QPoint(500, 300), action, mime, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(
        window, QDropEvent(QPointF(500, 300), action, mime, button, Qt.KeyboardModifier.NoModifier)
    )
    qtbot.waitUntil(lambda: window.document.path == tmp_path / "dropped.lantern")


def test_that_panels_can_be_closed_and_come_back_with_reset(window: Any, qtbot: QtBot) -> None:
    open_example(window, qtbot, "iris")
    dock = window.findChild(QDockWidget, "datasetPickerDock")
    dock.close()
    assert not dock.isVisible()
    window.findChild(QAction, "actionResetLayout").trigger()
    assert dock.isVisible()


def test_that_the_arrangement_of_panels_is_remembered(window: Any, qtbot: QtBot, answers: Answers) -> None:
    from studio.ui.app import open_window

    open_example(window, qtbot, "iris")
    window.findChild(QDockWidget, "datasetPickerDock").close()
    window.close()
    again = open_window(dialogs=answers, questions=answers, all_pages=False)
    again.files.new_from("iris")
    qtbot.waitUntil(lambda: again.document.dataset is not None, timeout=10_000)
    again.resize(1280, 720)  # the screen of these tests is small: there panels wait to be called
    qtbot.waitUntil(again.findChild(QDockWidget, "preparationDock").isVisible)
    assert not again.findChild(QDockWidget, "datasetPickerDock").isVisible()
    again.close()


def test_that_the_undo_menu_says_what_would_be_undone(window: Any, qtbot: QtBot) -> None:
    open_example(window, qtbot, "iris")
    change_batch_size(window, 7)
    assert window.findChild(QAction, "actionUndo").text() == "&Undo Change batch size"
    window.findChild(QAction, "actionUndo").trigger()
    assert not window.findChild(QAction, "actionUndo").isEnabled()


def test_that_no_two_actions_share_a_shortcut(window: Any) -> None:
    keys = [
        a.shortcut().toString() for a in window.findChildren(QAction) if a.objectName().startswith("action")
    ]
    used = [key for key in keys if key]
    assert sorted(used) == sorted(set(used))


def test_that_help_dialogs_open(window: Any, qtbot: QtBot) -> None:
    for action, dialog in (
        ("actionAbout", "aboutDialog"),
        ("actionShortcuts", "shortcutsDialog"),
        ("actionQuickStart", "quickStartDialog"),
        ("actionSettings", "settingsDialog"),
    ):
        window.findChild(QAction, action).trigger()
        found = window.findChild(QDialog, dialog)
        assert found is not None
        assert found.isVisible()
        found.close()


def test_that_closing_leaves_no_thread(qtbot: QtBot) -> None:
    from studio.ui.app import open_window

    before = threading.active_count()
    window = open_window(all_pages=False)
    window.files.new_from("fashion-mnist")
    window.close()
    qtbot.waitUntil(lambda: threading.active_count() <= before, timeout=5000)


def test_that_the_list_of_shortcuts_has_the_canvas_keys_too(window: Any) -> None:
    from studio.ui.dialogs.shortcuts_dialog import ShortcutsDialog

    dialog = ShortcutsDialog(window)
    shown = dialog.text.toPlainText()
    dialog.deleteLater()
    for words in ("Add a layer after the selected one", "Draw a wire to another layer", "Save", "Undo"):
        assert words in shown
