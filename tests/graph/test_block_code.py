"""A block as a class of its own: what people read, and what it computes."""

from __future__ import annotations

import re
from dataclasses import replace

import torch

from studio.core.network import Block, BlockParam, Graph, Target
from studio.graph.analysis import Surroundings
from tests.graph.block_samples import (
    JOIN,
    RESIDUAL,
    assert_code_equals_analysis,
    built,
    node,
    source_of,
    staged,
    wires,
)


def test_that_a_block_is_written_as_a_person_would():
    text = source_of(staged()).text
    assert (
        """class ResidualBlock(nn.Module):
    def __init__(self, in_channels, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, kernel_size=3, padding=1, bias=False
        )
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        skip = x
        x = self.conv1(x)
        x = self.norm1(x)
        x = self.relu1(x)
        x = self.conv2(x)
        x = x + skip
        return x


class StageBlock(nn.Module):
    def __init__(self, in_channels, width=8, stride=2):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, kernel_size=3, stride=stride, padding=1
        )
        self.residual1 = nn.Sequential(*[ResidualBlock(width, width) for _ in range(2)])
"""
        in text
    )
    assert "self.stage1 = StageBlock(3)\n" in text
    assert "self.stage2 = StageBlock(8, width=12, stride=1)\n" in text
    assert "self.residual1 = nn.Sequential(*[ResidualBlock(12, 12) for _ in range(3)])\n" in text


def test_that_the_code_is_what_analysis_says_and_its_weights_keep_their_names():
    module = assert_code_equals_analysis(staged())
    names = list(module.state_dict())
    assert names[0] == "stage1.conv1.weight"
    assert "stage2.residual1.1.norm1.running_mean" in names
    assert "residual1.2.conv2.bias" in names
    assert names == list(built(replace(staged(), nodes=staged().nodes[::-1])).state_dict())


