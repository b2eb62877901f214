"""Blocks by mouse and keyboard: made, opened, changed inside, closed, kept, shared, dissolved, undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from studio.graph.blocks.library import folder
from studio.layers.ready_blocks import READY_BLOCKS
from studio.ui.canvas.block_actions import BlockActions
from tests.ui.canvas import gestures
from tests.ui.canvas.networks import chain, node, project_with
from tests.ui.shell.answers import Answers

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PARTS = ["conv2d_1", "relu_1"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LANTERN_HOME", str(tmp_path / "home"))


@pytest.fixture
def pictures(home, page):
    """Input, Conv2d, ReLU, Flatten, Linear (10), Output."""
    page.editor.document.open_project(
        project_with(
            chain(
                node("input", 0),
                node("conv2d_1", 1),
                node("relu_1", 2),
                node("flatten_1", 3),
                node("linear_1", 4, out_features=10),
                node("output", 5),
            )
        ),
        None,
    )
    page.library.reload()
    page.canvas.fit()
    page.canvas.setFocus()
    return page


@pytest.fixture
def made(pictures, qtbot):
    """The same, its convolution and ReLU in a block."""
    pictures.selection.select(PARTS)
    qtbot.keyClick(pictures.canvas, Qt.Key.Key_G, CTRL)
    pictures.canvas.setFocus()
    return pictures


def answers(page) -> Answers:
    given = Answers()
    page.blocks._dialogs = given
    return given


def undo(page) -> None:
    page.editor.document.undo_stack.undo()


def test_that_ctrl_g_makes_a_block_that_wants_a_name(made, qtbot):
    graph = made.editor.graph
    assert [n.type for n in graph] == ["input", "flatten", "linear", "output", "block:block"]
    (block,) = made.selection.nodes
    card = made.canvas.network_scene.cards[block].view
    assert (card.name, card.summary, card.output, card.block) == ("Block 1", "2 layers", "16×28×28", True)
    assert made.editor.document.problems == ()
    section = made.inspector.details.block
    assert section.isVisible()
    section.name.setFocus()
    section.name.selectAll()
    qtbot.keyClicks(section.name, "Seeing")
    qtbot.keyClick(section.name, Qt.Key.Key_Return)
    assert made.editor.graph.blocks[0].name == "Seeing"
    assert made.canvas.network_scene.cards[block].view.name == "Seeing 1"
    assert made.editor.document.undo_stack.undoText() == "Rename the block “Block”"
    undo(made)
    undo(made)
    assert made.editor.graph.blocks == ()
    assert "conv2d_1" in made.editor.graph


def test_that_what_makes_no_block_is_said(pictures):
    said = pictures.blocks.make(["conv2d_1", "flatten_1"])
    assert said == "“ReLU 1” lies between the selected layers. Select it as well, then make a block."
    assert pictures.editor.document.undo_stack.count() == 0
    pictures.selection.select(["conv2d_1", "flatten_1"])
    pictures.canvas.keys.make_block()
    assert pictures.canvas.bubble.isVisible()


def test_that_a_double_click_opens_a_block_and_esc_closes_it(made, qtbot):
    (block,) = made.selection.nodes
    made.canvas.ensureVisible(*made.editor.graph.node(block).position, 10, 10)
    point = made.canvas.mapFromScene(gestures.card_centre(made.canvas, block))
    qtbot.mouseDClick(made.canvas.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert set(made.canvas.network_scene.cards) == {"input", "conv2d_1", "relu_1", "output"}
    assert made.trail.isVisible()
    assert [button.text() for button in made.trail.buttons] == ["Network", "Block 1"]
    assert made.canvas.network_scene.cards["conv2d_1"].view.output == "16×28×28"
    assert made.inspector.opened.isVisible()
    qtbot.keyClick(made.canvas, Qt.Key.Key_Escape)
    assert made.selection.nodes == (block,)
    assert not made.trail.isVisible()
    assert block in made.canvas.network_scene.cards


def test_that_enter_opens_and_the_trail_leads_back(made, qtbot):
    (block,) = made.selection.nodes
    qtbot.keyClick(made.canvas, Qt.Key.Key_Return)
    made.selection.select(["relu_1"])
    qtbot.keyClick(made.canvas, Qt.Key.Key_G, CTRL)
    (inner,) = made.selection.nodes
    made.canvas.setFocus()
    qtbot.keyClick(made.canvas, Qt.Key.Key_Return)
    assert made.editor.place.nodes == (block, inner)
    assert [button.text() for button in made.trail.buttons] == ["Network", "Block 1", "Block 2 1"]
    qtbot.mouseClick(made.trail.buttons[0], Qt.MouseButton.LeftButton)
    assert made.editor.place.nodes == ()
    assert made.selection.nodes == (block,)


def test_that_layers_are_added_and_mended_inside(made, qtbot):
    (block,) = made.selection.nodes
    made.blocks.open(block)
    assert gestures.drag_onto_wire(made.canvas, "dropout", "conv2d_1", "relu_1")
    assert [n.type for n in made.editor.place.root.blocks[0].nodes][-1] == "dropout"
    assert "self.dropout1 = nn.Dropout(" in _code(made)
    made.editor.set_param("conv2d_1", "kernel_size", 40, True)
    (problem,) = [p for p in made.editor.document.problems if p.severity == "error"]
    assert problem.message.startswith("“Block 1” → “Conv2d 1”: ")
    inside = [p for p in made.editor.problems if p.node == "conv2d_1"]
    assert inside[0].message.startswith("“Conv2d 1”: ")
    made.selection.select(["conv2d_1"])
    assert [row.problem.message for row in made.inspector.details._rows] == [inside[0].message]
    made.editor.apply_fix(inside[0].fixes[0])
    assert not [p for p in made.editor.document.problems if p.severity == "error"]
    undo(made)
    undo(made)
    undo(made)
    assert [n.type for n in made.editor.graph] == ["input", "conv2d", "relu", "output"]


def _code(page) -> str:
    page.code.refresh()
    return page.code.code


def test_that_a_click_on_a_problem_opens_the_block_that_it_is_in(made):
    (block,) = made.selection.nodes
    made.blocks.open(block)
    made.editor.set_param("conv2d_1", "kernel_size", 40, True)
    made.blocks.close()
    made.problems.rows[0].chosen.emit(made.problems.rows[0].problem)
    assert made.editor.place.nodes == (block,)
    assert made.selection.nodes == ("conv2d_1",)


def test_that_an_undo_that_takes_the_open_block_away_leads_out(made):
    (block,) = made.selection.nodes
    made.blocks.open(block)
    undo(made)
    assert made.editor.place.nodes == ()
    assert not made.trail.isVisible()
    assert "conv2d_1" in made.canvas.network_scene.cards


def test_that_options_are_shown_outside_by_a_tick(made, qtbot):
    (block,) = made.selection.nodes
    made.blocks.open(block)
    made.selection.select(["conv2d_1"])
    shown = made.inspector.details.shown
    assert shown.isVisible()
    shown.ticks["out_channels"].click()
    assert [p.label for p in made.editor.place.block.params] == ["Output channels"]
    assert shown.ticks["out_channels"].text() == "Output channels: “Output channels”"
    made.selection.clear()
    assert made.inspector.opened.rows.count() == 2
    made.blocks.close()
    made.editor.set_param(block, "output_channels", 5, True)
    assert made.canvas.network_scene.cards[block].view.output == "5×28×28"
    assert made.canvas.network_scene.cards[block].view.summary == "output channels 5"
    made.blocks.open(block)
    made.editor.set_param("conv2d_1", "out_channels", 7, True)
    assert made.editor.place.root.node(block).params["output_channels"] == 7
    made.selection.select(["conv2d_1"])
    shown.ticks["out_channels"].click()
    assert made.editor.place.block.params == ()
    undo(made)
    assert len(made.editor.place.block.params) == 1


def test_that_a_block_is_repeated_in_the_inspector(made):
    (block,) = made.selection.nodes
    made.editor.set_param(block, "repeat", 3, True)
    assert made.canvas.network_scene.cards[block].view.summary == "×3"
    assert "nn.Sequential(" in _code(made)


def test_that_ctrl_shift_g_brings_the_layers_back(made, qtbot):
    qtbot.keyClick(made.canvas, Qt.Key.Key_G, CTRL | SHIFT)
    assert {n.type for n in made.editor.graph} == {"input", "conv2d", "relu", "flatten", "linear", "output"}
    assert len(made.selection.nodes) == 2
    assert made.editor.document.problems == ()
    undo(made)
    assert "block_1" in made.editor.graph


def test_that_blocks_are_copied_into_another_network(made, qtbot):
    qtbot.keyClick(made.canvas, Qt.Key.Key_C, CTRL)
    text = QGuiApplication.clipboard().text()
    assert [b["name"] for b in json.loads(text)["blocks"]] == ["Block"]
    made.editor.document.open_project(project_with(chain(node("input", 0), node("output", 1))), None)
    made.canvas.setFocus()
    qtbot.keyClick(made.canvas, Qt.Key.Key_V, CTRL)
    assert [b.name for b in made.editor.graph.blocks] == ["Block"]
    assert made.selection.nodes == ("block_1",)


def test_that_a_block_is_not_pasted_or_dropped_into_itself(made, qtbot):
    (block,) = made.selection.nodes
    qtbot.keyClick(made.canvas, Qt.Key.Key_C, CTRL)
    made.blocks.open(block)
    before = made.editor.document.project
    said = "“Block” cannot be put inside of “Block”: a block that contains itself would never end."
    assert made.editor.paste() == said
    assert made.editor.add_refusal("block:block") == said
    gestures.drag_layer(made.canvas, "block:block", QPointF(600, 100))
    assert made.editor.document.project is before
    assert made.editor.add_refusal("input") == ""
    assert "already" in made.editor.add_refusal("output")


def test_that_a_ready_block_is_dropped_from_the_palette(pictures):
    assert gestures.drag_onto_wire(pictures.canvas, "ready:block:residual", "relu_1", "flatten_1")
    assert pictures.editor.document.problems == ()
    assert pictures.editor.graph.blocks == READY_BLOCKS[0].parts
    (new,) = pictures.selection.nodes
    assert pictures.canvas.network_scene.cards[new].view.output == "16×28×28"
    assert "block:residual" in pictures.layer_palette.shown
    assert gestures.drag_onto_wire(pictures.canvas, "block:residual", new, "flatten_1")
    assert len(pictures.editor.graph.blocks) == 1


def test_that_a_block_is_kept_in_the_palette_for_all_projects(made, page):
    told = []
    made.blocks.told.connect(told.append)
    (block,) = made.selection.nodes
    made.inspector.details.block.keep.click()
    assert told == ["“Block” is among your blocks now, in every project: see “My blocks” in the palette."]
    (file,) = folder().iterdir()
    assert file.name == "block.lantern-block"
    assert made.layer_palette.shown[0] == "own:block.lantern-block"
    made.editor.document.open_project(project_with(chain(node("input", 0), node("output", 1))), None)
    assert gestures.drag_onto_wire(made.canvas, "own:block.lantern-block", "input", "output")
    assert [b.name for b in made.editor.graph.blocks] == ["Block"]
    assert made.blocks.forget("own:block.lantern-block") == ""
    assert list(folder().iterdir()) == []
    assert not any(shown.startswith("own:") for shown in made.layer_palette.shown)
    assert len(made.editor.graph.blocks) == 1
    assert block


def test_that_a_block_is_shared_as_a_file_and_taken_in(made, tmp_path):
    given = answers(made)
    given.save_to = tmp_path / "for you.lantern-block"
    made.inspector.details.block.share.click()
    assert given.proposed == ["block.lantern-block"]
    assert given.save_to.is_file()
    given.file = given.save_to
    assert made.blocks.import_one() == ""
    assert "own:block.lantern-block" in made.layer_palette.shown
    given.save_to = tmp_path / "no folder" / "x.lantern-block"
    made.inspector.details.block.share.click()
    assert made.inspector.details.refusal.isVisible()
    assert made.inspector.details.refusal.text().endswith(".")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "“b.lantern-block” holds no block. Choose a file that was saved as a block by Lantern."),
        (
            b"\xff\xfe\x00",
            "“b.lantern-block” holds no block. Choose a file that was saved as a block by Lantern.",
        ),
        (
            b'{"lantern-block": 1, "blocks": [1]}',
            "“b.lantern-block” is damaged and cannot be used. Save the block",
        ),
        (b'{"lantern-block": 9}', "“b.lantern-block” was saved by a newer Lantern. Update Lantern to use"),
        (
            None,
            "“b.lantern-block” could not be read: no such file or directory. Check that it is still there.",
        ),
    ],
)
def test_that_bad_files_are_refused_in_a_sentence(pictures, tmp_path, content, why):
    file = tmp_path / "b.lantern-block"
    if content is not None:
        file.write_bytes(content)
    assert pictures.take_block(file).startswith(why)
    assert not folder().exists() or list(folder().iterdir()) == []


def test_that_a_spoilt_file_among_ones_own_is_passed_over(made):
    made.blocks.keep(made.blocks.block("block_1"))
    Path(folder() / "bad.lantern-block").write_text("nonsense")
    made.library.reload()
    assert made.library.refused == (
        "“bad.lantern-block” holds no block. Choose a file that was saved as a block by Lantern.",
    )
    assert "own:block.lantern-block" in made.layer_palette.shown


def test_that_the_menus_offer_what_fits(made):
    menus = made.canvas._menus
    block = gestures.card_centre(made.canvas, "block_1")
    texts = [a.text() for a in menus.menu_at(block, made.canvas.mapToGlobal(made.canvas.pos())).actions()]
    for wanted in ("Open", "Make a block", "Dissolve", "Save to my blocks", "Save as a file …"):
        assert wanted in texts
    layer = gestures.card_centre(made.canvas, "linear_1")
    texts = [a.text() for a in menus.menu_at(layer, made.canvas.mapToGlobal(made.canvas.pos())).actions()]
    assert "Make a block" in texts
    assert "Open" not in texts
    palette = made.layer_palette
    entry = next(each for each in palette._layers if each.id == "block:block")
    actions = {a.text(): a for a in palette._menu.menu_for(entry).actions()}
    assert not actions["Remove from the network"].isEnabled()
    assert "Delete or dissolve those first." in actions["Remove from the network"].toolTip()
    made.editor.delete(["block_1"])
    {a.text(): a for a in palette._menu.menu_for(entry).actions()}["Remove from the network"].trigger()
    assert made.editor.graph.blocks == ()
    undo(made)
    assert len(made.editor.graph.blocks) == 1


def test_that_a_block_gets_its_own_inside(made):
    made.editor.duplicate(["block_1"])
    assert made.inspector.details.block.uses.text() == "It stands at 2 places, which share what is inside."
    made.blocks.detach("block_2")
    assert [b.name for b in made.editor.graph.blocks] == ["Block", "Block 2"]
    made.blocks.open("block_1")
    made.editor.set_param("conv2d_1", "out_channels", 3, True)
    sizes = [b.nodes[1].params["out_channels"] for b in made.editor.place.root.blocks]
    assert sizes == [3, 16]


def test_that_the_import_line_of_the_palette_asks_for_a_file(pictures, tmp_path, qtbot):
    given = answers(pictures)
    given.file = tmp_path / "nothing.lantern-block"
    palette = pictures.layer_palette
    line = next(
        palette.tree.topLevelItem(i).child(j)
        for i in range(palette.tree.topLevelItemCount())
        for j in range(palette.tree.topLevelItem(i).childCount())
        if palette.tree.topLevelItem(i).child(j).text(0) == "Import a block …"
    )
    palette.tree.itemActivated.emit(line, 0)
    assert given.asked == ["Import a block"]
    (dialog,) = [d for d in palette.findChildren(QDialog) if d.isVisible()]
    dialog.close()


def test_that_several_layers_can_become_a_block_in_the_inspector(pictures):
    pictures.selection.select(PARTS)
    button = next(
        b
        for b in pictures.inspector.several.findChildren(type(pictures.inspector.details.delete))
        if b.text() == "Make a block"
    )
    button.click()
    assert pictures.selection.nodes == ("block_1",)
    assert isinstance(pictures.blocks, BlockActions)


def test_that_a_block_is_unfolded_in_its_place_and_folded_again(made, qtbot):
    (block,) = made.selection.nodes
    insides = made.canvas.insides
    qtbot.keyClick(made.canvas, Qt.Key.Key_I)
    item = insides.items[block]
    assert set(item.inner.cards) == {"input", "conv2d_1", "relu_1", "output"}
    assert item.inner.cards["conv2d_1"].view.output == "16×28×28"
    cards = [card.sceneBoundingRect() for card in made.canvas.network_scene.cards.values()]
    assert not any(rect.intersects(item.sceneBoundingRect()) for rect in cards)
    assert set(made.canvas.network_scene.cards) >= {"input", block, "output"}
    made.editor.move({block: (400.0, 40.0)})
    assert insides.items[block].pos().x() > 400
    made.blocks.open(block)
    assert insides.items == {}
    made.editor.set_param("conv2d_1", "out_channels", 5, True)
    made.blocks.close()
    item = insides.items[block]
    assert item.inner.cards["conv2d_1"].view.output == "5×28×28"
    assert not made.canvas.grab().isNull()
    made.canvas.ensureVisible(item.sceneBoundingRect(), 0, 0)
    point = made.canvas.mapFromScene(item.sceneBoundingRect().topLeft() + QPointF(30, 12))
    qtbot.mouseDClick(made.canvas.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert made.editor.place.nodes == (block,)
    made.blocks.close()
    made.canvas.setFocus()
    qtbot.keyClick(made.canvas, Qt.Key.Key_I)
    assert insides.items == {}


def test_that_only_blocks_unfold(made, qtbot):
    made.selection.select(["linear_1"])
    qtbot.keyClick(made.canvas, Qt.Key.Key_I)
    assert made.canvas.insides.items == {}
    assert made.canvas.bubble.isVisible()
    made.canvas.insides.toggle("block_1")
    made.editor.delete(["block_1"])
    assert made.canvas.insides.items == {}
    undo(made)
    assert set(made.canvas.insides.items) == {"block_1"}
