"""What there is to see of a dataset before training: class balance, samples, columns. Quick and pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from studio.core.project import Column
from studio.data.dataset import DataError, Dataset, PictureCard
from studio.data.tables.column_summary import ColumnSummary, column_summaries

if TYPE_CHECKING:
    from studio.data.sources.csv_table import TableDataset


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
        return _spread(_members(dataset, classes.index(class_name)), count)
    if dataset.facts.multi_label:
        return _spread(np.arange(len(dataset)), count)  # one of each label in turn would show some twice
    members = [_members(dataset, label) for label in range(len(classes))]
    members = [places for places in members if len(places)]
    each = -(-count // max(1, len(members)))  # rounded up
    columns = [_spread(places, each) for places in members]
    turns = [column[turn] for turn in range(each) for column in columns if turn < len(column)]
    return tuple(turns[:count])


def _members(dataset: Dataset, label: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    known = getattr(dataset, "members", None)  # of pictures, which may have several
    if known is not None:
        return known(label)  # type: ignore[no-any-return]
    return np.flatnonzero(dataset.labels == label)  # type: ignore[attr-defined]


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
    return TableHead(dataset.columns, rows, tuple(int(line) for line in table.lines[:count]))


def _spread(places: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> tuple[int, ...]:
    """At most `count` of the places, evenly from first to last."""
    if len(places) <= count:
        return tuple(int(place) for place in places)
    chosen = np.linspace(0, len(places) - 1, count).round().astype(np.int64)
    return tuple(int(place) for place in places[chosen])


__all__ = [
    "ClassShare",
    "ColumnSummary",
    "SplitSizes",
    "TableHead",
    "balance_note",
    "class_balance",
    "column_summaries",
    "sample_cards",
    "sample_indices",
    "split_sizes",
    "table_head",
]
