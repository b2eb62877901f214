"""A graph, indexed once: which wires count, in which order layers run, what leads where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from studio.core.network import Edge, Graph, Node
from studio.core.registry import Registry
from studio.graph.layer_type import LayerType


@dataclass(frozen=True, slots=True)
class Cycle:
    """A circle of wires, as the nodes along it; `edge` is the wire that closes it."""

    edge: Edge
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What is sound in a graph, and what is not. Whatever is wrong is left out of `incoming`, `outgoing`.

    `order` holds every node once, each after all that lead to it. Where several nodes share an id, the
    first counts. `incoming` is sorted by port.
    """

    nodes: Mapping[str, Node]
    incoming: Mapping[str, Sequence[Edge]]
    outgoing: Mapping[str, Sequence[Edge]]
    order: tuple[str, ...]
    duplicates: tuple[Node, ...] = ()
    dangling: tuple[Edge, ...] = ()  # one end is missing
    misplaced: tuple[Edge, ...] = ()  # into an Input, out of an Output, or to a port that is not there
    doubled: tuple[Edge, ...] = ()  # a second wire at the same port
    cycles: tuple[Cycle, ...] = ()

    @staticmethod
    def of(graph: Graph, layers: Registry[LayerType]) -> Wiring:
        nodes: dict[str, Node] = {}
        duplicates = []
        for node in graph.nodes:
            if node.id in nodes:
                duplicates.append(node)
            else:
                nodes[node.id] = node
        sound, dangling, misplaced, doubled = _sorted_out(graph.edges, nodes, layers)
        outgoing: dict[str, list[Edge]] = {node_id: [] for node_id in nodes}
        for edge in sound:
            outgoing[edge.source].append(edge)
        cycles = _cycles(nodes, outgoing)
        closing = {cycle.edge for cycle in cycles}
        if closing:
            sound = [e for e in sound if e not in closing]
            outgoing = {s: [e for e in edges if e not in closing] for s, edges in outgoing.items()}
        incoming: dict[str, list[Edge]] = {node_id: [] for node_id in nodes}
        for edge in sound:
            incoming[edge.target].append(edge)
        for edges in incoming.values():
            edges.sort(key=lambda e: e.port)
        return Wiring(
            nodes,
            incoming,
            outgoing,
            _running_order(nodes, incoming),
            tuple(duplicates),
            tuple(dangling),
            tuple(misplaced),
            tuple(doubled),
            cycles,
        )

    def of_type(self, type_id: str) -> tuple[str, ...]:
        """Ids of the nodes of a type, in document order."""
        return tuple(node_id for node_id, node in self.nodes.items() if node.type == type_id)

    def upstream(self, start: Iterable[str]) -> set[str]:
        """These nodes and all that lead to them."""
        return _reach(start, {n: [e.source for e in edges] for n, edges in self.incoming.items()})

    def downstream(self, start: Iterable[str]) -> set[str]:
        """These nodes and all that they lead to."""
        return _reach(start, {n: [e.target for e in edges] for n, edges in self.outgoing.items()})


def _sorted_out(
    edges: Iterable[Edge], nodes: Mapping[str, Node], layers: Registry[LayerType]
) -> tuple[list[Edge], list[Edge], list[Edge], list[Edge]]:
    sound: list[Edge] = []
    dangling: list[Edge] = []
    misplaced: list[Edge] = []
    doubled: list[Edge] = []
    taken = set()
    for edge in edges:
        if edge.source not in nodes or edge.target not in nodes:
            dangling.append(edge)
        elif nodes[edge.source].type == "output" or not _port_exists(edge, nodes, layers):
            misplaced.append(edge)
        elif (edge.target, edge.port) in taken:
            doubled.append(edge)
        else:
            taken.add((edge.target, edge.port))
            sound.append(edge)
    return sound, dangling, misplaced, doubled


def _port_exists(edge: Edge, nodes: Mapping[str, Node], layers: Registry[LayerType]) -> bool:
    layer = layers.get(nodes[edge.target].type)
    if layer is None:  # from a newer version: what it takes is not known here
        return True
    return edge.port >= 0 and (layer.max_inputs is None or edge.port < layer.max_inputs)


def _cycles(nodes: Mapping[str, Node], outgoing: Mapping[str, Sequence[Edge]]) -> tuple[Cycle, ...]:
    """All wires that lead back to where they come from, found from the Input on."""
    starts = sorted(nodes, key=lambda n: nodes[n].type != "input")
    done: set[str] = set()
    cycles = []
    for start in starts:
        if start in done:
            continue
        path, on_path = [start], {start}
        pending = [iter(outgoing[start])]
        while pending:
            edge = next(pending[-1], None)
            if edge is None:
                pending.pop()
                finished = path.pop()
                on_path.discard(finished)
                done.add(finished)
            elif edge.target in on_path:
                cycles.append(Cycle(edge, tuple(path[path.index(edge.target) :])))
            elif edge.target not in done:
                path.append(edge.target)
                on_path.add(edge.target)
                pending.append(iter(outgoing[edge.target]))
    return tuple(cycles)


def _running_order(nodes: Mapping[str, Node], incoming: Mapping[str, Sequence[Edge]]) -> tuple[str, ...]:
    """Each node after its inputs, the branch at port 0 first. It follows from the wires alone, so that
    names and code do not change when wires are redrawn as they were."""
    starts = _starts(nodes, incoming)
    order: dict[str, None] = {}
    for start in starts:
        if start in order:
            continue
        stack = [(start, iter(incoming[start]))]
        entered = {start}
        while stack:
            node_id, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                order[node_id] = None
                stack.pop()
            elif edge.source not in order and edge.source not in entered:
                entered.add(edge.source)
                stack.append((edge.source, iter(incoming[edge.source])))
    return tuple(order)


def _starts(nodes: Mapping[str, Node], incoming: Mapping[str, Sequence[Edge]]) -> list[str]:
    """Where to look back from. While a wire is missing, what the Input leads to comes first, as it did."""
    outgoing: dict[str, list[str]] = {}
    for node_id, edges in incoming.items():
        for edge in edges:
            outgoing.setdefault(edge.source, []).append(node_id)
    reached = _reach((n for n, node in nodes.items() if node.type == "input"), outgoing)
    ends = {n for n, node in nodes.items() if node.type == "output"}
    if ends & reached:
        return sorted(nodes, key=lambda n: 0 if nodes[n].type == "input" else 1 if n in ends else 2)
    ranks = {
        n: 0 if nodes[n].type == "input" else 1 if n in reached else 2 if n in ends else 3 for n in nodes
    }
    return sorted(nodes, key=ranks.__getitem__)


def _reach(start: Iterable[str], following: Mapping[str, Sequence[str]]) -> set[str]:
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for node_id in following.get(waiting.pop(), ()):
            if node_id not in seen:
                seen.add(node_id)
                waiting.append(node_id)
    return seen
