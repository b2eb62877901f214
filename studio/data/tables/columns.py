"""What the columns of a table are for, guessed from their cells: one to predict, the others to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from studio.core.project import Column
from studio.data.tables.cells import Cells, NumberCells, as_cells
from studio.data.tables.column_guess import MAX_VALUES, STRAY, Guess, guess_column
from studio.data.tables.column_values import categories_of, numbers_of
from studio.data.tables.numbers import is_missing
from studio.data.tables.table import Table

MAX_CLASSES = 1_000
MAX_NUMBERED_CLASSES = 20  # whole numbers with at most so many values are taken for classes
_TARGET_NAMES = (
    "target", "label", "labels", "class", "classes", "species", "y", "outcome", "diagnosis", "survived",
    "klasse", "ziel",
)  # fmt: skip


def infer_columns(
    table: Table, target: str | None = None, numeric: bool | None = None
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """A column for each of the table's, and notes on those that are ignored.

    Args: target: the name of the column to predict, if the user said so; numeric: whether it is a
    number, if the user said so.
    """
    guesses = [
        guess_column(name, cells, table.dialect.decimal)
        for name, cells in zip(table.names, table.columns, strict=True)
    ]
    chosen = table.names.index(target) if target is not None else _guess_target(guesses)
    if all(guess.column.role != "feature" for i, guess in enumerate(guesses) if i != chosen):
        # Row numbers are poor features, but better than none: time in steps looks just like them.
        guesses = [_kept(guess) if i != chosen else guess for i, guess in enumerate(guesses)]
        chosen = chosen if chosen >= 0 else _guess_target(guesses)
    columns = []
    notes = []
    for i, guess in enumerate(guesses):
        if i == chosen:
            columns.append(target_column(table, guess.column.name, numeric))
            continue
        if guess.column.role == "split" and any(column.role == "split" for column in columns):
            guess = replace(guess, column=replace(guess.column, role="feature"))
        columns.append(guess.column)
        if guess.reason:
            notes.append(f"The column “{guess.column.name}” {guess.reason}; it is ignored.")
    return tuple(columns), tuple(notes)


def _kept(guess: Guess) -> Guess:
    """The guess with its column as a feature after all, if it holds numbers that differ."""
    if guess.column.type != "number" or guess.distinct < 2:
        return guess
    return replace(guess, column=replace(guess.column, role="feature"), reason="")


def target_column(table: Table, name: str, numeric: bool | None = None) -> Column:
    """The column as target: a class if it holds text or few whole numbers, else a number."""
    cells = table.column(name)
    unit = guess_column(name, cells, table.dialect.decimal).column.unit
    if numeric is None:
        numeric = _is_number(cells, table, unit)
    return Column(name, "number", "target", unit=unit) if numeric else Column(name, "category", "target")


def _is_number(cells: Cells, table: Table, unit: str) -> bool:
    if isinstance(cells, NumberCells) and cells.few(MAX_NUMBERED_CLASSES) is None:
        return True
    numbers, stray = numbers_of(cells, table.dialect.decimal, unit)
    values = np.unique(numbers[np.isfinite(numbers)])
    filled = _filled(cells)
    few = len(values) <= MAX_NUMBERED_CLASSES and len(values) <= max(2, filled / 5)
    is_class = bool(few and np.all(values == np.round(values)))
    strange = filled - int(np.isfinite(numbers).sum()) if stray else 0
    return strange <= STRAY * filled and not is_class


def _filled(cells: Cells) -> int:
    if isinstance(cells, NumberCells):
        odd = sum(not is_missing(text) for text in cells.odd.values())
        return int(np.isfinite(cells.numbers).sum()) + odd
    counts = cells.counts
    return sum(int(n) for n, text in zip(counts, cells.values, strict=True) if not is_missing(text))


def _guess_target(guesses: Sequence[Guess]) -> int:
    """The column with a telling name, else the last one that can be predicted; -1 if there is none."""
    fitting = [i for i, guess in enumerate(guesses) if _can_be_target(guess)]
    for name in _TARGET_NAMES:
        for i in fitting:
            if guesses[i].column.name.strip().casefold() == name:
                return i
    return fitting[-1] if fitting else -1


def _can_be_target(guess: Guess) -> bool:
    return guess.column.role == "feature" and guess.column.type != "date" and guess.distinct >= 2


__all__ = [
    "MAX_CLASSES",
    "MAX_NUMBERED_CLASSES",
    "MAX_VALUES",
    "Guess",
    "as_cells",
    "categories_of",
    "guess_column",
    "infer_columns",
    "numbers_of",
    "target_column",
]
