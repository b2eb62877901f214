"""What becomes of a column's empty cells, by each way there is, in figures of the training rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.project import Column
from studio.data.tables.column_transforms import FILLERS
from studio.data.tables.column_values import Codes, Values, missing_in, values_of
from studio.data.tables.dates import written_date
from studio.data.tables.feature_fitting import fitted, schema
from studio.data.tables.numbers import number_text
from studio.data.tables.row_features import BooleanFeature, CategoryFeature, DateFeature, NumberFeature
from studio.data.tables.table_dataset import TableDataset

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GapFilling:
    """`figure`: what an empty cell becomes, as text, empty where it is nothing that can be written down.
    `words`: what happens to the cells that are empty now, in a sentence."""

    figure: str
    words: str


def gap_fillings(dataset: TableDataset, column: Column) -> dict[str, GapFilling]:
    """By `Column.missing`. `column`: one of the dataset's as it is wanted, not as it was read."""
    cells = dataset.table.column(column.name)
    values, _ = values_of(column, cells, dataset.table.dialect.decimal)
    target = next(c for c in dataset.columns if c.role == "target")
    answers, _ = values_of(target, dataset.table.column(target.name), dataset.table.dialect.decimal)
    asked = ~missing_in(answers)
    asked[dataset.left_out] = False
    empty = int((missing_in(values) & asked).sum())
    used = np.flatnonzero(asked).astype(np.int64)
    ways: tuple[str, ...] = ("fill", "most_frequent") if column.type == "category" else ("fill",)
    ways = tuple(FILLERS.ids) if column.type == "number" else ways
    train = dataset.rows[dataset.split().train]
    found = {}
    for way in ways:
        figure = _figure(replace(column, missing=way), values, used, train, dataset)  # type: ignore[arg-type]
        found[way] = GapFilling(figure, _words(column, way, figure, empty, dataset.facts.target))
    left = int((~missing_in(values))[dataset.rows].sum())
    found["drop"] = GapFilling("", _dropped(empty, left))
    return found


def _figure(column: Column, values: Values, used: Rows, train: Rows, dataset: TableDataset) -> str:
    feature = schema(column, values, used, dataset.table.column(column.name))
    feature = fitted(feature, column, values, train, False)
    if isinstance(feature, NumberFeature):
        return _short(feature.fill) + (f" {feature.unit}" if feature.unit else "")
    if isinstance(feature, BooleanFeature):
        return feature.words[feature.fill >= 0.5]
    if isinstance(feature, DateFeature):
        return written_date(feature.usual)
    assert isinstance(feature, CategoryFeature)
    assert isinstance(values, Codes)
    return feature.fill or ""


def _words(column: Column, way: str, figure: str, empty: int, target: str) -> str:
    of_training = {
        "fill": "the mean of the training rows",
        "median": "the median of the training rows",
        "most_frequent": "the most frequent number of the training rows",
    }[way]
    if column.type == "category":
        if way == "fill":
            if not empty:
                return "No cell is empty. One that is empty later on says nothing: all its inputs are 0."
            get = "counts as a value of its own" if empty == 1 else "count as a value of their own"
            return f"{_cells(empty)} {get}, “empty”" + (
                "." if column.coding == "ordinal" else ", with one more input."
            )
        figure, of_training = f"“{figure}”", "the most frequent value of the training rows"
    elif column.type == "boolean":
        figure, of_training = f"“{figure}”", "the more frequent answer of the training rows"
    elif column.type == "date":
        return f"{_begin(empty)} the mean of each part of the date in the training rows, near {figure}."
    return f"{_begin(empty)} {figure}, {of_training}."


def _begin(empty: int) -> str:
    if not empty:
        return "No cell is empty. One that is empty later on gets"
    return f"{_cells(empty)} {'gets' if empty == 1 else 'get'}"


def _dropped(empty: int, left: int) -> str:
    if not empty:
        return "No cell is empty, so no row is left out."
    rows = "The row with an empty cell is" if empty == 1 else f"The {empty:,} rows with an empty cell are"
    return f"{rows} left out: {left:,} {'row remains' if left == 1 else 'rows remain'}."


def _cells(count: int) -> str:
    return "1 empty cell" if count == 1 else f"{count:,} empty cells"


def _short(number: float) -> str:
    """Four digits tell enough."""
    if number and (abs(number) < 1e-4 or abs(number) >= 1e7):
        return f"{number:.3e}"
    digits = 0 if not number else max(0, 3 - math.floor(math.log10(abs(number))))
    return number_text(round(number, digits))
