"""Where someone stands who has opened blocks: the way there, the network seen from there, its analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.core.network import Graph
from studio.core.problems import Fix, Problem
from studio.core.project import MAIN
from studio.core.registry import Registry
from studio.graph.analysis import Analysis, analyse
from studio.graph.blocks.flow import inside_around
from studio.graph.blocks.inside import InsideEdit, Path, Step, block_of, opened
from studio.graph.facts import Arrival, NodeFacts, Surroundings
from studio.graph.layer_type import LayerType

Layers = Registry[LayerType]


def path_to(graph: Graph, nodes: Sequence[str], analysis: Analysis | None, layers: Layers) -> Path:
    """The way through these blocks, as far as they are there, with what comes in at each."""
    path: list[Step] = []
    facts = analysis.nodes if analysis is not None else {}
    current: Graph | None = graph
    for node in nodes:
        if block_of(current, node) is None:
            break
        known = facts.get(node, NodeFacts())
        path.append(Step(node, known.inputs[0] if known.inputs else None))
        facts = known.insides[0].nodes if known.insides else {}
        current = opened(graph, tuple(path), layers)
    return tuple(path)


def analysis_inside(graph: Graph, path: Path, inner: Graph, analysis: Analysis, layers: Layers) -> Analysis:
    """The analysis of what a person sees who has gone in: shapes as they are at this use of the block."""
    facts = analysis.nodes.get(path[0].node, NodeFacts())
    for step in path[1:]:
        facts = facts.insides[0].nodes.get(step.node, NodeFacts()) if facts.insides else NodeFacts()
    inputs = sum(node.type == "input" for node in inner.nodes)
    if facts.insides:
        first = facts.insides[0]
        around = Surroundings((), vocabulary=first.vocabulary)
        return analyse(inner, layers, inside_around(around, first.arrivals))
    if any(problem.code == "no-dataset" for problem in analysis.problems):
        return analyse(inner, layers, None)
    return analyse(inner, layers, inside_around(Surroundings(()), (Arrival(),) * inputs))


def problems_inside(analysis: Analysis, path: Path, layers: Layers, graph: str = MAIN) -> tuple[Problem, ...]:
    """The problems seen from inside, their fixes as edits of the whole project."""
    return tuple(
        replace(
            problem,
            fixes=tuple(Fix(fix.text, InsideEdit(path, fix.edit, layers, graph)) for fix in problem.fixes),
        )
        for problem in analysis.problems
    )
