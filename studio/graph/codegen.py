"""Writes a network as the plain nn.Module that a person would write. Training runs this very source."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from studio.core.network import Graph
from studio.core.registry import Registry
from studio.graph.analysis import analyse
from studio.graph.blocks.code import BlockClasses
from studio.graph.blocks.types import with_blocks
from studio.graph.code_lines import commented
from studio.graph.code_writer import (
    Part,
    Writer,
    attributes_of,
    helpers_of,
    parts_of,
    write_forward,
    write_init,
)
from studio.graph.facts import Analysis, Surroundings
from studio.graph.layer_type import LayerType
from studio.graph.wiring import Wiring

_MODULES = (
    ("math", "import math"),
    ("torch", "import torch"),
    ("F", "import torch.nn.functional as F"),
)


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """`lines` maps a node to its (first, last) line ranges in `text`, counted from 1, both included;
    `attributes` to the module's attribute, for layers that keep one ("conv1" for self.conv1). Layers
    inside of blocks stand in `lines` as "block's id/layer's id"."""

    text: str
    lines: Mapping[str, tuple[tuple[int, int], ...]]
    attributes: Mapping[str, str]


def network_source(
    graph: Graph, analysis: Analysis, layers: Registry[LayerType], class_name: str = "Network"
) -> NetworkSource:
    """The source of the network. It compiles always; it runs where `analysis.ok`.

    A network with problems is written as far as it is known, with the problems as comments at their place.
    """
    layers = with_blocks(layers, graph.blocks)
    wiring = Wiring.of(graph, layers)
    classes = BlockClasses(layers)
    parts = _parts(wiring, analysis, layers, classes)
    helpers = tuple(dict.fromkeys((*helpers_of(parts), *classes.helpers)))
    attributes = attributes_of(parts, wiring)
    writer = Writer()
    written = [line for one in classes.written for line in one.lines]
    writer.write([*_imports(parts, [*helpers, *written]), "", ""])
    for helper in helpers:
        writer.write([*helper.split("\n"), "", ""])
    for block_id, lines in classes.by_block:
        writer.take(lines, f"{block_id}/")
        writer.write(["", ""])
    writer.write([f"class {_class_name(class_name, [*helpers, *written])}(nn.Module):"])
    general = [p.message for p in analysis.problems if p.node is None and p.severity == "error"]
    for message in general:
        writer.write(commented(message, "    "))
    write_init(writer, parts, attributes)
    writer.write([""])
    start = next((p.node_id for p in parts if p.layer is not None and p.layer.id == "input"), "")
    write_forward(writer, parts, attributes, wiring, [(start, "x")])
    places = {node_id: tuple(ranges) for node_id, ranges in writer.places.items()}
    return NetworkSource("\n".join(writer.lines) + "\n", places, attributes)


def generate_code(
    graph: Graph, layers: Registry[LayerType], around: Surroundings | None, class_name: str = "Network"
) -> str:
    """The source alone, for callers that have no analysis at hand."""
    return network_source(graph, analyse(graph, layers, around), layers, class_name).text


def _parts(
    wiring: Wiring, analysis: Analysis, layers: Registry[LayerType], classes: BlockClasses
) -> list[Part]:
    """The layers on the way from input to output; where there is no way yet, all that have wires."""
    order: Iterable[str] = analysis.order
    if not analysis.order:
        order = [n for n in wiring.order if wiring.incoming[n] or wiring.outgoing[n]]
    remarks: dict[str, list[str]] = {}
    for problem in analysis.problems:
        if problem.node is not None and problem.severity == "error":
            remarks.setdefault(problem.node, []).append(problem.message)
    return parts_of(order, wiring, analysis.nodes, layers, classes.code, remarks)


def _imports(parts: Sequence[Part], texts: Sequence[str]) -> list[str]:
    used = "\n".join([*texts, *(f"{p.code.init} {p.code.forward}" for p in parts if p.code is not None)])
    plain = [line for name, line in _MODULES if re.search(rf"(?<![\w.]){name}\.", used)]
    standard = [line for line in plain if line == "import math"]
    torch = [line for line in plain if line != "import math"]
    return [*standard, *([""] if standard else []), *torch, "from torch import nn"]


def _class_name(wish: str, texts: Sequence[str]) -> str:
    taken = {name for text in texts for name in re.findall(r"^(?:class|def) (\w+)", text, re.MULTILINE)}
    name = wish if wish.isidentifier() and wish.isascii() and not keyword.iskeyword(wish) else "Network"
    while name in taken or name in ("nn", "torch", "math", "F", "super"):
        name += "_"
    return name
