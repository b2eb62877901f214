"""One-click fixes: what they are called, and that they mend what they promise."""

from __future__ import annotations

import pickle

import pytest

from studio.core.network import Edge, Graph, Node
from studio.core.project import MAIN
from studio.graph import edits
from studio.graph.analysis import Surroundings
from studio.graph.changes import GraphChange
from studio.layers.catalogue import LAYERS
from tests.graph.networks import (
    CNN,
    MLP,
    PICTURES,
    ROWS,
    Spec,
    after,
    analysed,
    chain,
    errors,
    project,
    residual,
    wire,
    wires,
)

LAST = ("linear", {"out_features": 10})
TIGHT = chain(*["max_pool2d"] * 3, ("conv2d", {"kernel_size": 5, "padding": 0}), "flatten", LAST)


def buttons(graph: Graph, around: Surroundings = PICTURES) -> list[str]:
    return [fix.text for fix in errors(analysed(graph, around))[0].fixes]


ROWS_OF_PIXELS: Spec = ("unflatten", {"unflattened_size": (28, 28)})
BROKEN: list[tuple[tuple[Spec, ...], list[str]]] = [
    (
        ("flatten", "linear", "relu", ("linear", {"out_features": 12})),
        ["Set output features to 10"],
    ),
    (
        ("conv2d", "relu", LAST),
        [
            "Insert Flatten before “Linear 1”",
            "Insert Flatten and Linear before “Output”",
            "Insert Global average pool and Linear before “Output”",
        ],
    ),
    (
        ("conv2d", "relu"),
        [
            "Insert Flatten and Linear before “Output”",
            "Insert Global average pool and Linear before “Output”",
        ],
    ),
    (
        ("flatten", "conv2d", LAST),
        ["Move “Flatten 1” behind “Conv2d 1”", "Remove “Conv2d 1”"],
    ),
    (
        ("flatten", "linear", "batch_norm2d", "relu", LAST),
        ["Replace “BatchNorm2d 1” by BatchNorm1d", "Remove “BatchNorm2d 1”"],
    ),
    (
        ("lstm", "flatten", LAST),
        ["Insert Unflatten to 28×28 before “LSTM 1”"],
    ),
    (
        ("embedding", "flatten", LAST),
        ["Remove “Embedding 1”"],
    ),
    (
        ("conv2d", ("group_norm", {"num_groups": 5}), "flatten", LAST),
        ["Set groups to 4"],
    ),
    (
        (ROWS_OF_PIXELS, ("multihead_attention", {"num_heads": 5}), "flatten", LAST),
        ["Set heads to 4"],
    ),
    (
        ("conv2d", "flatten", ("linear", {"out_features": 0}), "relu", LAST),
        ["Set output features to 1", "Set output features to 64"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("specs", "texts"), BROKEN)
def test_that_fixes_are_offered_best_first(specs: tuple[Spec, ...], texts: list[str]) -> None:
    offered = buttons(chain(*specs))
    assert [text for text in offered if text in texts] == texts
    assert offered[0] == texts[0]
    assert len(offered) <= 3


@pytest.mark.parametrize("graph", [*(chain(*specs) for specs, _ in BROKEN), TIGHT])
def test_that_every_fix_mends_its_problem_and_the_first_one_makes_the_network_whole(graph: Graph) -> None:
    (problem,) = errors(analysed(graph))
    for i, fix in enumerate(problem.fixes):
        mended = analysed(after(graph, fix))
        assert (problem.code, problem.node) not in [(p.code, p.node) for p in errors(mended)], fix.text
        if i == 0:
            assert mended.ok, fix.text


def test_that_a_kernel_that_does_not_fit_can_be_made_smaller_or_padded() -> None:
    assert buttons(TIGHT)[:2] == ["Set kernel size to 3", "Set padding to 1"]


def test_that_a_huge_kernel_goes_back_to_the_usual_size_where_the_largest_one_spoils_what_follows() -> None:
    """A kernel of 30 would fit, but leave a single pixel, which cannot be pooled."""
    tight = ("conv2d", {"kernel_size": 99, "padding": 1}), "max_pool2d", "max_pool2d", "flatten", LAST
    graph = chain(*tight)
    (problem,) = errors(analysed(graph))
    assert "Use a kernel of 30 or less" in problem.message
    assert problem.fixes[0].text == "Set kernel size to 3"
    assert analysed(after(graph, problem.fixes[0])).ok


def test_that_an_add_of_different_channels_gets_a_1x1_convolution() -> None:
    graph = edits.connect(
        edits.disconnect(residual(), LAYERS, [wire("conv2d_1", "add_1", 1)]), LAYERS, "input", "add_1"
    )
    graph = edits.set_param(graph, "conv2d_2", "out_channels", 8)
    assert analysed(graph).ok  # one channel is spread over eight, as torch does it
    graph = residual()
    graph = edits.set_param(graph, "conv2d_2", "out_channels", 8)
    assert "Insert 1×1 Conv2d between “Conv2d 1” and “Add 1”" in buttons(graph)
    assert "Set output channels to 16 in “Conv2d 2”" in buttons(graph)


def test_that_an_add_of_different_sizes_gets_a_convolution_with_a_stride() -> None:
    graph = edits.set_params(residual(), "conv2d_2", {"out_channels": 32, "stride": 2})
    (problem,) = errors(analysed(graph))
    fix = next(f for f in problem.fixes if f.text == "Insert 1×1 Conv2d between “Conv2d 1” and “Add 1”")
    mended = after(graph, fix)
    shortcut = mended.node("conv2d_3")
    assert (shortcut.params["kernel_size"], shortcut.params["stride"], shortcut.params["out_channels"]) == (
        1,
        2,
        32,
    )
    assert analysed(mended).ok


def test_that_a_concatenate_of_a_list_and_a_picture_is_mended() -> None:
    graph = chain("conv2d", "flatten", "concatenate", LAST)
    graph = edits.connect(graph, LAYERS, "conv2d_1", "concatenate_1")
    (problem,) = errors(analysed(graph))
    assert analysed(after(graph, problem.fixes[0])).ok


def test_that_a_cut_chain_is_joined_again() -> None:
    graph = edits.disconnect(MLP, LAYERS, [wire("linear_1", "relu_1")])
    assert buttons(graph)[0] == "Connect “Linear 1” to “ReLU 1”"
    (problem,) = errors(analysed(graph))
    assert wires(after(graph, problem.fixes[0])) == wires(MLP)


def test_that_an_output_without_a_wire_is_connected_to_the_last_layer() -> None:
    graph = edits.disconnect(CNN, LAYERS, [wire("linear_1", "output")])
    assert buttons(graph)[0] == "Connect “Linear 1” to “Output”"


def test_that_missing_ends_are_added_and_connected() -> None:
    bare = edits.remove(edits.add_layer(MLP, LAYERS["output"])[0], LAYERS, {"output"}, heal=False)
    bare = Graph(tuple(n for n in bare if n.type != "output"), bare.edges)
    (problem,) = errors(analysed(bare))
    assert [f.text for f in problem.fixes] == ["Add an Output"]
    assert analysed(after(bare, problem.fixes[0])).ok


def test_that_a_cycle_is_opened() -> None:
    graph = Graph(residual().nodes, (*residual().edges, Edge("relu_1", "add_1", 2)))
    (problem,) = errors(analysed(graph))
    assert [f.text for f in problem.fixes] == ["Remove the wire from “ReLU 1” to “Add 1”"]
    assert wires(after(graph, problem.fixes[0])) == wires(residual())


def test_that_copies_with_the_same_id_get_their_own() -> None:
    graph = Graph((*MLP.nodes, Node("relu_1", "relu"), Node("relu_1", "relu")), MLP.edges)
    (problem,) = errors(analysed(graph))
    mended = after(graph, problem.fixes[0])
    assert len({n.id for n in mended}) == len(mended.nodes)
    assert analysed(mended).ok


def test_that_removing_an_unused_branch_takes_only_what_leads_to_it() -> None:
    graph, first = edits.append(MLP, LAYERS, "flatten_1", LAYERS["linear"], branch=True)
    graph, leaf = edits.append(graph, LAYERS, first, LAYERS["tanh"], branch=True)
    (problem,) = analysed(graph).problems
    assert (problem.code, problem.node) == ("unused-branch", leaf)
    assert problem.fixes[0].text == "Remove “Tanh 1” and “Linear 3”"
    mended = after(graph, problem.fixes[0])
    assert {n.id for n in mended} == {n.id for n in MLP}


def test_that_warnings_are_mended_by_their_buttons() -> None:
    graph = chain("flatten", "linear", LAST)
    (problem,) = analysed(graph).problems
    assert [f.text for f in problem.fixes] == ["Insert ReLU before “Linear 2”"]
    assert analysed(after(graph, problem.fixes[0])).problems == ()


def test_that_fixes_are_values_that_compare_equal_and_pickle() -> None:
    for graph in (TIGHT, chain("conv2d"), chain("embedding", "flatten", LAST)):
        first, second = analysed(graph).problems, analysed(graph).problems
        assert first == second
        assert pickle.loads(pickle.dumps(first)) == first


def test_that_a_fix_is_pure_and_leaves_the_rest_of_the_project_alone() -> None:
    before = project(TIGHT)
    fix = errors(analysed(TIGHT))[0].fixes[0]
    result = fix.edit(before)
    assert before == project(TIGHT)
    assert result.recipe == before.recipe
    assert set(result.graphs) == {MAIN}
    changed = [n.id for n in result.graph if n not in TIGHT.nodes]
    assert changed == ["conv2d_1"]


def test_that_fixes_change_the_graph_they_are_meant_for() -> None:
    around = Surroundings((1, 28, 28), output_shape=(10,), graph="generator")
    fix = errors(analysed(TIGHT, around))[0].fixes[0]
    assert isinstance(fix.edit, GraphChange)
    assert fix.edit.graph == "generator"
    assert fix.edit(project(TIGHT)) == project(TIGHT)


def test_that_a_regression_network_is_cut_to_one_number() -> None:
    around = Surroundings((4,), output_shape=(1,), output_reason="one number is predicted")
    graph = chain("linear", "relu", ("linear", {"out_features": 3}))
    (problem,) = errors(analysed(graph, around))
    assert problem.message == (
        "“Linear 2” gives 3 numbers, but one number is predicted. Set its output features to 1."
    )
    assert analysed(after(graph, problem.fixes[0]), around).ok
    assert analysed(graph, ROWS).ok
