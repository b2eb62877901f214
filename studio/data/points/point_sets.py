"""The ready-made sets of points, one entry each: what they are called, what can be set, how they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from studio.core.params import Float, Int, Param, ParamError, Params, check_params
from studio.core.registry import Registry
from studio.data.dataset import DataError
from studio.data.points import point_shapes as shapes
from studio.data.tables.cells import TextCells
from studio.data.tables.table import Dialect, Table

CLASS_NAMES = ("A", "B", "C", "D", "E", "F")
MOST_POINTS = 20_000

POINTS = Param("points", "Points", "How many points there are, over all classes.", Int(20, MOST_POINTS), 400)
SEED = Param(
    "seed",
    "Seed",
    "Another number gives other points of the same sort; the same number gives the same points.",
    Int(0, 1_000_000),
    0,
    advanced=True,
)


def _noise(default: float) -> Param:
    words = "How far chance moves the points; more noise makes it harder, and no network can be always right."
    return Param("noise", "Noise", words, Float(0.0, 2.0), default)


def _classes(default: int) -> Param:
    return Param("classes", "Classes", "How many sorts of points there are.", Int(2, 6), default)


_FIELDS = Param("fields", "Fields", "Squares along a side of the board.", Int(2, 8), 4)
_TURNS = Param("turns", "Turns", "How often each arm winds around the middle.", Float(0.25, 4.0), 1.0)
_WAVES = Param("turns", "Waves", "How many waves there are from left to right.", Float(0.25, 6.0), 1.5)


@dataclass(frozen=True, slots=True)
class PointSet:
    """`make(rng, points, **settings)`: its plain numpy function; `settings` are Params beside the usual
    ones, under the function's own names; `fixed` are those that the user cannot change."""

    id: str
    name: str
    help: str
    make: Callable[..., shapes.Shape]
    noise: float
    settings: tuple[Param, ...] = ()
    fixed: tuple[tuple[str, int], ...] = ()
    function: bool = False  # y is predicted from x, a number

    @property
    def params(self) -> tuple[Param, ...]:
        return (POINTS, _noise(self.noise), *self.settings, SEED)

    @property
    def kind(self) -> str:
        return "tabular-regression" if self.function else "tabular-classification"


POINT_SETS: Registry[PointSet] = Registry(
    "set of points",
    (
        PointSet("moons", "Moons", "Two half moons that reach into each other: no straight line parts them.",
                 shapes.moons, 0.15),
        PointSet("circles", "Circles", "Rings around one another: the distance from the middle decides.",
                 shapes.circles, 0.06, (_classes(2),)),
        PointSet("spirals", "Spirals", "Arms that wind around each other: hard, and worth more layers.",
                 shapes.spirals, 0.03, (_classes(2), _TURNS)),
        PointSet("blobs", "Blobs", "Clouds of points, each around its own place: easy.",
                 shapes.blobs, 0.1, (_classes(3),)),
        PointSet("xor", "XOR", "Opposite corners belong together: one straight line cannot do it.",
                 shapes.checkerboard, 0.05, fixed=(("fields", 2),)),
        PointSet("checkerboard", "Checkerboard", "Two classes that take turns like the fields of a board.",
                 shapes.checkerboard, 0.02, (_FIELDS,)),
        PointSet("sine", "Sine", "Waves to follow: predict the number y from x.",
                 shapes.sine, 0.1, (_WAVES,), function=True),
        PointSet("step", "Step", "A sudden jump: predict the number y from x.",
                 shapes.step, 0.1, function=True),
        PointSet("parabola", "Parabola", "A bend that no straight line follows: predict the number y from x.",
                 shapes.parabola, 0.1, function=True),
        PointSet("noisy-line", "Noisy line", "A straight line with noise on it: predict the number y from x.",
                 shapes.line, 0.2, function=True),
    ),
)  # fmt: skip


def checked(entry: PointSet, options: Mapping[str, object]) -> Params:
    """All settings, those left out at their defaults. Raises DataError."""
    try:
        return check_params(entry.params, options)
    except ParamError as error:
        raise DataError(str(error), "options") from None


def made(entry: PointSet, options: Mapping[str, object]) -> shapes.Shape:
    """The points. Raises DataError: a setting that cannot be."""
    values = checked(entry, options)
    own = {param.name: values[param.name] for param in entry.settings}
    rng = np.random.default_rng(values["seed"])  # type: ignore[arg-type]  # Int has checked it
    shape = entry.make(rng, values["points"], **own, **dict(entry.fixed))
    return shapes.noisy(rng, shape, values["noise"], entry.function)  # type: ignore[arg-type]


def point_table(entry: PointSet, options: Mapping[str, object]) -> Table:
    """The points as the rows of a table, to four decimals: what a CSV file of them would hold."""
    x, y, codes = made(entry, options)
    names = ["x", "y"] if entry.function else ["x", "y", "class"]
    columns = [TextCells.of(f"{number:.4f}" for number in numbers) for numbers in (x, y)]
    if not entry.function:
        columns.append(TextCells.of(CLASS_NAMES[code] for code in codes))
    width = len(names)
    return Table(
        tuple(names), tuple(columns), np.arange(1, len(x) + 1), Dialect(), (), (), width,
        tuple(range(width)),
    )  # fmt: skip
