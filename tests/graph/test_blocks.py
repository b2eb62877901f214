"""Blocks in the document: saved, analysed, and their problems told at their place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from studio.core.network import Block, BlockParam, Edge, Graph, Node, Target
from studio.core.project_json import project_from_json, project_to_json
from studio.graph import edits
from studio.graph.blocks.types import with_blocks
from studio.layers.catalogue import LAYERS
from studio.layers.ready_blocks import READY_BLOCKS
from tests.graph.block_samples import (
    COLOURS,
    JOIN,
    RESIDUAL,
    STAGE,
    built,
    looked_at,
    node,
    source_of,
    staged,
    wires,
)
from tests.graph.networks import CNN, project


def changed(block: Block, node_id: str, **params: object) -> Block:
    nodes = tuple(
        replace(n, params={**n.params, **params}) if n.id == node_id else n  # type: ignore[arg-type]
        for n in block.nodes
    )
    return replace(block, nodes=nodes)


def test_that_a_project_with_blocks_is_saved_and_loaded_to_the_same_value():
    before = project(staged())
    data = json.loads(json.dumps(project_to_json(before)))
    assert project_from_json(data) == before
    data["graphs"]["network"]["blocks"][0]["from_the_future"] = [1]
    data["graphs"]["network"]["blocks"][0]["nodes"][1]["frozen"] = True
    assert project_to_json(project_from_json(data)) == data


def test_that_a_file_from_before_there_were_blocks_opens():
    data = project_to_json(project(CNN))
    del data["graphs"]["network"]["blocks"]
    assert project_from_json(data) == project(CNN)


def test_that_shapes_and_counts_go_through_blocks_within_blocks():
    analysis = looked_at(staged())
    assert analysis.problems == ()
    assert analysis.names["one"] == "Stage 1"
    assert analysis.nodes["one"].output == (8, 8, 8)
    assert analysis.nodes["two"].output == (12, 8, 8)
    assert len(analysis.nodes["three"].insides) == 3
    conv, norm = 12 * 12 * 9, 2 * 12
    assert analysis.nodes["three"].parameters == 3 * (conv + norm + conv + 12)
    assert analysis.nodes["three"].multiply_adds == 3 * 2 * conv * 64
    assert analysis.nodes["three"].activations == 3 * 7 * 12 * 64
    assert analysis.parameters == sum(p.numel() for p in built(staged()).parameters())


def test_that_a_parameter_of_a_block_has_the_rule_and_the_value_of_what_is_inside():
    layers = with_blocks(LAYERS, (RESIDUAL, STAGE))
    width, stride, repeat = layers["block:stage"].params
    assert (width.name, width.label, width.default) == ("width", "Width", 8)
    assert width.type == next(p for p in LAYERS["conv2d"].params if p.name == "out_channels").type
    assert stride.default == 2
    assert repeat.name == "repeat"
    channels = layers["block:residual"].params[0]
    assert channels.default is None
    assert channels.check(None) is None
    assert with_blocks(LAYERS, (JOIN,))["block:join"].max_inputs == 2


def test_that_a_problem_inside_is_told_at_its_place_and_mended_there():
    graph = staged()
    graph = replace(graph, blocks=(changed(RESIDUAL, "second", kernel_size=5), STAGE))
    analysis = looked_at(graph)
    first = analysis.problems[0]
    assert first.node == "one"
    assert first.inside == ("body", "add")
    assert first.message.startswith("“Stage 1” → “Residual 1” → “Add 1”: 8×6×6 and 8×8×8 cannot be added")
    assert analysis.nodes["two"].waits_for == "one"
    fix = first.fixes[0]
    assert fix.text == "Set padding to 2 in “Conv2d 2”"
    mended = fix.edit(project(graph)).graph
    assert mended.blocks[0] == changed(RESIDUAL, "second", kernel_size=5, padding=2)
    assert looked_at(mended).problems == ()


def test_that_the_same_flaw_is_told_once_though_the_block_is_used_often():
    body = wires("input>a", "a>b", "b>output")
    twice = Block(
        "block:t",
        "Twice",
        (node("input", "input"), node("a", "relu"), node("b", "relu"), node("output", "output")),
        body,
    )
    graph = Graph(
        (
            node("input", "input"),
            node("x", "block:t"),
            node("flat", "flatten"),
            node("lin", "linear", out_features=10),
            node("y", "block:t"),
            node("lin2", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>x", "x>flat", "flat>lin", "lin>y", "y>lin2", "lin2>output"),
        (twice,),
    )
    (problem,) = looked_at(graph).problems
    assert (problem.code, problem.severity, problem.node) == ("two-activations", "warning", "x")
    assert problem.message.startswith("“Twice 1” → “ReLU 2”: it follows “ReLU 1” directly")


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        (wires("input>first"), "“Residual 1”: nothing comes out of it"),
        (wires("input>first", "first>second", "second>first"), "“Residual 1” → "),
    ],
)
def test_that_a_block_that_is_not_whole_says_so(edges: tuple[Edge, ...], message: str):
    block = replace(RESIDUAL, edges=edges)
    graph = Graph(
        (node("input", "input"), node("b", "block:residual"), node("output", "output")),
        wires("input>b", "b>output"),
        (block,),
    )
    assert not looked_at(graph).ok
    assert any(p.message.startswith(message) or p.inside for p in looked_at(graph).problems)


def test_that_blocks_that_contain_themselves_are_refused():
    own = replace(STAGE, nodes=(*STAGE.nodes[:2], node("body", "block:stage"), STAGE.nodes[3]))
    graph = replace(staged(), blocks=(RESIDUAL, own))
    analysis = looked_at(graph)
    assert next(p.code for p in analysis.problems if p.severity == "error") == "block"
    assert "this block contains itself, so it would never end" in analysis.problems[0].message
    compile(source_of(graph).text, "network", "exec")
    one = Block(
        "block:a",
        "A",
        (node("input", "input"), node("b", "block:b"), node("output", "output")),
        wires("input>b", "b>output"),
    )
    other = replace(one, id="block:b", name="B", nodes=(*one.nodes[:1], node("b", "block:a"), one.nodes[2]))
    ring = Graph(
        (node("input", "input"), node("x", "block:a"), node("output", "output")),
        wires("input>x", "x>output"),
        (one, other),
    )
    assert "contains itself" in looked_at(ring).problems[0].message


def test_that_blocks_that_would_grow_without_bounds_are_refused():
    blocks, inner = [], "conv2d"
    for depth in range(40):
        nodes = (node("input", "input"), node("x", inner, repeat=100), node("output", "output"))
        blocks.append(Block(f"block:{depth}", f"B{depth}", nodes, wires("input>x", "x>output")))
        inner = f"block:{depth}"
    graph = Graph(
        (node("input", "input"), node("x", inner), node("output", "output")),
        wires("input>x", "x>output"),
        tuple(blocks),
    )
    assert "deep in each other" in looked_at(graph).problems[0].message
    few = replace(
        graph, nodes=(graph.nodes[0], node("x", "block:4"), graph.nodes[2]), blocks=tuple(blocks[:5])
    )
    assert "more than 20,000 layers" in looked_at(few).problems[0].message


def test_that_a_definition_cannot_take_the_place_of_a_layer():
    false = replace(RESIDUAL, id="conv2d")
    assert with_blocks(LAYERS, (false,))["conv2d"] is LAYERS["conv2d"]


def test_that_without_data_or_wires_nothing_but_that_is_said():
    assert [p.code for p in looked_at(staged(), None).problems] == ["no-dataset"]
    alone = replace(staged(), edges=tuple(e for e in staged().edges if e.target != "one"))
    assert [p.code for p in looked_at(alone).problems if p.severity == "error"] == ["missing-input"]


def test_that_an_edit_elsewhere_does_not_look_into_the_blocks_again():
    first = looked_at(staged())
    moved = staged()
    moved = replace(
        moved, blocks=first_blocks(moved), nodes=tuple(replace(n, label="x") for n in moved.nodes)
    )
    again = looked_at(moved)
    assert again.nodes["one"].insides[0] is first.nodes["one"].insides[0]


def first_blocks(graph: Graph) -> tuple[Block, ...]:
    return (graph.blocks[0], graph.blocks[1])


def test_that_names_from_hostile_files_stay_names():
    evil = replace(
        RESIDUAL,
        name='x"):\n    import os #\u202e☃',
        params=(
            BlockParam(
                '__import__("os")\n',
                "la\nbel",
                (Target("first", "out_channels"), Target("second", "out_channels")),
            ),
        ),
    )
    graph = Graph(
        (
            node("input", "input"),
            node("c", "conv2d", out_channels=8),
            Node("b", "block:residual", {}, (0, 0), "class"),
            node("f", "flatten"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>c", "c>b", "b>f", "f>l", "l>output"),
        (evil,),
    )
    analysis = looked_at(graph)
    assert analysis.ok
    text = source_of(graph).text
    assert "import os" not in text
    assert "class XImportOsBlock(nn.Module):" in text
    built(graph)
    assert COLOURS.input_shape == (3, 16, 16)


def test_that_a_block_that_works_elsewhere_is_left_alone_and_mended_around():
    graph = staged()
    graph, flat = edits.splice(graph, LAYERS, wires("one>two")[0], LAYERS["flatten"])
    first = looked_at(graph).problems[0]
    assert first.node == "two"
    assert [fix.text for fix in first.fixes] == [
        "Remove “Flatten 1”",
        "Insert Unflatten to 512×1×1 before “Stage 2”",
        "Remove “Stage 2”",
    ]
    mended = first.fixes[0].edit(project(graph)).graph
    assert mended.blocks == graph.blocks
    assert looked_at(mended).problems == ()
    assert flat


def test_that_a_number_that_may_follow_is_left_open_again():
    graph = edits.set_param(staged(), "three", "channels", 7)
    (problem,) = looked_at(graph).problems
    assert problem.message.startswith("“Residual 1” → “Add 1”: 7×8×8 and 12×8×8 cannot be added")
    assert "Set channels to as many as come in" in [fix.text for fix in problem.fixes]
    mended = problem.fixes[0].edit(project(graph)).graph
    assert looked_at(mended).problems == ()
    assert problem.fixes[-1].text == "Remove “Residual 1”"


def test_that_a_number_that_is_too_much_for_what_is_inside_has_a_way_out():
    layer = with_blocks(LAYERS, READY_BLOCKS[4].parts)["block:inverted_residual"]
    graph, new = edits.splice(staged(), LAYERS, wires("two>three")[0], layer, params={"expansion": 60_000})
    (problem,) = looked_at(graph).problems
    assert (problem.code, problem.node) == ("bad-param", new)
    assert "must be at most 65536, received 720000" in problem.message
    assert problem.fixes[0].text == "Set expansion to 6"
    assert looked_at(problem.fixes[0].edit(project(graph)).graph).problems == ()
