"""Sends a sample's shape through the network, layer by layer, and notes where it gets stuck."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.core.network import BLOCK, Node
from studio.core.params import ParamError, Params, ParamValue
from studio.core.registry import Registry
from studio.graph.blocks.flow import Passage, summed, through_block
from studio.graph.blocks.symbols import is_named
from studio.graph.facts import Arrival, NodeFacts, Surroundings
from studio.graph.layer_type import DType, LayerType, Shape, ShapeError, Shapes
from studio.graph.wiring import Wiring

# What a shape rule with a mistake in it, or one from a newer version, may raise; a bug is no reason to
# lose the document.
_RULE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the flow stops, and why. `message` lacks the layer's name: it is put in front later."""

    code: str
    node: str
    message: str
    param: str | None = None
    error: ShapeError | None = None


@dataclass(slots=True)
class Flow:
    """What reached each layer. `params` are checked and complete, for layers that have no bad ones."""

    facts: dict[str, NodeFacts] = field(default_factory=dict)
    dtypes: dict[str, DType] = field(default_factory=dict)
    params: dict[str, Params] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    output: Shape | None = None


def flow_through(
    wiring: Wiring,
    layers: Registry[LayerType],
    around: Surroundings | None,
    excused: frozenset[str] = frozenset(),
    earlier: tuple[Wiring, Flow] | None = None,
) -> Flow:
    """Args:
    excused: nodes whose wires are already complained about; they don't miss inputs as well.
    earlier: another network's flow, from which layers that see the same are taken over.
    """
    flow = Flow()
    for node_id in wiring.order:
        if earlier is not None and _taken_over(wiring.nodes[node_id], wiring, *earlier, flow):
            continue
        _visit(wiring.nodes[node_id], wiring, layers, around, excused, flow)
    outputs = wiring.of_type("output")
    if outputs:
        flow.output = flow.facts[outputs[0]].output
        if (
            around is not None
            and flow.output is not None
            and around.wanted(flow.output) not in (None, flow.output)
        ):
            flow.faults.append(Fault("output-shape", outputs[0], ""))
    return flow


def _taken_over(node: Node, wiring: Wiring, old: Wiring, known: Flow, flow: Flow) -> bool:
    """Trying out a fix changes a layer or two; most of the others see what they saw before. A block may have
    another inside, and remembers by itself what it saw."""
    if old.nodes.get(node.id) is not node or node.type.startswith(BLOCK):
        return False
    facts = known.facts[node.id]
    incoming = wiring.incoming[node.id]
    if facts.output is None or len(incoming) != len(facts.inputs):
        return False
    for edge, before, shape in zip(incoming, old.incoming[node.id], facts.inputs, strict=False):
        if flow.facts[edge.source].output != shape:
            return False
        if flow.dtypes.get(edge.source) != known.dtypes.get(before.source):
            return False
    flow.facts[node.id] = facts
    flow.dtypes[node.id] = known.dtypes[node.id]
    flow.params[node.id] = known.params[node.id]
    return True


