"""Automatic layout: rows in the order in which layers run, branches side by side, few crossings."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from studio.core.network import Graph, Position
from studio.core.registry import Registry
from studio.graph.layer_type import LayerType
from studio.graph.placing import CARD_HEIGHT, CARD_WIDTH, GAP_X, GAP_Y, snapped
from studio.graph.wiring import Wiring

Direction = Literal["down", "right"]
_LANE = 0.25  # width of a wire that passes cards, in cards
_SWEEPS = 4  # further ones change nothing in networks people build


@dataclass(frozen=True, slots=True)
class _Item:
    """A card, or a place where a long wire passes a row."""

    id: str
    card: bool


def arranged(
    graph: Graph, layers: Registry[LayerType], direction: Direction = "down", origin: Position = (0.0, 0.0)
) -> Graph:
    """The graph with every card in its place; the Input (or first layer) lies at `origin`.

    The same wires always give the same places. Cards that belong to no wire lie beside the network.
    """
    places = layout(graph, layers, direction)
    if not places:
        return graph
    first = next((n.id for n in graph.nodes if n.type == "input"), graph.nodes[0].id)
    dx, dy = origin[0] - places[first][0], origin[1] - places[first][1]
    return replace(
        graph,
        nodes=tuple(replace(n, position=(places[n.id][0] + dx, places[n.id][1] + dy)) for n in graph.nodes),
    )


def layout(graph: Graph, layers: Registry[LayerType], direction: Direction = "down") -> dict[str, Position]:
    """The top-left corner of every card, in scene units on the canvas's grid."""
    wiring = Wiring.of(graph, layers)
    across, along = (
        (CARD_WIDTH + GAP_X, CARD_HEIGHT + GAP_Y)
        if direction == "down"
        else (CARD_HEIGHT + GAP_Y, CARD_WIDTH + GAP_X * 2)
    )
    places: dict[str, Position] = {}
    offset = 0.0
    for island in _islands(wiring):
        slots = _arrange(island, wiring)
        left = min(column for column, _ in slots.values())
        right = max(column for column, _ in slots.values())
        for node_id, (column, row) in slots.items():
            x, y = (column - left + offset) * across, row * along
            places[node_id] = snapped(x, y) if direction == "down" else snapped(y, x)
        offset += right - left + 1
    return places


def _islands(wiring: Wiring) -> list[tuple[str, ...]]:
    """Connected parts, each in running order; the one with the Input comes first."""
    part: dict[str, int] = {}
    islands: list[list[str]] = []
    for start in wiring.order:
        if start in part:
            continue
        found = {start}
        waiting = [start]
        while waiting:
            node_id = waiting.pop()
            neighbours = [e.source for e in wiring.incoming[node_id]]
            neighbours += [e.target for e in wiring.outgoing[node_id]]
            for other in neighbours:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        part.update(dict.fromkeys(found, len(islands)))
        islands.append([])
    for node_id in wiring.order:
        islands[part[node_id]].append(node_id)
    return [tuple(island) for island in islands]


def _arrange(island: Sequence[str], wiring: Wiring) -> dict[str, tuple[float, int]]:
    """(column, row) of every node of a connected part; columns are fractions of a card's pitch."""
    rows = _rows(island, wiring)
    grid, links = _with_lanes(island, wiring, rows)
    _untangle(grid, links)
    columns = _columns(grid, links, _spine(island, wiring, rows))
    return {item.id: (columns[item], row) for row, items in enumerate(grid) for item in items if item.card}


def _rows(island: Sequence[str], wiring: Wiring) -> dict[str, int]:
    """One row further than the deepest input; a branch's start then moves down next to what follows."""
    rows: dict[str, int] = {}
    for node_id in island:
        rows[node_id] = max((rows[e.source] + 1 for e in wiring.incoming[node_id]), default=0)
    for node_id in reversed(island):
        if (
            not wiring.incoming[node_id]
            and wiring.outgoing[node_id]
            and wiring.nodes[node_id].type != "input"
        ):
            rows[node_id] = min(rows[e.target] for e in wiring.outgoing[node_id]) - 1
    return rows


def _spine(island: Sequence[str], wiring: Wiring, rows: Mapping[str, int]) -> frozenset[str]:
    """The longest way through, which shall be a straight line: shortcuts stand beside it."""
    last = max(rows.values())
    ends = [n for n in island if rows[n] == last]
    current = next((n for n in ends if wiring.nodes[n].type == "output"), ends[0])
    spine = {current}
    while wiring.incoming[current]:
        current = max((e.source for e in wiring.incoming[current]), key=rows.__getitem__)  # first port wins
        spine.add(current)
    return frozenset(spine)


Links = dict[_Item, list[_Item]]


