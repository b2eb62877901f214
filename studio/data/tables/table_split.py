"""By which rule the rows of a table become training, validation and test, and what the rule did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Column, ColumnRole, Project, Splits
from studio.data.dataset import DataError, SplitIndices
from studio.data.fixed_split import split_by_parts, wants_cut
from studio.data.part_words import part_of
from studio.data.sample_keys import Keys
from studio.data.splits import TRAIN, Labels, Parts, Rows, split_by_keys, split_by_time
from studio.data.tables.cells import Cells, TextCells
from studio.data.tables.column_values import values_of
from studio.data.tables.dates import written_date
from studio.data.tables.numbers import is_missing, number_text
from studio.data.tables.row_keys import cell_keys, row_keys
from studio.data.tables.table import Table

_RULES: tuple[ColumnRole, ...] = ("group", "time", "split")


@dataclass(frozen=True, slots=True)
class TableRule:
    """The columns that say how rows are split, as far as there are any."""

    group: Column | None = None
    time: Column | None = None
    split: Column | None = None


def rule_of(columns: Sequence[Column]) -> TableRule:
    """Raises DataError "columns", with fixes: these columns cannot decide together."""
    found: dict[str, Column] = {}
    for role in _RULES:
        named = [column for column in columns if column.role == role]
        if len(named) > 1:
            raise DataError(
                f"{_listed(named)} are both chosen as “{_CALLED[role]}”; only one column can be.",
                "columns",
                tuple(_without(other, f"Keep “{one.name}”, ignore “{other.name}”")
                      for one, other in ((named[0], named[1]), (named[1], named[0]))),
            )  # fmt: skip
        if named:
            found[role] = named[0]
    rule = TableRule(found.get("group"), found.get("time"), found.get("split"))
    if rule.group is not None and rule.time is not None:
        raise DataError(
            f"Rows cannot be kept together by “{rule.group.name}” and cut by “{rule.time.name}” at once: a "
            "group may have old rows and new ones. Choose one of the two.",
            "columns",
            (
                _without(rule.time, f"Keep groups of “{rule.group.name}” together"),
                _without(rule.group, f"Cut by time, by “{rule.time.name}”"),
            ),
        )
    if rule.time is not None and rule.time.type not in ("date", "number"):
        raise DataError(
            f"“{rule.time.name}” is to put the rows in order of time, but holds neither dates nor numbers. "
            "Choose another column, or say that it holds dates.",
            "columns",
            (_without(rule.time, f"Ignore “{rule.time.name}”, split at random"),),
        )
    return rule


def keys_for(table: Table, rule: TableRule) -> Keys:
    """(rows,) of the table: of each row, or of its group. A row without a group stands for itself."""
    keys = row_keys(table)
    if rule.group is not None:
        cells = table.column(rule.group.name)
        keys = np.where(no_value(cells), keys, cell_keys(cells, table.dialect.decimal))
    return keys


def no_value(cells: Cells) -> npt.NDArray[np.bool_]:
    if isinstance(cells, TextCells):
        return cells.looked_up(is_missing, np.bool_)
    empty = np.isnan(cells.numbers)
    empty[list(cells.odd)] = False
    return empty


def times_of(table: Table, column: Column) -> npt.NDArray[np.float64]:
    """(rows,), NaN where there is none."""
    values, _ = values_of(column, table.column(column.name), table.dialect.decimal)
    assert isinstance(values, np.ndarray)
    return values


def parts_of(table: Table, column: Column) -> npt.NDArray[np.int8]:
    """(rows,): what each row is for, -1 where the cell does not say."""
    cells = table.column(column.name)
    cells = cells if isinstance(cells, TextCells) else TextCells.of(cells)
    parts: npt.NDArray[np.int8] = cells.looked_up(_part_or_none, np.int8)
    return parts


def split_rows(
    table: Table, rule: TableRule, rows: Rows, labels: Labels | None, splits: Splits
) -> SplitIndices:
    """The split of the table's used `rows`, whose class numbers are `labels`; places among them."""
    cut = _cut(table, rule, rows, labels)
    if rule.split is None:
        return cut(np.arange(len(rows), dtype=np.int64), splits)
    parts: Parts = np.maximum(parts_of(table, rule.split)[rows], TRAIN).astype(np.uint8)
    return split_by_parts(parts, splits, cut)


