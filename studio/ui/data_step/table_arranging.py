"""What is computed beside the window for a table: figures of its columns, an order, a filter, its gaps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from studio.core.project import Column
    from studio.data.tables.column_summary import ColumnSummary
    from studio.data.tables.table import Table

Rows = npt.NDArray[np.int64]
Progress = Callable[[float], bool]
_SHARE_S = 0.15  # after so long, what is there is shown
_MOST_GAPS = 2_000_000  # that can be jumped to; nobody visits more one by one


@dataclass(frozen=True, slots=True)
class Arrangement:
    """In which order which rows are shown. `column`: -1 is the file's order; `within`: -1 is any column."""

    column: int = -1
    descending: bool = False
    text: str = ""
    within: int = -1


@dataclass(frozen=True, slots=True)
class Gaps:
    """Cells that are empty or cannot be read: a mask by column, and places as row * columns + column."""

    masks: dict[int, npt.NDArray[np.bool_]]
    places: Rows
    count: int


def some_summaries(
    table: Table, columns: Sequence[Column], wanted: Sequence[int], progress: Progress
) -> dict[int, ColumnSummary]:
    """Of as many of the wanted columns as can be done in a moment; at least one."""
    from studio.data.tables.column_summary import summary_of

    begun = time.monotonic()
    found: dict[int, ColumnSummary] = {}
    for number in wanted:
        found[number] = summary_of(columns[number], table.columns[number], table.dialect.decimal)
        if time.monotonic() - begun > _SHARE_S or not progress(0.0):
            break
    return found


def arranged(table: Table, wanted: Arrangement, only: Rows | None = None) -> Rows | None:
    """The rows in order, of `only` those; None: all of them as they are in the file."""
    from studio.data.tables.column_summary import rows_matching, sort_order

    rows = None
    if wanted.text:
        columns = table.columns if wanted.within < 0 else (table.columns[wanted.within],)
        hit = np.zeros(len(table), bool)
        for cells in columns:
            hit[rows_matching(cells, wanted.text)] = True
        rows = np.flatnonzero(hit) if only is None else only[hit[only]]
    elif only is not None:
        rows = only
    if wanted.column < 0:
        return rows
    order = sort_order(table.columns[wanted.column], wanted.descending)
    if rows is None:
        return order
    kept = np.zeros(len(table), bool)
    kept[rows] = True
    return order[kept[order]]


def gaps_of(table: Table, columns: Sequence[Column], rows: Rows | None) -> Gaps:
    """Of the columns that are used; places in the order in which the rows are shown."""
    from studio.data.tables.column_summary import problem_rows

    masks: dict[int, npt.NDArray[np.bool_]] = {}
    places: list[Rows] = []
    count = 0
    shown_at = np.arange(len(table)) if rows is None else np.full(len(table), -1)
    if rows is not None:
        shown_at[rows] = np.arange(len(rows))
    for number, column in enumerate(columns):
        found = problem_rows(column, table.columns[number], table.dialect.decimal)
        if not len(found):
            continue
        masks[number] = np.zeros(len(table), bool)
        masks[number][found] = True
        count += len(found)
        if sum(map(len, places)) < _MOST_GAPS:
            at = shown_at[found]
            places.append(at[at >= 0] * len(columns) + number)
    return Gaps(masks, np.sort(np.concatenate(places)) if places else np.zeros(0, np.int64), count)