def _visit(
    node: Node,
    wiring: Wiring,
    layers: Registry[LayerType],
    around: Surroundings | None,
    excused: frozenset[str],
    flow: Flow,
) -> None:
    layer = layers.get(node.type)
    if layer is None:
        flow.facts[node.id] = NodeFacts()
        flow.faults.append(Fault("unknown-layer", node.id, _unknown(node.type)))
        return
    params, bad = checked(node, layer)
    if bad:
        flow.faults += bad
    else:
        flow.params[node.id] = params
    incoming = wiring.incoming[node.id]
    shapes = [flow.facts[edge.source].output for edge in incoming]
    known = tuple(shape for shape in shapes if shape is not None)
    missing = len(incoming) < layer.min_inputs
    if missing and node.id not in excused:
        flow.faults.append(Fault("missing-input", node.id, _missing(layer, len(incoming))))
    if bad or missing or len(known) < len(shapes):
        upstream = None
        if not bad and not missing:
            waiting = (e.source for e in incoming if flow.facts[e.source].output is None)
            upstream = _culprit(next(waiting), flow, around, layers, wiring)
        flow.facts[node.id] = NodeFacts(inputs=known, waits_for=upstream)
        return
    if node.type == "input":
        _begin(node.id, wiring, around, flow)
        return
    arriving = [flow.dtypes[edge.source] for edge in incoming]
    if layer.block is not None:
        _visit_block(node.id, layer, params, known, wiring, layers, around, flow)
        return
    wrong = layer.takes != "any" and any(dtype != layer.takes for dtype in arriving)
    if wrong:
        flow.facts[node.id] = NodeFacts(inputs=known)
        flow.faults.append(Fault("dtype", node.id, _wrong_numbers(layer)))
        return
    given = _given_by_data(layer, known, around)
    params = flow.params[node.id] = {**params, **given}
    facts = _computed(node.id, layer, params, known, flow)
    arriving_steps = [flow.facts[edge.source].steps for edge in incoming]
    flow.facts[node.id] = facts = _with_steps(facts, layer, params, arriving_steps, given)
    if facts.output is not None:
        first: DType = arriving[0] if arriving else "float"
        flow.dtypes[node.id] = first if layer.gives == "same" else layer.gives


def _given_by_data(layer: LayerType, inputs: Shapes, around: Surroundings | None) -> Params:
    """Parameters that nobody is asked for."""
    if around is None:
        return {}
    if layer.given is not None and around.vocabulary:
        return layer.given(around.vocabulary)
    if layer.of_columns is not None and inputs == (around.input_shape,) and not around.in_block:
        return layer.of_columns(around.embedded)
    return {}


def _begin(node_id: str, wiring: Wiring, around: Surroundings | None, flow: Flow) -> None:
    """An Input: the sample, or inside a block what comes in there."""
    if around is None:
        flow.facts[node_id] = NodeFacts()
        return
    arrival = Arrival(around.input_shape, around.input_dtype, 0 if around.vocabulary else None)
    if around.in_block:
        place = wiring.of_type("input").index(node_id)
        arrival = around.arriving[place] if place < len(around.arriving) else Arrival()
    flow.facts[node_id] = NodeFacts(output=arrival.shape, steps=arrival.steps)
    flow.dtypes[node_id] = arrival.dtype


def _visit_block(
    node_id: str,
    layer: LayerType,
    params: Params,
    known: Shapes,
    wiring: Wiring,
    layers: Registry[LayerType],
    around: Surroundings | None,
    flow: Flow,
) -> None:
    if layer.flaw or around is None:
        flow.facts[node_id] = NodeFacts(inputs=known)
        if layer.flaw:
            flow.faults.append(Fault("block", node_id, layer.flaw))
        return
    sources = [edge.source for edge in wiring.incoming[node_id]]
    arrivals = tuple(
        Arrival(shape, flow.dtypes[s], flow.facts[s].steps) for s, shape in zip(sources, known, strict=True)
    )
    insides = through_block(layer, params, arrivals, around, layers, run_inside)
    steps_in = arrivals[0].steps if arrivals else None
    flow.facts[node_id] = summed(NodeFacts(inputs=known, steps_in=steps_in), insides)
    if insides[-1].result.shape is None:
        message = "it gets stuck inside. Open it to see where."
        flow.faults.append(Fault("inside", node_id, message, None, insides[-1].error))
    else:
        flow.dtypes[node_id] = insides[-1].result.dtype


def run_inside(wiring: Wiring, layers: Registry[LayerType], around: Surroundings) -> Passage:
    flow = flow_through(wiring, layers, around)
    error = next((fault.error for fault in flow.faults if fault.error is not None), None)
    return flow.facts, flow.dtypes, flow.output, error


