"""Changes that may make a layer fit what arrives: layers put in front of it, other values, other wires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isqrt, prod

from studio.core.network import Edge, Graph
from studio.core.params import Int, Params, Size
from studio.graph import edits
from studio.graph.case import Case
from studio.graph.flow import Fault
from studio.graph.layer_type import LayerType, Shape

Candidate = tuple[str, Graph]  # what the button says, and the network after the click
Step = tuple[str, Params]  # a layer type with the parameters that matter

_SHRINKING = ("stride", "kernel_size", "dilation")
_MAKES_SMALLER = ("max_pool", "avg_pool", "adaptive", "global")


def inserted(case: Case, graph: Graph, target: str, port: int, steps: Sequence[Step]) -> Graph | None:
    """The graph with these layers, in this order, on the wire into a port."""
    for type_id, params in steps:
        layer = case.layers.get(type_id)
        if layer is None or not any(e.target == target and e.port == port for e in graph.edges):
            return None
        graph, _ = edits.insert_before(graph, case.layers, target, port, layer, params)
    return graph


def _insertion(case: Case, node_id: str, port: int, *steps: Step, note: str = "") -> Iterator[Candidate]:
    graph = inserted(case, case.graph, node_id, port, steps)
    if graph is not None:
        names = " and ".join(_layer_name(case, type_id) for type_id, _ in steps)
        yield f"Insert {names}{note} before {case.name(node_id)}", graph


def _layer_name(case: Case, type_id: str) -> str:
    layer = case.layers.get(type_id)
    return layer.name if layer is not None else type_id


# -- the number of dimensions -----------------------------------------------------------------------


def rank_candidates(case: Case, fault: Fault) -> Iterator[Candidate]:
    """For a layer that wants another number of dimensions than arrive."""
    wanted = fault.error.wants_rank if fault.error is not None else ()
    arriving = case.flow.facts[fault.node].inputs
    layer = case.layer(fault.node)
    if not wanted or len(arriving) != 1 or layer is None:
        return
    shape = arriving[0]
    if len(shape) in wanted:
        return
    if layer.family != "Normalisation":  # those are more often of the wrong sort than in the wrong place
        yield from _without_flatten(case, fault.node, shape)
    yield from _sibling(case, fault.node, layer, len(shape))
    yield from _without_flatten(case, fault.node, shape)
    if 1 in wanted:
        yield from _insertion(case, fault.node, 0, ("flatten", {}))
        yield from _insertion(case, fault.node, 0, ("global_avg_pool", {}))
    for rank in wanted:
        for target in _arrangements(shape, rank):
            note = f" to {'×'.join(map(str, target))}"
            yield from _insertion(case, fault.node, 0, ("unflatten", {"unflattened_size": target}), note=note)
    if 2 in wanted and len(shape) == 3:
        # Pixels become the steps of a sequence, channels their features.
        steps: tuple[Step, ...] = (("flatten", {"start_dim": 2}), ("permute", {"dims": (2, 1)}))
        yield from _insertion(case, fault.node, 0, *steps)


def _without_flatten(case: Case, node_id: str, shape: Shape) -> Iterator[Candidate]:
    """A layer in front flattened what this one wants to have whole."""
    source = case.sources(node_id)[0]
    while case.shape(source) == shape and len(case.sources(source)) == 1:
        if case.wiring.nodes[source].type in ("flatten", "global_avg_pool"):
            yield from _moved_behind(case, source, node_id)
            yield f"Remove {case.name(source)}", edits.remove(case.graph, case.layers, {source})
            return
        source = case.sources(source)[0]


def _moved_behind(case: Case, moved: str, node_id: str) -> Iterator[Candidate]:
    """The layer `moved` changes places with what comes after it, up to and including `node_id`."""
    followers = case.wiring.outgoing[node_id]
    if len(followers) != 1 or len(case.wiring.outgoing[moved]) != 1:
        return
    node, place = case.wiring.nodes[moved], case.wiring.nodes[node_id].position
    graph = edits.remove(case.graph, case.layers, {moved})
    # What came after it moves up by one place each, so that the picture stays in order.
    between = [node_id]
    while case.sources(between[-1])[0] != moved:
        between.append(case.sources(between[-1])[0])
    places = [case.wiring.nodes[n].position for n in (*between[1:], moved)]
    graph = edits.move(graph, dict(zip(between, places, strict=True)))
    graph = replace(graph, nodes=(*graph.nodes, replace(node, position=place)))
    graph = edits.splice_node(graph, case.layers, followers[0], moved)
    yield f"Move {case.name(moved)} behind {case.name(node_id)}", graph


def _sibling(case: Case, node_id: str, layer: LayerType, rank: int) -> Iterator[Candidate]:
    """The same layer for another number of dimensions: BatchNorm1d for BatchNorm2d."""
    stem = layer.id[:-2] if layer.id[-2:] in ("1d", "2d", "3d") else None
    if stem is None:
        return
    for dims in (f"{rank - 1}d", "1d", ""):
        other = case.layers.get(stem + dims)
        if other is not None and other.id != layer.id:
            after = edits.replace_type(case.graph, case.layers, node_id, other)
            yield f"Replace {case.name(node_id)} by {other.name}", after


def _arrangements(shape: Shape, rank: int) -> Iterator[tuple[int, ...]]:
    """Shapes of another rank for the same numbers, those that look like a picture first."""
    count = prod(shape)
    side = isqrt(count)
    if rank == 2 and len(shape) == 3 and shape[0] == 1:
        yield shape[1:]  # a grey picture, read row by row
    elif rank == 2 and len(shape) == 3:
        yield (shape[0], shape[1] * shape[2])
    elif rank == 2 and len(shape) == 1:
        yield (1, count)
        yield (count, 1)
    elif rank == 3 and len(shape) == 2:
        yield (1, *shape)
    elif rank == 3 and len(shape) == 1:
        if side * side == count and side > 1:
            yield (1, side, side)
        elif count % 3 == 0 and isqrt(count // 3) ** 2 == count // 3 and count > 3:
            yield (3, isqrt(count // 3), isqrt(count // 3))
        yield (count, 1, 1)
    elif rank > len(shape):
        yield (*shape, *(1,) * (rank - len(shape)))


# -- values -----------------------------------------------------------------------------------------


def value_candidates(case: Case, node_id: str) -> Iterator[Candidate]:
    """Other values for the parameters that decide whether a layer fits."""
    layer = case.layer(node_id)
    params = case.flow.params.get(node_id)
    if layer is None or params is None:
        return
    for param in layer.params:
        value = params.get(param.name)
        if not isinstance(param.type, Int | Size) or not isinstance(value, int) or isinstance(value, bool):
            continue
        if param.name in ("padding", "kernel_size", "stride", "dilation", "num_heads", "nhead", "num_groups"):
            for other in (1, 2, 3, 4) if param.name == "padding" else (2, 1):
                if other != value:
                    after = edits.set_param(case.graph, node_id, param.name, other)
                    yield f"Set {param.label.lower()} to {other}", after


def source_candidates(case: Case, node_id: str) -> Iterator[Candidate]:
    """Something in front made the picture too small."""
    source: str | None = node_id
    for _ in range(12):
        sources = case.sources(source) if source is not None else ()
        if len(sources) != 1:
            return
        source = sources[0]
        if case.wiring.nodes[source].type.startswith(_MAKES_SMALLER):
            yield from _gentler(case, source)
            yield f"Remove {case.name(source)}", edits.remove(case.graph, case.layers, {source})


def _gentler(case: Case, node_id: str) -> Iterator[Candidate]:
    """The layer's usual stride, kernel and spacing, where larger ones took too much of the picture."""
    layer, params = case.layer(node_id), case.flow.params.get(node_id, {})
    for param in layer.params if layer is not None else ():
        value, usual = params.get(param.name), param.default
        if param.name not in _SHRINKING or not isinstance(usual, int | None) or not isinstance(value, int):
            continue
        if usual is None or value > usual:
            shown = getattr(param.type, "none_label", "") if usual is None else f"{usual}"
            text = f"Set {param.label.lower()} to {shown} in {case.name(node_id)}"
            yield text, edits.set_param(case.graph, node_id, param.name, usual)


