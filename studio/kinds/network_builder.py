"""Writes a template's network down, layer after layer, in the order in which it runs."""

from __future__ import annotations

from collections import Counter

from studio.core.network import BLOCK, Block, Edge, Graph, Node
from studio.core.params import ParamValue, defaults
from studio.graph.blocks.types import with_blocks
from studio.graph.layout import arranged
from studio.layers.catalogue import LAYERS
from studio.layers.ready_blocks import READY_BLOCKS


class NetworkBuilder:
    """A network in the making. Each `add` goes on from the last layer, unless told from which."""

    def __init__(self) -> None:
        self._nodes = [Node("input", "input")]
        self._edges: list[Edge] = []
        self._blocks: dict[str, Block] = {}
        self._count: Counter[str] = Counter()
        self.last = "input"

    def add(self, layer: str, *, after: tuple[str, ...] = (), label: str = "", **params: ParamValue) -> str:
        """Appends a layer (its id in LAYERS) or a ready-made block ("block:residual") behind `after`, or
        behind the last one. Returns its node."""
        self._count[layer] += 1
        node_id = f"{layer.removeprefix(BLOCK)}_{self._count[layer]}"
        if layer.startswith(BLOCK):
            ready = next(each for each in READY_BLOCKS if each.block.id == layer)
            self._blocks.update((part.id, part) for part in ready.parts)
        layers = with_blocks(LAYERS, tuple(self._blocks.values()))
        whole = {**defaults(layers[layer].params), **params}
        self._nodes.append(Node(node_id, layer, whole, label=label))
        for port, source in enumerate(after or (self.last,)):
            self._edges.append(Edge(source, node_id, port))
        self.last = node_id
        return node_id

    def finish(self) -> Graph:
        """The network with its output behind the last layer, laid out for the canvas."""
        nodes = (*self._nodes, Node("output", "output"))
        edges = (*self._edges, Edge(self.last, "output"))
        blocks = tuple(self._blocks.values())
        return arranged(Graph(nodes, edges, blocks), with_blocks(LAYERS, blocks))
