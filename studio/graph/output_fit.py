"""The end of the network: making it give exactly the numbers that the dataset asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from studio.core.problems import Fix, Problem
from studio.graph import edits
from studio.graph.adaptors import Candidate, Step, inserted
from studio.graph.case import Case
from studio.graph.flow import Fault
from studio.graph.layer_type import Shape

_WIDTHS = ("out_features", "out_channels", "hidden_size")  # parameters that say how many numbers come out
_FAR = 12  # layers back from the output; further up nothing decides the output alone


def _tail(case: Case) -> list[str]:
    """The layers before the output, from the last one back, as long as there is one way only."""
    tail: list[str] = []
    current = case.wiring.of_type("output")[0]
    while len(tail) < _FAR and len(case.sources(current)) == 1:
        current = case.sources(current)[0]
        if case.wiring.nodes[current].type == "input":
            break
        tail.append(current)
    return tail


def _wanted(case: Case) -> Shape:
    if case.around is None:
        return ()
    return case.around.wanted(case.flow.output or ()) or ()


def blamed(case: Case) -> tuple[str, str] | None:
    """The (layer, parameter) that decides how many numbers come out, if they come as a plain list."""
    output, wanted = case.flow.output, _wanted(case)
    if output is None or len(output) != len(wanted):
        return None
    for node_id in _tail(case):
        params = case.flow.params.get(node_id, {})
        for name in _WIDTHS:
            if name in params:
                return node_id, name
    return None


def output_candidates(case: Case) -> Iterator[Candidate]:
    wanted, output = _wanted(case), case.flow.output
    if output is None or not wanted:
        return
    tail = _tail(case)
    last = _last_width(case, tail)
    if last is not None:
        yield from _resized(case, *last, wanted)
    if len(wanted) == 3:
        yield from _grids(case, output, wanted)
    if len(wanted) != 1:
        return
    width: Step = ("linear", {"out_features": wanted[0]})
    linears = [n for n in reversed(tail) if case.wiring.nodes[n].type == "linear"]
    flatter: Step = ("flatten", {})
    for node_id in linears[:2] if len(output) > 1 else ():
        after = inserted(case, case.graph, node_id, 0, [flatter])
        if after is not None:
            yield f"Insert Flatten before {case.name(node_id)}", after
            if last is not None and last[0] == linears[-1] and output[-1] != wanted[0]:
                text = (
                    f"Insert Flatten before {case.name(node_id)} and set its output features to {wanted[0]}"
                )
                yield text, edits.set_param(after, last[0], last[1], wanted[0])
    target = case.wiring.of_type("output")[0]
    name = case.name(target)
    ways: list[tuple[str, Sequence[Step]]]
    if len(output) == 1 and tail:
        # Two Linear layers in a row can do no more than one.
        ways = [] if case.wiring.nodes[tail[0]].type == "linear" else [("Linear", [width])]
    else:
        averaged: Step = ("global_avg_pool", {})
        ways = [("Flatten and Linear", [flatter, width])]
        if output[0] == wanted[0]:
            ways.insert(0, ("Global average pool", [averaged]))
        ways.append(("Global average pool and Linear", [averaged, width]))
    for words, steps in ways:
        after = inserted(case, case.graph, target, 0, steps)
        if after is not None:
            yield f"Insert {words} before {name}", after


def _grids(case: Case, output: Shape, wanted: Shape) -> Iterator[Candidate]:
    """Layers before the output that make a grid of what arrives, with the right number of channels."""
    channels: Step = ("conv2d", {"out_channels": wanted[0], "kernel_size": 1, "padding": 0})
    larger: Step = ("upsample", {"size": wanted[1:]})
    spread: list[Step] = [
        ("linear", {"out_features": prod(wanted)}),
        ("unflatten", {"unflattened_size": wanted}),
    ]
    ways: list[tuple[str, Sequence[Step]]]
    if len(output) == 3 and output[1:] == wanted[1:]:
        ways = [("Conv2d", [channels])]
    elif len(output) == 3:
        ways = [("Upsample", [larger])]
        if output[0] != wanted[0]:
            ways = [("Upsample and Conv2d", [larger, channels])]
    elif len(output) == 1:
        ways = [("Linear and Unflatten", spread)]
    else:
        ways = [("Flatten, Linear and Unflatten", [("flatten", {}), *spread])]
    target = case.wiring.of_type("output")[0]
    for words, steps in ways:
        after = inserted(case, case.graph, target, 0, steps)
        if after is not None:
            yield f"Insert {words} before {case.name(target)}", after


def _last_width(case: Case, tail: Sequence[str]) -> tuple[str, str] | None:
    for node_id in tail:
        for name in _WIDTHS:
            if name in case.flow.params.get(node_id, {}):
                return node_id, name
    return None


def _resized(case: Case, node_id: str, name: str, wanted: Shape) -> Iterator[Candidate]:
    layer = case.layer(node_id)
    if layer is None:
        return
    label = _label(case, node_id, name)
    for width in (wanted[0],) if len(wanted) == 3 else dict.fromkeys((wanted[-1], wanted[0])):
        yield f"Set {label} to {width}", edits.set_param(case.graph, node_id, name, width)


def output_problem(case: Case, fault: Fault, fixes: Sequence[Candidate]) -> Problem:
    """Told at the layer that decides the output, or else at the Output."""
    output, wanted = case.flow.output or (), _wanted(case)
    offered = tuple(case.fix(text, graph) for text, graph in fixes)
    reason = case.around.output_reason if case.around is not None else ""
    place = blamed(case)
    one_way = len(wanted) == 1 or output[1:] == wanted[1:]
    if place is not None and one_way and _mends(case, *place, offered):
        node_id, name = place
        label = _label(case, node_id, name)
        why = reason or f"{_numbers(wanted[0])} {'is' if wanted == (1,) else 'are'} needed"
        text = f"{case.name(node_id)} gives {_numbers(output[0])}, but {why}. Set its {label} to {wanted[0]}."
        return Problem("output-shape", text, node_id, name, offered)
    gets = "one number arrives" if output == (1,) else f"{_numbers(output[0])} arrive"
    if len(output) != 1:
        gets = f"a result of {'×'.join(map(str, output))} arrives"
    needs = _numbers(wanted[0]) if len(wanted) == 1 else f"a result of {'×'.join(map(str, wanted))}"
    needed = f"{needs} {'is' if wanted == (1,) or len(wanted) != 1 else 'are'} needed"
    text = f"{case.name(fault.node)}: {gets}, but {f'{reason}, so {needed}' if reason else needed}."
    if offered:
        text += f" {offered[0].text}."
    elif len(wanted) == 1:
        text += f" Put a Flatten layer and a Linear layer with {wanted[0]} output features last."
    else:
        text += " Change the last layers so that they give this size."
    return Problem("output-shape", text, fault.node, None, offered)


def _label(case: Case, node_id: str, name: str) -> str:
    layer = case.layer(node_id)
    return next(p.label.lower() for p in layer.params if p.name == name) if layer is not None else name


def _mends(case: Case, node_id: str, name: str, offered: Sequence[Fix]) -> bool:
    """Whether that parameter alone can put it right: ten channels of a picture that is flattened later are
    more than ten numbers."""
    return not offered or any(
        fix.text.startswith(f"Set {_label(case, node_id, name)} to ") for fix in offered
    )


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"