# -- wires that meet --------------------------------------------------------------------------------


def join_candidates(case: Case, node_id: str) -> Iterator[Candidate]:
    """For Add, Multiply and Concatenate: makes one branch fit the other."""
    shapes = case.flow.facts[node_id].inputs
    edges = case.wiring.incoming[node_id]
    if len(shapes) < 2 or len(shapes) != len(edges):
        return
    joins_channels = case.wiring.nodes[node_id].type == "concatenate"
    first = shapes[0]
    others = [i for i, shape in enumerate(shapes) if shape != first]
    pairs: list[tuple[list[int], Shape]] = [(others, first)]
    if len(shapes) == 2:
        pairs.append(([0], shapes[1]))
    for ports, target in pairs:
        for i in ports:
            yield from _kept_size(case, node_id, edges, i, joins_channels)
            yield from _same_values(case, edges[i], target)
    for ports, target in pairs:
        ways = [list(_adapted(shapes[i], target, joins_channels)) for i in ports]
        for choice in range(max((len(way) for way in ways), default=0)):
            yield from _adapted_ports(case, node_id, edges, ports, ways, choice)
    if len(shapes) > 2:
        for i in others[:3]:
            after = edits.disconnect(case.graph, case.layers, [edges[i]])
            yield f"Remove the wire from {case.name(edges[i].source)}", after


