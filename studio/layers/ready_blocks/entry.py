"""What a ready-made block declares. Picture, help, palette and tests follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.network import BLOCK, Block, BlockParam, Edge, Graph, Node, Target
from studio.core.params import Params, defaults
from studio.graph.layer_type import Shapes
from studio.graph.layout import arranged
from studio.layers.catalogue import LAYERS

CONV_1: dict[str, Any] = {"kernel_size": 1, "padding": 0, "bias": False}  # behind it comes a normalisation
CONV_3: dict[str, Any] = {"kernel_size": 3, "padding": 1, "bias": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One layer inside: its type, and the layers that feed it, by port. `label` is its name on the canvas."""

    id: str
    type: str
    sources: tuple[str, ...]
    params: Params
    label: str = ""


@dataclass(frozen=True, slots=True)
class ReadyBlock:
    """`inputs`: shapes that the tests try it on, each with parameters of the block that differ from usual."""

    parts: tuple[Block, ...]
    examples: tuple[tuple[Params, Shapes], ...]
    keywords: tuple[str, ...] = ()

    @property
    def block(self) -> Block:
        return self.parts[-1]


def row(node_id: str, type_id: str, sources: str, label: str = "", **params: Any) -> Row:
    """`sources`: ids with spaces between, by port."""
    return Row(node_id, type_id, tuple(sources.split()), params, label)


def follows(*targets: str, name: str = "channels", label: str = "Channels", help: str = "") -> BlockParam:
    """A number of channels that is what comes in, unless somebody says otherwise."""
    text = help or "How many channels it works with; left open, as many as come in."
    return BlockParam(name, label, tuple(map(target, targets)), text, follows=True)


def number(name: str, label: str, help: str, *targets: str, default: int | None = None) -> BlockParam:
    return BlockParam(name, label, tuple(map(target, targets)), help, default=default)


def target(text: str) -> Target:
    """ "conv.out_channels", "conv.out_channels*4", "conv.out_channels/4"; with "in*" or "in/" in front, the
    block's number times, or as a part of, the channels that come in."""
    rule = "value"
    if text.startswith("in*"):
        rule, text = "times_input", text[3:]
    elif text.startswith("in/"):
        rule, text = "input_over", text[3:]
    place, _, factor = text.partition("*")
    place, _, part = place.partition("/")
    node, _, param = place.partition(".")
    return Target(node, param, int(factor or 1), int(part or 1), rule)  # type: ignore[arg-type]


def composed(
    name: str, icon: str, help: str, rows: Sequence[Row], params: Sequence[BlockParam] = ()
) -> Block:
    """The definition: what the last row gives comes out."""
    nodes, edges = [], []
    for each in rows:
        values = {**defaults(LAYERS[each.type].params), **each.params}
        nodes.append(Node(each.id, each.type, values, (0.0, 0.0), each.label))
        edges += [Edge(source, each.id, port) for port, source in enumerate(each.sources)]
    if not any(node.id == "input" for node in nodes):
        nodes.insert(0, Node("input", "input"))
    nodes.append(Node("output", "output"))
    edges.append(Edge(rows[-1].id, "output"))
    graph = arranged(Graph(tuple(nodes), tuple(edges)), LAYERS)
    return Block(BLOCK + icon, name, graph.nodes, graph.edges, tuple(params), help, f"blocks/{icon}")
