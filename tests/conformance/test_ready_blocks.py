"""Holds every ready-made block against the real module: shapes, counts, code, learning, picture and help."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from studio.core.network import Edge, Graph, Node
from studio.core.places import resources
from studio.graph.analysis import Analysis, Surroundings, analyse
from studio.graph.blocks.flow import inside_around
from studio.graph.blocks.sharing import block_text, blocks_of_text, sound_blocks
from studio.graph.blocks.types import with_blocks
from studio.graph.codegen import network_source
from studio.graph.facts import Arrival
from studio.graph.layer_type import Shapes
from studio.layers.catalogue import LAYERS
from studio.layers.ready_blocks import READY_BLOCKS
from studio.layers.ready_blocks.entry import ReadyBlock

EVERY_BLOCK = pytest.mark.parametrize("ready", READY_BLOCKS, ids=lambda ready: ready.block.id)
CASES = [
    pytest.param(ready, params, inputs, id=f"{ready.block.id} {params}")
    for ready in READY_BLOCKS
    for params, inputs in ready.examples
]


def use_of(ready: ReadyBlock, params: Any, inputs: Shapes) -> tuple[Graph, Surroundings]:
    """The block between its inputs and an output, as the inside of another one."""
    entries = tuple(Node(f"in{i}", "input") for i in range(len(inputs)))
    node = Node("block", ready.block.id, dict(params))
    wires = tuple(Edge(entry.id, "block", port) for port, entry in enumerate(entries))
    graph = Graph((*entries, node, Node("output", "output")), (*wires, Edge("block", "output")), ready.parts)
    return graph, inside_around(Surroundings(()), tuple(Arrival(shape) for shape in inputs))


def examined(ready: ReadyBlock, params: Any, inputs: Shapes) -> tuple[Analysis, nn.Module]:
    graph, around = use_of(ready, params, inputs)
    analysis = analyse(graph, LAYERS, around)
    assert analysis.problems == ()
    source = network_source(graph, analysis, LAYERS).text
    names: dict[str, Any] = {}
    exec(compile(source, "<block>", "exec"), names)
    network = names["Network"]()
    (block,) = network.children()
    assert isinstance(block, nn.Module)
    return analysis, block


@EVERY_BLOCK
def test_that_it_is_sound_and_has_picture_help_and_keywords(ready: ReadyBlock) -> None:
    block = ready.block
    assert sound_blocks(ready.parts, LAYERS) == ready.parts
    assert blocks_of_text(block_text(block, ready.parts), LAYERS) == ready.parts
    icon = resources() / "icons" / "layers" / f"{block.icon}.svg"
    assert ElementTree.parse(icon).getroot().get("viewBox") == "0 0 24 24"
    assert block.help.endswith(".")
    assert 40 < len(block.help) < 190
    assert ready.keywords
    assert len({node.position for node in block.nodes}) == len(block.nodes)
    layer = with_blocks(LAYERS, ready.parts)[block.id]
    assert all(param.label and param.help.endswith(".") for param in layer.params)
    assert re.fullmatch(r"[a-z0-9_]+", layer.stem)


@pytest.mark.parametrize(("ready", "params", "inputs"), CASES)
def test_that_shape_and_parameters_equal_those_of_the_module(
    ready: ReadyBlock, params: Any, inputs: Shapes
) -> None:
    analysis, module = examined(ready, params, inputs)
    with torch.no_grad():
        result = module.eval()(*(torch.randn(2, *shape) for shape in inputs))
    assert tuple(result.shape[1:]) == analysis.nodes["block"].output
    assert sum(p.numel() for p in module.parameters()) == analysis.nodes["block"].parameters
    assert analysis.nodes["block"].multiply_adds > 0


@pytest.mark.parametrize(("ready", "params", "inputs"), CASES)
def test_that_it_learns(ready: ReadyBlock, params: Any, inputs: Shapes) -> None:
    """Every weight gets a gradient, and a few steps bring it nearer to what it shall give."""
    torch.manual_seed(0)
    _, module = examined(ready, params, inputs)
    samples = [torch.randn(4, *shape) for shape in inputs]
    wanted = torch.rand_like(module(*samples))
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(module(*samples), wanted)
        loss.backward()
        assert [name for name, p in module.named_parameters() if p.grad is None] == []
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


def test_that_their_names_are_different() -> None:
    assert len({ready.block.id for ready in READY_BLOCKS}) == len(READY_BLOCKS)
    assert len({ready.block.name for ready in READY_BLOCKS}) == len(READY_BLOCKS)


def test_that_a_transformer_decoder_does_not_look_ahead() -> None:
    ready = next(ready for ready in READY_BLOCKS if ready.block.id == "block:transformer_decoder")
    _, module = examined(ready, {}, ((6, 8), (4, 8)))
    module.eval()
    written, memory = torch.randn(1, 6, 8), torch.randn(1, 4, 8)
    other = written.clone()
    other[:, 4:] += 1.0
    with torch.no_grad():
        assert torch.allclose(module(written, memory)[:, :4], module(other, memory)[:, :4], atol=1e-6)
        assert not torch.allclose(module(written, memory), module(written, memory + 1.0))
