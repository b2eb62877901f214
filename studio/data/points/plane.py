"""A table as points in the plane, where its columns make that possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.dataset import Dataset
from studio.data.tables.table_dataset import TableDataset

MOST_SHOWN = 5_000  # more dots than these hide one another
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """`codes` into `classes` colour the points; without classes, `y` is the number to predict from `x`."""

    x_name: str
    y_name: str
    x: Numbers
    y: Numbers
    codes: npt.NDArray[np.int64]
    classes: tuple[str, ...] = ()

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top, with some room around the points."""
        left, right = _roomy(self.x)
        bottom, top = _roomy(self.y)
        return left, right, bottom, top


def plane_of(dataset: Dataset) -> Plane | None:
    """Two columns of numbers that tell a class, or one that tells a number; None for all else."""
    if not isinstance(dataset, TableDataset):
        return None
    features = [column for column in dataset.columns if column.role == "feature"]
    target = dataset.facts.target
    classes = dataset.facts.classes
    if any(column.type != "number" for column in features) or len(features) != (2 if classes else 1):
        return None
    x_name, y_name = features[0].name, features[1].name if classes else target
    x, y = dataset.numbers(x_name), dataset.numbers(y_name)
    codes = dataset.labels if dataset.labels is not None else np.zeros(len(x), np.int64)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(known):
        return None
    if len(known) > MOST_SHOWN:
        known = known[np.linspace(0, len(known) - 1, MOST_SHOWN).astype(np.int64)]
    return Plane(x_name, y_name, x[known], y[known], codes[known], classes)


def _roomy(values: Numbers) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room
