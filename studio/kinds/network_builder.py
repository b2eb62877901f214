"""Writes a template's network down, layer after layer, in the order in which it runs."""

from __future__ import annotations

from collections import Counter

from studio.core.network import Edge, Graph, Node
from studio.core.params import ParamValue, defaults
from studio.graph.layout import arranged
from studio.layers.catalogue import LAYERS


class NetworkBuilder:
    """A network in the making. Each `add` goes on from the last layer, unless told from which."""

    def __init__(self) -> None:
        self._nodes = [Node("input", "input")]
        self._edges: list[Edge] = []
        self._count: Counter[str] = Counter()
        self.last = "input"

    def add(self, layer: str, *, after: tuple[str, ...] = (), label: str = "", **params: ParamValue) -> str:
        """Appends a layer (its id in LAYERS) behind `after`, or behind the last one. Returns its node."""
        self._count[layer] += 1
        node_id = f"{layer}_{self._count[layer]}"
        whole = {**defaults(LAYERS[layer].params), **params}
        self._nodes.append(Node(node_id, layer, whole, label=label))
        for port, source in enumerate(after or (self.last,)):
            self._edges.append(Edge(source, node_id, port))
        self.last = node_id
        return node_id

    def finish(self) -> Graph:
        """The network with its output behind the last layer, laid out for the canvas."""
        nodes = (*self._nodes, Node("output", "output"))
        return arranged(Graph(nodes, (*self._edges, Edge(self.last, "output"))), LAYERS)
