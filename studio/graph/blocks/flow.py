"""Sends what arrives at a block through what is inside, once for each time it is repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from studio.core.network import Block, Graph, Node
from studio.core.params import Params
from studio.core.registry import Registry
from studio.graph.blocks.filling import filled, repeats
from studio.graph.blocks.symbols import is_named
from studio.graph.facts import Arrival, Inside, NodeFacts, Surroundings
from studio.graph.layer_type import DType, LayerType, Shape, ShapeError
from studio.graph.wiring import Wiring

Layers = Registry[LayerType]
Passage = tuple[Mapping[str, NodeFacts], Mapping[str, DType], Shape | None, ShapeError | None]
Run = Callable[[Wiring, Layers, Surroundings], Passage]
_KEPT = 2_000  # passages that are remembered: one for each block and what arrives there
_passages: dict[object, tuple[object, Inside]] = {}


def through_block(
    layer: LayerType,
    params: Params,
    arrivals: tuple[Arrival, ...],
    around: Surroundings,
    layers: Layers,
    run: Run,
) -> tuple[Inside, ...]:
    """What goes on in each repetition; the last one is stuck where its output is None.

    Args: params: checked. run: the flow through a network.
    """
    assert layer.block is not None
    found: list[Inside] = []
    for _ in range(repeats(params)):
        inside = _passage(layer, params, arrivals, around, layers, run)
        found.append(inside)
        if inside.result.shape is None:
            break
        arrivals = (inside.result, *arrivals[1:])
    return tuple(found)


def inside_around(around: Surroundings, arrivals: tuple[Arrival, ...]) -> Surroundings:
    """What the inside of a block is between."""
    first = arrivals[0] if arrivals else Arrival()
    return Surroundings(
        first.shape or (),
        first.dtype,
        graph=around.graph,
        vocabulary=around.vocabulary,
        arriving=arrivals,
        in_block=True,
    )


def inside_graph(block: Block, nodes: tuple[Node, ...], blocks: tuple[Block, ...]) -> Graph:
    return Graph(nodes, block.edges, blocks)


def _passage(
    layer: LayerType,
    params: Params,
    arrivals: tuple[Arrival, ...],
    around: Surroundings,
    layers: Layers,
    run: Run,
) -> Inside:
    key = _key(layer, params, arrivals, around)
    known = _passages.get(key) if key is not None else None
    if known is not None:
        return known[1]
    inside = passed(layer, params, arrivals, around, layers, run)
    if key is not None:
        if len(_passages) >= _KEPT:
            _passages.clear()
        _passages[key] = (layer.parts, inside)  # the parts stay alive, so their ids stay theirs
    return inside


def _key(
    layer: LayerType, params: Params, arrivals: tuple[Arrival, ...], around: Surroundings
) -> object | None:
    """None: numbers that remember their names equal those that don't, so these must not be mixed up."""
    named = any(is_named(value) for value in params.values())
    if named or any(is_named(size) for arrival in arrivals for size in arrival.shape or ()):
        return None
    values = tuple(sorted((name, repr(value)) for name, value in params.items()))
    return tuple(map(id, layer.parts)), values, arrivals, around.vocabulary, around.graph


def passed(
    layer: LayerType,
    params: Params,
    arrivals: tuple[Arrival, ...],
    around: Surroundings,
    layers: Layers,
    run: Run,
) -> Inside:
    """One repetition, worked out anew."""
    block = layer.block
    assert block is not None
    nodes = filled(block, params, arrivals[0].shape if arrivals else None)
    wiring = Wiring.of(Graph(nodes, block.edges), layers)
    facts, dtypes, output, error = run(wiring, layers, inside_around(around, arrivals))
    end = next(iter(wiring.of_type("output")), None)
    if end is None or output is None or _is_broken(wiring):
        return Inside(nodes, arrivals, facts, Arrival(), around.vocabulary, error=error)
    used = [facts[node_id] for node_id in wiring.upstream([end])]
    return Inside(
        nodes,
        arrivals,
        facts,
        Arrival(output, dtypes.get(end, "float"), facts[end].steps),
        around.vocabulary,
        parameters=sum(each.parameters for each in used),
        multiply_adds=sum(each.multiply_adds for each in used),
        activations=sum(each.activations for each in used),
    )


def _is_broken(wiring: Wiring) -> bool:
    return bool(wiring.duplicates or wiring.dangling or wiring.misplaced or wiring.doubled or wiring.cycles)


def summed(facts: NodeFacts, insides: tuple[Inside, ...]) -> NodeFacts:
    """A block's facts: what all that is inside has together."""
    result = insides[-1].result
    return replace(
        facts,
        output=result.shape,
        parameters=sum(inside.parameters for inside in insides) if result.shape is not None else 0,
        multiply_adds=sum(inside.multiply_adds for inside in insides) if result.shape is not None else 0,
        steps=result.steps,
        insides=insides,
    )
