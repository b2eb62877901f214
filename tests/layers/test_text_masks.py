"""Predictions do not depend on the padding, whatever reads the text."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from studio.core.network import Graph, Node
from studio.core.project import DatasetFacts
from studio.graph import edits
from studio.graph.analysis import analyse
from studio.graph.blocks.types import with_blocks
from studio.graph.codegen import network_source
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder
from studio.kinds.text_classification import TEXT_CLASSIFICATION
from studio.layers.catalogue import LAYERS
from studio.layers.ready_blocks import READY_BLOCKS

LENGTHS = (20, 33)


def facts(length: int) -> DatasetFacts:
    return DatasetFacts((length,), ("a", "b", "c"), 100, vocabulary=50)


def source_of(graph: Any, length: int) -> str:
    analysis = analyse(graph, LAYERS, TEXT_CLASSIFICATION.surroundings(facts(length)))
    assert analysis.ok, analysis.problems
    return network_source(graph, analysis, LAYERS).text


def network(source: str) -> torch.nn.Module:
    space: dict[str, Any] = {}
    exec(source, space)
    torch.manual_seed(0)
    made = space["Network"]().eval()
    assert isinstance(made, torch.nn.Module)
    return made


def tokens(length: int) -> torch.Tensor:
    rows = torch.zeros(4, length, dtype=torch.long)
    rows[0, :20] = torch.arange(2, 22)
    rows[1, :5] = torch.tensor([3, 4, 5, 6, 7])
    rows[2, :1] = 9
    rows[3, :19] = 1
    return rows


def assert_same_answers(graph_for: Any) -> None:
    short, long = (network(source_of(graph_for(length), length)) for length in LENGTHS)
    known = short.state_dict()
    weights = long.state_dict()
    for name, value in weights.items():
        if value.shape == known[name].shape:
            value.copy_(known[name])
        else:  # positions: the first are the same
            value[: LENGTHS[0]] = known[name]
    with torch.no_grad():
        assert torch.allclose(short(tokens(LENGTHS[0])), long(tokens(LENGTHS[1])), atol=1e-6)


@pytest.mark.parametrize("template", TEXT_CLASSIFICATION.templates, ids=lambda template: template.id)
def test_that_a_template_does_not_see_the_padding(template: Template) -> None:
    assert_same_answers(lambda length: template.build(facts(length)))


@pytest.mark.parametrize("layer", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("returns", ["sequence", "last step"])
def test_that_recurrent_layers_do_not_see_the_padding(layer: str, both: bool, returns: str) -> None:
    def graph_for(length: int) -> Any:
        net = NetworkBuilder()
        net.add("embedding", embedding_dim=6)
        net.add(layer, hidden_size=5, num_layers=2, bidirectional=both, returns=returns)
        if returns == "sequence":
            net.add("global_avg_pool", keep="last")
        net.add("linear", out_features=3)
        return net.finish()

    assert_same_answers(graph_for)


def test_that_stacked_convolutions_and_attention_do_not_see_the_padding() -> None:
    def graph_for(length: int) -> Any:
        net = NetworkBuilder()
        net.add("embedding", embedding_dim=8)
        net.add("multihead_attention", num_heads=2)
        net.add("permute", dims=(2, 1))
        for _ in range(2):
            net.add("conv1d", out_channels=8, kernel_size=3, padding=1)
            net.add("relu")
        net.add("global_avg_pool", keep="first")
        net.add("linear", out_features=3)
        return net.finish()

    assert_same_answers(graph_for)


def test_that_the_vocabulary_decides_the_embedding() -> None:
    graph = TEXT_CLASSIFICATION.templates[0].build(facts(20))
    source = source_of(graph, 20)
    assert "nn.Embedding(50, 32, padding_idx=0)" in source
    assert "mask = x != 0" in source


def test_that_tables_and_pictures_know_no_mask() -> None:
    for layer in LAYERS:
        for example in layer.examples:
            assert "{mask}" not in layer.code({**layer.defaults, **example.params}, example.inputs).forward


@pytest.mark.parametrize("layer", ["mean", "maximum", "sum"])
@pytest.mark.parametrize("keepdim", [False, True])
def test_that_what_sums_up_along_the_words_does_not_see_the_padding(layer: str, keepdim: bool) -> None:
    def graph_for(length: int) -> Any:
        net = NetworkBuilder()
        net.add("embedding", embedding_dim=6)
        net.add(layer, dim=1, keepdim=keepdim)
        if keepdim:
            net.add("flatten")
        net.add("linear", out_features=3)
        return net.finish()

    assert_same_answers(graph_for)


def test_that_blocks_that_weigh_words_do_not_see_the_padding() -> None:
    """Attention to what was said before, cross-attention to the text itself, and pooling by weight."""

    def graph_for(length: int) -> Graph:
        layers = with_blocks(LAYERS, tuple(part for ready in READY_BLOCKS for part in ready.parts))
        graph, before = Graph((Node("input", "input"), Node("output", "output"))), "input"
        for type_id in ("embedding", "block:transformer_decoder", "block:attention_pooling", "linear"):
            graph, new = edits.add_layer(graph, layers[type_id])
            graph = edits.connect(graph, layers, before, new)
            if type_id == "block:transformer_decoder":
                graph = edits.connect(graph, layers, before, new, 1)
            before = new
        graph = edits.set_param(graph, before, "out_features", 3)
        return edits.connect(graph, layers, before, "output")

    assert "self.attention_pooling1(x, mask)" in source_of(graph_for(20), 20)
    assert_same_answers(graph_for)
