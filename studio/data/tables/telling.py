"""Which columns of a table say most about its target, each by itself: for lists that have room for a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from studio.data.sources.csv_table import TableDataset

_MOST_ROWS = 20_000  # looked at: more would not change the order


def telling_columns(dataset: TableDataset, count: int = 4) -> tuple[str, ...]:
    """The features that explain most of the target's variation, best first; at most `count`.

    Numbers against a number: squared correlation. Where one of the two is a category: the share of
    variation between its groups (correlation ratio); two categories: Cramér's V squared.
    """
    features = [column for column in dataset.columns if column.role == "feature"]
    target = _codes_or_numbers(dataset, dataset.facts.target)
    scored = [(_explained(_codes_or_numbers(dataset, c.name), target), -i) for i, c in enumerate(features)]
    order = sorted(range(len(features)), key=lambda i: scored[i], reverse=True)
    return tuple(features[i].name for i in order[:count])


Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def _codes_or_numbers(dataset: TableDataset, name: str) -> Values:
    """A column of the used rows: numbers as they are, categories as codes from 0."""
    if name == dataset.facts.target and dataset.labels is not None:
        return dataset.labels[:_MOST_ROWS].astype(np.int64)
    try:
        return np.asarray(dataset.numbers(name)[:_MOST_ROWS], np.float64)
    except KeyError:
        cells = dataset.table.column(name)
        used = [cells[row] for row in dataset.rows[:_MOST_ROWS].tolist()]
        return np.unique(used, return_inverse=True)[1].astype(np.int64)


def _explained(x: Values, y: Values) -> float:
    """0 (says nothing) to 1 (decides the other)."""
    if x.dtype == np.float64:
        known = np.isfinite(x) & (np.isfinite(y) if y.dtype == np.float64 else True)
    else:
        known = np.isfinite(y) if y.dtype == np.float64 else np.ones(len(x), bool)
    x, y = x[known], y[known]
    if len(x) < 2:
        return 0.0
    if x.dtype == np.float64 and y.dtype == np.float64:
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            return 0.0
        with np.errstate(all="ignore"):
            return float(np.nan_to_num(np.corrcoef(x, y)[0, 1] ** 2))
    if x.dtype == np.float64:
        return _between(y, x)
    if y.dtype == np.float64:
        return _between(x, y)
    return _cramer(x, y)


def _between(groups: Values, numbers: Values) -> float:
    """The share of the numbers' variation that lies between the groups."""
    codes = np.unique(groups, return_inverse=True)[1]
    if len(numbers) <= codes.max() + 1:  # a group for each row explains everything and says nothing
        return 0.0
    with np.errstate(all="ignore"):
        sums, sizes = np.bincount(codes, numbers), np.bincount(codes)
        whole = float(np.square(numbers - numbers.mean()).sum())
        between = float((sizes * np.square(sums / sizes - numbers.mean())).sum())
    return between / whole if np.isfinite(whole) and whole > 0 else 0.0


def _cramer(a: Values, b: Values) -> float:
    a, b = (np.unique(v, return_inverse=True)[1] for v in (a, b))
    table = np.zeros((a.max() + 1, b.max() + 1))
    if min(table.shape) < 2 or len(a) <= a.max() + 1:
        return 0.0
    np.add.at(table, (a, b), 1)
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    chi2 = float((np.square(table - expected) / expected).sum())
    return float(chi2 / (table.sum() * (min(table.shape) - 1)))
