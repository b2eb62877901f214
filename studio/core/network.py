"""The network as a value: nodes, edges, nothing else. Everything derived lives in studio.graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Graph:
    """A network document. Any graph is legal, also a broken one; analysis says what is wrong."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

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