def _cut(
    table: Table, rule: TableRule, rows: Rows, labels: Labels | None
) -> Callable[[Rows, Splits], SplitIndices]:
    if rule.time is not None:
        times = times_of(table, rule.time)[rows]
        return lambda places, splits: split_by_time(times[places], splits)
    keys = keys_for(table, rule)[rows]
    together = rule.group is not None

    def cut(places: Rows, splits: Splits) -> SplitIndices:
        own = labels[places] if labels is not None else None
        return split_by_keys(keys[places], own, splits, together=together)

    return cut


def rule_notes(
    table: Table, rule: TableRule, rows: Rows, split: SplitIndices, splits: Splits
) -> tuple[str, ...]:
    """Which rule was used and what it did; nothing where rows are drawn one by one."""
    notes = []
    if rule.split is not None:
        notes += _own_notes(table, rule, rows, splits)
    if rule.group is not None:
        notes += _group_notes(table, rule.group, rows, split)
    if rule.time is not None:
        notes += _time_notes(times_of(table, rule.time)[rows], rule.time, split)
    return tuple(notes)


def _own_notes(table: Table, rule: TableRule, rows: Rows, splits: Splits) -> list[str]:
    assert rule.split is not None
    name, parts = rule.split.name, parts_of(table, rule.split)[rows]
    notes = [f"The column “{name}” says which rows train, validate and test."]
    unknown = int((parts < 0).sum())
    if unknown == len(parts):
        notes = [f"No cell of “{name}” says train, validation or test, so every row trains."]
    elif unknown:
        what = (
            "1 row names no part and trains" if unknown == 1 else f"{unknown:,} rows name no part and train"
        )
        notes.append(f"In “{name}”, {what}.")
    elif wants_cut(parts.astype(np.uint8), splits):
        notes.append(f"“{name}” has no validation rows; they are taken from the training rows.")
    return notes


def _group_notes(table: Table, column: Column, rows: Rows, split: SplitIndices) -> list[str]:
    cells = table.column(column.name)
    keys, lone = cell_keys(cells, table.dialect.decimal)[rows], no_value(cells)[rows]
    counts = [len(np.unique(keys[part][~lone[part]])) for part in (split.train, split.validation, split.test)]
    notes = [
        f"All rows of one “{column.name}” are in the same part: {counts[0]:,} of them train, "
        f"{counts[1]:,} validate, {counts[2]:,} test."
    ]
    empty = int(lone.sum())
    if empty:
        what = "1 row has" if empty == 1 else f"{empty:,} rows have"
        notes.append(f"{what} no “{column.name}” and may be in any part.")
    return notes


def _time_notes(times: npt.NDArray[np.float64], column: Column, split: SplitIndices) -> list[str]:
    word = written_date if column.type == "date" else number_text
    notes = [f"The oldest rows by “{column.name}” train, the newest test."]
    cut = [part for part in (split.validation, split.test) if len(part)]
    if cut:
        names = ["validation" if part is split.validation else "test" for part in cut]
        since = " and ".join(
            f"{name} from {word(float(times[part].min()))}" for name, part in zip(names, cut, strict=True)
        )
        notes[0] = f"{notes[0][:-1]}: {since}."
    else:
        notes.append(f"All rows are of one time in “{column.name}”, so nothing can be set aside.")
    empty = int((~np.isfinite(times)).sum())
    if empty:
        what = "1 row has" if empty == 1 else f"{empty:,} rows have"
        notes.append(f"{what} no “{column.name}” and train{'s' if empty == 1 else ''}.")
    return notes


def _part_or_none(text: str) -> int:
    part = part_of(text)
    return -1 if part is None else part


_CALLED = {"group": "keep together", "time": "time order", "split": "says the part"}


def _listed(columns: Sequence[Column]) -> str:
    return " and ".join(f"“{column.name}”" for column in columns[:2])


def _without(column: Column, text: str) -> Fix:
    """One of them is not to decide any more."""

    def edit(project: Project) -> Project:
        if project.dataset is None:
            return project
        columns = tuple(
            replace(c, role="ignore") if c.name == column.name else c for c in project.dataset.columns
        )
        return replace(project, dataset=replace(project.dataset, columns=columns))

    return Fix(text, edit)