def _computed(node_id: str, layer: LayerType, params: Params, inputs: Shapes, flow: Flow) -> NodeFacts:
    try:
        output = layer.shape(params, inputs)
        if any(size < 1 for size in output):
            raise ShapeError("nothing is left of what arrives. Use smaller kernels, or less pooling.")
        return NodeFacts(
            inputs,
            output,
            layer.parameters(params, inputs),
            layer.multiply_adds(params, inputs, output),
        )
    except ShapeError as error:
        flow.faults.append(Fault("shape", node_id, str(error), error.param, error))
    except _RULE_ERRORS:
        arriving = " and ".join("×".join(map(str, shape)) for shape in inputs) or "nothing"
        message = f"this layer cannot work with what arrives ({arriving}). Check its parameters."
        flow.faults.append(Fault("shape", node_id, message, None, ShapeError(message)))
    return NodeFacts(inputs)


def _with_steps(
    facts: NodeFacts, layer: LayerType, params: Params, arriving: list[int | None], given: Params
) -> NodeFacts:
    """Along which axis a text's tokens lie: of what comes in, and of what goes out if they are all there."""
    before = arriving[0] if arriving and len(set(arriving)) == 1 else None
    after = layer.steps(params, before) if before is not None else None
    if before is not None and after is not None and facts.output is not None:
        length = facts.inputs[0][before]
        same_rank = len(facts.output) == len(facts.inputs[0]) or layer.given is not None
        if not (same_rank and after < len(facts.output) and facts.output[after] == length):
            after = None
    return replace(facts, given=given, steps=after, steps_in=before)


def checked(node: Node, layer: LayerType) -> tuple[dict[str, ParamValue], list[Fault]]:
    """All declared parameters in their normal form, and what is wrong with those that are not."""
    values: dict[str, ParamValue] = {}
    bad = []
    for param in layer.params:
        value = node.params.get(param.name, param.default)
        if value is param.default:  # most are, and need no check
            values[param.name] = value
            continue
        try:
            right = param.check(value)
            values[param.name] = value if is_named(value) else right  # while a block's class is written
        except ParamError as error:
            bad.append(Fault("bad-param", node.id, f"{error} Choose another value.", param.name))
        except (TypeError, ValueError, OverflowError):  # nested lists, infinities: from an edited file
            message = f"{param.label}: this value cannot be used. Choose another one."
            bad.append(Fault("bad-param", node.id, message, param.name))
    return values, bad


def _culprit(
    source: str,
    flow: Flow,
    around: Surroundings | None,
    layers: Registry[LayerType],
    wiring: Wiring,
) -> str | None:
    """The node whose problem a layer behind `source` waits for; None where only the dataset is missing."""
    facts = flow.facts[source]
    if facts.waits_for is not None:
        return facts.waits_for
    if around is None and source not in {fault.node for fault in flow.faults}:
        layer = layers.get(wiring.nodes[source].type)
        if layer is None or len(wiring.incoming[source]) >= layer.min_inputs:
            return None
    return source


def _unknown(type_id: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in type_id)[:60]
    return (
        f"this version of Lantern does not know the layer type “{shown}”. "
        "Open the project with a newer version, or replace the layer."
    )


def _missing(layer: LayerType, count: int) -> str:
    if layer.min_inputs == 1:
        return "nothing comes in. Draw a wire from another layer to it."
    wanted = "two or more wires" if layer.max_inputs is None else f"{layer.min_inputs} wires"
    there = "no wire" if count == 0 else "only one wire" if count == 1 else f"only {count} wires"
    return f"{wanted} must come in, but {there} does. Draw a wire from another layer to it."


def _wrong_numbers(layer: LayerType) -> str:
    if layer.takes == "long":
        return (
            "it wants whole numbers that stand for words or categories, but measurements arrive. "
            "Remove it, or use a Linear layer."
        )
    return (
        "whole numbers that stand for words or categories arrive, but it calculates with measurements. "
        "Put an Embedding layer in front of it."
    )
