"""Each block as an nn.Module class of its own, with what differs between its uses as arguments."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from studio.core.network import REPEAT, Graph
from studio.core.params import Params, ParamValue, defaults
from studio.core.registry import Registry
from studio.graph.attribute_names import attribute_name
from studio.graph.blocks.filling import channels_of
from studio.graph.blocks.flow import passed
from studio.graph.blocks.symbols import Named, NamedFloat
from studio.graph.code_writer import (
    Part,
    Writer,
    attributes_of,
    helpers_of,
    parts_of,
    write_forward,
    write_init,
)
from studio.graph.facts import Arrival, Inside, NodeFacts, Surroundings
from studio.graph.flow import run_inside
from studio.graph.layer_type import LayerCode, LayerType
from studio.graph.wiring import Wiring

REPEATED = '''class RepeatedBlock(nn.Sequential):
    """Blocks one behind the other; whatever comes in beside x goes into each of them."""

    def forward(self, x, *others):
        for block in self:
            x = block(x, *others)
        return x
'''
# Names that a class must not give to its own arguments: they mean something in its lines.
_TAKEN = frozenset(("self", "super", "nn", "torch", "math", "F", "x", "mask", "float", "range", "_"))


@dataclass(frozen=True, slots=True)
class BlockClass:
    """A class as written. `arguments`: names of the constructor, in order. `masks`: forward wants a mask."""

    name: str
    block_id: str
    arguments: tuple[str, ...]
    masks: bool
    body: Writer
    helpers: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        return [f"class {self.name}(nn.Module):", *self.body.lines]


@dataclass(slots=True)
class _Names:
    """What the constructor's arguments are called, what the use at hand gives to them, and by default."""

    given: dict[str, int | float] = field(default_factory=dict)
    usual: dict[str, ParamValue] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()  # forward would need these, so they stand there as numbers

    def number(self, wish: str, value: int | float, usual: ParamValue = None) -> int | float:
        """A number as an argument."""
        name = self.fresh(wish)
        self.given[name] = value
        if usual is not None:
            self.usual[name] = usual
        if name in self.plain:
            return int(value) if isinstance(value, int) else float(value)
        return Named(int(value), name) if isinstance(value, int) else NamedFloat(float(value), name)

    def fresh(self, wish: str) -> str:
        name, number = wish, 1
        while name in self.given or name in _TAKEN or keyword.iskeyword(name):
            number += 1
            name = f"{wish}{number}"
        return name


