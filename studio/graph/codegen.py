"""Writes a network as the plain nn.Module that a person would write. Training runs this very source."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studio.core.network import Graph
from studio.core.params import Params
from studio.core.registry import Registry
from studio.graph.analysis import analyse
from studio.graph.attribute_names import attribute_names
from studio.graph.code_lines import commented, wrapped
from studio.graph.facts import Analysis, NodeFacts, Surroundings
from studio.graph.flow import checked
from studio.graph.layer_type import LayerCode, LayerType
from studio.graph.variables import Variables
from studio.graph.wiring import Wiring

_INDENT = " " * 8
_MODULES = (
    ("math", "import math"),
    ("torch", "import torch"),
    ("F", "import torch.nn.functional as F"),
)
_CODE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """`lines` maps a node to its (first, last) line ranges in `text`, counted from 1, both included;
    `attributes` to the module's attribute, for layers that keep one ("conv1" for self.conv1)."""

    text: str
    lines: Mapping[str, tuple[tuple[int, int], ...]]
    attributes: Mapping[str, str]


@dataclass(slots=True)
class _Writer:
    """Lines as they are written, and which node each range belongs to."""

    lines: list[str] = field(default_factory=list)
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def write(self, lines: Sequence[str], node_id: str | None = None) -> None:
        if node_id is not None and lines:
            first = len(self.lines) + 1
            self.places.setdefault(node_id, []).append((first, first + len(lines) - 1))
        self.lines += lines


@dataclass(frozen=True, slots=True)
class _Part:
    """One layer to be written. `code` is None while its shapes are not known."""

    node_id: str
    layer: LayerType | None
    code: LayerCode | None
    remarks: tuple[str, ...]

    @property
    def kept(self) -> bool:
        return self.code.init is not None if self.code is not None else not self.is_end and not self.joins

    @property
    def is_end(self) -> bool:
        return self.layer is not None and self.layer.id in ("input", "output")

    @property
    def joins(self) -> bool:
        return self.layer is not None and self.layer.max_inputs is None


def network_source(
    graph: Graph, analysis: Analysis, layers: Registry[LayerType], class_name: str = "Network"
) -> NetworkSource:
    """The source of the network. It compiles always; it runs where `analysis.ok`.

    A network with problems is written as far as it is known, with the problems as comments at their place.
    """
    wiring = Wiring.of(graph, layers)
    parts = _parts(wiring, analysis, layers)
    helpers = tuple(dict.fromkeys(h.strip("\n") for p in parts if p.code is not None for h in p.code.helpers))
    attributes = attribute_names(
        [
            (p.node_id, p.layer.stem if p.layer is not None else "layer", wiring.nodes[p.node_id].label)
            for p in parts
            if p.kept
        ]
    )
    writer = _Writer()
    writer.write([*_imports(parts, helpers), "", ""])
    for helper in helpers:
        writer.write([*helper.split("\n"), "", ""])
    writer.write([f"class {_class_name(class_name, helpers)}(nn.Module):"])
    general = [p.message for p in analysis.problems if p.node is None and p.severity == "error"]
    for message in general:
        writer.write(commented(message, "    "))
    _write_init(writer, parts, attributes)
    writer.write([""])
    _write_forward(writer, parts, attributes, wiring)
    places = {node_id: tuple(ranges) for node_id, ranges in writer.places.items()}
    return NetworkSource("\n".join(writer.lines) + "\n", places, attributes)


def generate_code(
    graph: Graph, layers: Registry[LayerType], around: Surroundings | None, class_name: str = "Network"
) -> str:
    """The source alone, for callers that have no analysis at hand."""
    return network_source(graph, analyse(graph, layers, around), layers, class_name).text


def _parts(wiring: Wiring, analysis: Analysis, layers: Registry[LayerType]) -> list[_Part]:
    """The layers on the way from input to output; where there is no way yet, all that have wires."""
    order: Iterable[str] = analysis.order
    if not analysis.order:
        order = [n for n in wiring.order if wiring.incoming[n] or wiring.outgoing[n]]
    remarks: dict[str, list[str]] = {}
    for problem in analysis.problems:
        if problem.node is not None and problem.severity == "error":
            remarks.setdefault(problem.node, []).append(problem.message)
    parts = []
    for node_id in order:
        node = wiring.nodes.get(node_id)
        if node is None:  # the analysis of another graph
            continue
        layer = layers.get(node.type)
        code = None
        facts = analysis.nodes.get(node_id)
        if layer is not None and facts is not None and (facts.output is not None):
            params, bad = checked(node, layer)
            code = _code(layer, {**params, **facts.given}, facts) if not bad else None
        parts.append(_Part(node_id, layer, code, tuple(remarks.get(node_id, ()))))
    return parts


