"""Warnings about networks that run but learn badly, and about recipes that don't suit the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from studio.core.network import Graph
from studio.core.problems import Fix, Problem
from studio.core.project import Project
from studio.core.registry import Registry
from studio.graph import edits
from studio.graph.case import Case
from studio.graph.changes import GraphChange, RecipeChange
from studio.graph.facts import Analysis
from studio.graph.layer_type import LayerType

# Activations that cut off or squeeze: as the last layer they keep right answers out of reach.
_CUTTING = {"relu", "elu", "selu", "gelu", "silu", "mish", "hardswish", "softplus", "leaky_relu", "prelu"}
_DROPPING = {"dropout", "dropout2d", "alpha_dropout"}
_PASSING = {"identity", "flatten", "unflatten", *_DROPPING}
_PROBABILITIES = {"softmax", "log_softmax", "sigmoid"}
_LOOK_BACK = 12  # layers
_HUGE = 500_000_000  # weights: with gradients and Adam's two averages 8 GB, more than common PCs spare


def network_advice(case: Case, aside: Iterable[str]) -> list[Problem]:
    """What is allowed but hardly meant, whatever the recipe."""
    apart = set(aside)
    found = []
    for node_id in case.wiring.order:
        layer = case.layer(node_id)
        if layer is None or node_id in apart:
            continue
        if layer.family == "Activation":
            found += _two_activations(case, node_id)
        elif layer.id == "linear":
            found += _two_linears(case, node_id)
        elif layer.max_inputs is None:
            found += _same_input_twice(case, node_id)
        if case.flow.facts[node_id].parameters > _HUGE:
            found.append(_huge(case, node_id))
    return found if case.in_block else found + _last_layer(case)


def _warning(case: Case, code: str, node_id: str, text: str, *fixes: tuple[str, Graph]) -> Problem:
    offered = tuple(case.fix(button, after) for button, after in fixes) if case.fixable else ()
    return Problem(code, f"{case.name(node_id)}: {text}", node_id, fixes=offered, severity="warning")


def _removal(case: Case, node_id: str) -> tuple[str, Graph]:
    return f"Remove {case.name(node_id)}", edits.remove(case.graph, case.layers, {node_id})


def _two_activations(case: Case, node_id: str) -> list[Problem]:
    before = _only_source(case, node_id)
    layer = case.layer(before) if before is not None else None
    if before is None or layer is None or layer.family != "Activation":
        return []
    text = f"it follows {case.name(before)} directly, and two activations in a row rarely help. Remove one."
    return [_warning(case, "two-activations", node_id, text, _removal(case, node_id), _removal(case, before))]


def _two_linears(case: Case, node_id: str) -> list[Problem]:
    before = _only_source(case, node_id)
    if before is None or case.wiring.nodes[before].type != "linear":
        return []
    text = (
        f"it follows {case.name(before)} directly; without an activation in between, both together can do no "
        "more than one. Insert an activation such as ReLU."
    )
    relu = case.layers.get("relu")
    if relu is None:
        return [_warning(case, "no-activation", node_id, text)]
    after, _ = edits.insert_before(case.graph, case.layers, node_id, 0, relu)
    fix = (f"Insert ReLU before {case.name(node_id)}", after)
    return [_warning(case, "no-activation", node_id, text, fix)]


def _same_input_twice(case: Case, node_id: str) -> list[Problem]:
    sources = case.sources(node_id)
    again = [e for i, e in enumerate(case.wiring.incoming[node_id]) if e.source in sources[:i]]
    if not again or case.wiring.nodes[node_id].type == "multiply":  # multiplied by itself: a square
        return []
    text = (
        f"two wires bring the same values from {case.name(again[0].source)}. Remove one, or connect another."
    )
    after = edits.disconnect(case.graph, case.layers, again)
    return [_warning(case, "same-input-twice", node_id, text, ("Remove the second wire", after))]


def _huge(case: Case, node_id: str) -> Problem:
    weights = case.flow.facts[node_id].parameters
    pictures = any(len(shape) == 3 for facts in case.flow.facts.values() for shape in facts.inputs or ())
    way_out = (
        "Make the picture smaller before it, for example by pooling."
        if pictures
        else "Give it, or the layer before it, fewer outputs."
    )
    text = (
        f"it has {weights / 1e6:,.0f} million weights, which take about {weights * 16 / 1e9:,.0f} GB while "
        f"training. {way_out}"
    )
    return _warning(case, "huge", node_id, text, *islice(_leaner(case, node_id), 2))


def _leaner(case: Case, node_id: str) -> Iterator[tuple[str, Graph]]:
    """Usual values in place of large ones, here or further up, and pooling: what makes the layer small."""
    before: str | None = node_id
    for _ in range(_LOOK_BACK):
        layer = case.layer(before) if before is not None else None
        if before is None or layer is None:
            break
        params = case.flow.params.get(before, {})
        for param in layer.params:
            value, usual = params.get(param.name), param.default
            if isinstance(value, int) and isinstance(usual, int) and value > usual:
                after = edits.set_param(case.graph, before, param.name, usual)
                if _is_lean(case, after):
                    yield f"Set {param.label.lower()} to {usual} in {case.name(before)}", after
        pool = case.layers.get("adaptive_avg_pool2d")
        if pool is not None and len((case.flow.facts[before].inputs or ((),))[0]) == 3:
            after, _ = edits.insert_before(case.graph, case.layers, before, 0, pool)
            if _is_lean(case, after):
                yield f"Insert {pool.name} before {case.name(before)}", after
        before = _only_source(case, before)


def _is_lean(case: Case, graph: Graph) -> bool:
    flow = case.try_out(graph)
    lean = all(facts.parameters <= _HUGE for facts in flow.facts.values())
    return lean and len(flow.faults) <= len(case.flow.faults)


def _last_layer(case: Case) -> list[Problem]:
    outputs = case.wiring.of_type("output")
    last = _only_source(case, outputs[0]) if outputs else None
    if last is None or any(fault.code == "output-shape" for fault in case.flow.faults):
        return []  # the end of the network is not finished yet
    type_id = case.wiring.nodes[last].type
    if type_id in _CUTTING and case.shape(last) is not None:
        text = (
            "as the last layer it bends the results of the network, which must be free to take any value. "
            "Remove it."
        )
        return [_warning(case, "last-activation", last, text, _removal(case, last))]
    if type_id in _DROPPING:
        text = "as the last layer it switches off results at random. Move it further up, or remove it."
        return [_warning(case, "last-dropout", last, text, _removal(case, last))]
    return []


def _only_source(case: Case, node_id: str) -> str | None:
    sources = case.sources(node_id)
    return sources[0] if len(sources) == 1 else None


# -- what depends on the recipe ---------------------------------------------------------------------


def recipe_problems(
    project: Project, analysis: Analysis, layers: Registry[LayerType], graph_name: str = "network"
) -> tuple[Problem, ...]:
    """Warnings about a network and a recipe that don't suit each other; never raises.

    Args: graph_name: the network that the loss looks at.
    """
    graph = project.graphs.get(graph_name)
    if graph is None or not analysis.order:
        return ()
    nodes = {node.id: node for node in graph.nodes}
    ending = _ending(analysis, graph)
    last = next((n for n in ending if nodes[n].type in _PROBABILITIES), None)
    found = []
    loss = project.recipe.loss.type
    if last is not None:
        found += _softmax_before_loss(graph, analysis, layers, last, nodes[last].type, loss, graph_name)
    if loss == "nll" and (last is None or nodes[last].type != "log_softmax"):
        found.append(_nll_without_log(graph, analysis, layers, last, graph_name))
    found += _batch_of_one(project, analysis, graph)
    return tuple(found)


def _ending(analysis: Analysis, graph: Graph) -> list[str]:
    """The layers before the output, from the last one back, through those that only pass on."""
    nodes = {node.id: node for node in graph.nodes}
    sources: dict[str, list[str]] = {}
    for edge in graph.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    current = next((n for n in reversed(analysis.order) if nodes[n].type == "output"), None)
    ending: list[str] = []
    while current is not None and len(sources.get(current, ())) == 1 and len(ending) < len(nodes):
        current = sources[current][0]
        if current not in nodes:
            break
        ending.append(current)
        if nodes[current].type not in _PASSING:
            break
    return ending


def _softmax_before_loss(
    graph: Graph,
    analysis: Analysis,
    layers: Registry[LayerType],
    node_id: str,
    type_id: str,
    loss: str,
    graph_name: str,
) -> list[Problem]:
    name = f"“{analysis.names[node_id]}”"
    remove = Fix(
        f"Remove {name}",
        GraphChange.between(graph, edits.remove(graph, layers, {node_id}), graph_name),
    )
    if loss == "cross_entropy":
        fixes = (remove, Fix("Use the NLL loss", RecipeChange(loss="nll")))
        text = f"{name}: the cross-entropy loss does this itself, and twice slows down learning. Remove it."
        return [
            Problem(
                "softmax-before-loss",
                text,
                node_id,
                fixes=fixes if type_id == "log_softmax" else (remove,),
                severity="warning",
            )
        ]
    if loss == "bce_with_logits":
        text = f"{name}: the loss turns results into probabilities itself, and twice slows down learning."
        return [
            Problem("softmax-before-loss", f"{text} Remove it.", node_id, fixes=(remove,), severity="warning")
        ]
    if loss in ("mse", "l1", "huber"):
        text = f"{name}: it squeezes the results, so that most numbers cannot be predicted. Remove it."
        return [Problem("last-activation", text, node_id, fixes=(remove,), severity="warning")]
    return []


def _nll_without_log(
    graph: Graph, analysis: Analysis, layers: Registry[LayerType], last: str | None, graph_name: str
) -> Problem:
    fixes = [Fix("Use the cross-entropy loss", RecipeChange(loss="cross_entropy"))]
    output = next((n for n in reversed(analysis.order) if n == "output"), analysis.order[-1])
    log_softmax = layers.get("log_softmax")
    if log_softmax is not None and last is None and graph.inputs_of(output):
        port = graph.inputs_of(output)[0].port
        after, _ = edits.insert_before(graph, layers, output, port, log_softmax)
        text = f"Insert LogSoftmax before “{analysis.names[output]}”"
        fixes.append(Fix(text, GraphChange.between(graph, after, graph_name)))
    elif log_softmax is not None and last is not None:
        after = edits.replace_type(graph, layers, last, log_softmax)
        text = f"Replace “{analysis.names[last]}” by LogSoftmax"
        fixes.insert(0, Fix(text, GraphChange.between(graph, after, graph_name)))
    return Problem(
        "loss-wants-log-softmax",
        "The NLL loss needs logarithms of probabilities, but the network does not end in a LogSoftmax layer. "
        "Use the cross-entropy loss instead, or put LogSoftmax last.",
        output,
        fixes=tuple(fixes),
        severity="warning",
    )


def _batch_of_one(project: Project, analysis: Analysis, graph: Graph) -> list[Problem]:
    if project.recipe.batch_size != 1:
        return []
    used = set(analysis.order)
    for node in graph.nodes:
        facts = analysis.nodes.get(node.id)
        flat = facts is not None and facts.output is not None and len(facts.output) == 1
        if node.id in used and (node.type == "batch_norm1d" and flat):
            return [
                Problem(
                    "batch-of-one",
                    f"“{analysis.names[node.id]}”: it compares the samples of a batch, but each is alone. "
                    "Use a batch size of 2 or more.",
                    node.id,
                    fixes=(Fix("Set batch size to 32", RecipeChange(batch_size=32)),),
                )
            ]
    return []
