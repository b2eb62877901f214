"""What the canvas does to a network."""

from __future__ import annotations

from studio.core.network import Edge, Graph, Node
from studio.graph import edits
from studio.graph.placing import CARD_HEIGHT, CARD_WIDTH
from studio.layers.catalogue import LAYERS
from tests.graph import networks
from tests.graph.networks import CNN, MLP, chain, residual, wire, wires


def test_that_a_new_layer_has_a_fresh_id_and_its_default_parameters() -> None:
    graph, first = edits.add_layer(Graph(), LAYERS["conv2d"], (8.0, 16.0))
    graph, second = edits.add_layer(graph, LAYERS["conv2d"], params={"out_channels": 4})
    assert (first, second) == ("conv2d_1", "conv2d_2")
    assert graph.node(first).params == LAYERS["conv2d"].defaults
    assert graph.node(first).position == (8.0, 16.0)
    assert graph.node(second).params["out_channels"] == 4


def test_that_ids_of_removed_layers_do_not_collide_with_those_that_stay() -> None:
    graph = edits.remove(chain("relu", "relu", "relu"), LAYERS, {"relu_1"})
    graph, fresh = edits.add_layer(graph, LAYERS["relu"])
    assert sorted(n.id for n in graph) == sorted({n.id for n in graph})
    assert fresh not in ("relu_2", "relu_3")


def test_that_removing_heals_the_wires_through_several_layers() -> None:
    graph = edits.remove(CNN, LAYERS, {"relu_1", "max_pool2d_1"})
    assert ("conv2d_1", "flatten_1", 0) in wires(graph)
    assert "relu_1" not in graph


def test_that_removing_without_healing_leaves_a_gap() -> None:
    graph = edits.remove(CNN, LAYERS, {"relu_1"}, heal=False)
    assert not any(target == "max_pool2d_1" for _, target, _ in wires(graph))


def test_that_removing_a_join_keeps_its_first_branch() -> None:
    graph = edits.remove(residual(), LAYERS, {"add_1"})
    assert ("conv2d_2", "relu_1", 0) in wires(graph)
    assert ("conv2d_1", "relu_1", 0) not in wires(graph)


def test_that_removing_everything_keeps_input_and_output_and_says_so() -> None:
    everything = {n.id for n in CNN}
    graph = edits.remove(CNN, LAYERS, everything)
    assert {n.id for n in graph} == {"input", "output"}
    assert wires(graph) == {("input", "output", 0)}
    assert (
        edits.removal_refusal(CNN, everything) == "The Input and the Output stay: every network needs them."
    )
    assert edits.removal_refusal(CNN, {"input"}) == "The Input stays: every network needs one."
    assert edits.removal_refusal(CNN, {"relu_1"}) is None


def test_that_a_second_output_can_be_removed() -> None:
    graph, extra = edits.add_layer(CNN, LAYERS["output"])
    assert edits.removal_refusal(graph, {extra}) is None
    assert extra not in edits.remove(graph, LAYERS, {extra})


def test_that_a_wire_onto_an_occupied_input_replaces_the_old_one() -> None:
    graph = edits.connect(MLP, LAYERS, "flatten_1", "relu_1")
    assert ("flatten_1", "relu_1", 0) in wires(graph)
    assert ("linear_1", "relu_1", 0) not in wires(graph)


def test_that_wires_into_an_add_take_the_next_port_and_close_up_again() -> None:
    graph = edits.connect(residual(), LAYERS, "input", "add_1")
    assert [(e.source, e.port) for e in graph.inputs_of("add_1")] == [
        ("conv2d_2", 0), ("conv2d_1", 1), ("input", 2),
    ]  # fmt: skip
    graph = edits.disconnect(graph, LAYERS, [wire("conv2d_2", "add_1", 0)])
    assert [(e.source, e.port) for e in graph.inputs_of("add_1")] == [("conv2d_1", 0), ("input", 1)]


def test_that_a_layer_spliced_into_a_wire_pushes_down_what_follows() -> None:
    graph, new = edits.splice(MLP, LAYERS, wire("flatten_1", "linear_1"), LAYERS["dropout"])
    assert {("flatten_1", new, 0), (new, "linear_1", 0)} <= wires(graph)
    assert ("flatten_1", "linear_1", 0) not in wires(graph)
    heights = [graph.node(n).position[1] for n in ("flatten_1", new, "linear_1", "relu_1")]
    assert heights == [104.0, 208.0, 312.0, 416.0]


