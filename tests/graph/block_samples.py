"""Small blocks, and networks of them, for the tests of this folder."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from studio.core.network import Block, BlockParam, Edge, Graph, Node, Target
from studio.graph.analysis import Analysis, Surroundings, analyse
from studio.graph.codegen import NetworkSource, network_source
from studio.layers.catalogue import LAYERS

COLOURS = Surroundings((3, 16, 16), output_shape=(10,), output_reason="the dataset has 10 classes")


def node(node_id: str, type_id: str, row: int = 0, **params: Any) -> Node:
    usual = LAYERS[type_id].defaults if type_id in LAYERS else {}
    return Node(node_id, type_id, {**usual, **params}, (0.0, 104.0 * row))  # type: ignore[dict-item]


def wires(*pairs: str) -> tuple[Edge, ...]:
    """ "a>b" or "a>b:1"."""
    found = []
    for pair in pairs:
        source, target = pair.split(">")
        name, _, port = target.partition(":")
        found.append(Edge(source, name, int(port or 0)))
    return tuple(found)


RESIDUAL = Block(
    "block:residual",
    "Residual",
    (
        node("input", "input"),
        node("first", "conv2d", 1, out_channels=8, padding=1, bias=False),
        node("norm", "batch_norm2d", 2),
        node("relu", "relu", 3),
        node("second", "conv2d", 4, out_channels=8, padding=1),
        node("add", "add", 5),
        node("output", "output", 6),
    ),
    wires("input>first", "first>norm", "norm>relu", "relu>second", "second>add", "input>add:1", "add>output"),
    (
        BlockParam(
            "channels",
            "Channels",
            (Target("first", "out_channels"), Target("second", "out_channels")),
            "How many channels it works with.",
            follows=True,
        ),
    ),
)
STAGE = Block(
    "block:stage",
    "Stage",
    (
        node("input", "input"),
        node("down", "conv2d", 1, out_channels=8, stride=2, padding=1),
        node("body", "block:residual", 2, repeat=2),
        node("output", "output", 3),
    ),
    wires("input>down", "down>body", "body>output"),
    (
        BlockParam("width", "Width", (Target("down", "out_channels"),)),
        BlockParam("stride", "Stride", (Target("down", "stride"),)),
    ),
)
JOIN = Block(
    "block:join",
    "Join",
    (
        node("input", "input"),
        Node("side", "input", {}, (272.0, 0.0), "Side way"),
        node("add", "add", 1),
        node("conv", "conv2d", 2, out_channels=8, padding=1),
        node("output", "output", 3),
    ),
    wires("input>add", "side>add:1", "add>conv", "conv>output"),
)


def staged() -> Graph:
    """Input, two stages of different width, three residual blocks, and a classifier."""
    return Graph(
        (
            node("input", "input"),
            node("one", "block:stage", 1),
            node("two", "block:stage", 2, width=12, stride=1),
            node("three", "block:residual", 3, repeat=3),
            node("pool", "global_avg_pool", 4),
            node("linear", "linear", 5, out_features=10),
            node("output", "output", 6),
        ),
        wires("input>one", "one>two", "two>three", "three>pool", "pool>linear", "linear>output"),
        (RESIDUAL, STAGE),
    )


def looked_at(graph: Graph, around: Surroundings | None = COLOURS) -> Analysis:
    return analyse(graph, LAYERS, around)


def source_of(graph: Graph, around: Surroundings = COLOURS) -> NetworkSource:
    return network_source(graph, looked_at(graph, around), LAYERS)


def built(graph: Graph, around: Surroundings = COLOURS) -> nn.Module:
    names: dict[str, Any] = {}
    exec(compile(source_of(graph, around).text, "network", "exec"), names)
    module = names["Network"]()
    assert isinstance(module, nn.Module)
    return module


def assert_code_equals_analysis(graph: Graph, around: Surroundings = COLOURS) -> nn.Module:
    """The module gives the shape, and has the parameters, that analysis says."""
    analysis = looked_at(graph, around)
    assert analysis.ok, [p.message for p in analysis.problems]
    with torch.device("meta"):
        module = built(graph, around).eval()
        dtype = torch.long if around.input_dtype == "long" else torch.float32
        result = module(torch.zeros((2, *around.input_shape), dtype=dtype))
    assert tuple(result.shape) == (2, *(analysis.output or ()))
    assert sum(p.numel() for p in module.parameters()) == analysis.parameters
    return module
