"""Columns that are of no use, that give the answer away, or that hold values which cannot be right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Column
from studio.data.health.finding import MOST_SAMPLES, Finding, Known, named, plural
from studio.data.health.mending import CountAsEmpty, SetUnit, ignore_column, leave_out
from studio.data.health.odd_numbers import is_few, odd_numbers
from studio.data.tables.cells import Cells, TextCells
from studio.data.tables.column_guess import guess_column
from studio.data.tables.column_values import Codes, missing_in
from studio.data.tables.numbers import is_missing
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.units import split_unit, units_in

_YEAR_1800, _YEAR_2100 = -5364662400.0, 4102444800.0  # in seconds since 1970


def useless_columns(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    features = [column for column in dataset.columns if column.role == "feature"]
    found = []
    for column in features:
        name, values = column.name, dataset.values(column.name)
        distinct = _distinct(values)
        if distinct <= 1:
            same = "is empty" if not distinct else "holds the same"
            sentence = f"“{name}” {same} in every row that is used, so nothing can be learnt from it."
            found.append(Finding("constant-column", "note", sentence, columns={name: _shown(dataset, name)},
                                 fixes=ignore_column(name), subject=name))  # fmt: skip
            continue
        guess = guess_column(name, dataset.table.column(name), dataset.table.dialect.decimal)
        reason = guess.reason
        if len(features) > 1 and ("numbers the rows" in reason or "nearly every row" in reason):
            sentence = (
                f"“{name}” {reason}. The network can learn it by heart and knows nothing about new rows."
            )
            shown = {name: _shown(dataset, name)}
            found.append(Finding("identifier-column", "advice", sentence, columns=shown,
                                 fixes=ignore_column(name), subject=name))  # fmt: skip
    return tuple(found)


def mixed_units(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    """Columns whose numbers come in several units, or some without: all were turned into one."""
    found = []
    for column in dataset.columns:
        if column.type != "number" or not column.unit or column.role not in ("feature", "target"):
            continue
        cells = dataset.table.column(column.name)
        units = units_in(cells, dataset.table.dialect.decimal, column.unit)
        words = [f"“{unit}” ({count:,})" for unit, count in units.items() if unit]
        bare = units.get("", 0)
        if len(words) + (bare > 0) < 2:
            continue
        sentence = f"“{column.name}” has numbers in {' and '.join(words)}"
        sentence += f", and {bare:,} without a unit" * (bare > 0)
        several = f" All are turned into “{column.unit}”." * (len(words) > 1)
        plain = f" Those without count as “{column.unit}”." * (bare > 0)
        fixes = tuple(
            Fix(f"Turn all into “{unit}”", SetUnit(column.name, unit))
            for unit in units
            if unit and unit != column.unit
        )
        rows = np.flatnonzero(_with_other_units(cells, column.unit)[dataset.rows])
        found.append(Finding("mixed-units", "advice" if bare else "note", f"{sentence}.{several}{plain}",
                             _some(rows), {column.name: ", ".join(words)}, fixes,
                             column.name))  # fmt: skip
    return tuple(found)


def _with_other_units(cells: Cells, unit: str) -> npt.NDArray[np.bool_]:
    def other(cell: str) -> bool:
        return not is_missing(cell) and split_unit(cell, unit)[1] != unit

    if isinstance(cells, TextCells):
        return cells.looked_up(other, np.bool_)
    rows = np.zeros(len(cells), np.bool_)
    rows[list(cells.odd)] = True  # the others are plain numbers, which say no unit at all
    return rows


def strange_values(dataset: TableDataset, known: Known) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for column in dataset.columns:
        if column.role != "feature" and not (column.role == "target" and dataset.labels is None):
            continue
        values = dataset.values(column.name)
        if isinstance(values, Codes) or column.type == "boolean":
            continue
        if column.type == "date":
            odd = np.isfinite(values) & ((values < _YEAR_1800) | (values >= _YEAR_2100))
            found += _odd_cells(dataset, column, odd, "impossible-dates", "a date before 1800 or after 2099")
            continue
        found += _numbers(dataset, column, values)
    return tuple(found)


def _numbers(dataset: TableDataset, column: Column, values: npt.NDArray[np.float64]) -> list[Finding]:
    name = column.name
    guess = guess_column(name, dataset.table.column(name), dataset.table.dialect.decimal)
    codes = tuple(code for code in guess.codes if code not in column.missing_codes)
    if codes:
        rows = np.flatnonzero(np.isin(values, [float(code) for code in codes]))
        sentence = (
            f"“{name}” is {' or '.join(codes)} in {plural(len(rows), 'row')}, far from all other values. "
            "Such numbers often stand for “not known”; as numbers they mislead the network."
        )
        fix = Fix(f"Count {', '.join(codes)} as empty", CountAsEmpty(name, codes))
        return [Finding("stand-in-numbers", "advice", sentence, _some(rows), {name: ", ".join(codes)},
                        (fix,), name)]  # fmt: skip
    told = odd_numbers(name, values)
    return _odd_cells(dataset, column, told[1], told[0], told[2]) if told is not None else []


def _odd_cells(
    dataset: TableDataset, column: Column, odd: npt.NDArray[np.bool_], code: str, what: str
) -> list[Finding]:
    """A finding if it is a few cells; where it is many, the column is meant to be so."""
    rows = np.flatnonzero(odd)
    if not is_few(odd):
        return []
    texts = list(dict.fromkeys(_text(dataset, column.name, int(row)) for row in rows[:200]))
    sentence = (
        f"“{column.name}” holds {what} in {plural(len(rows), 'row')}: {named(texts)}. Look at it: a slip of "
        "the pen can pull the whole column out of shape."
    )
    fix = leave_out(dataset, rows.tolist(), f"Leave out {plural(len(rows), 'row')}")
    evidence = {column.name: ", ".join(texts[:6])}
    return [Finding(code, "advice", sentence, _some(rows), evidence, fix, column.name)]


def _distinct(values: npt.NDArray[np.float64] | Codes) -> int:
    """How many different values, 2 standing for more; empty cells are one of them."""
    missing = missing_in(values)
    present = values.codes[~missing] if isinstance(values, Codes) else values[~missing]
    if not len(present):
        return 0
    return 1 + int(bool(missing.any()) or bool((present != present[0]).any()))


def _some(rows: npt.NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(rows[:MOST_SAMPLES].tolist())


def _text(dataset: TableDataset, name: str, sample: int) -> str:
    if name == dataset.facts.target:
        return dataset.label_of(sample)  # as the user corrected it
    return dataset.table.column(name).text(int(dataset.rows[sample]))


def _shown(dataset: TableDataset, name: str) -> str:
    return ", ".join(_text(dataset, name, i) for i in range(min(4, len(dataset))))