def _adapted_ports(
    case: Case,
    node_id: str,
    edges: Sequence[Edge],
    ports: Sequence[int],
    ways: Sequence[Sequence[tuple[Step, ...]]],
    choice: int,
) -> Iterator[Candidate]:
    graph: Graph | None = case.graph
    words = []
    for i, way in zip(ports, ways, strict=True):
        if not way or graph is None:
            return
        steps = way[min(choice, len(way) - 1)]
        graph = inserted(case, graph, node_id, edges[i].port, steps)
        words.append(" and ".join(_step_text(case, step) for step in steps))
    if graph is not None and words:
        wires = " and ".join(case.name(edges[i].source) for i in ports)
        yield f"Insert {words[0]} between {wires} and {case.name(node_id)}", graph


def _step_text(case: Case, step: Step) -> str:
    type_id, params = step
    kernel = "1×1 " if params.get("kernel_size") == 1 else ""
    return f"{kernel}{_layer_name(case, type_id)}"


def _adapted(shape: Shape, target: Shape, joins_channels: bool) -> Iterator[tuple[Step, ...]]:
    """Layers that turn a shape into another; for Concatenate only the space must be the same."""
    if shape == target:
        return
    if len(shape) == len(target) == 3:
        yield from _picture_adaptors(shape, target, joins_channels)
    elif len(shape) == len(target) == 2 and shape[0] == target[0]:
        yield (("linear", {"out_features": target[1]}),)
    elif len(shape) == len(target) == 1:
        yield (("linear", {"out_features": target[0]}),)
    elif len(target) == 1:
        flat: Step = ("flatten", {})
        if joins_channels or prod(shape) == target[0]:
            yield (flat,)
        yield (flat, ("linear", {"out_features": target[0]}))
        if shape[0] == target[0] or joins_channels:
            yield (("global_avg_pool", {}),)
    elif prod(shape) == prod(target):
        yield (("unflatten", {"unflattened_size": target}),)


