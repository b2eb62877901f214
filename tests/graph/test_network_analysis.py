"""What follows from a network: names, order, shapes, problems at their cause."""

from __future__ import annotations

import time

import pytest

from studio.core.network import Edge, Graph, Node
from studio.graph import edits
from studio.graph.analysis import Surroundings, recipe_problems
from studio.layers.catalogue import LAYERS
from tests.graph.networks import (
    CNN,
    MLP,
    PICTURES,
    ROWS,
    analysed,
    chain,
    codes,
    errors,
    project,
    residual,
    wire,
)

LAST = ("linear", {"out_features": 10})


def test_that_a_sound_network_has_order_shapes_and_counts() -> None:
    analysis = analysed(CNN)
    assert analysis.ok
    assert analysis.problems == ()
    assert analysis.order == (
        "input", "conv2d_1", "relu_1", "max_pool2d_1", "flatten_1", "linear_1", "output",
    )  # fmt: skip
    assert analysis.nodes["max_pool2d_1"].output == (16, 14, 14)
    assert analysis.output == (10,)
    assert analysis.parameters == 16 * 9 + 16 + 16 * 14 * 14 * 10 + 10
    assert analysis.multiply_adds == 16 * 9 * 28 * 28 + 16 * 14 * 14 * 10
    assert analysis.activations == 784 + 2 * 16 * 784 + 2 * 16 * 196 + 10 + 10


def test_that_flatten_after_conv_multiplies_all_dimensions() -> None:
    assert analysed(CNN).nodes["flatten_1"].output == (16 * 14 * 14,)


def test_that_names_are_numbered_by_type_in_running_order_and_labels_win() -> None:
    graph = edits.set_label(residual(), "conv2d_1", "Eyes\x07")
    names = analysed(graph).names
    assert names["conv2d_1"] == "Eyes"
    assert names["conv2d_2"] == "Conv2d 2"
    assert (names["input"], names["output"]) == ("Input", "Output")


def test_that_redrawing_a_wire_renames_nothing() -> None:
    cut = edits.disconnect(residual(), LAYERS, [wire("conv2d_1", "conv2d_2")])
    redrawn = edits.connect(cut, LAYERS, "conv2d_1", "conv2d_2")
    assert analysed(redrawn).names == analysed(residual()).names
    assert analysed(redrawn).order == analysed(residual()).order


def test_that_a_shape_problem_is_told_once_and_the_others_wait() -> None:
    graph = chain(
        "max_pool2d", "max_pool2d", "max_pool2d", ("conv2d", {"kernel_size": 5, "padding": 0}), "flatten"
    )
    analysis = analysed(graph)
    (problem,) = errors(analysis)
    assert (problem.code, problem.node, problem.param) == ("shape", "conv2d_1", "kernel_size")
    assert problem.message == (
        "“Conv2d 1”: a 5×5 kernel does not fit into a 3×3 picture. Use a kernel of 3 or less, or add padding."
    )
    assert analysis.nodes["conv2d_1"].output is None
    assert analysis.nodes["conv2d_1"].waits_for is None
    assert analysis.nodes["flatten_1"].waits_for == "conv2d_1"
    assert analysis.nodes["output"].waits_for == "conv2d_1"


def test_that_a_wrong_number_of_classes_is_told_at_the_last_linear() -> None:
    (problem,) = errors(analysed(chain("flatten", "linear", "relu", ("linear", {"out_features": 12}))))
    assert (problem.code, problem.node, problem.param) == ("output-shape", "linear_2", "out_features")
    assert problem.message == (
        "“Linear 2” gives 12 numbers, but the dataset has 10 classes. Set its output features to 10."
    )


def test_that_channels_which_are_flattened_later_are_not_blamed_for_the_count() -> None:
    (problem,) = errors(analysed(chain("conv2d", "flatten")))
    assert (problem.code, problem.node) == ("output-shape", "output")
    assert problem.message == (
        "“Output”: 12544 numbers arrive, but the dataset has 10 classes, so 10 numbers are needed. "
        "Insert Linear before “Output”."
    )
    (problem,) = errors(analysed(chain("conv2d", "global_avg_pool")))
    assert problem.message == (
        "“Conv2d 1” gives 16 numbers, but the dataset has 10 classes. Set its output channels to 10."
    )


def test_that_a_network_that_ends_in_a_picture_is_told_at_the_output() -> None:
    (problem,) = errors(analysed(chain("conv2d")))
    assert (problem.code, problem.node) == ("output-shape", "output")
    assert problem.message == (
        "“Output”: a result of 16×28×28 arrives, but the dataset has 10 classes, so 10 numbers are needed. "
        "Insert Flatten and Linear before “Output”."
    )


def test_that_without_a_dataset_that_is_the_one_problem() -> None:
    analysis = analysed(CNN, None)
    assert codes(analysis) == ["no-dataset"]
    assert analysis.order[0] == "input"
    assert all(facts.output is None and facts.waits_for is None for facts in analysis.nodes.values())


