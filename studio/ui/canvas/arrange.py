"""Where layers lie: making room below an inserted layer, and tidying up the whole network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from studio.core.network import Graph, Position
from studio.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, GAP_X, GAP_Y, GRID

STEP_Y = CARD_HEIGHT + GAP_Y
STEP_X = CARD_WIDTH + GAP_X


def moved(graph: Graph, positions: Mapping[str, Position]) -> Graph:
    """The graph with some layers elsewhere."""
    nodes = tuple(
        replace(node, position=positions[node.id]) if node.id in positions else node for node in graph.nodes
    )
    return replace(graph, nodes=nodes)


def below(graph: Graph, node: str) -> set[str]:
    """All layers that are fed by `node`, directly or not."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for edge in graph.outputs_of(waiting.pop()):
            if edge.target not in found and edge.target != node:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def with_room_for(graph: Graph, node: str) -> Graph:
    """Pushes the layers that follow `node` down as far as it needs, and no further."""
    place = {n.id: n.position for n in graph.nodes}
    followers = below(graph, node)
    x, y = place[node]
    nearest = min((place[n][1] for n in followers if place[n][1] >= y - STEP_Y), default=None)
    if nearest is None:
        return graph
    push = _on_grid(y + STEP_Y - nearest)
    if push <= 0:
        return graph
    return moved(graph, {n: (place[n][0], place[n][1] + push) for n in followers})


def free_place(graph: Graph, wanted: Position, ignore: Iterable[str] = ()) -> Position:
    """The place, or the nearest one below-right of it where no other card lies."""
    skip = set(ignore)
    x, y = wanted
    taken = [n.position for n in graph.nodes if n.id not in skip]
    for _ in range(200):
        if not any(abs(x - a) < CARD_WIDTH and abs(y - b) < CARD_HEIGHT for a, b in taken):
            break
        x, y = x + 3 * GRID, y + 3 * GRID
    return (x, y)


def tidy(graph: Graph) -> dict[str, Position]:
    """Layers in rows by how far they are from the input; rows ordered so that wires cross little.

    A wire over several rows holds a column free, so that skip connections do not run through cards.
    """
    rows = _rows(graph)
    columns = _columns(graph, rows)
    origin = _origin(graph)
    return {
        node: (origin[0] + columns[node] * STEP_X, origin[1] + row * STEP_Y) for node, row in rows.items()
    }


def _origin(graph: Graph) -> Position:
    """The first layer stays where it is, so that the picture does not jump."""
    for node in graph.nodes:
        if node.type == "input":
            return (_on_grid(node.position[0]), _on_grid(node.position[1]))
    return (0.0, 0.0)


def _rows(graph: Graph) -> dict[str, int]:
    """The longest way from a start to each node; cycles are cut where they are met again."""
    rows: dict[str, int] = {}
    busy: set[str] = set()
    inputs: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        if edge.target in inputs and edge.source in inputs:
            inputs[edge.target].append(edge.source)
    for start in inputs:
        stack = [start]
        while stack:
            node = stack[-1]
            if node in rows:
                stack.pop()
                continue
            busy.add(node)
            open_ones = [source for source in inputs[node] if source not in rows and source not in busy]
            if open_ones:
                stack.extend(open_ones)
                continue
            rows[node] = max((rows[s] + 1 for s in inputs[node] if s in rows), default=0)
            stack.pop()
    last = max(rows.values(), default=0)
    for node in graph.nodes:
        if node.type == "output":
            rows[node.id] = max(rows[node.id], last)
    return rows


def _columns(graph: Graph, rows: Mapping[str, int]) -> dict[str, float]:
    """Columns from 0 on, row by row: under the middle of what feeds a layer, moved aside if taken."""
    columns: dict[str, float] = {}
    by_row: dict[int, list[str]] = {}
    for node in sorted(rows, key=lambda n: rows[n]):
        by_row.setdefault(rows[node], []).append(node)
    longest_first = {
        edge: rows[edge.target] - rows[edge.source] for edge in graph.edges if edge.target in rows
    }
    for row in sorted(by_row):
        wishes = []
        for order, node in enumerate(by_row[row]):
            feeding = [e for e in graph.inputs_of(node) if e.source in columns]
            # The direct wire decides; a skip connection only bends around.
            nearest = min((longest_first.get(e, 1) for e in feeding), default=0)
            sources = [columns[e.source] for e in feeding if longest_first.get(e, 1) == nearest]
            wishes.append((sum(sources) / len(sources) if sources else 0.0, order, node))
        _place_row(sorted(wishes), columns)
    return columns


def _place_row(wishes: list[tuple[float, int, str]], columns: dict[str, float]) -> None:
    """Side by side at least one column apart, as near as can be to where each wants to be."""
    groups: dict[float, list[str]] = {}
    for wish, _, node in wishes:
        groups.setdefault(wish, []).append(node)
    cursor = float("-inf")
    for wish, nodes in groups.items():
        start = max(cursor, wish - (len(nodes) - 1) / 2)
        for index, node in enumerate(nodes):
            columns[node] = start + index
        cursor = start + len(nodes)


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID
