"""Ready-made points in the plane, made anew each time: nothing lies on the disk, the seed says it all."""

from __future__ import annotations

import hashlib

from studio.core.params import Param, Params
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Progress
from studio.data.points.point_sets import POINT_SETS, PointSet, checked, point_table
from studio.data.sources.source import Source
from studio.data.tables.columns import infer_columns
from studio.data.tables.table_dataset import TableDataset


def choose_points(text: str, options: Params) -> DatasetChoice:
    """The choice with every setting in it, so that a later version's defaults change nothing."""
    entry = POINT_SETS[text.strip().lower()]
    values = checked(entry, options)
    columns, _ = infer_columns(
        point_table(entry, values), "y" if entry.function else "class", numeric=entry.function
    )
    return open_points(DatasetChoice("points", entry.id, values, columns)).choice


def open_points(choice: DatasetChoice, progress: Progress | None = None) -> TableDataset:
    """Raises DataError: no such points, a setting that cannot be; Cancelled."""
    entry = POINT_SETS.get(choice.location)
    if entry is None:
        raise DataError(
            f"There are no points called “{choice.location}”. There are: {', '.join(POINT_SETS.ids)}.",
            "missing",
        )
    dataset = TableDataset(
        choice, point_table(entry, choice.options), progress=progress, mark=_mark(entry, choice.options)
    )
    dataset.split()
    return dataset


def params_of(choice: DatasetChoice) -> tuple[Param, ...]:
    entry = POINT_SETS.get(choice.location)
    return entry.params if entry is not None else ()


def _mark(entry: PointSet, options: Params) -> str:
    """16 hexadecimal digits that change when the points do."""
    settings = repr((entry.id, sorted(checked(entry, options).items())))
    return hashlib.sha256(settings.encode()).hexdigest()[:16]


SOURCE = Source(
    "points",
    "Points to play with",
    "Moons, circles, spirals and other points in the plane, made by a few lines of numpy.",
    recognises=lambda text: text.strip().lower() in POINT_SETS,
    choose=choose_points,
    open=open_points,
    params_of=params_of,
)
