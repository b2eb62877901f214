"""How one column becomes inputs of the network: fitted on training rows, frozen, kept in checkpoints."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.tables.cells import Cells, Numbers, TextCells
from studio.data.tables.column_values import Codes, booleans_of, categories_of, dates_of, numbers_of
from studio.data.tables.dates import DATE_PARTS, parse_date
from studio.data.tables.numbers import (
    FALSE_WORDS,
    TRUE_WORDS,
    Decimal,
    is_missing,
    number_text,
    parse_boolean,
    parse_number,
)
from studio.data.tables.units import parse_quantity

Cell = str | float | int | bool | None
Stray = tuple[str, ...]  # texts that could not be read, as a column of this type


def _with_gaps(block: Numbers, missing: npt.NDArray[np.bool_], wanted: bool) -> Numbers:
    """The block (n, k), with one more input that is 1 where the cell was empty, if that is wanted."""
    return np.concatenate([block, missing[:, None].astype(np.float64)], axis=1) if wanted else block


def _first(block: Numbers) -> list[float]:
    return [float(number) for number in block[0]]


@dataclass(frozen=True, slots=True)
class NumberFeature:
    """A column of numbers: empty cells become `fill`, then (value - mean) / std.

    `low`, `high`: the smallest and the largest value of the training split; None in checkpoints of an
    earlier Lantern, which did not note them. `floor`: 0, or the logarithm is taken, of at least this.
    `unit`: what numbers are turned into.
    """

    name: str
    fill: float
    mean: float
    std: float
    low: float | None = None
    high: float | None = None
    unit: str = ""
    floor: float = 0.0
    missing_input: bool = False
    codes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return 1 + self.missing_input

    @property
    def input_names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is empty")[: self.width]

    def read(self, cells: Cells, decimal: Decimal) -> tuple[Numbers, Stray]:
        return numbers_of(cells, decimal, self.unit, self.codes)

    def encode_values(self, numbers: Numbers) -> Numbers:
        """(n, width) of the column's numbers, NaN where it is empty."""
        missing = ~np.isfinite(numbers)
        filled = np.where(missing, self.fill, numbers)
        if self.floor:
            filled = np.log(np.maximum(filled, self.floor))
        with np.errstate(over="ignore"):
            return _with_gaps(((filled - self.mean) / self.std)[:, None], missing, self.missing_input)

    def encode(self, cell: Cell) -> list[float]:
        """Raises DataError: the cell holds text."""
        number = self.number(cell)
        return _first(self.encode_values(np.array([math.nan if number is None else number])))

    def number(self, cell: Cell) -> float | None:
        """The cell's number; None for an empty one. Raises DataError: the cell holds text."""
        if cell is None:
            return None
        if not isinstance(cell, str):
            known = math.isfinite(cell) and number_text(float(cell)) not in self.codes
            return float(cell) if known else None
        text = cell.strip()
        if is_missing(text) or text in self.codes:
            return None
        number = parse_quantity(text, ".", self.unit)[0]
        if number is None:
            number = parse_quantity(text, ",", self.unit)[0]  # 3,5 typed where a comma is the decimal sign
        if number is None:
            raise DataError(unreadable_cell(self, text), "columns")
        return number


@dataclass(frozen=True, slots=True)
class BooleanFeature:
    """Yes or no: 1 or 0; empty cells become `fill`. `words`: how the table writes no and yes."""

    name: str
    fill: float
    words: tuple[str, str] = ("no", "yes")
    missing_input: bool = False
    codes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return 1 + self.missing_input

    @property
    def input_names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is empty")[: self.width]

    def read(self, cells: Cells, decimal: Decimal) -> tuple[Numbers, Stray]:
        return booleans_of(cells, self.codes)

    def encode_values(self, numbers: Numbers) -> Numbers:
        missing = ~np.isfinite(numbers)
        return _with_gaps(np.where(missing, self.fill, numbers)[:, None], missing, self.missing_input)

    def encode(self, cell: Cell) -> list[float]:
        """Raises DataError: neither yes nor no."""
        value = math.nan
        text = category_text(cell)
        if text is not None and text not in self.codes:
            answer = parse_boolean(text)
            if answer is None:
                raise DataError(unreadable_cell(self, text), "columns")
            value = float(answer)
        return _first(self.encode_values(np.array([value])))


@dataclass(frozen=True, slots=True)
class DateFeature:
    """A date or a time: one input for each of its `parts`, (part - mean) / std; an empty cell gives the
    mean of each."""

    name: str
    parts: tuple[str, ...]
    means: tuple[float, ...]
    stds: tuple[float, ...]
    usual: float = 0.0  # seconds since 1970 in the middle of the training rows, for forms
    day_first: bool = False
    missing_input: bool = False
    codes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.parts) + self.missing_input

    @property
    def input_names(self) -> tuple[str, ...]:
        names = [f"{self.name}: {DATE_PARTS[part].name}" for part in self.parts]
        return tuple(names + [f"{self.name} is empty"] * self.missing_input)

    def read(self, cells: Cells, decimal: Decimal) -> tuple[Numbers, Stray]:
        return dates_of(cells, self.day_first, self.codes)

    def encode_values(self, seconds: Numbers) -> Numbers:
        missing = ~np.isfinite(seconds)
        blocks = []
        for part, mean, std in zip(self.parts, self.means, self.stds, strict=True):
            numbers = DATE_PARTS[part].numbers(seconds)
            blocks.append((np.where(missing, mean, numbers) - mean) / std)
        return _with_gaps(np.stack(blocks, axis=1), missing, self.missing_input)

    def encode(self, cell: Cell) -> list[float]:
        """Raises DataError: no date."""
        seconds = math.nan
        text = category_text(cell)
        if text is not None and text not in self.codes:
            found = parse_date(text, self.day_first)
            if found is None:
                raise DataError(unreadable_cell(self, text), "columns")
            seconds = found
        return _first(self.encode_values(np.array([seconds])))


