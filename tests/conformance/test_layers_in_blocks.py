"""Every layer inside of a block, all its options parameters of the block: the class is right at each use."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from torch import nn

from studio.core.network import Block, BlockParam, Edge, Graph, Node, Target
from studio.core.params import Params, check_params
from studio.graph.analysis import Surroundings, analyse
from studio.graph.blocks.flow import inside_around
from studio.graph.codegen import network_source
from studio.graph.facts import Arrival
from studio.graph.layer_type import LayerType, Shapes
from studio.layers.catalogue import LAYERS
from tests.conformance.test_layers import batch, module_of

CASES = [
    pytest.param(layer, check_params(layer.params, example.params), example.inputs, id=f"{layer.id} {i}")
    for layer in LAYERS
    if layer.id not in ("input", "output")
    for i, example in enumerate(layer.examples)
]


def block_of(layer: LayerType, inputs: int) -> Block:
    """The layer with its usual options, each of them shown outside."""
    entries = tuple(Node(f"in{port}", "input") for port in range(inputs))
    wires = tuple(Edge(entry.id, "layer", port) for port, entry in enumerate(entries))
    usual = check_params(layer.params, {})
    return Block(
        "block:tried",
        "Tried",
        (*entries, Node("layer", layer.id, usual), Node("output", "output")),
        (*wires, Edge("layer", "output")),
        tuple(BlockParam(p.name, p.label, (Target("layer", p.name),)) for p in layer.params),
    )


def used(layer: LayerType, params: Params, inputs: Shapes) -> tuple[nn.Module, int]:
    """The module of one use of that block, and how many parameters analysis counts."""
    entries = tuple(Node(f"in{port}", "input") for port in range(len(inputs)))
    wires = tuple(Edge(entry.id, "use", port) for port, entry in enumerate(entries))
    nodes = (*entries, Node("use", "block:tried", dict(params)), Node("output", "output"))
    graph = Graph(nodes, (*wires, Edge("use", "output")), (block_of(layer, len(inputs)),))
    dtype = "long" if layer.takes == "long" else "float"
    arrivals = tuple(Arrival(shape, dtype) for shape in inputs)
    analysis = analyse(graph, LAYERS, inside_around(Surroundings(()), arrivals))
    assert [p.message for p in analysis.problems if p.severity == "error"] == []
    source = network_source(graph, analysis, LAYERS).text
    assert "class TriedBlock(nn.Module):" in source
    names: dict[str, Any] = {}
    exec(compile(source, "<network>", "exec"), names)
    (module,) = names["Network"]().children()
    assert isinstance(module, nn.Module)
    return module, analysis.parameters


@pytest.mark.parametrize(("layer", "params", "inputs"), CASES)
def test_that_a_layer_computes_the_same_inside_of_a_block(
    layer: LayerType, params: Params, inputs: Shapes
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        plain = module_of(layer.code(params, inputs), len(inputs)).eval()
        in_block, count = used(layer, params, inputs)
        in_block.eval()
        assert count == sum(p.numel() for p in in_block.parameters())
        state = in_block.state_dict()
        for value, other in zip(state.values(), plain.state_dict().values(), strict=True):
            assert value.shape == other.shape
            value.copy_(other)
        torch.manual_seed(0)
        samples = [s if s.dtype == torch.long else torch.rand_like(s) for s in batch(layer, inputs, "cpu")]
        assert torch.allclose(plain(*samples), in_block(*samples), equal_nan=True)
