"""What there is to see of a dataset before training: class balance, samples, columns. Quick and pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from studio.core.project import Column
from studio.data.columns import MAX_VALUES, categories_of, numbers_of
from studio.data.dataset import DataError, Dataset, PictureCard
from studio.data.numbers import is_missing

if TYPE_CHECKING:
    from studio.data.sources.csv_table import TableDataset

_BINS = 20
_MOST_COMMON = 10


@dataclass(frozen=True, slots=True)
class ClassShare:
    """`share` of all samples, 0..1."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class SplitSizes:
    train: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class TableHead:
    """The first rows as they are in the file; `lines` are their line numbers."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """What one column holds, over all rows of the file.

    For numbers: `minimum`, `mean`, `maximum`, and a histogram: `counts[i]` values lie between `edges[i]`
    and `edges[i + 1]`. For categories: `common`, the most frequent values with their counts. Else empty.
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


def class_balance(dataset: Dataset) -> tuple[ClassShare, ...]:
    """One entry per class in label order; empty for regression."""
    counts = dataset.class_counts
    total = max(1, sum(counts))
    return tuple(
        ClassShare(name, count, count / total)
        for name, count in zip(dataset.facts.classes, counts, strict=True)
    )


def balance_note(dataset: Dataset) -> str:
    """A sentence if the largest class is far larger than the smallest; else empty."""
    filled = [share for share in class_balance(dataset) if share.count]
    if len(filled) < 2:
        return ""
    small = min(filled, key=lambda share: share.count)
    large = max(filled, key=lambda share: share.count)
    if large.count < 5 * small.count:
        return ""
    return (
        f"“{large.name}” has {large.count / small.count:.0f} times as many samples as “{small.name}”; "
        "the network may rarely answer the latter. Add samples, or use class weights in the loss."
    )


def split_sizes(dataset: Dataset) -> SplitSizes:
    """How many samples train, validate and test, without decoding a picture."""
    planned = getattr(dataset, "planned_split", dataset.split)()
    return SplitSizes(len(planned.train), len(planned.validation), len(planned.test))


def sample_indices(dataset: Dataset, count: int, class_name: str | None = None) -> tuple[int, ...]:
    """Samples to show: one of each class in turn, spread over each class; or of one class only.

    Regression: spread over all samples.
    """
    classes = dataset.facts.classes
    labels = getattr(dataset, "labels", None)
    if labels is None or not classes:
        return _spread(np.arange(len(dataset)), count)
    if class_name is not None:
        return _spread(np.flatnonzero(labels == classes.index(class_name)), count)
    members = [np.flatnonzero(labels == label) for label in range(len(classes))]
    members = [places for places in members if len(places)]
    each = -(-count // max(1, len(members)))  # rounded up
    columns = [_spread(places, each) for places in members]
    turns = [column[turn] for turn in range(each) for column in columns if turn < len(column)]
    return tuple(turns[:count])


def sample_cards(dataset: Dataset, count: int = 24, class_name: str | None = None) -> tuple[PictureCard, ...]:
    """Pictures for a grid, decoded one by one; unreadable ones are passed over. Empty for tables."""
    picture = getattr(dataset, "picture", None)
    if picture is None:
        return ()
    cards = []
    for index in sample_indices(dataset, count, class_name):
        try:
            cards.append(PictureCard(index, dataset.label_of(index), picture(index)))
        except DataError:
            continue
    return tuple(cards)


def table_head(dataset: TableDataset, count: int = 100) -> TableHead:
    """The first rows, whether they are used or not."""
    table = dataset.table
    rows = tuple(zip(*(cells[:count] for cells in table.columns), strict=True))
    return TableHead(dataset.columns, rows, table.lines[:count])


def column_summaries(dataset: TableDataset) -> tuple[ColumnSummary, ...]:
    """One summary per column, in the file's order."""
    table = dataset.table
    return tuple(
        summarise(column, cells, dataset)
        for column, cells in zip(dataset.columns, table.columns, strict=True)
    )


def summarise(column: Column, cells: tuple[str, ...], dataset: TableDataset) -> ColumnSummary:
    """Counts and figures of one column."""
    decimal = dataset.table.dialect.decimal
    if column.type == "number":
        numbers, _ = numbers_of(cells, decimal)
        known = numbers[np.isfinite(numbers)]
        missing = len(cells) - len(known)
        if not len(known):
            return ColumnSummary(column.name, "number", column.role, missing, 0)
        unique = np.unique(known)
        largest = float(np.abs(known).max()) or 1.0
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(known.max()) - float(known.min())
            # A histogram needs bins that floats can tell apart.
            usable = np.isfinite(spread) and spread > 1e-9 * max(1.0, largest)
        counts, edges = np.histogram(known, bins=min(_BINS, len(unique))) if usable else ((), ())
        return ColumnSummary(
            column.name,
            "number",
            column.role,
            missing,
            len(unique),
            float(known.min()),
            float((known / largest).mean()) * largest,  # their sum may be too large for a float
            float(known.max()),
            tuple(int(n) for n in counts),
            tuple(float(e) for e in edges),
        )
    missing = sum(1 for cell in cells if is_missing(cell))
    values = Counter(value for value in categories_of(cells, decimal) if value is not None)
    common = tuple(values.most_common(_MOST_COMMON)) if len(values) <= 4 * MAX_VALUES else ()
    return ColumnSummary(column.name, "category", column.role, missing, len(values), common=common)


def _spread(places: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> tuple[int, ...]:
    """At most `count` of the places, evenly from first to last."""
    if len(places) <= count:
        return tuple(int(place) for place in places)
    chosen = np.linspace(0, len(places) - 1, count).round().astype(np.int64)
    return tuple(int(place) for place in places[chosen])
