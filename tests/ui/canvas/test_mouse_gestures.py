"""Every mouse gesture: the network that results, and what the Undo menu says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from studio.core.network import Edge, Graph, Node
from studio.ui.canvas.card import Port
from tests.ui.canvas import gestures
from tests.ui.canvas.networks import node, project_with, small_network


def graph(canvas) -> Graph:
    return canvas.editor.graph


def undo_text(canvas) -> str:
    return canvas.editor.document.undo_stack.undoText()


def undo(canvas) -> None:
    canvas.editor.document.undo_stack.undo()


def types_in_order(canvas) -> list[str]:
    return [graph(canvas).node(n).type for n in canvas.editor.document.analysis.order]


@pytest.fixture
def loose(canvas):
    """The small network and a lone Dropout beside it."""
    extra = node("dropout_1", 1, 2)
    before = small_network()
    project = project_with(Graph((*before.nodes, extra), before.edges))
    canvas.editor.document.open_project(project, None)
    canvas.fit()
    return canvas


def test_that_a_layer_dropped_on_a_wire_goes_in_between(canvas):
    assert gestures.drag_onto_wire(canvas, "dropout", "relu_1", "linear_1")
    assert types_in_order(canvas) == ["input", "flatten", "relu", "dropout", "linear", "output"]
    assert undo_text(canvas) == "Insert Dropout"
    assert canvas.selection.nodes == ("dropout_1",)
    undo(canvas)
    assert graph(canvas) == small_network()


def test_that_the_wire_is_highlighted_while_hovering_and_no_longer_after_leaving(canvas):
    wire = canvas.network_scene.wires[Edge("relu_1", "linear_1")]
    gestures.drag_layer(canvas, "dropout", wire.middle, drop=False)
    assert wire._splice
    assert canvas.bubble.text() == "Insert here"
    gestures.leave(canvas)
    assert not wire._splice
    assert not canvas.bubble.isVisible()
    assert graph(canvas) == small_network()


def test_that_a_layer_dropped_on_a_layer_comes_after_it(canvas):
    gestures.drag_onto_layer(canvas, "tanh", "flatten_1")
    assert types_in_order(canvas) == ["input", "flatten", "tanh", "relu", "linear", "output"]
    assert undo_text(canvas) == "Add Tanh after “Flatten 1”"


def test_that_a_layer_dropped_on_an_output_port_comes_after_it(canvas):
    at = gestures.port_point(canvas, Port("linear_1", "output"))
    gestures.drag_layer(canvas, "softmax", at)
    assert types_in_order(canvas)[-2:] == ["softmax", "output"]


def test_that_a_layer_dropped_in_the_open_is_added_alone(canvas):
    gestures.drag_layer(canvas, "dropout", QPointF(420, 130))
    added = graph(canvas).node("dropout_1")
    assert added.position == (304.0, 104.0)
    assert len(graph(canvas).edges) == 4
    assert undo_text(canvas) == "Add Dropout"


def test_that_a_layer_dropped_below_a_free_output_is_wired_to_it(loose):
    gestures.drag_layer(loose, "relu", QPointF(2 * 272 + 112, 104 + 56 + 80))
    assert Edge("dropout_1", "relu_2") in graph(loose).edges


def test_that_a_second_input_is_refused_with_a_reason(canvas):
    gestures.drag_layer(canvas, "input", QPointF(420, 130))
    assert graph(canvas) == small_network()
    assert canvas.bubble.isVisible()
    assert canvas.bubble.text() == "The network has its “Input” already; there is only one."


def test_that_nothing_follows_the_output(canvas):
    gestures.drag_onto_layer(canvas, "dropout", "output")
    assert graph(canvas) == small_network()
    assert canvas.bubble.text() == "Nothing can follow the Output. Drop the layer onto the wire above it."


def test_that_foreign_drags_are_not_taken(canvas):
    assert not gestures.drag_layer(canvas, "no-such-layer", QPointF(420, 130))


def test_that_a_wire_is_drawn_from_output_to_input(loose):
    gestures.draw_wire(loose, "flatten_1", "dropout_1")
    assert Edge("flatten_1", "dropout_1") in graph(loose).edges
    assert undo_text(loose) == "Connect “Flatten 1” to “Dropout 1”"


def test_that_a_wire_is_drawn_backwards_from_a_free_input(loose):
    gestures.drag(
        loose,
        gestures.port_point(loose, Port("dropout_1", "input")),
        gestures.port_point(loose, Port("relu_1", "output")),
    )
    assert Edge("relu_1", "dropout_1") in graph(loose).edges


def test_that_a_wire_dropped_on_a_card_finds_its_free_input(loose):
    gestures.drag(
        loose,
        gestures.port_point(loose, Port("flatten_1", "output")),
        gestures.card_centre(loose, "dropout_1"),
    )
    assert Edge("flatten_1", "dropout_1") in graph(loose).edges


def test_that_a_circle_is_refused_and_says_why(canvas):
    gestures.draw_wire(canvas, "linear_1", "flatten_1")
    assert graph(canvas) == small_network()
    assert canvas.bubble.isVisible()
    assert "“Flatten 1” already leads to “Linear 1”" in canvas.bubble.text()


def test_that_a_wire_dragged_off_its_port_is_deleted_in_the_open(canvas):
    end = gestures.port_point(canvas, Port("linear_1", "input"))
    gestures.drag(canvas, end, end + QPointF(300, 20))
    assert Edge("relu_1", "linear_1") not in graph(canvas).edges
    assert undo_text(canvas) == "Delete a wire"


def test_that_a_wires_end_moves_to_another_layer(loose):
    end = gestures.port_point(loose, Port("relu_1", "input"))
    gestures.drag(loose, end, gestures.port_point(loose, Port("dropout_1", "input")))
    assert Edge("flatten_1", "dropout_1") in graph(loose).edges
    assert Edge("flatten_1", "relu_1") not in graph(loose).edges
    assert undo_text(loose) == "Move a wire to “Dropout 1”"


def test_that_a_wire_let_go_in_the_open_asks_for_a_layer(canvas, qtbot):
    start = gestures.port_point(canvas, Port("relu_1", "output"))
    gestures.drag(canvas, start, start + QPointF(300, 40))
    popup = canvas.findChild(type(canvas.open_quick_add()), "quickAdd")
    qtbot.keyClicks(popup.search, "tanh")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert Edge("relu_1", "tanh_1") in graph(canvas).edges
    assert len([e for e in graph(canvas).edges if e.source == "relu_1"]) == 2


def test_that_esc_cancels_a_wire(canvas, qtbot):
    start = gestures.port_point(canvas, Port("relu_1", "output"))
    gestures.press(canvas, start)
    gestures.move(canvas, start + QPointF(200, 40))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    gestures.release(canvas, start + QPointF(200, 40))
    assert graph(canvas) == small_network()
    assert canvas.gesture is None


def test_that_a_moved_card_snaps_to_the_grid_in_one_undo_step(canvas):
    gestures.move_card(canvas, "relu_1", QPointF(301, 13))
    x, y = graph(canvas).node("relu_1").position
    assert (x % 8, y % 8) == (0, 0)
    assert abs(x - 301) <= 6
    assert undo_text(canvas) == "Move “ReLU 1”"
    assert canvas.editor.document.undo_stack.count() == 1


def test_that_esc_puts_a_moved_card_back(canvas, qtbot):
    start = gestures.card_centre(canvas, "relu_1")
    gestures.press(canvas, start)
    gestures.move(canvas, start + QPointF(150, 60))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    gestures.release(canvas, start + QPointF(150, 60))
    assert canvas.network_scene.cards["relu_1"].pos() == QPointF(0, 208)
    assert canvas.editor.document.undo_stack.count() == 0


def test_that_an_undo_in_the_middle_of_a_drag_cancels_it(canvas):
    gestures.drag_onto_wire(canvas, "dropout", "relu_1", "linear_1")
    start = gestures.card_centre(canvas, "dropout_1")
    gestures.press(canvas, start)
    gestures.move(canvas, start + QPointF(150, 60))
    undo(canvas)
    gestures.move(canvas, start + QPointF(180, 60))
    gestures.release(canvas, start + QPointF(180, 60))
    assert graph(canvas) == small_network()


def test_that_another_project_starts_with_nothing_selected(canvas):
    canvas.selection.select(["relu_1"])
    canvas.editor.document.open_project(project_with(small_network()), None)
    assert canvas.selection.nodes == ()


def test_that_several_cards_move_together(canvas):
    gestures.click_card(canvas, "relu_1")
    gestures.click_card(canvas, "linear_1", Qt.KeyboardModifier.ControlModifier)
    assert canvas.selection.nodes == ("relu_1", "linear_1")
    gestures.move_card(canvas, "linear_1", QPointF(400, 0))
    assert graph(canvas).node("relu_1").position[0] == graph(canvas).node("linear_1").position[0] > 380
    assert undo_text(canvas) == "Move 2 layers"


def test_that_a_lone_layer_moved_onto_a_wire_goes_in_between(loose):
    start = gestures.card_centre(loose, "dropout_1")
    gestures.drag(loose, start, gestures.wire_middle(loose, "relu_1", "linear_1"))
    assert Edge("relu_1", "dropout_1") in graph(loose).edges
    assert Edge("dropout_1", "linear_1") in graph(loose).edges
    assert undo_text(loose) == "Insert “Dropout 1”"


def test_that_a_rubber_band_selects_what_it_touches(canvas):
    gestures.drag(canvas, QPointF(-60, 90), QPointF(120, 240))
    assert set(canvas.selection.nodes) == {"flatten_1", "relu_1"}


def test_that_the_middle_button_pans(canvas):
    before = canvas.mapToScene(0, 0)
    centre = canvas.visible_centre()
    gestures.drag(canvas, centre, centre + QPointF(80, 40), Qt.MouseButton.MiddleButton)
    assert canvas.mapToScene(0, 0) != before
    assert canvas.editor.document.undo_stack.count() == 0


def test_that_a_click_on_a_wire_selects_it_and_delete_removes_it(canvas, qtbot):
    gestures.click(canvas, gestures.wire_middle(canvas, "relu_1", "linear_1") + QPointF(0, 1))
    assert canvas.selection.edges == (Edge("relu_1", "linear_1"),)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert Edge("relu_1", "linear_1") not in graph(canvas).edges


def test_that_a_double_click_asks_for_the_options(canvas, qtbot):
    with qtbot.waitSignal(canvas.selection.edit_requested) as asked:
        point = canvas.mapFromScene(gestures.card_centre(canvas, "linear_1"))
        qtbot.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert asked.args == ["linear_1", ""]


def test_that_context_menus_fit_what_was_clicked(canvas):
    texts = {}
    for name, pos in (
        ("card", gestures.card_centre(canvas, "relu_1")),
        ("wire", gestures.wire_middle(canvas, "relu_1", "linear_1")),
        ("open", QPointF(600, 300)),
    ):
        menu = canvas._menus.menu_at(pos, canvas.mapToGlobal(canvas.rect().center()))
        texts[name] = [action.text() for action in menu.actions() if action.text()]
    assert "Connect to …" in texts["card"]
    assert texts["wire"] == ["Insert a layer here …", "Delete the wire"]
    assert texts["open"][0] == "Add a layer here …"


@pytest.fixture
def joined(canvas):
    """The small network with an Add behind ReLU: one wire comes in, and it needs another."""
    added = Node("add_1", "add", {}, (272.0, 208.0))
    before = small_network()
    edges = tuple(e for e in before.edges if e.target != "linear_1")
    edges = (*edges, Edge("relu_1", "add_1", 0), Edge("add_1", "linear_1"))
    canvas.editor.document.open_project(project_with(Graph((*before.nodes, added), edges)), None)
    canvas.fit()
    return canvas


def into_add(canvas) -> set[tuple[str, int]]:
    return {(e.source, e.port) for e in graph(canvas).inputs_of("add_1")}


def test_that_a_wire_drawn_onto_a_taken_input_of_an_add_comes_beside_the_old_one(joined):
    gestures.drag(
        joined,
        gestures.port_point(joined, Port("flatten_1", "output")),
        gestures.port_point(joined, Port("add_1", "input", 0)),
    )
    assert into_add(joined) == {("relu_1", 0), ("flatten_1", 1)}
    assert joined.editor.document.analysis.ok


def test_that_what_a_drop_would_do_stands_below_the_chip_at_the_mouse(canvas):
    place = gestures.wire_middle(canvas, "flatten_1", "relu_1")
    gestures.drag_layer(canvas, "dropout", place, drop=False)
    chip_bottom = canvas.mapFromScene(place).y() + 44  # it hangs 12 below the mouse and is 32 high
    assert canvas.bubble.text() == "Insert here"
    assert canvas.bubble.geometry().top() >= chip_bottom
