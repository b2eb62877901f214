"""Palette, inspector, problem list, code view and the page around them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from studio.core.network import Edge
from studio.core.project import MAIN
from studio.ui.canvas.mime import dragged_layer
from studio.ui.panels.problem_row import ProblemRow
from tests.ui.canvas.networks import chain, node, project_with, small_network


def stack(page):
    return page.editor.document.undo_stack


def retype(qtbot, box, text):
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)


# -- palette ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"), [("conv2", "conv2d"), ("pool max", "max_pool2d"), ("dense", "linear"), ("gru", "gru")]
)
def test_that_typing_finds_layers_by_name_and_keyword(page, qtbot, typed, first):
    qtbot.keyClicks(page.layer_palette.search, typed)
    assert page.layer_palette.current == first


def test_that_enter_in_the_search_adds_after_the_selected_layer(page, qtbot):
    page.selection.select(["flatten_1"])
    qtbot.keyClicks(page.layer_palette.search, "tanh")
    qtbot.keyClick(page.layer_palette.search, Qt.Key.Key_Return)
    assert Edge("flatten_1", "tanh_1") in page.editor.graph.edges
    assert page.selection.nodes == ("tanh_1",)


def test_that_without_a_selection_a_layer_goes_before_the_output(page):
    page.layer_palette.layer_chosen.emit("dropout")
    assert Edge("linear_1", "dropout_1") in page.editor.graph.edges
    assert Edge("dropout_1", "output") in page.editor.graph.edges


def test_that_an_empty_search_result_says_so(page, qtbot):
    qtbot.keyClicks(page.layer_palette.search, "xyzzy")
    assert page.layer_palette.shown == ()
    assert page.layer_palette.nothing.isVisible()
    assert page.layer_palette.nothing.text().startswith("No layer is called “xyzzy”.")


def test_that_the_palette_shows_every_layer_with_help_and_link(page):
    palette = page.layer_palette
    assert len(palette.shown) == len(page.editor.layers)
    palette.select("conv2d")
    assert palette.help.text().startswith("<b>Conv2d</b>")
    assert page.editor.layers["conv2d"].url in palette.help.text()


def test_that_drags_carry_the_layers_type(page):
    tree = page.layer_palette.tree
    page.layer_palette.select("conv2d")
    assert dragged_layer(tree.drag_data(tree.currentItem())) == "conv2d"


# -- inspector ----------------------------------------------------------------------------------------


def test_that_the_inspector_edits_the_selected_layer_live_in_one_step(page, qtbot):
    page.selection.select(["linear_1"])
    box = page.inspector.details.form.editor("out_features")
    retype(qtbot, box, "32")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert page.editor.graph.node("linear_1").params["out_features"] == 32
    assert stack(page).count() == 1
    assert stack(page).undoText().endswith("of “Linear 1”")
    retype(qtbot, box, "64")
    assert stack(page).count() == 2


def test_that_the_inspector_says_what_goes_in_and_out(page):
    page.selection.select(["linear_1"])
    rows = page.inspector.details.figures.rows
    assert rows["What goes in"] == "784 numbers"
    assert rows["What comes out"] == "10 numbers"
    assert rows["Parameters"] == "7,850 (31.4 kB)"
    assert rows["Multiply-adds"] == "7,840"


def test_that_renaming_changes_the_name_everywhere_and_empty_brings_the_automatic_one(page, qtbot):
    page.selection.select(["linear_1"])
    name = page.inspector.details.name
    retype(qtbot, name, "Answer")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert page.canvas.network_scene.cards["linear_1"].view.name == "Answer"
    assert stack(page).undoText() == "Rename “Linear 1”"
    name.clear()
    name.editingFinished.emit()
    assert page.canvas.network_scene.cards["linear_1"].view.name == "Linear 1"


def test_that_nothing_selected_shows_the_network(page):
    rows = page.inspector.summary.figures.rows
    assert rows["Layers"] == "3"
    assert rows["What goes in"] == "1×28×28: one picture, 28 high and 28 wide"
    assert rows["Expected"] == "10 numbers, one for each class"


def test_that_several_selected_layers_are_counted(page):
    page.selection.select(["relu_1", "linear_1"])
    assert page.inspector.several.title.text() == "2 layers are selected"
    assert page.inspector.several.names.text() == "ReLU 1, Linear 1"


def test_that_enter_on_the_canvas_puts_the_cursor_into_the_first_option(page, qtbot):
    page.selection.select(["linear_1"])
    page.selection.edit_requested.emit("linear_1", "")
    box = page.inspector.details.form.editor("out_features")
    qtbot.waitUntil(lambda: page.inspector.focusWidget() is not None, timeout=2000)
    assert page.inspector.focusWidget() in (box, box.lineEdit())


# -- problems -----------------------------------------------------------------------------------------


@pytest.fixture
def broken(page):
    """No Flatten before the Linear, which gives 7 numbers instead of 10."""
    graph = chain(
        node("input", 0), node("conv2d_1", 1), node("linear_1", 2, out_features=7), node("output", 3)
    )
    page.editor.document.open_project(project_with(graph), None)
    return page


def test_that_a_fix_button_mends_in_one_undo_step(broken, qtbot):
    for _ in range(6):
        buttons = broken.problems.findChildren(QPushButton, "fixButton")
        shown = [b for row in broken.problems.rows for b in row.buttons if b in buttons]
        if not shown:
            break
        steps, text = stack(broken).count(), shown[0].text()
        qtbot.mouseClick(shown[0], Qt.MouseButton.LeftButton)
        assert stack(broken).count() == steps + 1
        assert stack(broken).undoText() == text
    assert broken.editor.document.analysis.ok
    assert broken.status.text().startswith("Ready to train · ")
    assert broken.problems.findChild(QLabel, "noProblems").text() == "No problems. Ready to train."


def test_that_a_click_on_a_problem_selects_its_layer(broken, qtbot):
    row = broken.problems.rows[0]
    with qtbot.waitSignal(broken.selection.focus_requested):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(60, 8))
    assert broken.selection.nodes == (row.problem.node,)


def test_that_problems_are_counted_and_hold_training_back(broken, qtbot):
    errors = [p for p in broken.editor.document.problems if p.severity == "error"]
    assert errors
    assert not broken.train.isEnabled()
    assert broken.status.text() == ("1 problem" if len(errors) == 1 else f"{len(errors)} problems")
    assert broken.canvas.network_scene.cards[errors[0].node].view.problem == "error"


def test_that_the_inspector_repeats_a_layers_problem_with_its_fixes(broken):
    problem = next(p for p in broken.editor.document.problems if p.node is not None)
    broken.selection.select([problem.node])
    rows = broken.inspector.details.findChildren(ProblemRow)
    assert [row.problem.message for row in rows] == [problem.message]
    assert len(rows[0].buttons) == len(problem.fixes)


# -- code ---------------------------------------------------------------------------------------------


def test_that_the_code_is_live_and_marks_the_selected_layer(page):
    page.code.show()
    assert "nn.Linear(784, 10)" in page.code.code
    page.editor.set_param("linear_1", "out_features", 12, True)
    assert "nn.Linear(784, 12)" in page.code.code
    page.selection.select(["linear_1"])
    marked = [mark.cursor.block().text().strip() for mark in page.code.text.extraSelections()]
    assert marked[0].startswith("self.linear1 = nn.Linear(784, 12)") or "Linear(784, 12)" in marked[0]


def test_that_a_click_on_a_line_selects_its_layer(page):
    lines = page.code.code.splitlines()
    page.code.text.line_clicked.emit(next(i for i, line in enumerate(lines) if "nn.ReLU" in line))
    assert page.selection.nodes == ("relu_1",)


def test_that_code_is_shown_as_far_as_it_is_known(broken):
    assert "nn.Conv2d(1, 16" in broken.code.code
    assert broken.code.note.text() == "Some parts are left open until the problems are mended."


def test_that_the_copy_button_copies_the_code(page, qtbot):
    qtbot.mouseClick(page.code.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == page.code.code
    assert page.code.copy.text() == "Copied"


# -- the page -----------------------------------------------------------------------------------------


def test_that_a_template_replaces_the_network_and_undo_brings_it_back(page):
    page.fill_templates()
    lenet = next(a for a in page.template_menu.actions() if a.objectName() == "template.lenet-5")
    lenet.trigger()
    assert any(n.type == "conv2d" for n in page.editor.graph.nodes)
    assert stack(page).undoText() == f"Use the template “{lenet.text()}”"
    stack(page).undo()
    assert page.editor.graph == small_network()


def test_that_a_template_says_what_happened(page):
    page.fill_templates()
    lenet = next(a for a in page.template_menu.actions() if a.objectName() == "template.lenet-5")
    name = lenet.text()
    lenet.trigger()
    assert page.canvas.bubble.isVisible()
    assert page.canvas.bubble.text() == f"“{name}” is your network now. Undo brings the old one back."
    page.fill_templates()
    next(a for a in page.template_menu.actions() if a.objectName() == "template.lenet-5").trigger()
    assert page.canvas.bubble.text() == f"The network is “{name}” already."


def test_that_a_templates_own_recipe_comes_with_it_in_the_same_undo_step(page):
    from dataclasses import replace

    from studio.kinds.catalogue import KINDS

    document = page.editor.document
    before = document.project
    plain = next(t for t in KINDS[before.kind].templates if t.id == "lenet-5")
    page._use(replace(plain, recipe=lambda facts: replace(before.recipe, epochs=77, seed=5)))
    assert document.project.recipe == replace(before.recipe, epochs=77)  # the seed stays the user's
    assert "the Train step has the settings that suit it" in page.canvas.bubble.text()
    stack(page).undo()
    assert document.project == before


def test_that_train_it_asks_for_the_next_step(page, qtbot):
    assert page.status.text() == "Ready to train · 7,850 parameters · 7,840 multiply-adds"
    with qtbot.waitSignal(page.next_requested):
        qtbot.mouseClick(page.train, Qt.MouseButton.LeftButton)


def test_that_without_data_the_page_leads_to_the_data(page, qtbot):
    from dataclasses import replace

    from studio.core.network import Graph

    project = page.editor.document.project
    empty = replace(project, dataset=None, graphs={MAIN: Graph()})
    page.editor.document.open_project(empty, None)
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "Choose data")
    with qtbot.waitSignal(page.data_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_the_edit_menus_actions_reach_the_canvas(page):
    page.select_all()
    assert len(page.selection.nodes) == 5
    page.selection.select(["relu_1"])
    page.delete_selection()
    assert "relu_1" not in page.editor.graph


def test_that_panels_carry_their_agreed_names(page):
    names = [panel.widget.objectName() for panel in page.panels]
    assert names == ["layerPalette", "inspector", "codeView", "problemList"]
    assert page.canvas.objectName() == "networkCanvas"
    assert all(panel.widget.accessibleName() for panel in page.panels)
