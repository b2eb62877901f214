"""Keys of a table's rows: from their cells as values, however the file happens to write them.

3 and 3.0 are one number, and empty is empty. All columns count, whatever they are used for, so that using
another column does not draw another split; but not those that only number the rows: a row put in at the
top would change them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from studio.data.sample_keys import Keys, keys_of, scattered
from studio.data.tables.cells import Cells, Numbers, TextCells
from studio.data.tables.column_guess import NUMBERS_ROWS, guess_column
from studio.data.tables.numbers import Decimal, is_missing, parse_number
from studio.data.tables.table import Table

_BLOCK = 16_384  # rows at a time: what fits into a core's cache goes several times as fast


def key_columns(table: Table) -> list[int]:
    """Which columns tell rows apart: all but those that number them."""
    decimal = table.dialect.decimal
    found = [
        i
        for i, (name, cells) in enumerate(zip(table.names, table.columns, strict=True))
        if guess_column(name, cells, decimal).reason != NUMBERS_ROWS
    ]
    return found or list(range(len(table.columns)))


def row_keys(table: Table) -> Keys:
    """(rows,) of the whole table: one key from the keys of a row's cells, in order. Made once."""
    if not table.columns:
        return np.zeros(len(table), np.uint64)
    made = ("row keys", table.names, table.dialect.decimal)
    return table.columns[0].derived(made, lambda: _row_keys(table))


def _row_keys(table: Table) -> Keys:
    decimal = table.dialect.decimal
    parts = [_reader(table.columns[i], decimal) for i in key_columns(table)]
    keys = np.zeros(len(table), np.uint64)
    for start in range(0, len(keys), _BLOCK):
        block = slice(start, start + _BLOCK)
        for part in parts:
            keys[block] = scattered(keys[block] ^ part(block))
    return keys


def cell_keys(cells: Cells, decimal: Decimal) -> Keys:
    """(rows,) of each cell's number, else of its text."""
    return _reader(cells, decimal)(slice(0, len(cells)))


def _reader(cells: Cells, decimal: Decimal) -> Callable[[slice], Keys]:
    """The keys of some rows of a column at a time: those of all columns at once would be as large as the
    table."""
    if isinstance(cells, TextCells):
        codes, table = cells.codes, cells.derived(("keys", decimal), lambda: text_keys(cells.values, decimal))
        return lambda rows: table[codes[rows]]
    numbers, odd = cells.numbers, sorted(cells.odd)
    odd_keys = text_keys([cells.odd[row] for row in odd], decimal)
    places = np.array(odd, np.int64)

    def read(rows: slice) -> Keys:
        part = numbers[rows]
        keys = np.where(np.isnan(part), _EMPTY, number_keys(part))
        first, last = np.searchsorted(places, (rows.start, rows.start + len(part)))
        keys[places[first:last] - rows.start] = odd_keys[first:last]
        return keys

    return read


def text_keys(texts: Sequence[str], decimal: Decimal) -> Keys:
    numbers = [None if is_missing(text) else parse_number(text, decimal) for text in texts]
    keys = keys_of((b"" if is_missing(text) else text.encode("utf-8", "surrogatepass")) for text in texts)
    are = np.array([number is not None for number in numbers], np.bool_)
    keys[are] = number_keys(np.array([number for number in numbers if number is not None], np.float64))
    return keys


def number_keys(numbers: Numbers) -> Keys:
    """The bits of a whole number, and of any other to single precision: readers of files differ in the
    last bits."""
    with np.errstate(over="ignore", invalid="ignore"):
        short = numbers.astype(np.float32).astype(np.float64)
    # + 0.0 makes one number of 0 and -0
    found: Keys = (np.where(numbers == np.rint(numbers), numbers, short) + 0.0).view(np.uint64)
    return found


_EMPTY = keys_of([b""])[0]
