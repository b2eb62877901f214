"""Problems inside of blocks, told at the block, with the way to the layer that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studio.core.network import Graph
from studio.core.problems import Fix, Problem
from studio.core.project import Project, Recipe, Setting
from studio.core.registry import Registry
from studio.graph.blocks.flow import inside_around
from studio.graph.blocks.inside import InsideEdit, Step
from studio.graph.case import Case
from studio.graph.facts import Analysis, Inside, Surroundings
from studio.graph.layer_type import LayerType
from studio.graph.repairs import block_fixes

Analyse = Callable[[Graph, Registry[LayerType], Surroundings | None], Analysis]
_MANY = 4  # problems that are told of one block
_KEPT = 300
_analyses: dict[tuple[int, int], tuple[Inside, Registry[LayerType], Analysis]] = {}


def block_problems(case: Case, aside: frozenset[str], analyse: Analyse) -> list[Problem]:
    """What is wrong inside; each flaw of a block once, at the first of its uses."""
    found: list[Problem] = []
    told: set[tuple[str, str, tuple[str, ...], str]] = set()
    for node_id in case.wiring.order:
        layer, facts = case.layer(node_id), case.flow.facts[node_id]
        if layer is None or layer.block is None or not facts.insides:
            continue
        inside = facts.insides[-1] if facts.output is None else facts.insides[0]
        inner = inside_analysis(case, node_id, inside, analyse)
        problems = list(inner.problems)
        if facts.output is None:  # the first is told; the others are seen when it is mended, or from inside
            problems = [p for p in problems if p.severity == "error"][:1] or [_stuck()]
        for problem in problems[:_MANY]:
            way = (*([problem.node] if problem.node is not None else []), *problem.inside)
            key = (problem.code, layer.id, way, problem.message)
            if key not in told:
                told.add(key)
                found.append(_told(case, node_id, problem, way, node_id in aside, facts.output is None))
    return found


def _stuck() -> Problem:
    return Problem("inside", "nothing comes out of it. Open it, and lead its layers to its Output.")


def _told(
    case: Case, node_id: str, problem: Problem, way: tuple[str, ...], aside: bool, stuck: bool
) -> Problem:
    message = problem.message
    name = case.name(node_id)
    fixes = tuple(_fixes(case, node_id, problem)) if case.fixable else ()
    if stuck and case.fixable:
        fixes = _whole_fixes(case, node_id, fixes)
    text = f"{name} → {message}" if message.startswith("“") else f"{name}: {message[:1].lower()}{message[1:]}"
    return Problem(
        problem.code,
        text,
        node_id,
        fixes=fixes,
        severity="warning" if aside else problem.severity,
        inside=way,
    )


def _fixes(case: Case, node_id: str, problem: Problem) -> Iterator[Fix]:
    inputs = case.flow.facts[node_id].inputs
    step = Step(node_id, inputs[0] if inputs else None)
    for fix in problem.fixes:
        yield Fix(fix.text, InsideEdit((step,), fix.edit, case.layers, case.graph_name))


def _whole_fixes(case: Case, node_id: str, inner: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """Of the fixes inside those that help the whole network, and what can be done around the block."""
    fault = next((f for f in case.flow.faults if f.node == node_id and f.code == "inside"), None)
    if fault is None:
        return inner
    stand_in = Project("", None, {case.graph_name: case.graph}, Recipe(Setting(""), Setting("")), "x")
    after = [(fix, fix.edit(stand_in).graphs[case.graph_name]) for fix in inner]
    block_type = case.wiring.nodes[node_id].type
    shared = any(
        facts.output is not None and case.wiring.nodes[other].type == block_type
        for other, facts in case.flow.facts.items()
    )
    return block_fixes(case, fault, after, shared)


def inside_analysis(case: Case, node_id: str, inside: Inside, analyse: Analyse) -> Analysis:
    """The whole analysis of what is inside; remembered, since most edits happen elsewhere."""
    layer = case.layer(node_id)
    assert layer is not None
    assert layer.block is not None
    assert case.around is not None
    base = getattr(case.layers, "base", case.layers)
    key = (id(inside), id(base))
    known = _analyses.get(key)
    if known is not None and known[0] is inside and known[1] is base:
        return known[2]
    graph = Graph(inside.nodes_inside, layer.block.edges, layer.parts)
    found = analyse(graph, base, inside_around(case.around, inside.arrivals))
    if len(_analyses) >= _KEPT:
        _analyses.clear()
    _analyses[key] = (inside, base, found)
    return found
