"""The cells of a column as values: numbers, categories, yes and no, dates. What cannot be read is told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.project import Column
from studio.data.tables.cells import Cells, NumberCells, Numbers, TextCells, as_cells
from studio.data.tables.dates import parse_date
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

_CODE = re.compile(r"[+-]?0[0-9]")  # 01069 is a postcode, not 1069


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of categories: `codes`, int32 (rows,), are places in `names`, -1 where it is empty."""

    codes: npt.NDArray[np.int32]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: npt.NDArray[np.int64]) -> Codes:
        return Codes(self.codes[rows], self.names)

    def counts(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """How often each name occurs, in these rows."""
        codes = self.codes if rows is None else self.codes[rows]
        return np.bincount(codes[codes >= 0], minlength=len(self.names))

    def text(self, row: int) -> str | None:
        code = int(self.codes[row])
        return None if code < 0 else self.names[code]


Values = Numbers | Codes


def values_of(column: Column, cells: Cells, decimal: Decimal) -> tuple[Values, tuple[str, ...]]:
    """The column as its type says, and the texts that are neither empty nor of that type."""
    codes = column.missing_codes
    if column.type == "category":
        return categories_of(cells, decimal, codes), ()
    if column.type == "boolean":
        return booleans_of(cells, codes)
    if column.type == "date":
        return dates_of(cells, column.day_first, codes)
    return numbers_of(cells, decimal, column.unit, codes)


def missing_in(values: Values) -> npt.NDArray[np.bool_]:
    return values.codes < 0 if isinstance(values, Codes) else ~np.isfinite(values)


def numbers_of(
    cells: Sequence[str], decimal: Decimal, unit: str = "", codes: tuple[str, ...] = ()
) -> tuple[Numbers, tuple[str, ...]]:
    """The cells as numbers, NaN where there is none; and the texts that are neither empty nor numbers."""

    def parse(text: str) -> float | None:
        return parse_quantity(text, decimal, unit)[0] if unit else parse_number(text, decimal)

    column = as_cells(cells)
    return column.derived(
        ("numbers", decimal, unit, codes), lambda: _floats(column, parse, codes, plain=True)
    )


def booleans_of(cells: Sequence[str], codes: tuple[str, ...] = ()) -> tuple[Numbers, tuple[str, ...]]:
    """1 for yes, 0 for no, NaN where it is empty."""
    column = as_cells(cells)
    return column.derived(("booleans", codes), lambda: _floats(column, parse_boolean, codes))


def dates_of(
    cells: Sequence[str], day_first: bool, codes: tuple[str, ...] = ()
) -> tuple[Numbers, tuple[str, ...]]:
    """Seconds since 1970."""
    column = as_cells(cells)
    return column.derived(
        ("dates", day_first, codes), lambda: _floats(column, lambda text: parse_date(text, day_first), codes)
    )


def _floats(
    cells: Cells, parse: Callable[[str], float | None], codes: tuple[str, ...], plain: bool = False
) -> tuple[Numbers, tuple[str, ...]]:
    """`plain`: numbers in the cells are the column's values as they are."""
    stray: list[str] = []
    coded = frozenset(codes)

    def value(text: str) -> float:
        if text in coded or is_missing(text):
            return math.nan
        found = parse(text)
        if found is None:
            stray.append(text)
            return math.nan
        return float(found)

    if isinstance(cells, TextCells):
        return cells.looked_up(value, np.float64), tuple(stray)
    if plain:
        numbers = cells.numbers
        for code in codes:
            number = parse_number(code)
            if number is not None:
                numbers = np.where(numbers == number, np.nan, numbers)
    else:
        values, _, places = cells.unique()
        table = np.array([value(number_text(float(n))) for n in values] + [math.nan])
        numbers = table[places]
    if cells.odd:
        numbers = numbers.copy()
        for row, text in cells.odd.items():
            numbers[row] = value(text)
    return numbers, tuple(dict.fromkeys(stray))


def categories_of(cells: Sequence[str], decimal: Decimal, codes: tuple[str, ...] = ()) -> Codes:
    """The cells as categories; 1.0 and 1 are one, yes and Yes, too."""
    column = as_cells(cells)
    return column.derived(
        ("categories", decimal, codes), lambda: _categories(column, decimal, frozenset(codes))
    )


def _categories(cells: Cells, decimal: Decimal, coded: frozenset[str]) -> Codes:
    if isinstance(cells, NumberCells):
        values, _, places = cells.unique()
        texts = [number_text(float(value)) for value in values]
        if cells.odd:
            extra = {text: len(texts) + i for i, text in enumerate(dict.fromkeys(cells.odd.values()))}
            texts += list(extra)
            places = places.copy()
            for row, text in cells.odd.items():
                places[row] = extra[text]
        cells = TextCells(np.where(places < 0, len(texts), places).astype(np.int32), (*texts, ""))
        decimal = "."
    names = _category_names(cells.values, decimal, coded)
    known: dict[str, int] = {}
    table = [-1 if name is None else known.setdefault(name, len(known)) for name in names]
    return Codes(np.array(table, np.int32)[cells.codes], tuple(known))


def _category_names(texts: tuple[str, ...], decimal: Decimal, coded: frozenset[str]) -> list[str | None]:
    names = [None if text in coded or is_missing(text) else text for text in texts]
    present = [name for name in names if name is not None]
    if all(text.casefold() in TRUE_WORDS | FALSE_WORDS for text in present):
        return [name and name.casefold() for name in names]
    if not any(_CODE.match(text) for text in present):
        numbers = [None if name is None else parse_number(name, decimal) for name in names]
        if all((number is None) == (name is None) for number, name in zip(numbers, names, strict=True)):
            return [None if number is None else number_text(number) for number in numbers]
    return names