@dataclass(frozen=True, slots=True)
class CategoryFeature:
    """A column of categories: one input per value, 1 for the one that applies.

    `missing`: empty cells have an input of their own, behind those of the values. `other`: rare values
    have one, behind that; values never seen before get it, too. Without it, such a value leaves all of
    them at 0, as an empty cell does where none was seen. `fill`: the value that empty cells become.
    `ordinal`: a single input instead, 0 for the first place to 1 for the last. `embedded`: the network is
    to turn the inputs of the values into learnt numbers.
    """

    name: str
    values: tuple[str, ...]
    missing: bool = False
    other: bool = False
    ordinal: bool = False
    fill: str | None = None
    missing_input: bool = False
    codes: tuple[str, ...] = ()
    embedded: bool = False

    @property
    def places(self) -> int:
        """How many things the column can say."""
        return len(self.values) + self.missing + self.other

    @property
    def width(self) -> int:
        return (1 if self.ordinal else self.places) + self.missing_input

    @property
    def input_names(self) -> tuple[str, ...]:
        names = [self.name]
        if not self.ordinal:
            names = [f"{self.name} = {value}" for value in self.values]
            names += [f"{self.name} is empty"] * self.missing + [f"{self.name} is another"] * self.other
        return tuple(names + [f"{self.name} was empty"] * self.missing_input)

    def read(self, cells: Cells, decimal: Decimal) -> tuple[Codes, Stray]:
        return categories_of(cells, decimal, self.codes), ()

    def encode_values(self, values: Codes) -> Numbers:
        table = np.array([self.place(name) for name in values.names] + [self.place(None)], np.int64)
        return self._encoded(table[values.codes], values.codes < 0)  # code -1 is the last of the table

    def encode(self, cell: Cell) -> list[float]:
        text = category_text(cell)
        text = None if text in self.codes else text
        return _first(self._encoded(np.array([self.place(text)]), np.array([text is None])))

    def _encoded(self, places: npt.NDArray[np.int64], missing: npt.NDArray[np.bool_]) -> Numbers:
        if self.ordinal:
            numbers = np.where(places < 0, 0.5, places / max(1, self.places - 1))
            return _with_gaps(numbers[:, None], missing, self.missing_input)
        block = np.zeros((len(places), self.places))
        known = np.flatnonzero(places >= 0)
        block[known, places[known]] = 1.0
        return _with_gaps(block, missing, self.missing_input)

    def place(self, text: str | None) -> int:
        """The input that a value sets to 1; -1 for none."""
        if text is None:
            if self.fill is not None:
                return self.values.index(self.fill)
            return len(self.values) if self.missing else -1
        found = self._known(text)
        return found if found >= 0 or not self.other else len(self.values) + self.missing

    def knows(self, text: str | None) -> bool:
        """Whether training saw such a value, or a gap."""
        return self.place(text) >= 0 if text is None or not self.other else self._known(text) >= 0

    def _known(self, text: str) -> int:
        if text in self.values:
            return self.values.index(text)
        number = parse_number(text)
        if number is not None:  # "1.0" where the table says "1"
            return self.values.index(number_text(number)) if number_text(number) in self.values else -1
        folded = [value.casefold() for value in self.values]
        if text.casefold() in folded:
            return folded.index(text.casefold())
        for words in (TRUE_WORDS, FALSE_WORDS):  # a tick box says "true" where the table says "yes"
            if text.casefold() in words:
                fitting = [i for i, value in enumerate(folded) if value in words]
                return fitting[0] if len(fitting) == 1 else -1
        return -1


Feature = NumberFeature | CategoryFeature | BooleanFeature | DateFeature


def embedded_inputs(features: Iterable[Feature]) -> tuple[int, ...]:
    """As in `DatasetFacts.embedded`."""
    found: list[int] = []
    first = 0
    for feature in features:
        if isinstance(feature, CategoryFeature) and feature.embedded and feature.places > 1:
            found += (first, feature.places)
        first += feature.width
    return tuple(found)


def unreadable_cell(feature: Feature, text: str) -> str:
    """What is wrong with a cell, in a sentence."""
    if isinstance(feature, BooleanFeature):
        return f"“{text}” is neither yes nor no, but the column “{feature.name}” needs one of them."
    if isinstance(feature, DateFeature):
        return f"“{text}” is no date, but the column “{feature.name}” needs one, such as 2024-01-31."
    unit = f" in {feature.unit}" if isinstance(feature, NumberFeature) and feature.unit else ""
    return f"“{text}” is not a number, but the column “{feature.name}” needs one{unit}."


def rows_with(cells: Cells, texts: Stray) -> list[int]:
    """The rows that hold one of the texts."""
    if not texts:
        return []
    wanted = frozenset(texts)
    if isinstance(cells, TextCells):
        rows: list[int] = np.flatnonzero(cells.looked_up(wanted.__contains__, np.bool_)).tolist()
        return rows
    found = [row for row, text in cells.odd.items() if text in wanted]
    numbers = [number for text in wanted if (number := parse_number(text)) is not None]
    return sorted({*found, *np.flatnonzero(np.isin(cells.numbers, numbers)).tolist()})


def category_text(cell: Cell) -> str | None:
    """A cell as the name of a category; None for an empty one. 1, 1.0 and "1" are the same."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(float(cell)) if math.isfinite(cell) else None
    text = cell.strip()
    return None if is_missing(text) else text
