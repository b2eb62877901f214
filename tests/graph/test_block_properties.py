"""Whatever is done with blocks, and whatever lies in a file: analysis, code and saving stand it."""

from __future__ import annotations

import json
from dataclasses import replace

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.network import Block, BlockParam, Edge, Graph, Node, Target
from studio.core.project_json import project_from_json, project_to_json
from studio.graph import edits
from studio.graph.analysis import analyse
from studio.graph.blocks.changing import concealed, detached, exposed, renamed
from studio.graph.blocks.inside import Step, closed, opened
from studio.graph.blocks.making import (
    block_refusal,
    dissolve,
    dissolve_refusal,
    make_block,
    nesting_refusal,
)
from studio.graph.blocks.types import with_blocks
from studio.graph.clipboard import copied, pasted
from studio.graph.codegen import network_source
from studio.layers.catalogue import LAYERS
from tests.graph.block_samples import COLOURS, JOIN, RESIDUAL, STAGE, assert_code_equals_analysis, staged
from tests.graph.networks import after, project
from tests.graph.test_hostile_networks import LABELS, NAMES, VALUES

IDS = st.sampled_from(["input", "output", "a", "b", "c"])
BLOCK_IDS = st.sampled_from(["block:a", "block:b", "block:", "conv2d", "x"])
TYPES = st.sampled_from(
    [
        "input",
        "output",
        "conv2d",
        "relu",
        "add",
        "linear",
        "embedding",
        "lstm",
        "nonsense",
        "block:a",
        "block:b",
    ]
)
NODES = st.builds(
    Node,
    IDS,
    TYPES,
    st.dictionaries(NAMES | st.sampled_from(["repeat", "p", "class"]), VALUES, max_size=3),
    st.tuples(st.floats(0, 9), st.floats(0, 9)),
    LABELS,
)
EDGES = st.lists(st.builds(Edge, IDS, IDS, st.integers(-1, 2)), max_size=8).map(tuple)
TARGETS = st.builds(
    Target,
    IDS,
    NAMES,
    st.integers(-1, 3),
    st.integers(-1, 3),
    st.sampled_from(["value", "times_input", "input_over"]),
)
PARAMS = st.builds(
    BlockParam,
    st.sampled_from(["p", "repeat", "class", "", "x", 'a"b', "self"]),
    LABELS,
    st.lists(TARGETS, max_size=2).map(tuple),
    st.just(""),
    st.booleans(),
    st.none() | st.integers(-5, 5),
)
BLOCKS = st.builds(
    Block,
    BLOCK_IDS,
    LABELS,
    st.lists(NODES, max_size=5).map(tuple),
    EDGES,
    st.lists(PARAMS, max_size=2).map(tuple),
)
GRAPHS = st.builds(
    Graph, st.lists(NODES, max_size=5).map(tuple), EDGES, st.lists(BLOCKS, max_size=3).map(tuple)
)


@settings(max_examples=120, deadline=None)
@given(GRAPHS)
def test_that_any_blocks_are_analysed_and_written(graph: Graph) -> None:
    for around in (COLOURS, None):
        analysis = analyse(graph, LAYERS, around)
        source = network_source(graph, analysis, LAYERS)
        compile(source.text, "network", "exec")
        for problem in analysis.problems:
            assert problem.message.isprintable()
            for fix in problem.fixes:
                after(graph, fix)
    for node in graph.nodes:
        step = Step(node.id, (3, 16, 16))
        inner = opened(graph, (step,), LAYERS)
        if inner is not None:
            analyse(inner, LAYERS, None)
            closed(graph, (step,), inner, LAYERS)