def test_that_uses_that_need_other_lines_get_a_class_of_their_own():
    graph = Graph(
        (
            node("input", "input"),
            node("a", "block:residual", channels=3),
            node("b", "block:residual", channels=3),
            node("p", "global_avg_pool"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>a", "a>b", "b>p", "p>l", "l>output"),
        (
            replace(
                RESIDUAL,
                params=(*RESIDUAL.params, BlockParam("mode", "Edges", (Target("first", "padding_mode"),))),
            ),
        ),
    )
    assert source_of(graph).text.count("class Residual") == 1
    nodes = tuple(
        replace(n, params={**n.params, "mode": "reflect"}) if n.id == "b" else n for n in graph.nodes
    )
    graph = replace(graph, nodes=nodes)
    text = source_of(graph).text
    assert "self.residual1 = ResidualBlock(3, 3)" in text
    assert "self.residual2 = ResidualBlock2(3, 3)" in text
    assert_code_equals_analysis(graph)


def test_that_a_parameter_that_forward_needs_stands_there_as_a_number():
    mixer = Block(
        "block:mixer",
        "Mixer",
        (node("input", "input"), node("relu", "relu"), node("cat", "concatenate"), node("output", "output")),
        wires("input>cat", "input>relu", "relu>cat:1", "cat>output"),
        (BlockParam("dim", "Dimension", (Target("cat", "dim"),)),),
    )
    graph = Graph(
        (
            node("input", "input"),
            node("a", "block:mixer"),
            node("b", "block:mixer", dim=2),
            node("f", "flatten"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>a", "a>b", "b>f", "f>l", "l>output"),
        (mixer,),
    )
    text = source_of(graph).text
    assert "torch.cat([x, x1], dim=1)" in text or "dim=1)" in text
    assert "dim=2)" in text
    assert_code_equals_analysis(graph)


def test_that_a_block_with_two_inputs_is_repeated_with_both():
    graph = Graph(
        (
            node("input", "input"),
            node("c", "conv2d", out_channels=8, padding=1),
            node("d", "conv2d", out_channels=8, padding=1),
            node("j", "block:join", repeat=3),
            node("p", "global_avg_pool"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>c", "input>d", "c>j", "d>j:1", "j>p", "p>l", "l>output"),
        (JOIN,),
    )
    text = source_of(graph).text
    assert "    def forward(self, x, side_way):\n" in text
    assert "self.join1 = RepeatedBlock(*[JoinBlock(8) for _ in range(3)])" in text
    assert_code_equals_analysis(graph)


def test_that_repeats_whose_channels_grow_are_written_one_by_one():
    dense = Block(
        "block:dense",
        "Dense",
        (
            node("input", "input"),
            node("c", "conv2d", out_channels=4, padding=1),
            node("cat", "concatenate"),
            node("output", "output"),
        ),
        wires("input>c", "input>cat", "c>cat:1", "cat>output"),
        (BlockParam("growth", "Growth", (Target("c", "out_channels"),)),),
    )
    graph = Graph(
        (
            node("input", "input"),
            node("d", "block:dense", repeat=3, growth=2),
            node("p", "global_avg_pool"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>d", "d>p", "p>l", "l>output"),
        (dense,),
    )
    text = source_of(graph).text
    assert re.sub(r"\s+", " ", text).count(
        "DenseBlock(3, growth=2), DenseBlock(5, growth=2), DenseBlock(7, growth=2)"
    )
    assert_code_equals_analysis(graph)


def test_that_numbers_that_follow_are_calculated_in_the_class():
    wide = Block(
        "block:wide",
        "Wide",
        (
            node("input", "input"),
            node("up", "conv2d", kernel_size=1, padding=0),
            node("deep", "conv2d", padding=1),
            node("down", "conv2d", kernel_size=1, padding=0),
            node("add", "add"),
            node("output", "output"),
        ),
        wires("input>up", "up>deep", "deep>down", "down>add", "input>add:1", "add>output"),
        (
            BlockParam(
                "expansion",
                "Expansion",
                (
                    Target("up", "out_channels", rule="times_input"),
                    Target("deep", "out_channels", rule="times_input"),
                    Target("deep", "groups", rule="times_input"),
                ),
                default=6,
            ),
            BlockParam("channels", "Channels", (Target("down", "out_channels"),), follows=True),
        ),
    )
    graph = Graph(
        (
            node("input", "input"),
            node("w", "block:wide"),
            node("v", "block:wide", expansion=2),
            node("p", "global_avg_pool"),
            node("l", "linear", out_features=10),
            node("output", "output"),
        ),
        wires("input>w", "w>v", "v>p", "p>l", "l>output"),
        (wide,),
    )
    text = source_of(graph).text
    assert "def __init__(self, in_channels, channels, expansion=6):" in text
    assert "self.conv1 = nn.Conv2d(in_channels, in_channels * expansion, kernel_size=1)" in text
    assert "groups=in_channels * expansion" in text
    assert "self.wide2 = WideBlock(3, 3, expansion=2)" in text
    assert_code_equals_analysis(graph)


def test_that_padding_of_texts_is_masked_inside_of_blocks_too():
    reader = Block(
        "block:reader",
        "Reader",
        (
            node("input", "input"),
            node("e", "embedding", embedding_dim=8),
            node("a", "multihead_attention", num_heads=2),
            node("output", "output"),
        ),
        wires("input>e", "e>a", "a>output"),
    )
    graph = Graph(
        (
            node("input", "input"),
            node("r", "block:reader"),
            node("t", "permute", dims=(2, 1)),
            node("m", "global_avg_pool"),
            node("l", "linear", out_features=3),
            node("output", "output"),
        ),
        wires("input>r", "r>t", "t>m", "m>l", "l>output"),
        (reader,),
    )
    for length in (6, 9):
        around = Surroundings((length,), "long", (3,), vocabulary=20)
        text = source_of(graph, around).text
        assert "    def forward(self, x, mask):" in text
        assert "self.reader1(x, mask)" in text
        assert "nn.Embedding(20, 8" in text
    torch.manual_seed(0)
    module = built(graph, Surroundings((6,), "long", (3,), vocabulary=20)).eval()
    short = torch.tensor([[3, 4, 5, 0, 0, 0]])
    with torch.no_grad():
        long = module(torch.cat([short, torch.zeros(1, 3, dtype=torch.long)], 1))
        assert torch.allclose(module(short), long, atol=1e-6)


def test_that_the_lines_of_a_layer_inside_are_known():
    source = source_of(staged())
    lines = source.text.split("\n")
    ((first, last), *_) = source.lines["block:residual/norm"]
    assert lines[first - 1 : last] == ["        self.norm1 = nn.BatchNorm2d(channels)"]
    assert lines[source.lines["three"][0][0] - 1].strip().startswith("self.residual1 = nn.Sequential(")
