"""The network as a value: nodes, edges, nothing else. Everything derived lives in studio.graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from studio.core.params import Params

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """One layer of the network. `type` names an entry of the layer registry.

    `position` is the top-left corner on the canvas, in scene units; `label` is the user's own name
    for the layer, empty where the automatic one ("Conv2d 3") will do.
    """

    id: str
    type: str
    params: Params = field(default_factory=dict)
    position: Position = (0.0, 0.0)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A wire: the output of `source` goes into input number `port` of `target`."""

    source: str
    target: str
    port: int = 0


BLOCK = "block:"  # how the ids of blocks begin, so that none is mistaken for a layer's type
REPEAT = "repeat"  # the parameter of every block: how many of it stand one behind the other


@dataclass(frozen=True, slots=True)
class Target:
    """A parameter of a layer inside a block, and how a parameter of the block decides it.

    `rule` "value": the block's value × `times` // `over`. "times_input": that, × the channels that come
    into the block. "input_over": those channels // the block's value.
    """

    node: str
    param: str
    times: int = 1
    over: int = 1
    rule: Literal["value", "times_input", "input_over"] = "value"


@dataclass(frozen=True, slots=True)
class BlockParam:
    """A named parameter of a block. Its default is what the first of its targets has inside, or `default`
    where that target calculates.

    `follows`: it may be left open, and is then the number of channels that come in.
    """

    name: str
    label: str
    targets: tuple[Target, ...] = ()
    help: str = ""
    follows: bool = False
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A composite layer: several layers under one name, used as often as people like.

    A node whose type is `id` is one use of it. Each Input inside is one of its inputs, in document
    order; the Output is what comes out. `icon` as in a layer's entry.
    """

    id: str
    name: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    params: tuple[BlockParam, ...] = ()
    help: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """A network document. Any graph is legal, also a broken one; analysis says what is wrong.

    `blocks` are the definitions of its composite layers, those inside of others as well.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __contains__(self, node_id: object) -> bool:
        return any(node.id == node_id for node in self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def node(self, node_id: str) -> Node:
        """The node. Raises KeyError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def inputs_of(self, node_id: str) -> tuple[Edge, ...]:
        """The wires into a node, by port."""
        return tuple(sorted((e for e in self.edges if e.target == node_id), key=lambda e: e.port))

    def outputs_of(self, node_id: str) -> tuple[Edge, ...]:
        return tuple(e for e in self.edges if e.source == node_id)
