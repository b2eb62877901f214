"""Writes the body of one nn.Module: __init__ with what is kept, forward with how values flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studio.core.params import Params
from studio.core.registry import Registry
from studio.graph.attribute_names import attribute_names
from studio.graph.code_lines import commented, wrapped
from studio.graph.facts import NodeFacts
from studio.graph.flow import checked
from studio.graph.layer_type import LayerCode, LayerType
from studio.graph.variables import Variables
from studio.graph.wiring import Wiring

INDENT = " " * 8
_CODE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError)
BlockCode = Callable[[LayerType, Params, NodeFacts], LayerCode]


@dataclass(slots=True)
class Writer:
    """Lines as they are written, and which node each range belongs to."""

    lines: list[str] = field(default_factory=list)
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def write(self, lines: Sequence[str], node_id: str | None = None) -> None:
        if node_id is not None and lines:
            first = len(self.lines) + 1
            self.places.setdefault(node_id, []).append((first, first + len(lines) - 1))
        self.lines += lines

    def take(self, other: Writer, prefix: str) -> None:
        """All lines of another writer; its nodes get the prefix."""
        below = len(self.lines)
        for node_id, ranges in other.places.items():
            moved = [(first + below, last + below) for first, last in ranges]
            self.places.setdefault(prefix + node_id, []).extend(moved)
        self.lines += other.lines


@dataclass(frozen=True, slots=True)
class Part:
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

    @property
    def masks(self) -> bool:
        return self.code is not None and "{mask}" in self.code.forward


def parts_of(
    order: Iterable[str],
    wiring: Wiring,
    facts: Mapping[str, NodeFacts],
    layers: Registry[LayerType],
    block_code: BlockCode,
    remarks: Mapping[str, Sequence[str]],
) -> list[Part]:
    parts = []
    for node_id in order:
        node = wiring.nodes.get(node_id)
        if node is None:  # the analysis of another graph
            continue
        layer = layers.get(node.type)
        code = None
        known = facts.get(node_id)
        if layer is not None and known is not None and known.output is not None:
            params, bad = checked(node, layer)
            code = _code(layer, {**params, **known.given}, known, block_code) if not bad else None
        parts.append(Part(node_id, layer, code, tuple(remarks.get(node_id, ()))))
    return parts


def _code(layer: LayerType, params: Params, facts: NodeFacts, block_code: BlockCode) -> LayerCode | None:
    if layer.id == "input":
        return LayerCode(None, "{0}")
    try:
        if layer.block is not None:
            return block_code(layer, params, facts)
        if layer.masked is not None and facts.steps_in is not None:
            code = layer.masked(params, facts.inputs, facts.steps_in)
            if code is not None:
                return code
        return layer.code(params, facts.inputs)
    except _CODE_ERRORS:  # an entry with a mistake in it shall not take the code view down
        return None


def helpers_of(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(h.strip("\n") for p in parts if p.code is not None for h in p.code.helpers))


def attributes_of(parts: Iterable[Part], wiring: Wiring) -> dict[str, str]:
    return attribute_names(
        [
            (p.node_id, p.layer.stem if p.layer is not None else "layer", wiring.nodes[p.node_id].label)
            for p in parts
            if p.kept
        ]
    )


def write_init(
    writer: Writer, parts: Sequence[Part], attributes: Mapping[str, str], arguments: Sequence[str] = ()
) -> None:
    writer.write(wrapped_signature("__init__", ["self", *arguments]))
    writer.write([f"{INDENT}super().__init__()"])
    for part in parts:
        if part.node_id not in attributes:
            continue
        target = f"self.{attributes[part.node_id]}"
        if part.code is not None and part.code.init is not None:
            writer.write(wrapped(f"{target} = {part.code.init}", INDENT), part.node_id)
        else:
            name = part.layer.name if part.layer is not None else "an unknown layer"
            # The remark itself stands in forward, where the wires can be seen, too.
            line = f"{INDENT}{target} = ...  # {name}: what comes in is not known yet"
            writer.write([line], part.node_id)


def wrapped_signature(name: str, arguments: Sequence[str]) -> list[str]:
    """`def name(...):` of a method, on as many lines as a formatter would take."""
    lines = wrapped(f"def {name}({', '.join(arguments)})", "    ")
    return [*lines[:-1], lines[-1] + ":"]


def write_forward(
    writer: Writer,
    parts: Sequence[Part],
    attributes: Mapping[str, str],
    wiring: Wiring,
    entries: Sequence[tuple[str, str]],
    mask_comes_in: bool = False,
) -> None:
    """Args: entries: the Inputs, in the order of the arguments, with the names that these have."""
    there = {part.node_id for part in parts}
    inputs = {n: [e.source for e in wiring.incoming[n] if e.source in there] for n in there}
    joins = {part.node_id for part in parts if part.joins}
    variables = Variables([(part.node_id, inputs[part.node_id]) for part in parts], joins)
    start = next((p.node_id for p in parts if p.layer is not None and p.layer.id == "input"), None)
    arguments = ["self", *(name for _, name in entries)]
    writer.write(wrapped_signature("forward", [*arguments, "mask"] if mask_comes_in else arguments), start)
    for node_id, name in entries:
        if node_id in there:
            variables.define(node_id, name)
    if not mask_comes_in and any(p.masks for p in parts):
        writer.write([f"{INDENT}mask = x != 0  # True at the tokens of a text, False at its padding"], start)
    result = "x"
    returned = False
    for part in parts:
        for remark in part.remarks:
            writer.write(commented(remark, INDENT), part.node_id)
        if part.layer is not None and part.layer.id == "input":
            continue
        if part.layer is not None and part.layer.id == "output":
            result = variables.use(part.node_id)[:1][0] if inputs[part.node_id] else "x"
            writer.write([f"{INDENT}return {result}"], part.node_id)
            returned = True
            break
        before, given, target = variables.step(part.node_id)
        writer.write([f"{INDENT}{line}" for line in before], part.node_id)
        call = _call(part, attributes, given)
        if call != target:  # a layer that passes on needs no line
            writer.write(wrapped(f"{target} = {call}", INDENT), part.node_id)
        result = target
    if not returned:
        writer.write([f"{INDENT}return {result}"])


def _call(part: Part, attributes: Mapping[str, str], arguments: Sequence[str]) -> str:
    given = list(arguments) or ["..."]  # nothing is connected yet
    module = f"self.{attributes[part.node_id]}" if part.node_id in attributes else ""
    if part.code is None:
        return f"{module}({', '.join(given)})" if module else " + ".join(given)
    return part.code.forward.format(*given, module=module, inputs=", ".join(given), mask="mask")
