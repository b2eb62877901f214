"""read_rows() of a script whose points are made, not read: the functions that made them here."""

from __future__ import annotations

import inspect
import re

from studio.core.project import DatasetChoice
from studio.data.points import point_shapes
from studio.data.points.point_sets import CLASS_NAMES, POINT_SETS, checked


def points_reading(choice: DatasetChoice) -> str:
    """The function's source, with those it calls."""
    entry = POINT_SETS[choice.location]
    values = checked(entry, choice.options)
    own = {param.name: values[param.name] for param in entry.settings} | dict(entry.fixed)
    settings = "".join(f", {name}={value!r}" for name, value in own.items())
    make = entry.make.__name__
    cells = 'f"{a:.4f}", f"{b:.4f}"'
    row = f"[{cells}]" if entry.function else f"[{cells}, {''.join(CLASS_NAMES)!r}[code]]"
    return f'''{_plain(inspect.getsource(entry.make))}

{_plain(inspect.getsource(point_shapes.noisy))}

def read_rows():
    """The points as rows of text, to four decimals."""
    rng = np.random.default_rng({values["seed"]!r})
    shape = {make}(rng, {values["points"]!r}{settings})
    x, y, codes = noisy(rng, shape, {values["noise"]!r}, {entry.function!r})
    return [{row} for a, b, code in zip(x, y, codes)]
'''


def _plain(source: str) -> str:
    """Without the names of our types, which the script does not have."""
    return re.sub(r"(: Shape\b| -> Shape\b)", "", source)
