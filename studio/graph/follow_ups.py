"""A fix that would bring about a new problem takes that one's fix along: one click, and it is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.core.network import Graph
from studio.core.problems import Problem
from studio.graph.adaptors import Candidate
from studio.graph.advice import network_advice
from studio.graph.case import Case, excused_nodes
from studio.graph.changes import GraphChange
from studio.graph.flow import flow_through
from studio.graph.naming import display_names
from studio.graph.wire_problems import loose_ends
from studio.graph.wiring import Wiring

Mend = Callable[[Case], Sequence[Candidate]]
_LONGEST = 64  # letters of a button, unless a warning would be left
_MOST = 2  # fixes taken along: a button that does four things at once is no help


def followed_up(case: Case, candidate: Candidate, mend_output: Mend) -> tuple[int, Candidate]:
    """How many new warnings are left, and the candidate with the fixes of those it would cause.

    Args: mend_output: the ways to make the network's result fit, best first.
    """
    text, graph = candidate
    known = {_key(problem) for problem in _warnings(case)}
    for _ in range(_MOST + 1):
        after = _case(case, graph)
        new = [problem for problem in _warnings(after) if _key(problem) not in known]
        step = _next_step(after, new, mend_output, case.flow.output is None)
        if step is None or " and " in text:
            break
        longer = f"{text} and {step[0][:1].lower()}{step[0][1:]}"
        if not new and len(longer) > _LONGEST:  # the next click says it as well as this button would
            break
        text, graph = longer, step[1]
    return len(new), (text, graph)


def _case(case: Case, graph: Graph) -> Case:
    wiring = Wiring.of(graph, case.layers)
    flow = flow_through(wiring, case.layers, case.around, excused_nodes(wiring), (case.wiring, case.flow))
    return Case(graph, case.layers, case.around, wiring, flow, display_names(graph, case.layers, wiring))


def _key(problem: Problem) -> tuple[str, str | None]:
    return problem.code, problem.node


def _warnings(case: Case) -> list[Problem]:
    loose = loose_ends(case)
    return [*loose.problems, *network_advice(case, loose.aside)]


def _next_step(after: Case, new: Sequence[Problem], mend_output: Mend, ended: bool) -> Candidate | None:
    if ended and [fault.code for fault in after.flow.faults] == ["output-shape"]:
        return next(iter(mend_output(after)), None)
    fix = next((problem.fixes[0] for problem in new if problem.fixes), None)
    if fix is None or not isinstance(fix.edit, GraphChange):
        return None
    return fix.text, fix.edit.apply(after.graph)
