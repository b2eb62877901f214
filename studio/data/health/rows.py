"""Rows of a table that are the same, and rows that give different answers to the same question."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.data.health.finding import Finding, Known
from studio.data.health.twins import Groups, same_samples, shown
from studio.data.tables.column_values import Codes
from studio.data.tables.table_dataset import TableDataset

_BY_CHANCE = 20  # times as many repeats as independent columns would give: columns never are quite
_UNAVOIDABLE = 0.05  # share of mistakes that no network can avoid, worth telling


def same_rows(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    """Where few different rows are possible, some are the same by chance; only more than that is told."""
    columns = [_codes(dataset, c.name) for c in dataset.columns if c.role == "feature"]
    if dataset.labels is None:
        columns.append(_codes(dataset, dataset.facts.target))
    groups = Groups.of(np.arange(len(dataset), dtype=np.int64), _content(columns))
    if not groups.count:
        return ()
    expected = _pairs_by_chance(columns, dataset.labels, len(dataset))
    if groups.extra > _BY_CHANCE * expected + (2 if expected > 0.005 else 0):
        return same_samples(dataset, groups, "row", " in all columns that are used")
    return _open_questions(dataset, groups)


def _codes(dataset: TableDataset, name: str) -> npt.NDArray[np.int64]:
    """The column as whole numbers from 0 that differ where its values do; an empty cell is a value."""
    values = dataset.values(name)
    if isinstance(values, Codes):
        return values.codes.astype(np.int64) + 1
    return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _content(columns: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.uint64]:
    """One number for each row; with a million rows two different ones meet once in 40 million tables."""
    content = np.zeros(len(columns[0]) if columns else 0, np.uint64)
    with np.errstate(over="ignore"):
        for codes in columns:
            content = (content + codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            content ^= content >> np.uint64(29)
            content *= np.uint64(0xBF58476D1CE4E5B9)
            content ^= content >> np.uint64(32)
    return content


def _pairs_by_chance(
    columns: list[npt.NDArray[np.int64]], labels: npt.NDArray[np.int64] | None, count: int
) -> float:
    """How many pairs of equal rows there would be if the columns were independent within each class."""
    groups = np.zeros(count, np.int64) if labels is None else labels
    sizes = np.bincount(groups).astype(np.float64)
    pairs = sizes * np.maximum(sizes - 1, 0) / 2
    for codes in columns:
        cells = np.unique(groups * (int(codes.max()) + 1) + codes, return_counts=True)
        of_class = cells[0] // (int(codes.max()) + 1)
        same = np.bincount(of_class, cells[1] * (cells[1] - 1.0), minlength=len(sizes))
        pairs *= same / np.maximum(sizes * (sizes - 1), 1)
    return float(pairs.sum())


def _open_questions(dataset: TableDataset, groups: Groups) -> tuple[Finding, ...]:
    """Rows whose inputs do not decide the answer: as many mistakes as there are, nobody can avoid."""
    if dataset.labels is None:
        return ()
    labels = dataset.labels[groups.members]
    classes = len(dataset.facts.classes)
    cells, counts = np.unique(groups.group * classes + labels, return_counts=True)
    most = np.zeros(groups.count, np.int64)
    np.maximum.at(most, cells // classes, counts)
    wrong = len(groups.members) - int(most.sum())
    if wrong < _UNAVOIDABLE * len(dataset):
        return ()
    differ = groups.chosen(groups.several(labels))
    sentence = (
        f"{len(differ.members):,} rows have the same inputs as another row, but another answer. Whatever the "
        f"network learns, about {wrong / len(dataset):.0%} of its answers will be wrong on these rows. More "
        "columns could tell them apart."
    )
    return (Finding("open-questions", "note", sentence, shown(differ)),)
