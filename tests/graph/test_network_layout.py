"""The automatic layout: readable, stable, quick."""

from __future__ import annotations

import time
from itertools import combinations

import pytest

from studio.core.network import Graph
from studio.graph import edits
from studio.graph.layout import Direction, arranged, layout
from studio.graph.placing import CARD_HEIGHT, CARD_WIDTH, GAP_X, GAP_Y
from studio.layers.catalogue import LAYERS
from tests.graph.networks import CNN, MLP, chain, residual


def branches() -> Graph:
    graph = chain("conv2d", "conv2d", "concatenate", "flatten", "linear")
    for _ in range(3):
        graph, new = edits.append(graph, LAYERS, "conv2d_1", LAYERS["conv2d"], branch=True)
        graph = edits.connect(graph, LAYERS, new, "concatenate_1")
    return graph


def test_that_a_chain_is_one_straight_column_with_room_for_shapes() -> None:
    places = layout(CNN, LAYERS)
    order = ["input", "conv2d_1", "relu_1", "max_pool2d_1", "flatten_1", "linear_1", "output"]
    assert [places[n] for n in order] == [(0.0, i * (CARD_HEIGHT + GAP_Y)) for i in range(7)]


def test_that_a_chain_can_run_to_the_right() -> None:
    places = layout(MLP, LAYERS, "right")
    assert len({y for _, y in places.values()}) == 1
    assert sorted(x for x, _ in places.values())[1] >= CARD_WIDTH + GAP_Y


def test_that_a_skip_connection_leaves_the_chain_straight() -> None:
    places = layout(residual(), LAYERS)
    assert len({x for x, _ in places.values()}) == 1


def test_that_the_longest_way_is_straight_and_a_shortcut_stands_beside_it() -> None:
    graph = chain("conv2d", "conv2d", "relu", "conv2d", "add", "flatten", "linear")
    graph, shortcut = edits.append(graph, LAYERS, "conv2d_1", LAYERS["conv2d"], branch=True)
    graph = edits.connect(graph, LAYERS, shortcut, "add_1")
    places = layout(graph, LAYERS)
    assert {x for node, (x, _) in places.items() if node != shortcut} == {0.0}
    assert places[shortcut][0] == CARD_WIDTH + GAP_X


@pytest.mark.parametrize("direction", ["down", "right"])
def test_that_no_card_hides_another(direction: Direction) -> None:
    graph, _ = edits.add_layer(branches(), LAYERS["conv2d"])
    graph, _ = edits.duplicate(graph, LAYERS, ["conv2d_1", "concatenate_1"])
    places = layout(graph, LAYERS, direction)
    for (ax, ay), (bx, by) in combinations(places.values(), 2):
        assert abs(ax - bx) >= CARD_WIDTH or abs(ay - by) >= CARD_HEIGHT


def test_that_every_wire_runs_forward() -> None:
    graph = branches()
    places = layout(graph, LAYERS)
    assert all(places[e.source][1] < places[e.target][1] for e in graph.edges)


def test_that_branches_stand_side_by_side_in_the_order_of_their_ports() -> None:
    graph = branches()
    places = layout(graph, LAYERS)
    columns = [places[e.source][0] for e in graph.inputs_of("concatenate_1")]
    assert columns == sorted(columns)
    assert len({places[e.source][1] for e in graph.inputs_of("concatenate_1")}) == 1
    assert places["concatenate_1"][0] == places["conv2d_1"][0] == columns[0]


def test_that_the_layout_is_stable_and_keeps_the_input_where_it_was() -> None:
    once = arranged(branches(), LAYERS, origin=(40.0, 80.0))
    assert arranged(once, LAYERS, origin=(40.0, 80.0)) == once
    assert once.node("input").position == (40.0, 80.0)
    shuffled = Graph(tuple(reversed(once.nodes)), tuple(reversed(once.edges)))
    assert layout(shuffled, LAYERS) == layout(once, LAYERS)


def test_that_odd_graphs_are_laid_out_too() -> None:
    assert layout(Graph(), LAYERS) == {}
    assert arranged(Graph(), LAYERS) == Graph()
    bare = Graph(MLP.nodes, ())
    assert len(set(layout(bare, LAYERS).values())) == len(MLP.nodes)


def test_that_two_hundred_layers_are_laid_out_in_an_instant() -> None:
    graph = chain(*["conv2d", "relu"] * 99)
    for i in range(1, 90, 3):
        graph = edits.connect(graph, LAYERS, f"conv2d_{i}", f"relu_{i + 2}")
    start = time.perf_counter()
    layout(graph, LAYERS)
    assert time.perf_counter() - start < 0.5
