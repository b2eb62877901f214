"""What follows from a network: order, shapes, counts, problems. Derived, never stored."""

from __future__ import annotations

from studio.core.network import Graph
from studio.core.problems import Problem
from studio.core.registry import Registry
from studio.graph.advice import network_advice, recipe_problems
from studio.graph.blocks.problems import block_problems
from studio.graph.blocks.types import with_blocks
from studio.graph.case import Case, excused_nodes
from studio.graph.facts import Analysis, NodeFacts, Surroundings
from studio.graph.flow import flow_through
from studio.graph.layer_type import LayerType
from studio.graph.naming import display_names
from studio.graph.repairs import problem_of
from studio.graph.wire_problems import loose_ends, wire_problems
from studio.graph.wiring import Wiring

__all__ = ["Analysis", "NodeFacts", "Surroundings", "analyse", "recipe_problems"]

_REPAIRED = 6  # problems that get fixes worked out; with more than that, people begin at the top anyway


def analyse(graph: Graph, layers: Registry[LayerType], around: Surroundings | None) -> Analysis:
    """Everything that follows from the graph. Never raises, whatever the graph.

    Without `around` (no dataset chosen yet) shapes are unknown and that is the one problem.
    """
    layers = with_blocks(layers, graph.blocks)
    wiring = Wiring.of(graph, layers)
    names = display_names(graph, layers, wiring)
    flow = flow_through(wiring, layers, around, excused_nodes(wiring))
    case = Case(graph, layers, around, wiring, flow, names)
    problems = [_no_dataset()] if around is None else []
    if around is not None and around.in_block and any(a.shape is None for a in around.arriving):
        problems.append(_no_arrival())
    problems += wire_problems(case)
    loose = loose_ends(case)
    repaired = 0
    for fault in flow.faults:
        if fault.code == "inside" or (fault.code == "missing-input" and fault.node in loose.silent):
            continue
        aside = fault.node in loose.aside
        problems.append(problem_of(case, fault, aside, with_fixes=repaired < _REPAIRED))
        repaired += 1
    problems += block_problems(case, loose.aside, analyse)
    problems += loose.problems
    problems += network_advice(case, loose.aside)
    problems.sort(key=lambda p: p.severity != "error")
    return Analysis(_order(wiring), flow.facts, names, tuple(problems), flow.output)


def _order(wiring: Wiring) -> tuple[str, ...]:
    inputs, outputs = wiring.of_type("input"), wiring.of_type("output")
    used = wiring.upstream(outputs[:1]) & wiring.downstream(inputs)
    return tuple(node_id for node_id in wiring.order if node_id in used)


def _no_arrival() -> Problem:
    return Problem(
        "no-arrival",
        "What comes into this block is not known yet. Close it, and mend or connect what comes before it.",
    )


def _no_dataset() -> Problem:
    return Problem(
        "no-dataset",
        "No dataset is chosen yet, so the sizes in the network are not known. Choose one on the Data step.",
    )
