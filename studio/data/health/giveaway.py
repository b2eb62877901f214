"""Columns that alone tell the answer: often it was written down after the answer was known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.data.health.finding import Finding, Known
from studio.data.health.mending import ignore_column
from studio.data.tables.column_values import Codes, Values
from studio.data.tables.table_dataset import TableDataset

_FEWEST = 40  # rows; fewer are told apart by chance
_MOST = 50_000  # rows looked at
_BINS = 256
_PERFECT = 0.995  # share of right answers, or of the variation of a number that is told
_PLAIN = 0.9  # share of the largest class from which nothing is left to give away
_PER_VALUE = 5  # rows for each different value, so that a value is known before it is asked for


def telltale_columns(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    """Judged on rows that the rule was not made from."""
    count = len(dataset)
    if count < _FEWEST:
        return ()
    order = np.random.default_rng(0).permutation(count)[:_MOST]
    half = len(order) // 2
    learn, ask = order[:half], order[half:]
    found = []
    features = [column for column in dataset.columns if column.role == "feature"]
    for column in features:
        values = dataset.values(column.name)
        if dataset.labels is not None:
            share = _right(values, dataset.labels, learn, ask)
            how = f"tells “{dataset.facts.target}” right in {share:.1%} of the rows".replace("100.0%", "all")
            how = how.replace("in all of the rows", "in all rows")
        else:
            share = _told(values, dataset.numbers(dataset.facts.target), learn, ask)
            how = f"tells “{dataset.facts.target}” nearly exactly"
        if share < _PERFECT:
            continue
        sentence = (
            f"“{column.name}” alone {how}. If it is written down only once the answer is known, the network "
            "will be of no use for new rows: ignore the column. If it is known before, all is well."
        )
        evidence = {column.name: f"{share:.1%}"}
        found.append(Finding("gives-away", "warning", sentence, (), evidence, ignore_column(column.name),
                             column.name))  # fmt: skip
    return tuple(found)


Indices = npt.NDArray[np.int64]


def _binned(values: Values, learn: Indices) -> tuple[Indices, int]:
    """A bin for each row: a category's value, or a stretch of a number's range with equally many rows."""
    if isinstance(values, Codes):
        return values.codes.astype(np.int64) + 1, len(values.names) + 1
    known = values[learn][np.isfinite(values[learn])]
    bins = min(_BINS, max(2, len(learn) // _PER_VALUE))
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if len(known) else known
    places = np.searchsorted(edges, values, "right")
    return np.where(np.isfinite(values), places + 1, 0).astype(np.int64), len(edges) + 2


def _right(values: Values, labels: Indices, learn: Indices, ask: Indices) -> float:
    """The share of right answers of the best rule that sees this column only."""
    classes = int(labels.max()) + 1
    if np.bincount(labels).max() > _PLAIN * len(labels):
        return 0.0
    bins, count = _binned(values, learn)
    if isinstance(values, Codes) and count * _PER_VALUE > len(learn) + 2 * _PER_VALUE:
        return 0.0
    table = np.zeros((count, classes), np.int64)
    np.add.at(table, (bins[learn], labels[learn]), 1)
    answer = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), -1)
    return float((answer[bins[ask]] == labels[ask]).mean())


def _told(values: Values, target: npt.NDArray[np.float64], learn: Indices, ask: Indices) -> float:
    """The share of a number's variation that this column tells."""
    known = np.isfinite(target)
    if not isinstance(values, Codes):
        known = known & np.isfinite(values)
    learn, ask = learn[known[learn]], ask[known[ask]]
    if len(ask) < _FEWEST // 2 or len(learn) < _FEWEST // 2 or np.ptp(target[ask]) == 0:
        return 0.0
    if isinstance(values, Codes):
        if len(values.names) * _PER_VALUE > len(learn):
            return 0.0
        bins, count = _binned(values, learn)
        sizes = np.bincount(bins[learn], minlength=count)
        guess = (np.bincount(bins[learn], target[learn], minlength=count) / np.maximum(sizes, 1))[bins[ask]]
        rest = np.square(target[ask] - guess).sum()
        return float(1 - rest / np.square(target[ask] - target[ask].mean()).sum())
    if np.ptp(values[ask]) == 0:
        return 0.0
    with np.errstate(all="ignore"):
        straight = float(np.corrcoef(values[ask], target[ask])[0, 1] ** 2)
    return straight if straight >= 0.9995 else 0.0