def test_that_an_existing_layer_can_be_spliced_in_and_loses_its_old_wires() -> None:
    graph = edits.splice_node(CNN, LAYERS, wire("input", "conv2d_1"), "relu_1")
    assert {("input", "relu_1", 0), ("relu_1", "conv2d_1", 0)} <= wires(graph)
    assert ("conv2d_1", "relu_1", 0) not in wires(graph)
    assert edits.splice_node(CNN, LAYERS, wire("input", "conv2d_1"), "output") == CNN
    assert edits.splice_node(CNN, LAYERS, wire("input", "conv2d_1"), "conv2d_1") == CNN


def test_that_appending_takes_over_what_was_connected_unless_it_is_a_branch() -> None:
    graph, new = edits.append(MLP, LAYERS, "linear_1", LAYERS["batch_norm1d"])
    assert {("linear_1", new, 0), (new, "relu_1", 0)} <= wires(graph)
    graph, new = edits.append(MLP, LAYERS, "linear_1", LAYERS["batch_norm1d"], branch=True)
    assert {("linear_1", new, 0), ("linear_1", "relu_1", 0)} <= wires(graph)


def test_that_a_branch_does_not_hide_another_card() -> None:
    graph, new = edits.append(MLP, LAYERS, "linear_1", LAYERS["relu"], branch=True)
    places = [n.position for n in graph]
    assert len(set(places)) == len(places)
    assert graph.node(new).position == (272.0, graph.node("relu_1").position[1])


def test_that_duplicates_keep_their_inner_wires_and_lie_beside_the_originals() -> None:
    graph, copies = edits.duplicate(CNN, LAYERS, ["conv2d_1", "relu_1", "input"])
    assert copies == {"conv2d_1": "conv2d_2", "relu_1": "relu_2"}
    assert ("conv2d_2", "relu_2", 0) in wires(graph)
    assert not any(source == "input" and target == "conv2d_2" for source, target, _ in wires(graph))
    assert graph.node("conv2d_2").position == (272.0, 152.0)  # in the next column


def test_that_replacing_a_type_keeps_the_parameters_that_both_know() -> None:
    graph = chain(("conv2d", {"out_channels": 7, "kernel_size": (3, 5)}))
    node = edits.replace_type(graph, LAYERS, "conv2d_1", LAYERS["conv1d"]).node("conv2d_1")
    assert (node.type, node.params["out_channels"], node.params["kernel_size"]) == ("conv1d", 7, 3)


def test_that_labels_are_one_line() -> None:
    assert edits.set_label(MLP, "linear_1", "  my\n layer ").node("linear_1").label == "my layer"


def test_that_each_refused_wire_comes_with_its_reason() -> None:
    def reason(source: str, target: str, port: int | None = None, graph: Graph = CNN) -> str | None:
        return edits.refusal(graph, LAYERS, source, target, port)

    assert (
        reason("relu_1", "relu_1") == "A layer cannot be connected to itself. Drop the wire on another layer."
    )
    assert reason("relu_1", "input") == (
        "Nothing can go into the Input: it hands out the samples of the dataset."
    )
    assert reason("output", "relu_1") == "Nothing can come out of the Output: the network ends there."
    assert reason("flatten_1", "conv2d_1") == (
        "“Conv2d 1” already leads to “Flatten 1”, so this wire would close a circle. "
        "Values can only flow forward: connect it to a layer further on."
    )
    assert reason("input", "relu_1", 1) == (
        "“ReLU 1” has only one input. Use an Add or Concatenate layer to join several wires."
    )
    assert reason("gone", "relu_1") == "This layer is no longer there."
    assert reason("input", "flatten_1") is None
    strange = Graph((*CNN.nodes, Node("n", "warp_drive")), CNN.edges)
    assert reason("input", "n", graph=strange) == (
        "“warp_drive 1” is of a type that this version of Lantern does not know, "
        "so nothing can be connected to it."
    )


def test_that_a_refused_wire_changes_nothing() -> None:
    assert edits.connect(CNN, LAYERS, "flatten_1", "conv2d_1") is CNN


