"""Categories that are to become embeddings need a layer that does it: said, and put in by a fix."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.network import Graph
from studio.core.problems import Fix, Problem
from studio.core.project import MAIN, Project
from studio.data.health.finding import named
from studio.graph.edits import splice
from studio.layers.catalogue import LAYERS

LAYER = "column_embedding"


@dataclass(frozen=True, slots=True)
class AddEmbedding:
    """The edit after which the layer lies right behind the input."""

    def __call__(self, project: Project) -> Project:
        graph = project.graphs.get(MAIN)
        return project if graph is None else project.with_graph(with_embedding(graph))


def with_embedding(graph: Graph) -> Graph:
    """On every wire that leaves the input there may be only one: on the first, where there are several."""
    first = next((edge for edge in graph.edges if edge.source == "input"), None)
    return graph if first is None else splice(graph, LAYERS, first, LAYERS[LAYER])[0]


def embedding_problems(project: Project) -> tuple[Problem, ...]:
    """Advice where columns are to be embedded and no layer does it; nothing is wrong without it."""
    facts = project.dataset.facts if project.dataset is not None else None
    graph = project.graphs.get(MAIN)
    if facts is None or not facts.embedded or graph is None or project.dataset is None:
        return ()
    if any(node.type == LAYER for node in graph.nodes):
        return ()
    names = [c.name for c in project.dataset.columns if c.role == "feature" and c.coding == "embedding"]
    several = len(names) != 1
    message = (
        f"{named(names)} {'are' if several else 'is'} to become a few learnt numbers, but no layer of the "
        f"network makes them, so {'they go' if several else 'it goes'} in as one input per value. Add "
        f"“{LAYERS[LAYER].name}” behind the input."
    )
    fix = Fix(f"Add “{LAYERS[LAYER].name}”", AddEmbedding())
    return (Problem("embedding-missing", message, fixes=(fix,), severity="warning"),)
