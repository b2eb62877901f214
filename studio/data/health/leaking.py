"""Rows that belong together, by a column or by their time, and lie in training and in test all the same."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Column
from studio.data.health.finding import MOST_SAMPLES, Finding, Known
from studio.data.health.mending import UseColumnAs
from studio.data.health.twins import Groups, parts_of, split_of
from studio.data.tables.column_guess import MAX_VALUES
from studio.data.tables.row_keys import cell_keys
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.table_split import TableRule, no_value, times_of

_NAMES = re.compile(
    r"(?:.*[ _.-])?(?:patient|subject|person|participant|proband|user|customer|client|student|pupil|schüler|"
    r"kunde|teilnehmer|speaker|author|writer|player|athlete|driver|session|trial|household|family|device|"
    r"sensor|machine|station|hospital|clinic|doctor|farm|animal|plant|tree|plot|batch|lot|series|recording|"
    r"video|scene|site|group|gruppe)s?(?:[ _.-]?(?:id|nr|no|code|key|name|number|nummer))?",
    re.IGNORECASE,
)
_FEWEST_GROUPS, _FEWEST_PAIRS = 5, 30
_ALIKE = 0.3  # how much more than by chance answers of neighbours agree: 0 not at all, 1 always
_ONE_GROUP = 0.5  # share of rows in one group, from which it is no group but the usual value


def split_groups(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    """Columns such as a patient, whose rows have alike answers and are in several parts."""
    if dataset.rule != TableRule():
        return ()
    found = []
    parts = parts_of(split_of(dataset), len(dataset))
    for column in dataset.columns:
        groups = _groups(dataset, column) if column.role in ("feature", "ignore") else None
        if groups is None:
            continue
        alike = _alike(dataset, groups.members, groups.group)
        crossing = groups.chosen(groups.several(parts[groups.members]))
        if alike is None or crossing.count < max(2, groups.count / 10):
            continue
        name = column.name
        sentence = (
            f"{crossing.count:,} of the {groups.count:,} “{name}” with several rows have some in training "
            f"and some in another part, and {alike}. The network may then recognise the “{name}” in place of "
            f"learning, and the results look better than they are for a new one."
        )
        fix = Fix(f"Split by “{name}”", UseColumnAs(name, "group"))
        rows = tuple(crossing.members[:MOST_SAMPLES].tolist())
        found.append(Finding("split-groups", "advice", sentence, rows, {name: ""}, (fix,), name))
    return tuple(found)


def _groups(dataset: TableDataset, column: Column) -> Groups | None:
    """The rows of each value, where the column looks as if it said which rows belong together."""
    cells = dataset.table.column(column.name)
    named = _NAMES.fullmatch(column.name.strip()) is not None
    if column.type not in ("category", "number") or not (named or column.type == "category"):
        return None
    filled = np.flatnonzero(~no_value(cells)[dataset.rows])
    keys = cell_keys(cells, dataset.table.dialect.decimal)[dataset.rows][filled]
    distinct, counts = np.unique(keys, return_counts=True)
    if len(distinct) < _FEWEST_GROUPS or counts.max() > _ONE_GROUP * len(filled):
        return None
    if not named and not MAX_VALUES < len(distinct) <= len(filled) / 2:  # few values are a kind, not a group
        return None
    return Groups.of(filled.astype(np.int64), keys)


def split_times(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    """A column of dates, along which the answers of neighbours are alike; the test is drawn anywhere."""
    if dataset.rule != TableRule() or not len(split_of(dataset).test):
        return ()
    found = []
    for column in dataset.columns:
        if column.type != "date" or column.role not in ("feature", "ignore"):
            continue
        times = times_of(dataset.table, column)[dataset.rows]
        order = np.argsort(times, kind="stable")
        order = order[np.isfinite(times[order])]
        several = len(np.unique(times[order])) >= _FEWEST_PAIRS
        alike = _alike(dataset, order, np.zeros(len(order), np.int64)) if several else None
        if alike is None:
            continue
        name = column.name
        sentence = (
            f"By “{name}”, {alike.replace('of one of them', 'that follow one another')}. A test drawn at "
            "random lies between training rows and is easier than the future. If what comes next is to be "
            "predicted, let the newest rows test."
        )
        fix = Fix(f"Split by time, by “{name}”", UseColumnAs(name, "time"))
        found.append(Finding("split-times", "advice", sentence, (), {name: ""}, (fix,), name))
    return tuple(found)


def _alike(dataset: TableDataset, rows: npt.NDArray[np.int64], group: npt.NDArray[np.int64]) -> str | None:
    """How alike the answers of neighbours within a group are, as half a sentence; None: no more than by
    chance, or there are too few to tell."""
    same = group[1:] == group[:-1]
    first, second = rows[:-1][same], rows[1:][same]
    if len(first) < _FEWEST_PAIRS:
        return None
    if dataset.labels is not None:
        shares = np.bincount(dataset.labels) / len(dataset)
        chance = float((shares**2).sum())
        share = float((dataset.labels[first] == dataset.labels[second]).mean())
        if share - chance < _ALIKE * (1 - chance):
            return None
        return f"rows of one of them have the same answer in {share:.0%} of cases (by chance {chance:.0%})"
    numbers = dataset.numbers(dataset.facts.target)
    with np.errstate(all="ignore"):
        together = float(np.corrcoef(numbers[first], numbers[second])[0, 1])
    if not np.isfinite(together) or together < _ALIKE:
        return None
    return f"rows of one of them have answers that are alike (correlation {together:.2f})"
