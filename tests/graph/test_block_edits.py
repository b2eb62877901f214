"""Making, opening, changing, sharing and dissolving blocks: pure edits, each of them sound."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from studio.core.network import BlockParam, Graph, Node, Target
from studio.graph import edits
from studio.graph.blocks.changing import (
    concealed,
    detached,
    exposed,
    joined,
    relabelled,
    removed,
    renamed,
    uses,
)
from studio.graph.blocks.inside import InsideEdit, Step, closed, opened
from studio.graph.blocks.making import (
    block_refusal,
    dissolve,
    dissolve_refusal,
    make_block,
    nesting_refusal,
    with_definitions,
)
from studio.graph.blocks.sharing import BlockFileError, block_text, blocks_of_text
from studio.graph.blocks.types import with_blocks
from studio.graph.clipboard import ClipboardError, copied, pasted
from studio.layers.catalogue import LAYERS
from tests.graph.block_samples import (
    COLOURS,
    JOIN,
    RESIDUAL,
    STAGE,
    assert_code_equals_analysis,
    built,
    looked_at,
    node,
    source_of,
    staged,
    wires,
)
from tests.graph.networks import CNN, PICTURES, project, residual
from tests.graph.networks import wires as wire_set


def test_that_layers_become_a_block_in_their_place():
    graph, new = make_block(CNN, LAYERS, ["conv2d_1", "relu_1", "max_pool2d_1", "input"], "  My\nblock ")
    (block,) = graph.blocks
    assert (block.id, block.name, new) == ("block:my_block", "My block", "my_block_1")
    assert [n.id for n in block.nodes] == ["input", "conv2d_1", "relu_1", "max_pool2d_1", "output"]
    assert ("input", new, 0) in wire_set(graph)
    assert (new, "flatten_1", 0) in wire_set(graph)
    assert looked_at(graph, PICTURES).parameters == looked_at(CNN, PICTURES).parameters
    assert looked_at(graph, PICTURES).ok
    assert_code_equals_analysis(graph, PICTURES)


def test_that_a_block_has_an_input_for_each_layer_that_feeds_it():
    graph, new = make_block(residual(), LAYERS, ["conv2d_2", "add_1"], "Tail")
    assert [e.source for e in graph.inputs_of(new)] == ["conv2d_1"]
    graph, new = make_block(residual(), LAYERS, ["add_1", "relu_1"], "Tail")
    assert [(e.source, e.port) for e in graph.inputs_of(new)] == [("conv2d_2", 0), ("conv2d_1", 1)]
    assert graph.blocks[0].nodes[1].label == "Conv2d 1"
    assert_code_equals_analysis(graph, PICTURES)


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ([], "Select the layers that are to become a block first"),
        (["input", "output"], "Select the layers that are to become a block first"),
        (["conv2d_1", "add_1"], "“Conv2d 2” lies between the selected layers. Select it as well"),
        (["conv2d_1", "conv2d_2"], "Results leave the selection at “Conv2d 1” and at “Conv2d 2”"),
    ],
)
def test_that_what_makes_no_block_is_refused_with_the_reason(nodes: list[str], why: str):
    refused = block_refusal(residual(), LAYERS, nodes)
    assert refused is not None
    assert refused.startswith(why)
    with pytest.raises(ValueError, match=r"[.]$"):
        make_block(residual(), LAYERS, nodes, "x")


def test_that_layers_without_wires_become_a_block_with_an_input():
    graph, _ = edits.add_layer(CNN, LAYERS["conv2d"])
    graph, new = make_block(graph, LAYERS, ["conv2d_2"], "Alone")
    assert graph.blocks[0].edges == wires("input>conv2d_2", "conv2d_2>output")
    assert graph.inputs_of(new) == ()


def test_that_a_dissolved_block_leaves_the_network_that_was_there():
    before = residual()
    graph, new = make_block(before, LAYERS, ["conv2d_1", "conv2d_2", "add_1"], "Part")
    after, ids = dissolve(graph, LAYERS, new, looked_at(graph, PICTURES).nodes[new])
    assert sorted(ids) == ["add_1", "conv2d_1", "conv2d_2"]
    assert wire_set(after) == wire_set(before)
    assert {n.id: n.params for n in after} == {n.id: n.params for n in before}
    assert source_of(after, PICTURES).text == source_of(before, PICTURES).text


def test_that_a_repeated_block_is_dissolved_into_all_its_layers():
    graph = staged()
    analysis = looked_at(graph)
    after, ids = dissolve(graph, LAYERS, "three", analysis.nodes["three"])
    assert len(ids) == 15
    assert looked_at(after).ok
    assert looked_at(after).parameters == analysis.parameters
    places = [n.position for n in after]
    assert len(set(places)) == len(places)
    assert after.blocks == graph.blocks
    flawed = replace(
        graph, blocks=(replace(RESIDUAL, nodes=(*RESIDUAL.nodes, node("x", "block:residual"))), STAGE)
    )
    assert "contains itself" in (dissolve_refusal(flawed, LAYERS, "three") or "")
    assert dissolve_refusal(graph, LAYERS, "pool") == "This is no block."


def test_that_a_block_opened_at_a_use_shows_its_values_and_takes_changes_back():
    graph = staged()
    path = (Step("three", (12, 8, 8)),)
    inner = opened(graph, path, LAYERS)
    assert inner is not None
    assert inner.node("first").params["out_channels"] == 12
    assert closed(graph, path, inner, LAYERS) == graph
    changed = edits.set_param(inner, "norm", "momentum", 0.2)
    after = closed(graph, path, changed, LAYERS)
    assert after.nodes == graph.nodes
    assert after.blocks[0].nodes[2].params["momentum"] == 0.2
    assert after.blocks[0].nodes[1].params["out_channels"] == 8  # what the use decides stays with the use
    wider = edits.set_param(inner, "first", "out_channels", 20)
    after = closed(graph, path, wider, LAYERS)
    assert after.node("three").params["channels"] == 20
    assert after.blocks == graph.blocks


def test_that_changes_deep_inside_come_back_through_all_blocks():
    graph = staged()
    path = (Step("one", (3, 16, 16)), Step("body", (8, 8, 8)))
    inner = opened(graph, path, LAYERS)
    assert inner is not None
    inner, _ = edits.splice(inner, LAYERS, wires("add>output")[0], LAYERS["dropout"])
    after = closed(graph, path, inner, LAYERS)
    assert after.blocks[1] == STAGE
    assert [n.type for n in after.blocks[0].nodes][-1] == "dropout"
    assert looked_at(after).ok
    wide = edits.set_param(opened(graph, path, LAYERS) or Graph(), "second", "out_channels", 5)
    after = closed(graph, path, wide, LAYERS)
    assert after.blocks[1].nodes[2].params["channels"] == 5
    assert opened(graph, (Step("gone"),), LAYERS) is None
    assert closed(graph, (Step("gone"),), inner, LAYERS) == graph


def test_that_wires_follow_the_inputs_of_a_block():
    graph = Graph(
        (node("input", "input"), node("a", "relu"), node("j", "block:join"), node("output", "output")),
        wires("input>a", "input>j", "a>j:1", "j>output"),
        (JOIN,),
    )
    inner = opened(graph, (Step("j", (8, 4, 4)),), LAYERS)
    assert inner is not None
    inner = edits.remove(inner, LAYERS, ["input"], heal=False)
    after = closed(graph, (Step("j", (8, 4, 4)),), inner, LAYERS)
    assert [(e.source, e.port) for e in after.inputs_of("j")] == [("a", 0)]


def test_that_a_layer_that_goes_takes_its_named_parameter_along():
    graph = staged()
    inner = opened(graph, (Step("one", (3, 16, 16)),), LAYERS)
    assert inner is not None
    after = closed(graph, (Step("one", (3, 16, 16)),), edits.remove(inner, LAYERS, ["down"]), LAYERS)
    assert after.blocks[1].params == ()
    assert looked_at(after).ok


def test_that_parameters_are_shown_outside_under_a_name():
    graph, new = make_block(CNN, LAYERS, ["conv2d_1", "relu_1"], "Part")
    graph = exposed(graph, LAYERS, "block:part", "conv2d_1", "out_channels", "How many")
    graph = exposed(graph, LAYERS, "block:part", "conv2d_1", "kernel_size")
    assert exposed(graph, LAYERS, "block:part", "conv2d_1", "kernel_size") == graph
    assert exposed(graph, LAYERS, "block:part", "conv2d_1", "nonsense") == graph
    assert graph.blocks[0].params == (
        BlockParam("how_many", "How many", (Target("conv2d_1", "out_channels"),)),
        BlockParam("kernel_size", "Kernel size", (Target("conv2d_1", "kernel_size"),)),
    )
    graph = edits.set_param(graph, new, "how_many", 5)
    assert looked_at(graph, PICTURES).nodes[new].output == (5, 28, 28)
    assert "PartBlock(1, how_many=5)" in source_of(graph, PICTURES).text
    assert relabelled(graph, "block:part", "how_many", "Channels").blocks[0].params[0].label == "Channels"
    hidden = concealed(graph, "block:part", "how_many")
    assert looked_at(hidden, PICTURES).nodes[new].output == (16, 28, 28)
    both = joined(graph, "block:part", "relu_1", "inplace", "how_many")
    assert both.blocks[0].params[0].targets[-1] == Target("relu_1", "inplace")


def test_that_one_use_can_become_a_block_of_its_own():
    graph = staged()
    own = detached(graph, "three")
    assert own.node("three").type == "block:residual_2"
    assert own.blocks[-1].name == "Residual 2"
    assert detached(own, "three") == own
    assert (uses(own, "block:residual"), uses(own, "block:residual_2")) == (1, 1)
    assert removed(graph, "block:residual") == graph
    assert len(removed(edits.remove(own, LAYERS, ["three"]), "block:residual_2").blocks) == 2
    assert renamed(graph, "block:stage", " A \n B ").blocks[1].name == "A B"
    assert renamed(graph, "block:stage", "  ").blocks[1].name == "Block"


def test_that_blocks_are_copied_with_their_definitions():
    text = copied(staged(), ["one", "three"])
    graph, new = pasted(CNN, LAYERS, text)
    assert new == ("stage_1", "residual_1")
    assert graph.blocks == (RESIDUAL, STAGE)
    again, _ = pasted(graph, LAYERS, text)
    assert again.blocks == graph.blocks
    other = replace(CNN, blocks=(replace(RESIDUAL, name="Mine"),))
    graph, new = pasted(other, LAYERS, text)
    assert [(b.id, b.name) for b in graph.blocks] == [
        ("block:residual", "Mine"),
        ("block:residual_2", "Residual"),
        ("block:stage", "Stage"),
    ]
    assert graph.blocks[2].nodes[2].type == "block:residual_2"
    assert graph.node(new[1]).type == "block:residual_2"
    third, _ = pasted(graph, LAYERS, text)
    assert third.blocks == graph.blocks


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["blocks"].append(5),
        lambda data: data["blocks"][0].pop("name"),
        lambda data: data["blocks"][0].update(nodes="x"),
        lambda data: data["blocks"][0].update(id="conv2d"),
        lambda data: data["blocks"][0]["nodes"].append(data["blocks"][0]["nodes"][0]),
        lambda data: data["blocks"][0]["nodes"][1].update(type="block:stage"),
        lambda data: data["blocks"][0]["nodes"][1].update(type="from_the_future"),
        lambda data: data.update(blocks={}),
        lambda data: data["blocks"].append(data["blocks"][0]),
    ],
)
def test_that_spoilt_blocks_are_refused_in_a_sentence(spoil):
    data = json.loads(copied(staged(), ["one"]))
    spoil(data)
    with pytest.raises(ClipboardError, match=r"damaged|does not know"):
        pasted(CNN, LAYERS, json.dumps(data))
    data = json.loads(block_text(STAGE, (RESIDUAL, STAGE)))
    spoil(data)
    with pytest.raises(BlockFileError, match=r"^“a” (is damaged|contains the layer type “from_the_future”)"):
        blocks_of_text(json.dumps(data), LAYERS, "“a”")


def test_that_a_block_is_shared_as_a_file_with_all_that_is_inside():
    assert blocks_of_text(block_text(STAGE, (STAGE, RESIDUAL, JOIN)), LAYERS) == (RESIDUAL, STAGE)
    for text, why in (
        ("", "holds no block"),
        ("[1]", "holds no block"),
        ("{}", "holds no block"),
        ('{"lantern-block": 1', "is damaged"),
        ('{"lantern-block": 2, "blocks": []}', "newer Lantern"),
        ("[" * 100_000, "holds no block"),
        ("x" * 5_000_000, "far too large"),
    ):
        with pytest.raises(BlockFileError, match=why):
            blocks_of_text(text, LAYERS)


def test_that_a_block_never_comes_inside_of_itself():
    graph = staged()
    assert nesting_refusal(graph, ["block:residual"], ["conv2d", "block:stage"]) == (
        "“Stage” cannot be put inside of “Residual”: a block that contains itself would never end."
    )
    assert nesting_refusal(graph, ["block:stage"], ["block:residual"]) is None
    assert nesting_refusal(graph, [], ["block:stage"]) is None


def test_that_a_block_is_added_like_a_layer_and_brings_its_definition():
    layer = with_blocks(LAYERS, (RESIDUAL, STAGE))["block:stage"]
    graph, new = edits.splice(CNN, LAYERS, wires("input>conv2d_1")[0], layer)
    assert graph.blocks == (RESIDUAL, STAGE)
    assert graph.node(new).params == {"width": 8, "stride": 2, "repeat": 1}
    assert (new, "conv2d_1", 0) in wire_set(graph)
    again, ids = with_definitions(graph, layer.parts)
    assert again is graph
    assert ids == {"block:residual": "block:residual", "block:stage": "block:stage"}
    assert_code_equals_analysis(graph, PICTURES)


def test_that_an_edit_inside_is_an_edit_of_the_project():
    step = Step("one", (3, 16, 16))
    edit = InsideEdit((step,), lambda p: p.with_graph(edits.set_label(p.graph, "down", "Half")), LAYERS)
    after = edit(project(staged()))
    assert after.graph.blocks[1].nodes[1].label == "Half"
    assert edit(project(CNN)) == project(CNN)
    assert built(after.graph, COLOURS) is not None
    assert Node("x", "y").label == ""
