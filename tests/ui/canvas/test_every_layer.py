"""Each layer of the palette, dragged by mouse onto a wire and onto the empty canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from studio.layers.catalogue import LAYERS
from studio.ui.canvas.geometry import CARD_HEIGHT
from tests.ui.canvas import gestures
from tests.ui.canvas.networks import chain, node, project_with

DROPPED = [layer.id for layer in LAYERS if layer.id not in ("input", "output")]
CLICKS = 8


@pytest.fixture
def pictures(canvas):
    """Input, Conv2d, Flatten, Linear (10), Output: a wire that carries pictures, one that carries a list."""
    canvas.editor.document.open_project(
        project_with(
            chain(
                node("input", 0), node("conv2d_1", 1), node("flatten_1", 2),
                node("linear_1", 3, out_features=10), node("output", 4),
            )
        ),
        None,
    )  # fmt: skip
    canvas.fit()
    return canvas


def sensible(text: str) -> bool:
    """A sentence that names no Python and ends as sentences do."""
    wrong = ("None", "Traceback", "Error", "{", "object at", "nan")
    return text.endswith(".") and len(text) > 20 and not any(part in text for part in wrong)


def dropped(canvas, before) -> str:
    (new,) = {n.id for n in canvas.editor.graph} - {n.id for n in before}
    return new


def test_that_there_are_as_many_layers_as_the_palette_shows(page):
    assert len(DROPPED) == 81
    assert set(DROPPED) == set(LAYERS.ids) - {"input", "output"}


@pytest.mark.parametrize("layer", DROPPED)
@pytest.mark.parametrize("wire", [("conv2d_1", "flatten_1"), ("linear_1", "output")], ids=["picture", "list"])
def test_that_a_layer_dropped_on_a_wire_has_a_card_and_a_way_to_a_whole_network(pictures, layer, wire):
    canvas, document = pictures, pictures.editor.document
    before = canvas.editor.graph
    assert gestures.drag_onto_wire(canvas, layer, *wire)
    new = dropped(canvas, before)
    card = canvas.network_scene.cards[new]
    assert card.view.name.startswith(LAYERS[layer].name)
    assert canvas.selection.nodes == (new,)
    facts = document.analysis.nodes[new]
    assert facts.output is not None or any(p.node == new or p.severity == "error" for p in document.problems)
    for _ in range(CLICKS):
        if not document.problems:
            break
        for problem in document.problems:
            assert sensible(problem.message), problem.message
        fix = document.problems[0].fixes[0]
        canvas.editor.document.push(fix.edit(document.project), fix.text)
    assert document.problems == ()
    assert document.analysis.output == (10,)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert canvas.editor.graph == before


@pytest.mark.parametrize("layer", DROPPED)
def test_that_a_layer_dropped_beside_the_network_waits_there_for_a_wire(pictures, layer):
    canvas, document = pictures, pictures.editor.document
    before = canvas.editor.graph
    at = gestures.card_centre(canvas, "conv2d_1") + QPointF(420, CARD_HEIGHT)
    assert gestures.drag_layer(canvas, layer, at)
    new = dropped(canvas, before)
    assert new in canvas.network_scene.cards
    assert canvas.editor.graph.edges == before.edges
    (problem,) = document.problems
    assert (problem.code, problem.node, problem.severity) == ("not-connected", new, "warning")
    assert sensible(problem.message)
    assert document.analysis.ok
