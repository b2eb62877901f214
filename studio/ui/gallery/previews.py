"""Drawn previews of datasets that are not here yet: what sort of pictures they hold. Nobody's photos."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

_COLUMNS, _ROWS = 5, 2
Draw = Callable[[QPainter, QRectF, random.Random], None]


def preview(name: str, size: QSize, scale: float = 1.0) -> QPixmap:
    """Ten tiles in the manner of the dataset's pictures; the same at every call."""
    draw, ground = _MANNERS.get(name, (_things, "#5B7083"))
    pixmap = QPixmap(size * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(QColor("#101418"))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width, height = size.width() / _COLUMNS, size.height() / _ROWS
    for number in range(_COLUMNS * _ROWS):
        row, column = divmod(number, _COLUMNS)
        tile = QRectF(column * width + 1, row * height + 1, width - 2, height - 2)
        dice = random.Random(f"{name} {number}")
        painter.save()
        painter.setClipRect(tile)
        painter.fillRect(tile, _varied(ground, dice))
        draw(painter, tile, dice)
        painter.restore()
    painter.end()
    return pixmap


def _written(letters: str) -> Draw:
    """Signs in a slanted hand."""

    def draw(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
        font = QFont("serif")
        font.setItalic(dice.random() < 0.6)
        font.setPixelSize(max(6, int(min(tile.width(), tile.height()) * dice.uniform(0.62, 0.8))))
        painter.setFont(font)
        painter.setPen(QColor("#F4F4F4"))
        painter.translate(tile.center())
        painter.rotate(dice.uniform(-16, 16))
        box = QRectF(-tile.width() / 2, -tile.height() / 2, tile.width(), tile.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, dice.choice(letters))

    return draw


def _brush(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    """Flowing strokes, as of a brush."""
    pen = QPen(QColor("#F0F0F0"), tile.height() * 0.09)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    path = QPainterPath(_within(tile, 0.5, 0.12))
    for level in (0.3, 0.55, 0.85):
        path.quadTo(
            _within(tile, dice.uniform(0.1, 0.9), level - 0.12), _within(tile, dice.uniform(0.2, 0.8), level)
        )
    painter.drawPath(path)


def _house_number(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    _written("0123456789")(painter, tile, dice)


def _clothes(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    shapes = (
        "30,15 70,15 95,35 80,48 72,40 72,90 28,90 28,40 20,48 5,35",
        "30,8 70,8 78,92 57,92 50,35 43,92 22,92",
        "35,10 65,10 60,40 80,92 20,92 40,40",
        "8,45 35,30 60,50 95,60 95,75 8,75",
        "20,40 35,40 40,20 60,20 65,40 80,40 85,88 15,88",
    )
    _filled(painter, tile, _outline(dice.choice(shapes)), QColor.fromHsv(0, 0, dice.randint(120, 240)))


def _things(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    shapes = (
        "5,55 40,48 55,20 65,20 62,48 95,45 95,56 60,60 62,82 54,82 42,60",
        "8,70 10,52 28,48 40,32 70,32 80,50 94,54 94,70",
        "10,55 90,55 78,78 22,78 10,55 45,55 45,20 75,50",
        "20,20 35,35 65,35 80,20 82,65 50,88 18,65",
    )
    hue = dice.randint(0, 359)
    _filled(painter, tile, _outline(dice.choice(shapes)), QColor.fromHsv(hue, 150, 220))


def _pets(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    fur = QColor.fromHsv(dice.choice((20, 28, 35)), dice.randint(30, 150), dice.randint(110, 240))
    pointed = dice.random() < 0.5
    side = 0.2 if pointed else 0.12
    for left in (True, False):
        edge, inner = (side, 0.45) if left else (1 - side, 0.55)
        low = 0.12 if pointed else 0.62
        ear = ((edge, low), (inner, 0.3), (edge, 0.55))
        _filled(painter, tile, ear, fur.darker(125))
    _round(painter, tile, 0.5, 0.55, 0.32, fur)
    for x in (0.38, 0.62):
        _round(painter, tile, x, 0.48, 0.045, QColor("#1B1B1B"))
    _round(painter, tile, 0.5, 0.64, 0.05, QColor("#5B2E2E"))


def _flowers(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    petals, hue = dice.randint(5, 9), dice.choice((0, 35, 50, 285, 320, 345))
    for number in range(petals):
        turn = 2 * math.pi * number / petals
        _round(
            painter, tile, 0.5 + 0.23 * math.cos(turn), 0.5 + 0.23 * math.sin(turn), 0.17,
            QColor.fromHsv(hue, 170, 240),
        )  # fmt: skip
    _round(painter, tile, 0.5, 0.5, 0.12, QColor("#F5C542"))


def _food(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    _round(painter, tile, 0.5, 0.52, 0.42, QColor("#F3F0E8"))
    _round(painter, tile, 0.5, 0.52, 0.3, QColor.fromHsv(dice.choice((15, 30, 45, 95)), 160, 200))
    for _ in range(6):
        spot = QColor.fromHsv(dice.choice((0, 50, 110)), 190, 220)
        _round(painter, tile, dice.uniform(0.32, 0.68), dice.uniform(0.36, 0.68), 0.05, spot)


def _textures(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    styles = (
        Qt.BrushStyle.HorPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.CrossPattern,
        Qt.BrushStyle.DiagCrossPattern, Qt.BrushStyle.Dense4Pattern, Qt.BrushStyle.Dense6Pattern,
    )  # fmt: skip
    painter.fillRect(tile, QBrush(QColor.fromHsv(dice.randint(0, 359), 90, 230), dice.choice(styles)))


def _land(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    for _ in range(5):
        x, y = dice.uniform(0, 0.7), dice.uniform(0, 0.7)
        field = ((x, y), (x + 0.4, y + 0.05), (x + 0.35, y + 0.4), (x - 0.05, y + 0.35))
        _filled(
            painter, tile, field, QColor.fromHsv(dice.choice((45, 75, 100, 30)), 110, dice.randint(90, 190))
        )
    if dice.random() < 0.5:
        painter.setPen(QPen(QColor("#4F86B8"), tile.height() * 0.1))
        path = QPainterPath(_within(tile, -0.05, dice.uniform(0.2, 0.8)))
        path.cubicTo(
            _within(tile, 0.3, 0), _within(tile, 0.6, 1), _within(tile, 1.05, dice.uniform(0.2, 0.8))
        )
        painter.drawPath(path)


def _signs(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    red, white = QColor("#C8202F"), QColor("#F4F4F4")
    form = dice.randint(0, 3)
    if form == 0:
        _filled(painter, tile, ((0.5, 0.1), (0.94, 0.86), (0.06, 0.86)), red)
        _filled(painter, tile, ((0.5, 0.3), (0.78, 0.76), (0.22, 0.76)), white)
    elif form == 1:
        _round(painter, tile, 0.5, 0.5, 0.4, QColor("#2459A9"))
        _filled(painter, tile, ((0.5, 0.22), (0.7, 0.5), (0.57, 0.5), (0.57, 0.78), (0.43, 0.78), (0.43, 0.5),
                                (0.3, 0.5)), white)  # fmt: skip
    else:
        _round(painter, tile, 0.5, 0.5, 0.4, red)
        _round(painter, tile, 0.5, 0.5, 0.28, white)
        if form == 2:
            painter.setPen(QColor("#1B1B1B"))
            font = QFont("sans-serif")
            font.setBold(True)
            font.setPixelSize(max(6, int(min(tile.width(), tile.height()) * 0.3)))
            painter.setFont(font)
            painter.drawText(tile, Qt.AlignmentFlag.AlignCenter, dice.choice(("30", "50", "80")))


def _boxes(painter: QPainter, tile: QRectF, dice: random.Random) -> None:
    _things(painter, tile, dice)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#FFD447"), 2))
    painter.drawRect(
        tile.adjusted(tile.width() * 0.06, tile.height() * 0.1, -tile.width() * 0.06, -tile.height() * 0.1)
    )


def _outline(percent: str) -> tuple[tuple[float, float], ...]:
    """Corners like "30,15 70,15", in percent, as numbers from 0 to 1."""
    corners = (corner.partition(",") for corner in percent.split())
    return tuple((int(x) / 100, int(y) / 100) for x, _, y in corners)


def _filled(painter: QPainter, tile: QRectF, points: tuple[tuple[float, float], ...], colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([_within(tile, x, y) for x, y in points]))


def _round(painter: QPainter, tile: QRectF, x: float, y: float, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    reach = radius * min(tile.width(), tile.height())
    painter.drawEllipse(_within(tile, x, y), reach, reach)


def _within(tile: QRectF, x: float, y: float) -> QPointF:
    """A place in the middle square of a tile, from 0 to 1 each way."""
    side = min(tile.width(), tile.height())
    return QPointF(tile.center().x() + (x - 0.5) * side, tile.center().y() + (y - 0.5) * side)


def _varied(ground: str, dice: random.Random) -> QColor:
    colour = QColor(ground)
    return colour.lighter(dice.randint(92, 112)) if colour.lightness() > 25 else colour


_MANNERS: dict[str, tuple[Draw, str]] = {
    "digits": (_written("0123456789"), "#0B0B0B"),
    "letters": (_written("abcdefghkmnqrstABDEFGHKMNQRST"), "#0B0B0B"),
    "kuzushiji": (_brush, "#0B0B0B"),
    "clothes": (_clothes, "#0B0B0B"),
    "numbers": (_house_number, "#7A5B46"),
    "things": (_things, "#5B7083"),
    "photos": (_things, "#6B7F5B"),
    "pets": (_pets, "#8FA39B"),
    "flowers": (_flowers, "#4C7A45"),
    "food": (_food, "#6E4B35"),
    "textures": (_textures, "#6B655C"),
    "land": (_land, "#5E7F4E"),
    "signs": (_signs, "#7C93A6"),
    "boxes": (_boxes, "#5B7083"),
}
