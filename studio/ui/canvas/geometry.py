"""Sizes and curves of the canvas, in scene units (pixels at 100 %). The network flows downwards."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from studio.graph.placing import CARD_HEIGHT, CARD_WIDTH, GRID

__all__ = [
    "CARD_HEIGHT", "CARD_WIDTH", "GRID", "OUTPUT_OFFSET", "PORT_RADIUS", "PORT_REACH", "SPLICE_REACH",
    "WIRE_REACH", "apart", "card_rect", "input_offset", "snapped", "wire_path",
]  # fmt: skip

PORT_RADIUS = 5.0
PORT_REACH = 14.0  # how near to a port's centre the mouse takes hold of it
WIRE_REACH = 8.0  # how near to a wire a click selects it
SPLICE_REACH = 28.0  # how near to a wire a dragged layer splices in


def snapped(point: QPointF) -> QPointF:
    return QPointF(round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID)


def card_rect(position: tuple[float, float]) -> QRectF:
    return QRectF(position[0], position[1], CARD_WIDTH, CARD_HEIGHT)


def input_offset(port: int, ports: int) -> QPointF:
    """Where an input port sits, from the card's top left corner."""
    return QPointF(CARD_WIDTH * (port + 1) / (ports + 1), 0.0)


OUTPUT_OFFSET = QPointF(CARD_WIDTH / 2, CARD_HEIGHT)


def wire_path(start: QPointF, end: QPointF, obstacles: Iterable[QRectF] = ()) -> QPainterPath:
    """A smooth curve from an output (leaving downwards) to an input (arriving from above).

    Where a card stands in the way, as with skip connections, the wire runs around it on the side
    that is nearer.
    """
    if end.y() - start.y() > CARD_HEIGHT:
        blocking = _in_the_way(start, end, obstacles)
        if blocking:
            return _around(start, end, blocking)
    path = QPainterPath(start)
    reach = max(abs(end.y() - start.y()) / 2, 24.0)
    if end.y() < start.y() + 16:  # backwards: a wide loop that stays readable
        reach = min(max(abs(end.x() - start.x()) / 2, 64.0), 160.0)
    path.cubicTo(start + QPointF(0, reach), end - QPointF(0, reach), end)
    return path


def _in_the_way(start: QPointF, end: QPointF, obstacles: Iterable[QRectF]) -> list[QRectF]:
    corridor = QRectF(start, end).normalized().adjusted(-8, 8, 8, -8)
    near = [rect for rect in obstacles if rect.intersects(corridor)]
    if not near:
        return []
    curve = wire_path(start, end)
    return near if any(curve.intersects(rect) for rect in near) else []


def _around(start: QPointF, end: QPointF, blocking: list[QRectF]) -> QPainterPath:
    right = max(rect.right() for rect in blocking) + 24
    left = min(rect.left() for rect in blocking) - 24
    middle = (start.x() + end.x()) / 2
    lane = right if right - middle <= middle - left else left
    drop = min(28.0, (end.y() - start.y()) / 4)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(0, drop), QPointF(lane, start.y()), QPointF(lane, start.y() + 2 * drop))
    path.lineTo(lane, end.y() - 2 * drop)
    path.cubicTo(QPointF(lane, end.y()), end - QPointF(0, drop), end)
    return path


def apart(a: QPointF, b: QPointF) -> float:
    """How far two points lie from each other."""
    away = a - b
    return math.hypot(away.x(), away.y())
