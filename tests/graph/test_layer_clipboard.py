"""Layers as text, there and back again."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.network import Graph
from studio.graph import edits
from studio.graph.clipboard import MARKER, ClipboardError, copied, holds_layers, pasted
from studio.layers.catalogue import LAYERS
from tests.graph.networks import CNN, MLP, residual, wires


def test_that_copied_layers_are_pasted_with_their_wires_under_fresh_ids() -> None:
    text = copied(residual(), [n.id for n in residual()])
    assert holds_layers(text)
    graph, new = pasted(residual(), LAYERS, text)
    assert new == ("conv2d_3", "conv2d_4", "add_2", "relu_2", "flatten_2", "linear_2")
    assert {("conv2d_3", "conv2d_4", 0), ("conv2d_4", "add_2", 0), ("conv2d_3", "add_2", 1)} <= wires(graph)
    assert sum(n.type == "input" for n in graph) == 1
    assert graph.node("conv2d_3").params == residual().node("conv2d_1").params


def test_that_layers_can_be_pasted_into_another_network_at_a_place() -> None:
    text = copied(CNN, ["conv2d_1", "relu_1"])
    graph, (conv, relu) = pasted(MLP, LAYERS, text, at=(800.0, 80.0))
    assert graph.node(conv).position == (800.0, 80.0)
    assert graph.node(relu).position == (800.0, 184.0)


def test_that_pasting_twice_does_not_hide_the_first_copies() -> None:
    text = copied(CNN, ["conv2d_1"])
    graph, _ = pasted(CNN, LAYERS, text)
    graph, _ = pasted(graph, LAYERS, text)
    assert len({n.position for n in graph}) == len(graph.nodes)


def test_that_a_join_whose_first_wire_stayed_behind_counts_anew() -> None:
    graph, new = pasted(Graph(), LAYERS, copied(residual(), ["conv2d_1", "add_1"]))
    assert wires(graph) == {(new[0], new[1], 0)}


def test_that_labels_sizes_and_text_survive() -> None:
    graph = edits.set_label(edits.set_param(CNN, "conv2d_1", "kernel_size", (3, 5)), "conv2d_1", "Größe „1“")
    result, (new,) = pasted(Graph(), LAYERS, copied(graph, ["conv2d_1"]))
    assert result.node(new).params["kernel_size"] == (3, 5)
    assert result.node(new).label == "Größe „1“"


DAMAGED = "The copied layers are damaged and cannot be pasted. Copy them again."
NODE = {"id": "a", "type": "relu", "params": {}, "position": [0, 0], "label": ""}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The clipboard holds no layers. Copy some layers of a network first, then paste."),
        ("hello", "The clipboard holds no layers. Copy some layers of a network first, then paste."),
        ("[1, 2]", "The clipboard holds no layers. Copy some layers of a network first, then paste."),
        ("[" * 100_000, "The clipboard holds no layers. Copy some layers of a network first, then paste."),
        (
            f'{{"{MARKER}": 1, "nodes": [',
            DAMAGED,
        ),
        (
            json.dumps({MARKER: 1, "nodes": 3}),
            DAMAGED,
        ),
        (
            json.dumps({MARKER: 9, "nodes": []}),
            "These layers were copied in a newer version of Lantern. Update Lantern first.",
        ),
        (
            json.dumps({MARKER: 1, "nodes": [{**NODE, "type": "os.system"}]}),
            "The copied layers contain the type “os.system”, which this version of Lantern does not know. "
            "Update Lantern, or copy the others only.",
        ),
        (
            json.dumps({MARKER: 1, "nodes": [NODE, NODE]}),
            DAMAGED,
        ),
        (
            json.dumps({MARKER: 1, "nodes": [{**NODE, "position": [1e999, 0]}]}),
            DAMAGED,
        ),
        ("x" * 5_000_000, "The clipboard holds too much text for layers. Copy fewer layers at once."),
    ],
)
def test_that_rubbish_is_refused_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(ClipboardError) as refused:
        pasted(CNN, LAYERS, text)
    assert str(refused.value) == message


KEYS = st.sampled_from([*NODE, "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(JSON, JSON, JSON, st.sampled_from(["id", "type", "params", "position", "label"]))
def test_that_no_content_raises_anything_else(nodes: object, edges: object, value: object, key: str) -> None:
    for content in ([{**NODE, key: value}], nodes, [nodes], [NODE, nodes]):
        text = json.dumps({MARKER: 1, "nodes": content, "edges": edges})
        with contextlib.suppress(ClipboardError):
            pasted(CNN, LAYERS, text)
