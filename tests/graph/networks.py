"""Small networks for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.network import Edge, Graph
from studio.core.params import ParamValue
from studio.core.problems import Fix, Problem
from studio.core.project import Project, Recipe, Setting
from studio.graph import edits
from studio.graph.analysis import Analysis, Surroundings, analyse
from studio.layers.catalogue import LAYERS

Spec = str | tuple[str, Mapping[str, ParamValue]]
PICTURES = Surroundings((1, 28, 28), output_shape=(10,), output_reason="the dataset has 10 classes")
ROWS = Surroundings((4,), output_shape=(3,), output_reason="the dataset has 3 classes")


def chain(*specs: Spec) -> Graph:
    """Input, the given layers one after another, Output; node ids are "input", "conv2d_1", ..., "output"."""
    graph, before = Graph(), None
    for spec in ("input", *specs, "output"):
        type_id, params = (spec, {}) if isinstance(spec, str) else spec
        position = (0.0, 104.0 * len(graph.nodes))
        graph, node_id = edits.add_layer(graph, LAYERS[type_id], position, params)
        if before is not None:
            graph = edits.connect(graph, LAYERS, before, node_id)
        before = node_id
    return graph


def analysed(graph: Graph, around: Surroundings | None = PICTURES) -> Analysis:
    return analyse(graph, LAYERS, around)


def errors(analysis: Analysis) -> list[Problem]:
    return [p for p in analysis.problems if p.severity == "error"]


def codes(analysis: Analysis) -> list[str]:
    return [p.code for p in analysis.problems]


def project(graph: Graph, loss: str = "cross_entropy", batch_size: int = 64) -> Project:
    recipe = Recipe(Setting(loss), Setting("adam"), batch_size=batch_size)
    return Project("image-classification", None, {"network": graph}, recipe, id="p")


def after(graph: Graph, fix: Fix) -> Graph:
    """The network after the click."""
    return fix.edit(project(graph)).graph


def wires(graph: Graph) -> set[tuple[str, str, int]]:
    return {(e.source, e.target, e.port) for e in graph.edges}


def wire(source: str, target: str, port: int = 0) -> Edge:
    return Edge(source, target, port)


MLP = chain("flatten", "linear", "relu", ("linear", {"out_features": 10}))
CNN = chain("conv2d", "relu", "max_pool2d", "flatten", ("linear", {"out_features": 10}))


def residual() -> Graph:
    """conv1, then conv2 with a skip connection around it into an Add."""
    graph = chain("conv2d", "conv2d", "add", "relu", "flatten", ("linear", {"out_features": 10}))
    return edits.connect(graph, LAYERS, "conv2d_1", "add_1")
