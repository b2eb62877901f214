"""Problems of the wires: circles, ends that are missing, layers that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.network import Edge, Graph
from studio.core.problems import Fix, Problem
from studio.graph import edits
from studio.graph.case import Case
from studio.graph.changes import GraphChange, RenumberDuplicates
from studio.graph.placing import PITCH_Y

_MANY = 8  # problems of one sort that are told one by one


def wire_problems(case: Case) -> list[Problem]:
    """What is wrong with wires and ends whatever the shapes are."""
    found = [*_duplicates(case), *_ends(case)]
    wiring = case.wiring
    found += [_cycle(case, cycle.edge, cycle.nodes) for cycle in wiring.cycles[:_MANY]]
    if wiring.dangling:
        found.append(_dangling(case))
    found += [_misplaced(case, edge) for edge in wiring.misplaced[:_MANY]]
    found += [_doubled(case, edge) for edge in wiring.doubled[:_MANY]]
    return found


def _fix(case: Case, text: str, after: Graph) -> tuple[Fix, ...]:
    return (case.fix(text, after),) if case.fixable else ()


def _without(case: Case, edges: Iterable[Edge]) -> Graph:
    return edits.disconnect(case.graph, case.layers, edges)


def _duplicates(case: Case) -> list[Problem]:
    if not case.wiring.duplicates:
        return []
    node_id = case.wiring.duplicates[0].id
    return [
        Problem(
            "duplicate-id",
            f"{case.name(node_id)} is there more than once under the same id, so wires cannot tell them "
            "apart. Give the copies ids of their own.",
            node_id,
            fixes=(Fix("Give the copies their own ids", RenumberDuplicates(case.graph_name)),),
        )
    ]


def _ends(case: Case) -> list[Problem]:
    found = []
    for type_id, name in (("input", "Input"), ("output", "Output")):
        ends = case.wiring.of_type(type_id)
        if not ends:
            found.append(_no_end(case, type_id, name))
        several = case.in_block and type_id == "input"  # one for each input of the block
        for extra in () if several else ends[1:]:
            after = edits.remove(case.graph, case.layers, {extra}, heal=False)
            found.append(
                Problem(
                    f"several-{type_id}s",
                    f"{case.name(extra)}: a {case.noun} has only one {name}. Remove this one.",
                    extra,
                    fixes=_fix(case, f"Remove {case.name(extra)}", after),
                )
            )
    return found


def _no_end(case: Case, type_id: str, name: str) -> Problem:
    purpose = "samples cannot enter" if type_id == "input" else "results cannot leave"
    layer = case.layers.get(type_id)
    fixes: tuple[Fix, ...] = ()
    if layer is not None:
        after, new = edits.add_layer(case.graph, layer, _beside(case, type_id))
        if type_id == "input":
            for head in _heads(case)[:1]:
                after = edits.connect(after, case.layers, new, head)
        else:
            for tail in _tails(case)[-1:]:
                after = edits.connect(after, case.layers, tail, new)
        fixes = _fix(case, f"Add an {name}", after)
    message = f"The {case.noun} has no {name}, so {purpose} it. Add an {name} layer."
    return Problem(f"no-{type_id}", message, fixes=fixes)


def _beside(case: Case, type_id: str) -> tuple[float, float]:
    near = _heads(case)[:1] if type_id == "input" else _tails(case)[-1:]
    if not near:
        return (0.0, 0.0)
    x, y = case.wiring.nodes[near[0]].position
    return (x, y - PITCH_Y) if type_id == "input" else (x, y + PITCH_Y)


def _heads(case: Case) -> list[str]:
    """Layers that wait for a first input, in running order."""
    found = []
    for node_id in case.wiring.order:
        layer = case.layer(node_id)
        if layer is not None and layer.min_inputs and not case.wiring.incoming[node_id]:
            found.append(node_id)
    return found


def _tails(case: Case) -> list[str]:
    """Layers whose result nobody uses yet, the most advanced one last."""
    reached = case.wiring.downstream(case.wiring.of_type("input"))
    tails = [n for n in case.wiring.order if not case.wiring.outgoing[n] and case.layer(n) is not None]
    tails = [n for n in tails if case.wiring.nodes[n].type != "output"]
    return sorted(tails, key=lambda n: n in reached)


def _cycle(case: Case, edge: Edge, nodes: tuple[str, ...]) -> Problem:
    fixes = _fix(
        case,
        f"Remove the wire from {case.name(edge.source)} to {case.name(edge.target)}",
        _without(case, [edge]),
    )
    if edge.source == edge.target:
        message = f"{case.name(edge.target)} is connected to itself. Remove that wire."
    else:
        shown = [case.name(n) for n in (nodes if len(nodes) <= 4 else (*nodes[:2], *nodes[-1:]))]
        if len(nodes) > 4:
            shown.insert(2, "…")
        around = " → ".join([*shown, case.name(nodes[0])])
        message = (
            f"{case.name(edge.target)}: the wires run in a circle ({around}), so no layer can be the first. "
            f"Remove the wire from {case.name(edge.source)} to {case.name(edge.target)}."
        )
    return Problem("cycle", message, edge.target, fixes=fixes)


def _dangling(case: Case) -> Problem:
    edges = case.wiring.dangling
    node = next((n for e in edges for n in (e.target, e.source) if n in case.wiring.nodes), None)
    wires = "A wire leads" if len(edges) == 1 else f"{len(edges)} wires lead"
    place = f"{case.name(node)}: " if node is not None else ""
    these = "it" if len(edges) == 1 else "them"
    text = f"{place}{wires} to or from a layer that is not there. Remove {these}."
    button = "Remove the wire" if len(edges) == 1 else "Remove the wires"
    return Problem("dangling-wire", text, node, fixes=_fix(case, button, _without(case, edges)))


def _misplaced(case: Case, edge: Edge) -> Problem:
    source, target = case.name(edge.source), case.name(edge.target)
    layer = case.layer(edge.target)
    if case.wiring.nodes[edge.source].type == "output":
        why = f"a wire comes out of {source}, where the network ends"
    elif layer is not None and layer.max_inputs == 0:
        why = "a wire goes into it, but it takes none: the network begins here"
    else:
        count = "one input" if layer is None or layer.max_inputs == 1 else f"{layer.max_inputs} inputs"
        why = f"the wire from {source} goes to input {edge.port + 1}, but the layer has only {count}"
    return Problem(
        "wrong-wire",
        f"{target}: {why}. Remove that wire.",
        edge.target,
        fixes=_fix(case, f"Remove the wire from {source} to {target}", _without(case, [edge])),
    )


def _doubled(case: Case, edge: Edge) -> Problem:
    source, target = case.name(edge.source), case.name(edge.target)
    # Not among the sound wires: the first one may also close a circle.
    first = next(e for e in case.graph.edges if (e.target, e.port) == (edge.target, edge.port))
    # The very same wire twice: both go, one comes back.
    change = GraphChange(cut=(edge,), drawn=(edge,) if first == edge else (), graph=case.graph_name)
    return Problem(
        "two-wires",
        f"{target}: two wires come into the same input, from {case.name(first.source)} and from {source}. "
        "Remove one of them, or join them in an Add or Concatenate layer.",
        edge.target,
        fixes=(Fix(f"Remove the wire from {source}", change),) if case.fixable else (),
    )


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """Layers that take no part: `aside` has them all, `silent` those whose missing wires are told here."""

    aside: frozenset[str]
    silent: frozenset[str]
    problems: tuple[Problem, ...]


def loose_ends(case: Case) -> LooseEnds:
    """Branches that lead nowhere and layers without any connection: warnings, since the rest can train."""
    wiring = case.wiring
    inputs, outputs = wiring.of_type("input"), wiring.of_type("output")
    reached = wiring.downstream(inputs)
    whole = bool(outputs) and outputs[0] in reached
    used = wiring.upstream(outputs[:1]) if whole else set()
    problems: list[Problem] = []
    aside: set[str] = set()
    silent: set[str] = set()
    for part in _parts(case, used):
        ends = [n for n in part if wiring.nodes[n].type in ("input", "output")]
        attached = any(n in reached for n in part)
        if not whole and (ends or not (inputs and outputs)):
            if not inputs:
                silent.update(part)
            continue
        aside.update(part)
        silent.update(part)
        if ends and not attached:
            continue  # a second Output, told as such
        if len(problems) >= _MANY:
            continue
        if attached:
            problems += _unused(case, part)
        else:
            problems.append(_not_connected(case, part))
    return LooseEnds(frozenset(aside), frozenset(silent), tuple(problems))


def _parts(case: Case, used: set[str]) -> list[list[str]]:
    """What hangs together outside of `used`, each in running order."""
    wiring = case.wiring
    seen = set(used)
    parts = []
    place = {node_id: i for i, node_id in enumerate(wiring.order)}
    for start in wiring.order:
        if start in seen:
            continue
        seen.add(start)
        part, waiting = [start], [start]
        while waiting:
            node_id = waiting.pop()
            near = [e.source for e in wiring.incoming[node_id]] + [e.target for e in wiring.outgoing[node_id]]
            for other in near:
                if other not in seen:
                    seen.add(other)
                    part.append(other)
                    waiting.append(other)
        parts.append(sorted(part, key=place.__getitem__))
    return parts


def _not_connected(case: Case, part: list[str]) -> Problem:
    after = edits.remove(case.graph, case.layers, part, heal=False)
    first = case.name(part[0])
    if len(part) == 1:
        what, button = f"{first} is not connected", f"Remove {first}"
    else:
        others = "one more layer" if len(part) == 2 else f"{len(part) - 1} more layers"
        what, button = f"{first} and {others} are not connected", f"Remove these {len(part)} layers"
    return Problem(
        "not-connected",
        f"{what} with the network and not trained. Draw a wire, or drop the layer on a wire; or remove it.",
        part[0],
        fixes=_fix(case, button, after),
        severity="warning",
    )


def _unused(case: Case, part: list[str]) -> list[Problem]:
    wiring, there = case.wiring, set(part)
    leaves = [n for n in part if not wiring.outgoing[n] and wiring.nodes[n].type not in ("input", "output")]
    found = []
    for leaf in leaves[:_MANY]:
        branch = [leaf]
        for node_id in branch:  # grows by layers that lead only to what is removed
            for edge in wiring.incoming[node_id]:
                only = all(e.target in branch for e in wiring.outgoing[edge.source])
                if edge.source in there and edge.source not in branch and only:
                    branch.append(edge.source)
        more = len(branch) - 1
        count = "" if not more else f" and {case.name(branch[1])}"
        if more > 1:
            count = f" and the {more} layers that lead only to it"
        found.append(
            Problem(
                "unused-branch",
                f"{case.name(leaf)}: nothing uses its result, so it is not trained. "
                "Connect it to another layer, or remove it.",
                leaf,
                fixes=_fix(
                    case,
                    f"Remove {case.name(leaf)}{count}",
                    edits.remove(case.graph, case.layers, branch, heal=False),
                ),
                severity="warning",
            )
        )
    return found
