"""The canvas by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.core.network import Edge, Graph, Node
from studio.ui.canvas.chooser import Chooser
from tests.ui.canvas.networks import node, project_with, small_network

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def keys(canvas, qtbot):
    """Presses keys on the canvas."""
    canvas.setFocus()

    def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(canvas, key, modifiers)

    return press


def graph(canvas) -> Graph:
    return canvas.editor.graph


def stack(canvas):
    return canvas.editor.document.undo_stack


def test_that_arrows_walk_along_the_wires(canvas, keys):
    walked = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        keys(key)
        walked.append(canvas.selection.current)
    assert walked == ["input", "flatten_1", "relu_1", "flatten_1"]


def test_that_tab_goes_through_the_layers_as_they_run(canvas, keys):
    for _ in range(3):
        keys(Qt.Key.Key_Tab)
    assert canvas.selection.nodes == ("relu_1",)
    keys(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.selection.nodes == ("flatten_1",)


def test_that_delete_joins_the_wires_and_undo_brings_all_back(canvas, keys):
    canvas.selection.select(["relu_1"])
    keys(Qt.Key.Key_Delete)
    assert "relu_1" not in graph(canvas)
    assert Edge("flatten_1", "linear_1") in graph(canvas).edges
    assert stack(canvas).undoText() == "Delete “ReLU 1”"
    assert canvas.selection.nodes == ("flatten_1",)
    stack(canvas).undo()
    assert graph(canvas) == small_network()


def test_that_backspace_deletes_several_layers_in_one_step(canvas, keys):
    canvas.selection.select(["flatten_1", "relu_1"])
    keys(Qt.Key.Key_Backspace)
    assert Edge("input", "linear_1") in graph(canvas).edges
    assert stack(canvas).undoText() == "Delete 2 layers"
    assert stack(canvas).count() == 1


def test_that_input_and_output_stay_and_the_canvas_says_so(canvas, keys):
    canvas.selection.select(["output"])
    keys(Qt.Key.Key_Delete)
    assert graph(canvas) == small_network()
    assert canvas.bubble.text() == "The Output stays: every network needs one."


def test_that_copies_are_pasted_with_their_wires(canvas, keys):
    canvas.selection.select(["relu_1", "linear_1"])
    keys(Qt.Key.Key_C, CTRL)
    keys(Qt.Key.Key_V, CTRL)
    assert Edge("relu_2", "linear_2") in graph(canvas).edges
    assert canvas.selection.nodes == ("relu_2", "linear_2")
    assert stack(canvas).undoText() == "Paste 2 layers"
    assert graph(canvas).node("linear_2").params["out_features"] == 10


def test_that_cut_layers_come_back_by_paste(canvas, keys):
    canvas.selection.select(["relu_1"])
    keys(Qt.Key.Key_X, CTRL)
    assert "relu_1" not in graph(canvas)
    keys(Qt.Key.Key_V, CTRL)
    assert "relu_1" in graph(canvas)
    assert stack(canvas).undoText() == "Paste ReLU"


def test_that_a_foreign_clipboard_is_refused_with_a_sentence(canvas, keys):
    QGuiApplication.clipboard().setText("shopping list")
    keys(Qt.Key.Key_V, CTRL)
    expected = "The clipboard holds no layers. Copy some layers of a network first, then paste."
    assert canvas.bubble.text() == expected


def test_that_ctrl_d_duplicates(canvas, keys):
    canvas.selection.select(["linear_1"])
    keys(Qt.Key.Key_D, CTRL)
    assert "linear_2" in graph(canvas)
    assert stack(canvas).undoText() == "Duplicate “Linear 1”"


def test_that_ctrl_a_selects_everything(canvas, keys):
    keys(Qt.Key.Key_A, CTRL)
    assert set(canvas.selection.nodes) == {"input", "flatten_1", "relu_1", "linear_1", "output"}


def test_that_nudges_in_a_row_are_one_undo_step(canvas, keys):
    canvas.selection.select(["relu_1"])
    keys(Qt.Key.Key_Right, CTRL)
    keys(Qt.Key.Key_Right, CTRL)
    keys(Qt.Key.Key_Down, CTRL)
    assert graph(canvas).node("relu_1").position == (16.0, 216.0)
    assert stack(canvas).count() == 1


def test_that_the_letter_a_adds_after_the_selected_layer(canvas, keys, qtbot):
    canvas.selection.select(["flatten_1"])
    keys(Qt.Key.Key_A)
    popup = _chooser(canvas, "quickAdd")
    qtbot.keyClicks(popup.search, "drop")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert Edge("flatten_1", "dropout_1") in graph(canvas).edges
    assert Edge("dropout_1", "relu_1") in graph(canvas).edges


def test_that_quick_add_says_when_nothing_is_found(canvas, keys, qtbot):
    keys(Qt.Key.Key_A)
    popup = _chooser(canvas, "quickAdd")
    qtbot.keyClicks(popup.search, "xyzzy")
    assert popup.help.text() == "No layer is called like that. Try “conv”, “pool” or “dropout”."
    qtbot.keyClick(popup.search, Qt.Key.Key_Escape)
    assert graph(canvas) == small_network()


def test_that_ctrl_l_links_by_name(canvas, keys, qtbot):
    before = small_network()
    lone = node("dropout_1", 1, 2)
    canvas.editor.document.open_project(project_with(Graph((*before.nodes, lone), before.edges)), None)
    canvas.selection.select(["relu_1"])
    keys(Qt.Key.Key_L, CTRL)
    popup = _chooser(canvas, "linkChooser")
    qtbot.keyClicks(popup.search, "drop")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert Edge("relu_1", "dropout_1") in graph(canvas).edges


def test_that_linking_offers_free_inputs_first_and_not_what_is_linked_already(canvas, keys, qtbot):
    """A skip connection by keyboard: Ctrl+L, Enter."""
    before = small_network()
    edges = tuple(e for e in before.edges if e.target != "linear_1")
    edges = (*edges, Edge("relu_1", "add_1", 0), Edge("add_1", "linear_1"))
    nodes = (*before.nodes, Node("add_1", "add", {}, (272.0, 208.0)))
    canvas.editor.document.open_project(project_with(Graph(nodes, edges)), None)
    canvas.selection.select(["flatten_1"])
    keys(Qt.Key.Key_L, CTRL)
    popup = _chooser(canvas, "linkChooser")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert Edge("flatten_1", "add_1", 1) in graph(canvas).edges
    assert Edge("relu_1", "add_1", 0) in graph(canvas).edges


def test_that_enter_and_f2_go_to_the_inspector(canvas, keys, qtbot):
    canvas.selection.select(["linear_1"])
    with qtbot.waitSignal(canvas.selection.edit_requested):
        keys(Qt.Key.Key_Return)
    with qtbot.waitSignal(canvas.selection.rename_requested):
        keys(Qt.Key.Key_F2)


def test_that_ctrl_0_shows_everything_and_1_full_size(canvas, keys):
    canvas.zoom_to(3.0)
    keys(Qt.Key.Key_0, CTRL)
    view = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert all(view.contains(card.sceneBoundingRect()) for card in canvas.network_scene.cards.values())
    keys(Qt.Key.Key_1)
    assert canvas.zoom == 1.0


def test_that_a_screen_reader_hears_what_is_selected(canvas):
    canvas.selection.select(["linear_1"])
    said = canvas.accessibleDescription()
    assert said.startswith("5 layers, 4 wires. Selected: Linear 1. 10. gives 10")


def test_that_tidying_up_is_one_step(page):
    page.canvas.editor.move({"relu_1": (800.0, 0.0)})
    page.canvas.editor.tidy()
    columns = {n.position[0] for n in page.canvas.editor.graph.nodes}
    assert columns == {0.0}
    assert page.editor.document.undo_stack.undoText() == "Tidy up the layout"


def _chooser(canvas, name: str) -> Chooser:
    found = [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]
    assert len(found) == 1
    return found[0]