def test_that_an_embedding_on_measurements_is_told() -> None:
    (problem,) = errors(analysed(chain("embedding", "flatten", ("linear", {"out_features": 10}))))
    assert (problem.code, problem.node) == ("dtype", "embedding_1")
    assert "measurements arrive" in problem.message


def test_that_words_pass_through_an_embedding() -> None:
    words = Surroundings((20,), "long", (3,))
    graph = chain("embedding", "lstm", ("global_avg_pool", {"keep": "last"}), ("linear", {"out_features": 3}))
    assert analysed(graph, words).ok
    (problem,) = errors(analysed(chain(("linear", {"out_features": 3})), words))
    assert problem.code == "dtype"


def test_that_each_bad_parameter_is_told_with_its_name() -> None:
    graph = edits.set_params(CNN, "conv2d_1", {"out_channels": 0, "kernel_size": "big"})
    found = errors(analysed(graph))
    assert [(p.code, p.node, p.param) for p in found] == [
        ("bad-param", "conv2d_1", "out_channels"), ("bad-param", "conv2d_1", "kernel_size"),
    ]  # fmt: skip
    assert found[0].message == (
        "“Conv2d 1”: Output channels: must be at least 1, received 0. Choose another value."
    )


def test_that_missing_parameters_take_their_defaults() -> None:
    nodes = tuple(Node(n.id, n.type, {"out_features": 10} if n.type == "linear" else {}) for n in CNN)
    assert analysed(Graph(nodes, CNN.edges)).ok


def test_that_a_layer_from_a_newer_version_is_told_and_kept() -> None:
    graph = Graph(tuple(Node(n.id, "warp") if n.id == "relu_1" else n for n in CNN), CNN.edges)
    (problem,) = errors(analysed(graph))
    assert (problem.code, problem.node) == ("unknown-layer", "relu_1")
    assert problem.message.startswith(
        "“warp 1”: this version of Lantern does not know the layer type “warp”."
    )


def test_that_a_cycle_is_told_with_its_wires() -> None:
    graph = Graph(residual().nodes, (*residual().edges, Edge("relu_1", "add_1", 2)))
    (problem,) = errors(analysed(graph))
    assert (problem.code, problem.node) == ("cycle", "add_1")
    assert problem.message == (
        "“Add 1”: the wires run in a circle (“Add 1” → “ReLU 1” → “Add 1”), so no layer can be the first. "
        "Remove the wire from “ReLU 1” to “Add 1”."
    )


def _with_second(end: str) -> Graph:
    return edits.add_layer(MLP, LAYERS[end])[0]


def test_that_missing_ends_are_told() -> None:
    assert codes(analysed(Graph())) == ["no-input", "no-output"]
    without = Graph(
        tuple(n for n in MLP if n.type != "output"), tuple(e for e in MLP.edges if e.target != "output")
    )
    assert codes(analysed(without)) == ["no-output"]
    without = Graph(
        tuple(n for n in MLP if n.type != "input"), tuple(e for e in MLP.edges if e.source != "input")
    )
    assert codes(analysed(without)) == ["no-input"]


def test_that_a_second_output_is_told() -> None:
    graph, _ = edits.add_layer(MLP, LAYERS["output"])
    assert codes(analysed(graph)) == ["several-outputs"]


def test_that_wires_to_nowhere_are_told_once() -> None:
    graph = Graph(MLP.nodes, (*MLP.edges, Edge("ghost", "relu_1", 4), Edge("linear_1", "ghost")))
    (problem,) = errors(analysed(graph))
    assert problem.code == "dangling-wire"
    assert problem.message == "“ReLU 1”: 2 wires lead to or from a layer that is not there. Remove them."


def test_that_two_wires_at_one_input_are_told() -> None:
    graph = Graph(MLP.nodes, (*MLP.edges, Edge("flatten_1", "relu_1", 0)))
    (problem,) = errors(analysed(graph))
    assert (problem.code, problem.node) == ("two-wires", "relu_1")


def test_that_shared_ids_are_told() -> None:
    graph = Graph((*MLP.nodes, Node("relu_1", "relu")), MLP.edges)
    (problem,) = errors(analysed(graph))
    assert problem.code == "duplicate-id"


def test_that_an_unconnected_layer_only_warns() -> None:
    graph, _ = edits.add_layer(MLP, LAYERS["conv2d"])
    analysis = analysed(graph)
    assert analysis.ok
    (problem,) = analysis.problems
    assert (problem.code, problem.node, problem.severity) == ("not-connected", "conv2d_1", "warning")
    assert problem.message.startswith("“Conv2d 1” is not connected with the network and not trained.")


def test_that_an_island_is_told_once() -> None:
    graph, copies = edits.duplicate(CNN, LAYERS, ["conv2d_1", "relu_1", "max_pool2d_1"])
    (problem,) = analysed(graph).problems
    assert (problem.code, problem.node) == ("not-connected", copies["conv2d_1"])
    assert problem.message.startswith("“Conv2d 2” and 2 more layers are not connected")