class Builder:
    """A user who works with blocks; `step` does one thing, anywhere in the network."""

    def __init__(self, graph: Graph, data: st.DataObject) -> None:
        self.graph = graph
        self.data = data

    def step(self, what: str) -> None:
        path: tuple[Step, ...] = ()
        if self.data.draw(st.booleans()):
            uses = [n.id for n in self.graph if n.type.startswith("block:")]
            if uses:
                use = self.data.draw(st.sampled_from(uses))
                facts = analyse(self.graph, LAYERS, COLOURS).nodes[use]
                path = (Step(use, facts.inputs[0] if facts.inputs else None),)
        inner = opened(self.graph, path, LAYERS)
        if inner is None:
            return
        changed = self.changed(inner, what)
        within = [self.graph.node(step.node).type for step in path]
        if nesting_refusal(changed, within, [n.type for n in changed]) is None:
            self.graph = closed(self.graph, path, changed, LAYERS)

    def changed(self, graph: Graph, what: str) -> Graph:
        draw = self.data.draw
        node = draw(st.sampled_from([n.id for n in graph]))
        layers = with_blocks(LAYERS, graph.blocks)
        layer = layers.get(graph.node(node).type)
        others = [n.id for n in graph if n.id != node]
        if what == "make":
            chosen = [node, *draw(st.lists(st.sampled_from(others), max_size=4))]
            if block_refusal(graph, LAYERS, chosen) is None:
                graph, _ = make_block(graph, LAYERS, chosen, draw(LABELS))
        elif what == "dissolve":
            if dissolve_refusal(graph, LAYERS, node) is None:
                graph, _ = dissolve(graph, LAYERS, node)
        elif what == "set" and layer is not None and layer.params:
            param = draw(st.sampled_from(layer.params))
            graph = edits.set_param(graph, node, param.name, draw(st.sampled_from([param.default, 2, 3])))
        elif what == "expose" and graph.blocks:
            block = draw(st.sampled_from(graph.blocks))
            inner = draw(st.sampled_from(block.nodes))
            names = [p.name for p in with_blocks(LAYERS, graph.blocks)[inner.type].params]
            if names:
                graph = exposed(graph, LAYERS, block.id, inner.id, draw(st.sampled_from(names)), draw(LABELS))
        elif what == "conceal" and graph.blocks:
            block = draw(st.sampled_from(graph.blocks))
            if block.params:
                graph = concealed(graph, block.id, block.params[0].name)
        elif what == "rename" and graph.blocks:
            graph = renamed(graph, draw(st.sampled_from(graph.blocks)).id, draw(LABELS))
        elif what == "detach":
            graph = detached(graph, node)
        elif what == "remove":
            graph = edits.remove(graph, LAYERS, [node])
        elif what == "duplicate":
            graph, _ = edits.duplicate(graph, LAYERS, [node])
        elif what == "paste":
            text = copied(graph, [node])
            if '"nodes": []' not in text:
                graph, _ = pasted(graph, LAYERS, text)
        elif what == "connect" and others:
            graph = edits.connect(graph, LAYERS, node, draw(st.sampled_from(others)))
        elif what == "append" and layer is not None:
            graph, _ = edits.append(graph, LAYERS, node, LAYERS[draw(st.sampled_from(["relu", "conv2d"]))])
        return graph


WHAT = [
    "make",
    "make",
    "dissolve",
    "set",
    "expose",
    "conceal",
    "rename",
    "detach",
    "remove",
    "duplicate",
    "paste",
    "connect",
    "append",
]
JOINED = Graph(
    (
        Node("input", "input"),
        Node("c", "conv2d", {"out_channels": 8}),
        Node("j", "block:join", {"repeat": 2}),
        Node("f", "flatten"),
        Node("l", "linear", {"out_features": 10}),
        Node("output", "output"),
    ),
    (
        Edge("input", "c"),
        Edge("c", "j"),
        Edge("c", "j", 1),
        Edge("j", "f"),
        Edge("f", "l"),
        Edge("l", "output"),
    ),
    (JOIN,),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([staged(), JOINED]), st.lists(st.sampled_from(WHAT), max_size=8), st.data())
def test_that_whatever_is_done_with_blocks_every_promise_holds(
    graph: Graph, steps: list[str], data: st.DataObject
) -> None:
    builder = Builder(graph, data)
    for what in steps:
        before = builder.graph
        kept = Graph(before.nodes, before.edges, before.blocks)
        builder.step(what)
        assert before == kept  # undo is the old value
    graph = builder.graph
    ids = [n.id for n in graph]
    assert len(set(ids)) == len(ids)
    assert len({b.id for b in graph.blocks}) == len(graph.blocks)
    of_project = project(graph)
    assert project_from_json(json.loads(json.dumps(project_to_json(of_project)))) == of_project
    analysis = analyse(graph, LAYERS, COLOURS)
    assert not [p for p in analysis.problems if p.code in ("block", "duplicate-id", "two-wires", "cycle")]
    compile(network_source(graph, analysis, LAYERS).text, "network", "exec")
    if analysis.ok:
        used = set(analysis.order)
        loose = sum(f.parameters for n, f in analysis.nodes.items() if n not in used)
        if not loose:
            assert_code_equals_analysis(graph)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 3),
    st.sampled_from([None, 4, 8]),
    st.integers(4, 12),
    st.integers(1, 2),
    st.integers(1, 3),
)
def test_that_the_class_computes_what_the_dissolved_layers_compute(
    repeat: int, channels: int | None, width: int, stride: int, body: int
) -> None:
    stage = replace(
        STAGE,
        nodes=tuple(
            replace(n, params={**n.params, "repeat": body, "channels": None}) if n.id == "body" else n
            for n in STAGE.nodes
        ),
    )
    graph = replace(staged(), blocks=(RESIDUAL, stage))
    nodes = []
    for node in graph:
        values = {
            "one": {"width": width, "stride": stride},
            "two": {"width": channels or 6, "stride": 1},
        }.get(node.id, {})
        repeats = {"three": {"repeat": repeat}}.get(node.id, {})
        nodes.append(replace(node, params={**node.params, **values, **repeats}))
    graph = replace(graph, nodes=tuple(nodes))
    blocks = assert_code_equals_analysis(graph)
    flat = graph
    while any(n.type.startswith("block:") for n in flat):
        use = next(n.id for n in flat if n.type.startswith("block:"))
        flat, _ = dissolve(flat, LAYERS, use, analyse(flat, LAYERS, COLOURS).nodes[use])
    plain = assert_code_equals_analysis(flat)
    shapes = sorted(tuple(p.shape) for p in plain.parameters())
    assert shapes == sorted(tuple(p.shape) for p in blocks.parameters())
    assert torch.Size(shapes[-1])
