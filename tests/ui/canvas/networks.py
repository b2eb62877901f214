"""Small networks and projects to try the canvas on."""

from __future__ import annotations

import itertools

from studio.core.network import Edge, Graph, Node
from studio.core.project import MAIN, DatasetChoice, DatasetFacts, Project
from studio.kinds.catalogue import KINDS
from studio.layers.catalogue import LAYERS

FACTS = DatasetFacts((1, 28, 28), tuple("abcdefghij"), 1000)


def node(node_id: str, row: int, column: int = 0, **params: object) -> Node:
    layer = LAYERS[node_id.rsplit("_", 1)[0] if node_id[-1].isdigit() else node_id]
    return Node(node_id, layer.id, {**layer.defaults, **params}, (column * 272.0, row * 104.0))


def chain(*nodes: Node) -> Graph:
    edges = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
    return Graph(nodes, edges)


def small_network() -> Graph:
    """Input, Flatten, ReLU, Linear (10), Output."""
    return chain(
        node("input", 0), node("flatten_1", 1), node("relu_1", 2), node("linear_1", 3, out_features=10),
        node("output", 4),
    )  # fmt: skip


def project_with(graph: Graph) -> Project:
    kind = KINDS["image-classification"]
    choice = DatasetChoice("bundled", "nothing", facts=FACTS)
    return Project(kind.id, choice, {MAIN: graph}, kind.default_recipe(FACTS))