def test_that_a_branch_that_nobody_uses_warns_and_its_own_problems_stop_nothing() -> None:
    graph, leaf = edits.append(MLP, LAYERS, "linear_1", LAYERS["conv2d"], branch=True)
    analysis = analysed(graph)
    assert analysis.ok
    assert [(p.code, p.node, p.severity) for p in analysis.problems] == [
        ("shape", leaf, "warning"), ("unused-branch", leaf, "warning"),
    ]  # fmt: skip
    assert leaf not in analysis.order


def test_that_a_cut_network_is_told_where_the_wire_is_missing() -> None:
    graph = edits.disconnect(MLP, LAYERS, [wire("linear_1", "relu_1")])
    (problem,) = analysed(graph).problems
    assert (problem.code, problem.node) == ("missing-input", "relu_1")
    assert problem.message == "“ReLU 1”: nothing comes in. Draw a wire from another layer to it."


def test_that_an_add_wants_two_wires() -> None:
    (problem,) = errors(analysed(chain("flatten", "add", LAST)))
    assert problem.message == (
        "“Add 1”: two or more wires must come in, but only one wire does. "
        "Draw a wire from another layer to it."
    )


@pytest.mark.parametrize(
    ("specs", "code", "node"),
    [
        (
            ("flatten", "linear", "relu", "relu", ("linear", {"out_features": 10})),
            "two-activations",
            "relu_2",
        ),
        (("flatten", "linear", LAST), "no-activation", "linear_2"),
        (("flatten", LAST, "relu"), "last-activation", "relu_1"),
        (("flatten", LAST, "dropout"), "last-dropout", "dropout_1"),
    ],
)
def test_that_habits_that_spoil_training_warn(specs: tuple[object, ...], code: str, node: str) -> None:
    analysis = analysed(chain(*specs))  # type: ignore[arg-type]
    assert analysis.ok
    assert [(p.code, p.node, p.severity) for p in analysis.problems] == [(code, node, "warning")]
    assert len(analysis.problems[0].fixes) >= 1


def test_that_adding_the_same_values_twice_warns() -> None:
    graph = edits.connect(chain("flatten", "add", LAST), LAYERS, "flatten_1", "add_1")
    assert codes(analysed(graph)) == ["same-input-twice"]


def test_that_a_huge_layer_warns() -> None:
    graph = chain(
        "flatten", ("linear", {"out_features": 1_000_000}), "relu", ("linear", {"out_features": 10})
    )
    (problem,) = analysed(graph).problems
    assert problem.code == "huge"
    assert "785 million weights, which take about 13 GB" in problem.message
    assert problem.message.endswith("Make the picture smaller before it, for example by pooling.")


def test_that_a_huge_layer_of_a_table_is_not_told_of_pictures() -> None:
    graph = chain(("linear", {"out_features": 40_000}), "relu", ("linear", {"out_features": 40_000}))
    problem = next(p for p in analysed(graph, ROWS).problems if p.code == "huge")
    assert problem.message.endswith("Give it, or the layer before it, fewer outputs.")


@pytest.mark.parametrize(
    ("last", "loss", "code"),
    [
        ("softmax", "cross_entropy", "softmax-before-loss"),
        ("log_softmax", "cross_entropy", "softmax-before-loss"),
        ("sigmoid", "bce_with_logits", "softmax-before-loss"),
        ("sigmoid", "mse", "last-activation"),
        ("softmax", "nll", "loss-wants-log-softmax"),
        ("log_softmax", "nll", None),
        ("identity", "nll", "loss-wants-log-softmax"),
        ("identity", "cross_entropy", None),
    ],
)
def test_that_the_last_layer_must_suit_the_loss(last: str, loss: str, code: str | None) -> None:
    graph = chain(("linear", {"out_features": 3}), last)
    analysis = analysed(graph, ROWS)
    found = recipe_problems(project(graph, loss), analysis, LAYERS)
    assert [p.code for p in found] == ([code] if code else [])
    for problem in found:
        mended = problem.fixes[0].edit(project(graph, loss))
        assert recipe_problems(mended, analysed(mended.graph, ROWS), LAYERS) == ()


def test_that_batch_normalisation_wants_more_than_one_sample() -> None:
    graph = chain(("linear", {}), "batch_norm1d", "relu", ("linear", {"out_features": 3}))
    (problem,) = recipe_problems(project(graph, batch_size=1), analysed(graph, ROWS), LAYERS)
    assert problem.code == "batch-of-one"
    assert problem.fixes[0].edit(project(graph, batch_size=1)).recipe.batch_size == 32


def test_that_recipe_problems_never_raise_on_broken_networks() -> None:
    for graph in (Graph(), chain(), Graph((Node("a", "softmax"),), (Edge("a", "a"),))):
        recipe_problems(project(graph), analysed(graph), LAYERS)


def test_that_two_hundred_layers_are_analysed_in_an_instant() -> None:
    graph = chain(*["conv2d", "relu"] * 99, "flatten", ("linear", {"out_features": 10}))
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        analysis = analysed(graph, PICTURES)
        best = min(best, time.perf_counter() - start)
    assert analysis.ok
    assert best < 0.1  # a few milliseconds; the rest is for a busy machine
