"""What one column of a table holds, in figures: for the header above it and the card beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from studio.core.project import Column
from studio.data.tables.cells import Cells, Numbers, Rows, TextCells
from studio.data.tables.column_guess import MAX_VALUES
from studio.data.tables.column_values import Codes, missing_in, values_of
from studio.data.tables.numbers import Decimal
from studio.data.tables.row_features import rows_with

if TYPE_CHECKING:
    from studio.data.tables.table_dataset import TableDataset

_BINS = 20
_MOST_COMMON = 10


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What one column holds, over all rows of the file.

    For numbers, and for dates in seconds since 1970: `minimum`, `mean`, `median`, `maximum`, `std`, and a
    histogram: `counts[i]` values lie between `edges[i]` and `edges[i + 1]`. For categories: `common`, the
    most frequent values with their counts. Else empty. `missing`: empty cells and those that could not be
    read; `stray`: the latter.
    """

    name: str
    type: str
    role: str
    missing: int
    unique: int
    minimum: float | None = None
    mean: float | None = None
    maximum: float | None = None
    counts: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    common: tuple[tuple[str, int], ...] = ()
    median: float | None = None
    std: float | None = None
    stray: int = 0
    rows: int = 0

    @property
    def missing_share(self) -> float:
        return self.missing / max(1, self.rows)


def column_summaries(dataset: TableDataset) -> tuple[ColumnSummary, ...]:
    """One summary per column, in the file's order."""
    return tuple(each_summary(dataset))


def each_summary(dataset: TableDataset) -> Iterator[ColumnSummary]:
    """The same one by one: a large table takes seconds, and each can be shown as soon as it is there."""
    table = dataset.table
    for column, cells in zip(dataset.columns, table.columns, strict=True):
        yield summary_of(column, cells, table.dialect.decimal)


def summary_of(column: Column, cells: Cells, decimal: Decimal) -> ColumnSummary:
    """Made once for a column that is read in one way, whatever it is used for."""
    key = ("summary", column.type, column.unit, column.day_first, column.missing_codes, column.role)
    return cells.derived(key, lambda: _summary(column, cells, decimal))


def _summary(column: Column, cells: Cells, decimal: Decimal) -> ColumnSummary:
    values, strays = values_of(column, cells, decimal)
    stray = len(rows_with(cells, strays))
    if isinstance(values, Codes):
        return _of_categories(column, values)
    if column.type == "boolean":
        return _of_answers(column, cells, values, stray)
    known = values[np.isfinite(values)]
    missing = len(values) - len(known)
    if not len(known):
        return ColumnSummary(column.name, column.type, column.role, missing, 0, stray=stray, rows=len(values))
    unique = len(np.unique(known))
    counts, edges = _histogram(known, unique)
    largest = float(np.abs(known).max()) or 1.0
    scaled = known / largest  # their sum may be too large for a float
    return ColumnSummary(
        column.name,
        column.type,
        column.role,
        missing,
        unique,
        float(known.min()),
        float(scaled.mean()) * largest,
        float(known.max()),
        counts,
        edges,
        median=float(np.median(scaled)) * largest,
        std=float(scaled.std()) * largest,
        stray=stray,
        rows=len(values),
    )


def _histogram(known: Numbers, unique: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    largest = float(np.abs(known).max()) or 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(known.max()) - float(known.min())
    if not np.isfinite(spread) or spread <= 1e-9 * max(1.0, largest):
        return (), ()  # a histogram needs bins that floats can tell apart
    counts, edges = np.histogram(known, bins=min(_BINS, unique))
    return tuple(int(n) for n in counts), tuple(float(e) for e in edges)


def _of_categories(column: Column, values: Codes) -> ColumnSummary:
    counts = values.counts()
    missing = int(missing_in(values).sum())
    common: tuple[tuple[str, int], ...] = ()
    if len(values.names) <= 4 * MAX_VALUES:
        order = np.argsort(-counts, kind="stable")[:_MOST_COMMON]
        common = tuple((values.names[i], int(counts[i])) for i in order.tolist())
    return ColumnSummary(
        column.name, "category", column.role, missing, len(values.names), common=common, rows=len(values)
    )


def _of_answers(column: Column, cells: Cells, values: Numbers, stray: int) -> ColumnSummary:
    known = values[np.isfinite(values)]
    yes = int(known.sum())
    found = (("yes", yes), ("no", len(known) - yes))
    common = tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1]))
    return ColumnSummary(
        column.name,
        "boolean",
        column.role,
        len(values) - len(known),
        len(common),
        common=common,
        stray=stray,
        rows=len(values),
    )


def problem_rows(column: Column, cells: Cells, decimal: Decimal) -> Rows:
    """The rows whose cell in this column is empty or cannot be read; none in a column that is not used."""
    if column.role not in ("feature", "target"):
        return np.zeros(0, np.int64)
    return np.flatnonzero(missing_in(values_of(column, cells, decimal)[0]))


def sort_order(cells: Cells, descending: bool) -> Rows:
    """Rows in the order of a column: numbers by size, texts by the alphabet, empty cells last."""
    if isinstance(cells, TextCells):
        ranks = np.empty(len(cells.values), np.int64)
        ranks[np.array(_ordered(cells.values), np.int64)] = np.arange(len(cells.values))
        keys = ranks[cells.codes]
        keys = -keys if descending else keys
        empty = [i for i, text in enumerate(cells.values) if not text]
        if empty:
            keys = np.where(cells.codes == empty[0], len(cells.values) + 1, keys)
        return np.argsort(keys, kind="stable")
    return np.argsort(-cells.numbers if descending else cells.numbers, kind="stable")  # NaN comes last


def _ordered(texts: tuple[str, ...]) -> list[int]:
    from studio.data.tables.numbers import parse_number

    def key(place: int) -> tuple[int, float, str]:
        number = parse_number(texts[place])
        return (0, number, "") if number is not None else (1, 0.0, texts[place].casefold())

    return sorted(range(len(texts)), key=key)


def rows_matching(cells: Cells, wanted: str) -> Rows:
    """Rows whose cell holds the text, in any case; in a column of numbers, those equal to the number."""
    folded = wanted.casefold()
    if isinstance(cells, TextCells):
        return np.flatnonzero(cells.looked_up(lambda text: folded in text.casefold(), np.bool_))
    rows = [row for row, text in cells.odd.items() if folded in text.casefold()]
    try:
        number = float(wanted.replace(",", "."))
    except ValueError:
        return np.array(sorted(rows), np.int64)
    return np.union1d(np.flatnonzero(cells.numbers == number), np.array(rows, np.int64))
