"""Works out fixes: changes are tried, and those after which the problem is gone are offered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from studio.core.network import Graph
from studio.core.params import Choice, Param, ParamError, ParamValue
from studio.core.problems import Fix, Problem
from studio.graph import edits
from studio.graph.adaptors import (
    Candidate,
    join_candidates,
    rank_candidates,
    source_candidates,
    value_candidates,
)
from studio.graph.case import Case
from studio.graph.flow import Fault
from studio.graph.follow_ups import followed_up
from studio.graph.output_fit import output_candidates, output_problem

_TRIED = 32  # candidates: each costs one flow through the network
_ENDS = ("input", "output")
_OFFERED = 3  # more buttons than this are no help


def problem_of(case: Case, fault: Fault, aside: bool = False, *, with_fixes: bool = True) -> Problem:
    """The problem as told to the user. `aside`: the layer takes no part, so it stops nothing."""
    fixes = _mending(case, fault) if with_fixes and case.fixable else ()
    if fault.code == "output-shape":
        return output_problem(case, fault, fixes)
    return Problem(
        fault.code,
        f"{case.name(fault.node)}: {fault.message}",
        fault.node,
        fault.param,
        tuple(case.fix(text, graph) for text, graph in fixes),
        "warning" if aside else "error",
    )


def _mending(case: Case, fault: Fault) -> list[Candidate]:
    """The candidates after which the fault is gone and no new one is there, best first."""
    before = {f.node for f in case.flow.faults}
    waiting = {n for n, facts in case.flow.facts.items() if facts.output is None}
    good: list[tuple[int, int, int, Candidate]] = []
    seen: set[str] = set()
    tried = islice(_candidates(case, fault), _TRIED)
    for i, (text, graph) in enumerate(chain(tried, _last_resort(case, fault))):
        if text in seen or graph == case.graph:
            continue
        left = _left(case, fault, graph, before, waiting)
        if left is None:
            continue
        seen.add(text)
        warnings, candidate = followed_up(case, (text, graph), _output_ways)
        good.append((len(left), warnings, i, candidate))
        if sum(1 for faults, warned, _, _ in good if not faults and not warned) == _OFFERED:
            break
    good.sort(key=lambda found: found[:3])
    return [candidate for _, _, _, candidate in good[:_OFFERED]]


def _left(case: Case, fault: Fault, graph: Graph, before: set[str], waiting: set[str]) -> list[Fault] | None:
    """The faults that are left after a change; None where it mends nothing, or breaks something."""
    flow = case.try_out(graph)
    if any(f.node == fault.node for f in flow.faults if f.code != "output-shape" or f.code == fault.code):
        return None
    if {f.node for f in flow.faults} - before - waiting - _outputs(case):
        return None
    if any(f.code == "output-shape" for f in flow.faults) and case.flow.output is not None:
        return None  # it had the right output before
    return [f for f in flow.faults if f.node != fault.node or f.code == fault.code]


def block_fixes(
    case: Case, fault: Fault, inner: Sequence[tuple[Fix, Graph]], shared: bool
) -> tuple[Fix, ...]:
    """The ways to mend a block that gets stuck: outside of it, and inside.

    Args: inner: changes of the inside, with the network after each. shared: the block works elsewhere, so
    what comes in here is to blame rather than the block.
    """
    before = {f.node for f in case.flow.faults}
    waiting = {n for n, facts in case.flow.facts.items() if facts.output is None}
    removal = _removal(case, fault.node)
    outside = [case.fix(text, graph) for text, graph in _mending(case, fault) if text != removal[0]]
    inside = [fix for fix, graph in inner if _left(case, fault, graph, before, waiting) is not None]
    wrong_kind = fault.error is not None and bool(fault.error.wants_rank)
    first, second = (outside, inside) if shared or wrong_kind else (inside, outside)
    return (*[*first, *second][: _OFFERED - 1], case.fix(*removal))


def _output_ways(case: Case) -> list[Candidate]:
    fault = next((f for f in case.flow.faults if f.code == "output-shape"), None)
    return _mending(case, fault) if fault is not None else []


def _outputs(case: Case) -> set[str]:
    return set(case.wiring.of_type("output"))


def _candidates(case: Case, fault: Fault) -> Iterator[Candidate]:
    """All that might help, the likeliest first."""
    match fault.code:
        case "shape":
            yield from _suggested(case, fault)
            yield from rank_candidates(case, fault)
            yield from _reshaper_removals(case, fault.node)
            yield from join_candidates(case, fault.node)
            yield from value_candidates(case, fault.node)
            yield from source_candidates(case, fault.node)
            yield _removal(case, fault.node)
        case "inside":
            yield from _followings(case, fault.node)
            yield from rank_candidates(case, fault)
            yield from value_candidates(case, fault.node)
            yield from source_candidates(case, fault.node)
        case "output-shape":
            yield from output_candidates(case)
        case "dtype":
            yield from _dtype_candidates(case, fault.node)
        case "bad-param":
            yield from _param_candidates(case, fault)
        case "missing-input":
            yield from _wire_candidates(case, fault.node)
        case "unknown-layer":
            yield from _stand_ins(case, fault.node)


def _followings(case: Case, node_id: str) -> Iterator[Candidate]:
    """A block's options as they are at first: numbers that may follow what comes in are left open."""
    layer, node = case.layer(node_id), case.wiring.nodes[node_id]
    for param in layer.params if layer is not None else ():
        if node.params.get(param.name, param.default) != param.default:
            candidate = _setting(case, node_id, param.name, param.default)
            if candidate is not None:
                yield candidate


