"""Every layer between a real Input and Output: analysed, written as code, and run."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from studio.core.network import Edge, Graph, Node
from studio.core.params import check_params
from studio.graph.analysis import Surroundings, analyse
from studio.graph.codegen import network_source
from studio.graph.layer_type import DType, LayerType
from studio.layers.catalogue import LAYERS


def networks(layer: LayerType) -> list[tuple[Graph, Surroundings]]:
    """Input, the layer, Output; for each example whose inputs are all alike."""
    found = []
    for example in layer.examples:
        if len(set(example.inputs)) > 1:
            continue
        nodes = (
            Node("input", "input"),
            Node("layer", layer.id, check_params(layer.params, example.params)),
            Node("output", "output"),
        )
        wires = tuple(Edge("input", "layer", port) for port in range(len(example.inputs)))
        graph = Graph(nodes, (*wires, Edge("layer", "output")))
        dtype: DType = "long" if layer.takes == "long" else "float"
        found.append((graph, Surroundings(example.inputs[0], dtype)))
    return found


@pytest.mark.parametrize(
    "layer", [layer for layer in LAYERS if layer.id not in ("input", "output")], ids=lambda layer: layer.id
)
def test_that_the_network_it_stands_in_is_what_analysis_says(layer: LayerType) -> None:
    for graph, around in networks(layer):
        analysis = analyse(graph, LAYERS, around)
        assert [p.message for p in analysis.problems if p.severity == "error"] == []
        names: dict[str, object] = {}
        exec(compile(network_source(graph, analysis, LAYERS).text, "<network>", "exec"), names)
        made = names["Network"]
        assert isinstance(made, type)
        network: nn.Module = made()
        batch = torch.rand(2, *around.input_shape)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = network(batch.long() if around.input_dtype == "long" else batch)
        assert tuple(result.shape[1:]) == analysis.output
        assert sum(p.numel() for p in network.parameters()) == analysis.parameters