class BlockClasses:
    """Writes the classes that a network needs: one for all uses of a block that can share it."""

    def __init__(self, layers: Registry[LayerType]) -> None:
        self._layers = layers
        self._by_text: dict[tuple[str, str], BlockClass] = {}
        self._calls: dict[object, tuple[str, bool]] = {}
        self._taken: set[str] = set()
        self._repeated = False

    @property
    def written(self) -> tuple[BlockClass, ...]:
        """What is inside of others comes first."""
        return tuple(self._by_text.values())

    @property
    def helpers(self) -> tuple[str, ...]:
        inner = [helper for one in self.written for helper in one.helpers]
        return tuple(dict.fromkeys([*inner, *([REPEATED.strip("\n")] if self._repeated else [])]))

    @property
    def by_block(self) -> list[tuple[str, Writer]]:
        found = []
        for one in self.written:
            whole = Writer([f"class {one.name}(nn.Module):"])
            whole.take(one.body, "")
            found.append((one.block_id, whole))
        return found

    def code(self, layer: LayerType, params: Params, facts: NodeFacts) -> LayerCode:
        """How one use of a block is written: a call of its class, or several in a row."""
        calls = [self._call(layer, params, inside) for inside in facts.insides]
        masks = any(masked for _, masked in calls)
        others = len(facts.inputs) > 1 or masks
        forward = "{module}({inputs}, {mask})" if masks else "{module}({inputs})"
        if len(calls) == 1:
            return LayerCode(calls[0][0], forward)
        self._repeated |= others
        rows = [(call, len(list(same))) for call, same in groupby(call for call, _ in calls)]
        inner = [call if n == 1 else f"*[{call} for _ in range({n})]" for call, n in rows]
        return LayerCode(f"{'RepeatedBlock' if others else 'nn.Sequential'}({', '.join(inner)})", forward)

    def _call(self, layer: LayerType, params: Params, inside: Inside) -> tuple[str, bool]:
        key = _key(layer, params, inside)
        if key not in self._calls:
            self._calls[key] = self._written_call(layer, params, inside)
        return self._calls[key]

    def _written_call(self, layer: LayerType, params: Params, inside: Inside) -> tuple[str, bool]:
        names = _Names()
        while True:
            arrivals = tuple(_named_arrival(a, i, names) for i, a in enumerate(inside.arrivals))
            values = self._named_params(layer, params, inside, names)
            around = Surroundings((), vocabulary=inside.vocabulary)
            symbolic = passed(layer, values, arrivals, around, self._layers, run_inside)
            wiring, parts = self._parts(layer, symbolic)
            in_forward = _words(p.code.forward for p in parts if p.code is not None)
            needed = frozenset(names.given) & in_forward - names.plain
            if not needed:
                break
            names = _Names(plain=names.plain | needed)
        written = self._class_of(layer, wiring, parts, names)
        arguments = []
        for name in written.arguments:
            value = names.given[name]
            if name not in names.usual:
                arguments.append(repr(value))
            elif repr(value) != repr(names.usual[name]):
                arguments.append(f"{name}={value!r}")
        return f"{written.name}({', '.join(arguments)})", written.masks

    def _named_params(
        self, layer: LayerType, params: Params, inside: Inside, names: _Names
    ) -> dict[str, ParamValue]:
        """The block's parameters with their numbers as arguments; what is no number stays as it is."""
        assert layer.block is not None
        follows = {param.name for param in layer.block.params if param.follows}
        arriving = inside.arrivals[0].shape if inside.arrivals else None
        usual = defaults(layer.params)
        values: dict[str, ParamValue] = {}
        for name, value in params.items():
            if name == REPEAT:
                continue
            if value is None and name in follows:
                value = channels_of(arriving)
            if isinstance(value, bool) or not isinstance(value, int | float):
                values[name] = value
                continue
            wish = attribute_name(name, "value") or "value"
            values[name] = names.number(wish, value, usual[name])
        return values

    def _parts(self, layer: LayerType, inside: Inside) -> tuple[Wiring, list[Part]]:
        assert layer.block is not None
        wiring = Wiring.of(Graph(inside.nodes_inside, layer.block.edges), self._layers)
        used = wiring.upstream(wiring.of_type("output")[:1])
        order = [node_id for node_id in wiring.order if node_id in used]
        return wiring, parts_of(order, wiring, inside.nodes, self._layers, self.code, {})

    def _class_of(self, layer: LayerType, wiring: Wiring, parts: Sequence[Part], names: _Names) -> BlockClass:
        there = _words(p.code.init for p in parts if p.code is not None and p.code.init is not None)
        used = [name for name in names.given if name in there and name not in names.plain]
        asked = [name for name in used if name not in names.usual]
        optional = [name for name in used if name in names.usual]
        attributes = attributes_of(parts, wiring)
        masks = any(part.masks for part in parts)
        body = Writer()
        write_init(body, parts, attributes, [*asked, *(f"{name}={names.usual[name]!r}" for name in optional)])
        body.write([""])
        write_forward(body, parts, attributes, wiring, _entries(wiring), masks)
        key = (layer.id, "\n".join(body.lines))
        known = self._by_text.get(key)
        if known is None:
            name = self._class_name(layer.name)
            known = BlockClass(name, layer.id, (*asked, *optional), masks, body, helpers_of(parts))
            self._by_text[key] = known
        return known

    def _class_name(self, wish: str) -> str:
        """ResidualBlock, ResidualBlock2. They all end so that none is called like anything else."""
        plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode()
        words = [word for word in re.split(r"[^A-Za-z0-9]+", plain) if word]
        name = "".join(word[:1].upper() + word[1:] for word in words)[:40].lstrip("0123456789")
        name = re.sub(r"(?i)block$", "", name) + "Block"
        free, number = name, 1
        while free in self._taken or free == "RepeatedBlock":
            number += 1
            free = f"{name}{number}"
        self._taken.add(free)
        return free


def _named_arrival(arrival: Arrival, index: int, names: _Names) -> Arrival:
    """What comes in, with the number of its channels or features as an argument."""
    shape = arrival.shape or ()
    which: Mapping[int, str] = {0: "in_channels"}
    if len(shape) == 1:
        which = {0: "in_features"}
    elif len(shape) == 2:
        which = {0: "in_channels"} if arrival.steps == 1 else {1: "in_features"}
    named: list[int] = []
    for axis, size in enumerate(shape):
        if axis not in which:
            named.append(int(size))
            continue
        name = which[axis] if index == 0 else f"{which[axis]}{index + 1}"
        number = names.number(name, size)
        assert isinstance(number, int)
        named.append(number)
    return replace(arrival, shape=tuple(named))


def _key(layer: LayerType, params: Params, inside: Inside) -> object:
    """What a call depends on; numbers that remember their names differ from those that don't."""
    values = tuple((name, repr(value), hash(value)) for name, value in params.items() if name != REPEAT)
    shapes = tuple((repr(a.shape), a.shape, a.dtype, a.steps) for a in inside.arrivals)
    return layer.id, values, shapes, inside.vocabulary


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_]\w*", " ".join(texts)))


def _entries(wiring: Wiring) -> list[tuple[str, str]]:
    """The Inputs with the names of forward's arguments: x, and for the others what they are called."""
    entries: list[tuple[str, str]] = []
    taken = {"x", "mask", "self"}
    for index, node_id in enumerate(wiring.of_type("input")):
        name = "x"
        if index:
            wish = attribute_name(wiring.nodes[node_id].label, "x") or f"x{index + 1}"
            name, number = wish, index + 1
            while name in taken or name in _TAKEN:
                number += 1
                name = f"{wish}_{number}"
            taken.add(name)
        entries.append((node_id, name))
    return entries