def _last_resort(case: Case, fault: Fault) -> Iterator[Candidate]:
    """A way out also where a large network has more candidates than are tried."""
    if fault.code in ("shape", "missing-input") and case.wiring.nodes[fault.node].type not in _ENDS:
        yield _removal(case, fault.node)


def _reshaper_removals(case: Case, node_id: str) -> Iterator[Candidate]:
    """Without what changed the shape right before: it may be all that is wrong."""
    for edge in case.wiring.incoming[node_id]:
        layer = case.layer(edge.source)
        if layer is not None and layer.family == "Shape":
            yield _removal(case, edge.source)


def _removal(case: Case, node_id: str) -> Candidate:
    return f"Remove {case.name(node_id)}", edits.remove(case.graph, case.layers, {node_id})


def _param(case: Case, node_id: str, name: str) -> Param | None:
    layer = case.layer(node_id)
    return next((p for p in layer.params if p.name == name), None) if layer is not None else None


def value_text(param: Param, value: ParamValue) -> str:
    """A value as the form shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return str(getattr(param.type, "none_label", "none"))
    if isinstance(param.type, Choice):
        return f"“{dict(param.type.options).get(str(value), str(value))}”"
    if isinstance(value, tuple):
        return ", ".join(f"{n:g}" for n in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _setting(case: Case, node_id: str, name: str, value: object) -> Candidate | None:
    """One parameter changed; None where the layer would not take the value."""
    param = _param(case, node_id, name)
    if param is None:
        return None
    try:
        checked = param.check(value)
    except ParamError:
        return None
    text = f"Set {param.label.lower()} to {value_text(param, checked)}"
    return text, edits.set_param(case.graph, node_id, name, checked)


def _suggested(case: Case, fault: Fault) -> Iterator[Candidate]:
    """What the layer's own rule proposes; it names parameters of this layer."""
    for name, value in fault.error.suggestions if fault.error is not None else ():
        candidate = _setting(case, fault.node, name, value)
        if candidate is not None:
            yield candidate
    blamed = _param(case, fault.node, fault.error.param or "") if fault.error is not None else None
    if blamed is not None:  # what just fits here may leave too little for what follows
        candidate = _setting(case, fault.node, blamed.name, blamed.default)
        if candidate is not None:
            yield candidate


def _param_candidates(case: Case, fault: Fault) -> Iterator[Candidate]:
    param = _param(case, fault.node, fault.param or "")
    if param is None:
        return
    value = case.wiring.nodes[fault.node].params.get(param.name)
    for bound in _bounds(param, value):
        candidate = _setting(case, fault.node, param.name, bound)
        if candidate is not None:
            yield candidate
    candidate = _setting(case, fault.node, param.name, param.default)
    if candidate is not None:
        yield candidate


def _bounds(param: Param, value: ParamValue) -> Iterable[object]:
    """The nearest value that is allowed."""
    minimum, maximum = getattr(param.type, "minimum", None), getattr(param.type, "maximum", None)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return
    if minimum is not None and value < minimum:
        yield minimum
    elif maximum is not None and value > maximum:
        yield maximum
    elif isinstance(value, float) and math.isfinite(value):
        yield round(value)


def _dtype_candidates(case: Case, node_id: str) -> Iterator[Candidate]:
    layer = case.layer(node_id)
    if layer is not None and layer.takes == "float":
        embedding = case.layers.get("embedding")
        if embedding is not None:
            after, _ = edits.insert_before(case.graph, case.layers, node_id, 0, embedding)
            yield f"Insert Embedding before {case.name(node_id)}", after
    yield _removal(case, node_id)
    linear = case.layers.get("linear")
    if layer is not None and layer.takes == "long" and linear is not None:
        after = edits.replace_type(case.graph, case.layers, node_id, linear)
        yield f"Replace {case.name(node_id)} by a Linear layer", after


def _wire_candidates(case: Case, node_id: str) -> Iterator[Candidate]:
    """Wires from layers whose result nobody uses, the most advanced first; then from the Input."""
    wiring = case.wiring
    blocked = wiring.downstream([node_id])
    reached = wiring.downstream(wiring.of_type("input"))
    ends = [n for n in wiring.order if n in reached and n not in blocked and not wiring.outgoing[n]]
    ends = [n for n in reversed(ends) if wiring.nodes[n].type != "output"]
    taken = set(case.sources(node_id))
    upstream = [n for n in reversed(wiring.order) if n in wiring.upstream([node_id]) and n not in taken]
    ends += [n for n in upstream if n != node_id and n in reached]
    ends += [n for n in wiring.of_type("input") if n not in blocked]
    for source in dict.fromkeys(ends):
        if source not in taken and (case.around is None or case.shape(source) is not None):
            after = edits.connect(case.graph, case.layers, source, node_id)
            yield f"Connect {case.name(source)} to {case.name(node_id)}", after
    if wiring.nodes[node_id].type not in ("input", "output"):
        yield _removal(case, node_id)


def _stand_ins(case: Case, node_id: str) -> Iterator[Candidate]:
    yield _removal(case, node_id)
