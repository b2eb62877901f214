"""Where a new card goes on the canvas: sizes, rows, and spots that are still free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.core.network import Graph, Node, Position

CARD_WIDTH = 224.0  # scene units, pixels at 100 %
CARD_HEIGHT = 56.0
GAP_X = 48.0
GAP_Y = 48.0  # room for a shape label on the wire
GRID = 8.0
PITCH_X = CARD_WIDTH + GAP_X
PITCH_Y = CARD_HEIGHT + GAP_Y


def snapped(x: float, y: float) -> Position:
    return (round(x / GRID) * GRID, round(y / GRID) * GRID)


def free_spot(nodes: Iterable[Node], wanted: Position) -> Position:
    """The wanted place, or the nearest one to its right where no card lies."""
    x, y = snapped(*wanted)
    # Only cards in this row can be in the way; from left to right each is passed at most once.
    for left in sorted(n.position[0] for n in nodes if abs(n.position[1] - y) < CARD_HEIGHT):
        if abs(left - x) < CARD_WIDTH:
            x = left + PITCH_X
    return snapped(x, y)


def below(graph: Graph, source: Node) -> Position:
    """A free place one row below a card."""
    x, y = source.position
    return free_spot(graph.nodes, (x, y + PITCH_Y))


def row_between(graph: Graph, source: Node, target: Node) -> tuple[Graph, Position]:
    """A place on the wire from `source` to `target`; what lies further down moves away where it is tight."""
    (from_x, from_y), (to_x, to_y) = source.position, target.position
    if to_y <= from_y:  # the wire runs upwards: there is no row between
        return graph, free_spot(graph.nodes, ((from_x + to_x) / 2, (from_y + to_y) / 2))
    missing = 2 * PITCH_Y - (to_y - from_y)
    if missing > 0:
        graph = replace(
            graph,
            nodes=tuple(
                replace(n, position=(n.position[0], n.position[1] + missing)) if n.position[1] >= to_y else n
                for n in graph.nodes
            ),
        )
        return graph, free_spot(graph.nodes, (to_x, to_y + missing - PITCH_Y))
    middle = (from_y + to_y) / 2
    return graph, free_spot(graph.nodes, (to_x, middle))


def clear_offset(nodes: Iterable[Node], places: Iterable[Position], wanted: Position) -> Position:
    """The wanted offset, or the nearest one to its right at which no place touches a card; the
    arrangement stays whole."""
    rows: dict[int, list[Position]] = {}
    for node in nodes:
        rows.setdefault(int(node.position[1] // CARD_HEIGHT), []).append(node.position)
    there = list(places)
    x, y = wanted
    while True:
        further = x
        for px, py in there:
            row = int((py + y) // CARD_HEIGHT)
            for left, top in (card for near in (row - 1, row, row + 1) for card in rows.get(near, ())):
                if abs(top - py - y) < CARD_HEIGHT and abs(left - px - x) < CARD_WIDTH:
                    further = max(further, left + PITCH_X - px)
        if further <= x:
            return x, y
        x = further