def _with_lanes(
    island: Sequence[str], wiring: Wiring, rows: Mapping[str, int]
) -> tuple[list[list[_Item]], tuple[Links, Links]]:
    """Rows of cards and of lanes for long wires, with what is linked above and below each."""
    cards = {node_id: _Item(node_id, True) for node_id in island}
    grid: list[list[_Item]] = [[] for _ in range(max(rows.values()) + 1)]
    above: Links = {}
    below: Links = {}

    def link(upper: _Item, lower: _Item) -> None:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)

    for node_id in island:
        grid[rows[node_id]].append(cards[node_id])
        for edge in wiring.incoming[node_id]:
            upper = cards[edge.source]
            for row in range(rows[edge.source] + 1, rows[node_id]):
                lane = _Item(f"{edge.source}\0{node_id}\0{edge.port}\0{row}", False)
                grid[row].append(lane)
                link(upper, lane)
                upper = lane
            link(upper, cards[node_id])
    for items in grid:
        items.sort(key=lambda item: not item.card)  # to begin with, wires pass on the right
    return grid, (above, below)


def _untangle(grid: list[list[_Item]], links: tuple[Links, Links]) -> None:
    """Orders each row by the middle of what its items are linked to; keeps the best order seen."""
    above, below = links
    best, best_crossings = [list(row) for row in grid], _crossings(grid, below)
    for sweep in range(_SWEEPS):
        if best_crossings == 0:
            break
        downwards = sweep % 2 == 0
        order = range(1, len(grid)) if downwards else range(len(grid) - 2, -1, -1)
        linked = above if downwards else below
        for i in order:
            neighbour = {item: float(place) for place, item in enumerate(grid[i - 1 if downwards else i + 1])}
            own = {item: float(place) for place, item in enumerate(grid[i])}
            grid[i].sort(key=lambda item: _middle(linked.get(item, ()), neighbour, own[item]))
        crossings = _crossings(grid, below)
        if crossings < best_crossings:
            best, best_crossings = [list(row) for row in grid], crossings
    grid[:] = best


def _crossings(grid: Sequence[Sequence[_Item]], below: Links) -> int:
    total = 0
    for upper, lower in itertools.pairwise(grid):
        place = {item: i for i, item in enumerate(lower)}
        ends = [sorted(place[t] for t in below.get(item, ())) for item in upper]
        passed: list[int] = []
        for targets in ends:
            total += sum(1 for target in targets for other in passed if other > target)
            passed += targets
    return total


def _middle(linked: Sequence[_Item], places: Mapping[_Item, float], otherwise: float) -> float:
    found = sorted(places[item] for item in linked if item in places)
    if not found:
        return otherwise
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def _columns(
    grid: Sequence[Sequence[_Item]], links: tuple[Links, Links], spine: frozenset[str]
) -> dict[_Item, float]:
    """Columns that keep each row's order and distances, and chains as straight as possible."""
    above, below = links
    columns: dict[_Item, float] = {}
    for row in grid:
        for i, item in enumerate(row):
            columns[item] = columns[row[i - 1]] + _distance(row[i - 1], item) if i else 0.0
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        linked = above if downwards else below
        for row in grid if downwards else reversed(grid):
            wishes = [_wish(item, linked.get(item, ()), columns, spine) for item in row]
            weights = [_weight(item, spine) for item in row]
            _spread(row, wishes, weights, columns)
    return columns


def _wish(
    item: _Item, linked: Sequence[_Item], columns: Mapping[_Item, float], spine: frozenset[str]
) -> float:
    """On the spine straight on; else below a card where one is linked, or in the middle of several."""
    if item.id in spine:
        return 0.0
    cards = [other for other in linked if other.card] or list(linked)
    return sum(columns[other] for other in cards) / len(cards) if cards else columns[item]


def _weight(item: _Item, spine: frozenset[str]) -> float:
    """Who gives way to whom: shortcuts to the spine, wires to cards."""
    if not item.card:
        return 1e-9
    return 1.0 if item.id in spine else 1e-5


def _spread(
    row: Sequence[_Item], wishes: Sequence[float], weights: Sequence[float], columns: dict[_Item, float]
) -> None:
    """The places nearest to the wishes that keep order and distance: groups that collide share the shift.

    Source: pool adjacent violators, on wishes from which the distances are taken off.
    """
    offset = 0.0
    offsets = []
    groups: list[tuple[float, float]] = []  # (weight, mean)
    sizes: list[int] = []
    for i, item in enumerate(row):
        offset += _distance(row[i - 1], item) if i else 0.0
        offsets.append(offset)
        groups.append((weights[i], wishes[i] - offset))
        sizes.append(1)
        while len(groups) > 1 and groups[-2][1] > groups[-1][1]:
            (w2, m2), n2 = groups.pop(), sizes.pop()
            (w1, m1), n1 = groups.pop(), sizes.pop()
            groups.append((w1 + w2, (w1 * m1 + w2 * m2) / (w1 + w2)))
            sizes.append(n1 + n2)
    i = 0
    for (_, mean), size in zip(groups, sizes, strict=True):
        for _ in range(size):
            columns[row[i]] = mean + offsets[i]
            i += 1


def _distance(left: _Item, right: _Item) -> float:
    """Between the middles of two neighbours, in cards."""
    return ((1.0 if left.card else _LANE) + (1.0 if right.card else _LANE)) / 2
