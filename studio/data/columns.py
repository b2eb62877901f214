"""What the columns of a table hold and what they are for, guessed from their cells."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.project import Column
from studio.data.numbers import FALSE_WORDS, TRUE_WORDS, Decimal, is_missing, number_text, parse_number
from studio.data.table import Table

Numbers = npt.NDArray[np.float64]

MAX_VALUES = 50  # of a category that is used as a feature: each becomes one input of the network
MAX_CLASSES = 1_000
MAX_NUMBERED_CLASSES = 20  # whole numbers with at most so many values are taken for classes
_STRAY = 0.05  # share of cells in a column of numbers that may be something else
_TARGET_NAMES = (
    "target", "label", "labels", "class", "classes", "species", "y", "outcome", "diagnosis", "survived",
    "klasse", "ziel",
)  # fmt: skip
_ID_NAME = re.compile(
    r"(.*[ _-])?(id|ids|idx|index|nr|no|uuid|guid|rownames?|row)|[a-z]+Id|[a-z]+ID|unnamed.*"
)
_DATE = re.compile(
    r"([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})"
    r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?[AP]M)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AP]M)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to be. `reason`: why it is better ignored, as a half-sentence; else empty."""

    column: Column
    distinct: int
    reason: str = ""


def numbers_of(cells: Sequence[str], decimal: Decimal) -> tuple[Numbers, tuple[str, ...]]:
    """The cells as numbers, NaN where there is none; and the texts that are neither empty nor numbers."""
    known: dict[str, float] = {}
    stray: list[str] = []
    for cell in dict.fromkeys(cells):
        number = None if is_missing(cell) else parse_number(cell, decimal)
        if number is None and not is_missing(cell):
            stray.append(cell)
        known[cell] = float("nan") if number is None else number
    return np.array([known[cell] for cell in cells], np.float64), tuple(stray)


def categories_of(cells: Sequence[str], decimal: Decimal) -> list[str | None]:
    """The cells as names of categories, None where empty; 1.0 and 1 are one, yes and Yes, too."""
    known: dict[str, str | None] = {c: None if is_missing(c) else c for c in dict.fromkeys(cells)}
    texts = [text for text in known.values() if text is not None]
    if all(text.casefold() in TRUE_WORDS | FALSE_WORDS for text in texts):
        known = {cell: text and text.casefold() for cell, text in known.items()}
    elif not any(re.match(r"[+-]?0[0-9]", text) for text in texts):  # 01069 is a postcode, not 1069
        numbers = {cell: parse_number(cell, decimal) for cell, text in known.items() if text is not None}
        if all(number is not None for number in numbers.values()):
            known |= {cell: number_text(number) for cell, number in numbers.items() if number is not None}
    return [known[cell] for cell in cells]


def guess_column(name: str, cells: Sequence[str], decimal: Decimal) -> Guess:
    """Type of a column, and whether it is of any use as a feature."""
    counts = Counter(cells)
    present = [cell for cell in counts if not is_missing(cell)]
    filled = sum(counts[cell] for cell in present)
    ignored = Column(name, "category", "ignore")
    if not present:
        return Guess(ignored, 0, "is empty")
    numeric = {cell: parse_number(cell, decimal) for cell in present}
    stray = sum(counts[cell] for cell, number in numeric.items() if number is None)
    if stray <= _STRAY * filled and len({n for n in numeric.values() if n is not None}) > 0:
        return _guess_number(name, cells, numeric, filled)
    if sum(counts[cell] for cell in present if _DATE.fullmatch(cell)) >= 0.9 * filled:
        return Guess(ignored, len(present), "holds dates or times")
    if len(present) == 1:
        return Guess(ignored, 1, "holds the same in every row")
    if filled >= 10 and len(present) > 0.9 * filled:
        return Guess(ignored, len(present), "holds something else in nearly every row, as names do")
    if len(present) > MAX_VALUES:
        return Guess(
            ignored, len(present), f"holds {len(present):,} different texts, too many for categories"
        )
    return Guess(Column(name, "category"), len(present))


def _guess_number(name: str, cells: Sequence[str], numeric: dict[str, float | None], filled: int) -> Guess:
    distinct = len({number for number in numeric.values() if number is not None})
    ignored = Column(name, "number", "ignore")
    if distinct == 1:
        return Guess(ignored, 1, "holds the same in every row")
    whole = all(number is None or number.is_integer() for number in numeric.values())
    if whole and distinct == filled == len(cells) and filled >= 10:
        if _ID_NAME.fullmatch(name) or _ID_NAME.fullmatch(name.lower()):
            return Guess(ignored, distinct, "numbers the rows")
        values = [numeric[cell] or 0.0 for cell in cells]
        if values[0] in (0.0, 1.0) and all(b - a == 1 for a, b in itertools.pairwise(values)):
            return Guess(ignored, distinct, "numbers the rows")
    return Guess(Column(name, "number"), distinct)


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
    if all(guess.column.role == "ignore" for i, guess in enumerate(guesses) if i != chosen):
        # Row numbers are poor features, but better than none: time in steps looks just like them.
        guesses = [_kept(guess) if i != chosen else guess for i, guess in enumerate(guesses)]
        chosen = chosen if chosen >= 0 else _guess_target(guesses)
    columns = []
    notes = []
    for i, guess in enumerate(guesses):
        if i == chosen:
            columns.append(target_column(table, guess.column.name, numeric))
            continue
        columns.append(guess.column)
        if guess.reason:
            notes.append(f"The column “{guess.column.name}” {guess.reason}; it is ignored.")
    return tuple(columns), tuple(notes)


def _kept(guess: Guess) -> Guess:
    """The guess with its column as a feature after all, if it holds numbers that differ."""
    if guess.column.type != "number" or guess.distinct < 2:
        return guess
    return Guess(Column(guess.column.name, "number"), guess.distinct)


def target_column(table: Table, name: str, numeric: bool | None = None) -> Column:
    """The column as target: a class if it holds text or few whole numbers, else a number."""
    if numeric is None:
        cells = [cell for cell in table.column(name) if not is_missing(cell)]
        numbers, stray = numbers_of(cells, table.dialect.decimal)
        values = np.unique(numbers[np.isfinite(numbers)])
        few = len(values) <= MAX_NUMBERED_CLASSES and len(values) <= max(2, len(cells) / 5)
        is_class = bool(few and np.all(values == np.round(values)))
        counts = Counter(cells)
        numeric = sum(counts[text] for text in stray) <= _STRAY * len(cells) and not is_class
    return Column(name, "number" if numeric else "category", "target")


def _guess_target(guesses: Sequence[Guess]) -> int:
    """The column with a telling name, else the last one that can be predicted; -1 if there is none."""
    fitting = [i for i, guess in enumerate(guesses) if _can_be_target(guess)]
    for name in _TARGET_NAMES:
        for i in fitting:
            if guesses[i].column.name.strip().casefold() == name:
                return i
    return fitting[-1] if fitting else -1


def _can_be_target(guess: Guess) -> bool:
    return guess.column.role != "ignore" and guess.distinct >= 2