def _code(layer: LayerType, params: Params, facts: NodeFacts) -> LayerCode | None:
    if layer.id == "input":
        return LayerCode(None, "{0}")
    try:
        if layer.masked is not None and facts.steps_in is not None:
            code = layer.masked(params, facts.inputs, facts.steps_in)
            if code is not None:
                return code
        return layer.code(params, facts.inputs)
    except _CODE_ERRORS:  # an entry with a mistake in it shall not take the code view down
        return None


def _imports(parts: Sequence[_Part], helpers: Sequence[str]) -> list[str]:
    used = "\n".join([*helpers, *(f"{p.code.init} {p.code.forward}" for p in parts if p.code is not None)])
    plain = [line for name, line in _MODULES if re.search(rf"(?<![\w.]){name}\.", used)]
    standard = [line for line in plain if line == "import math"]
    torch = [line for line in plain if line != "import math"]
    return [*standard, *([""] if standard else []), *torch, "from torch import nn"]


def _class_name(wish: str, helpers: Sequence[str]) -> str:
    taken = {name for helper in helpers for name in re.findall(r"^(?:class|def) (\w+)", helper, re.MULTILINE)}
    name = wish if wish.isidentifier() and wish.isascii() and not keyword.iskeyword(wish) else "Network"
    while name in taken or name in ("nn", "torch", "math", "F", "super"):
        name += "_"
    return name


def _write_init(writer: _Writer, parts: Sequence[_Part], attributes: Mapping[str, str]) -> None:
    writer.write(["    def __init__(self):", f"{_INDENT}super().__init__()"])
    for part in parts:
        if part.node_id not in attributes:
            continue
        target = f"self.{attributes[part.node_id]}"
        if part.code is not None and part.code.init is not None:
            writer.write(wrapped(f"{target} = {part.code.init}", _INDENT), part.node_id)
        else:
            name = part.layer.name if part.layer is not None else "an unknown layer"
            # The remark itself stands in forward, where the wires can be seen, too.
            line = f"{_INDENT}{target} = ...  # {name}: what comes in is not known yet"
            writer.write([line], part.node_id)


def _write_forward(
    writer: _Writer, parts: Sequence[_Part], attributes: Mapping[str, str], wiring: Wiring
) -> None:
    there = {part.node_id for part in parts}
    inputs = {n: [e.source for e in wiring.incoming[n] if e.source in there] for n in there}
    joins = {part.node_id for part in parts if part.joins}
    variables = Variables([(part.node_id, inputs[part.node_id]) for part in parts], joins)
    start = next((p.node_id for p in parts if p.layer is not None and p.layer.id == "input"), None)
    writer.write(["    def forward(self, x):"], start)
    if start is not None:
        variables.define(start, "x")
    if any(p.code is not None and "{mask}" in p.code.forward for p in parts):
        writer.write([f"{_INDENT}mask = x != 0  # True at the tokens of a text, False at its padding"], start)
    result = "x"
    returned = False
    for part in parts:
        for remark in part.remarks:
            writer.write(commented(remark, _INDENT), part.node_id)
        if part.layer is not None and part.layer.id == "input":
            continue
        if part.layer is not None and part.layer.id == "output":
            result = variables.use(part.node_id)[:1][0] if inputs[part.node_id] else "x"
            writer.write([f"{_INDENT}return {result}"], part.node_id)
            returned = True
            break
        before, arguments, target = variables.step(part.node_id)
        writer.write([f"{_INDENT}{line}" for line in before], part.node_id)
        call = _call(part, attributes, arguments)
        if call != target:  # a layer that passes on needs no line
            writer.write(wrapped(f"{target} = {call}", _INDENT), part.node_id)
        result = target
    if not returned:
        writer.write([f"{_INDENT}return {result}"])


def _call(part: _Part, attributes: Mapping[str, str], arguments: Sequence[str]) -> str:
    given = list(arguments) or ["..."]  # nothing is connected yet
    module = f"self.{attributes[part.node_id]}" if part.node_id in attributes else ""
    if part.code is None:
        return f"{module}({', '.join(given)})" if module else " + ".join(given)
    return part.code.forward.format(*given, module=module, inputs=", ".join(given), mask="mask")