def _picture_adaptors(shape: Shape, target: Shape, joins_channels: bool) -> Iterator[tuple[Step, ...]]:
    same_channels = joins_channels or shape[0] == target[0]
    channels = shape[0] if joins_channels else target[0]
    space, wanted = shape[1:], target[1:]
    if space == wanted:
        yield (("conv2d", {"out_channels": channels, "kernel_size": 1, "padding": 0}),)
        return
    steps = {-(-n // w) for n, w in zip(space, wanted, strict=True)}
    stride = steps.pop()
    if not steps and stride > 1 and all(-(-n // stride) == w for n, w in zip(space, wanted, strict=True)):
        options = {"out_channels": channels, "kernel_size": 1, "padding": 0, "stride": stride}
        yield (("conv2d", options),)
    channel_step: tuple[Step, ...] = ()
    if not same_channels:
        channel_step = (("conv2d", {"out_channels": channels, "kernel_size": 1, "padding": 0}),)
    size = wanted[0] if len(set(wanted)) == 1 else wanted
    if all(n >= w for n, w in zip(space, wanted, strict=True)):
        yield (("adaptive_avg_pool2d", {"output_size": size}), *channel_step)
    else:
        factors = {w / n for n, w in zip(space, wanted, strict=True)}
        factor = factors.pop()
        if not factors and factor.is_integer():
            yield (*channel_step, ("upsample", {"scale_factor": factor}))
        yield (*channel_step, ("upsample", {"size": size}))


def _kept_size(
    case: Case, node_id: str, edges: Sequence[Edge], port: int, joins_channels: bool
) -> Iterator[Candidate]:
    """Padding for the convolution that made the picture smaller; a 1x1 convolution evens out the channels."""
    source = edges[port].source
    for _ in range(6):
        params = case.flow.params.get(source, {})
        kernel, padding = params.get("kernel_size"), params.get("padding")
        if "out_channels" in params and isinstance(kernel, int) and kernel % 2 and padding != kernel // 2:
            graph = edits.set_param(case.graph, source, "padding", kernel // 2)
            text = f"Set padding to {kernel // 2} in {case.name(source)}"
            shapes = [case.try_out(graph).facts[e.source].output for e in edges]
            target, other = shapes[port], shapes[1 - port] if len(edges) == 2 else None
            if target and other and len(target) == 3 and target[0] != other[0] and not joins_channels:
                step: Step = ("conv2d", {"out_channels": target[0], "kernel_size": 1, "padding": 0})
                mixed = inserted(case, graph, node_id, edges[1 - port].port, [step])
                if mixed is not None:
                    yield f"{text} and insert 1×1 Conv2d behind {case.name(edges[1 - port].source)}", mixed
            yield text, graph
            return
        if len(case.sources(source)) != 1:
            return
        source = case.sources(source)[0]


def _same_values(case: Case, edge: Edge, target: Shape) -> Iterator[Candidate]:
    """The layer that made the difference, with values that give the other branch's shape."""
    source = edge.source
    for _ in range(6):
        params = case.flow.params.get(source, {})
        layer = case.layer(source)
        changes = dict(_towards(params, case.flow.facts[source].inputs, target))
        if layer is not None and changes:
            labels = {p.name: p.label.lower() for p in layer.params}
            words = " and ".join(f"{labels[name]} to {value}" for name, value in changes.items())
            after = edits.set_params(case.graph, source, changes)
            yield f"Set {words} in {case.name(source)}", after
            return
        sources = case.sources(source)
        if len(sources) != 1:
            return
        source = sources[0]


def _towards(params: Params, inputs: Sequence[Shape], target: Shape) -> Iterator[tuple[str, int]]:
    name = "out_channels" if "out_channels" in params else "out_features"
    if name not in params or not inputs or len(inputs[0]) != len(target):
        return
    width = target[0] if name == "out_channels" else target[-1]
    if params[name] != width:
        yield name, width
    kernel = params.get("kernel_size")
    if name == "out_channels" and isinstance(kernel, int) and kernel % 2 and inputs[0][1:] == target[1:]:
        if params.get("stride") != 1:
            yield "stride", 1
        if params.get("padding") not in (None, kernel // 2):
            yield "padding", kernel // 2