def test_that_edits_leave_the_old_graph_as_it_was() -> None:
    before = networks.chain("relu")
    copy = Graph(before.nodes, before.edges)
    edits.set_param(before, "relu_1", "x", 1)
    edits.remove(before, LAYERS, {"relu_1"})
    edits.move(before, {"relu_1": (1.0, 2.0)})
    assert before == copy
    assert edits.move(before, {"relu_1": (1.0, 2.0)}).node("relu_1").position == (1.0, 2.0)
    assert Edge("input", "relu_1") in before.edges


def test_that_a_duplicated_join_counts_its_wires_anew() -> None:
    graph, copies = edits.duplicate(residual(), LAYERS, ["conv2d_1", "add_1"])
    assert [(e.source, e.port) for e in graph.inputs_of(copies["add_1"])] == [(copies["conv2d_1"], 0)]


def join() -> Graph:
    """Two ReLUs into an Add at ports 0 and 1, a third beside them."""
    nodes = [Node("input", "input"), *(Node(f"relu_{i}", "relu") for i in (1, 2, 3))]
    nodes += [
        Node("concatenate_1", "concatenate", dict(LAYERS["concatenate"].defaults)),
        Node("output", "output"),
    ]
    fed = [Edge("input", f"relu_{i}") for i in (1, 2, 3)]
    into = [Edge("relu_1", "concatenate_1", 0), Edge("relu_2", "concatenate_1", 1)]
    return Graph(tuple(nodes), (*fed, *into, Edge("concatenate_1", "output")))


def into_join(graph: Graph) -> list[str]:
    return [e.source for e in sorted(graph.inputs_of("concatenate_1"), key=lambda e: e.port)]


def test_that_a_wire_drawn_onto_a_join_never_pushes_another_out() -> None:
    graph = edits.draw(join(), LAYERS, "relu_3", "concatenate_1", 0)
    assert into_join(graph) == ["relu_1", "relu_2", "relu_3"]


def test_that_a_joins_wire_moved_to_another_source_keeps_its_place_and_the_others() -> None:
    graph = edits.draw(join(), LAYERS, "relu_3", "concatenate_1", 0, Edge("relu_1", "concatenate_1", 0))
    assert into_join(graph) == ["relu_3", "relu_2"]


def test_that_a_joins_wire_moved_onto_another_changes_places_with_it() -> None:
    graph = edits.draw(join(), LAYERS, "relu_1", "concatenate_1", 1, Edge("relu_1", "concatenate_1", 0))
    assert into_join(graph) == ["relu_2", "relu_1"]


def test_that_a_wire_drawn_onto_a_single_input_takes_the_old_ones_place() -> None:
    graph = edits.draw(join(), LAYERS, "relu_1", "output", 0)
    assert [e.source for e in graph.inputs_of("output")] == ["relu_1"]


def test_that_a_wire_moved_into_a_circle_stays_where_it_was() -> None:
    lifted = Edge("input", "relu_1")
    assert edits.draw(join(), LAYERS, "concatenate_1", "relu_1", 0, lifted) == join()


def test_that_copies_of_a_whole_network_lie_beside_it() -> None:
    copied_ids = {n.id for n in CNN}
    graph, copies = edits.duplicate(CNN, LAYERS, copied_ids)
    graph, _ = edits.duplicate(graph, LAYERS, copied_ids)  # and once more: beside both
    places = [n.position for n in graph.nodes]
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[i + 1 :]:
            assert abs(x - other_x) >= CARD_WIDTH or abs(y - other_y) >= CARD_HEIGHT
    first, second = (graph.node(copies[n]).position for n in ("conv2d_1", "relu_1"))
    was_first, was_second = (CNN.node(n).position for n in ("conv2d_1", "relu_1"))
    assert (second[0] - first[0], second[1] - first[1]) == (
        was_second[0] - was_first[0],
        was_second[1] - was_first[1],
    )


def test_that_the_wire_left_over_after_a_change_of_type_takes_the_free_input() -> None:
    graph = edits.replace_type(residual(), LAYERS, "add_1", LAYERS["identity"])
    graph = edits.remove(graph, LAYERS, {"conv2d_2"}, heal=False)
    assert graph.inputs_of("add_1") == (Edge("conv2d_1", "add_1", 0),)
