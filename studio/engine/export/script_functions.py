"""The functions with which exported scripts turn columns into inputs. Scripts hold their source, so they
use nothing but numpy and the standard library, and are written to be read by whoever gets the script."""
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import hashlib
import math
import re

import numpy as np

from studio.data.sample_keys import scattered
from studio.data.tables.dates import months, parse_date


def number(cell, decimal=".", units=None):
    """The number in a cell, nan for anything else. `units`: by what to multiply where one is written."""
    factor = 1.0
    for unit, times in (units or {}).items():
        if cell.endswith(unit) or cell.startswith(unit):
            cell, factor = cell.removesuffix(unit).removeprefix(unit), times
            break
    thousands = "," if decimal == "." else "."
    try:
        digits = re.sub(r"[\s'’%€$£¥]", "", cell).replace("−", "-")
        value = float(digits.replace(thousands, "").replace(decimal, ".")) * factor
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def numbers(cells, mean, std, empty, decimal=".", floor=0.0, units=None, none=(), was_empty=False):
    """One scaled number a row. `floor`: take the logarithm, of at least this; `none`: texts for nothing."""
    values = np.array([math.nan if c in none else number(c, decimal, units) for c in cells], np.float64)
    gaps = np.isnan(values)
    values = np.where(gaps, empty, values)
    if floor:
        values = np.log(np.maximum(values, floor))
    values = (values - mean) / std
    return np.stack([values, gaps] if was_empty else [values], axis=1)


def booleans(cells, answers, empty, was_empty=False):
    """1 for yes, 0 for no."""
    values = np.array([answers.get(cell, math.nan) for cell in cells], np.float64)
    gaps = np.isnan(values)
    values = np.where(gaps, empty, values)
    return np.stack([values, gaps] if was_empty else [values], axis=1)


def categories(cells, places, inputs, empty=-1, ordinal=False, decimal=".", was_empty=False):
    """A 1 at the place of each row's category (-1: nowhere), or with `ordinal` the place as a number."""
    found = [places.get(cell, places.get(number(cell, decimal))) for cell in cells]
    gaps = np.array([place is None for place in found])
    where = np.array([empty if place is None else place for place in found], np.int64)
    if ordinal:
        block = np.where(where < 0, 0.5, where / max(1, inputs - 1))[:, None]
    else:
        block = np.zeros((len(where), inputs))
        block[np.flatnonzero(where >= 0), where[where >= 0]] = 1.0
    return np.concatenate([block, gaps[:, None]], axis=1) if was_empty else block


def dates(cells, parts, day_first=False, none=(), was_empty=False):
    """One scaled number for each part of a date. `parts`: (function of the seconds since 1970, mean, std)."""
    found = {cell: None if cell in none else parse_date(cell, day_first) for cell in set(cells)}
    seconds = np.array([math.nan if found[c] is None else found[c] for c in cells], np.float64)
    gaps = np.isnan(seconds)
    blocks = [(np.where(gaps, mean, part(seconds)) - mean) / std for part, mean, std in parts]
    return np.stack([*blocks, gaps] if was_empty else blocks, axis=1)


def cell_key(cell, decimal, empty=("",), texts=()):
    """64 bits that follow from a cell: from its number, else from its text. `texts`: these are no numbers."""
    value = math.nan if cell in empty or cell in texts else number(cell, decimal)
    if math.isnan(value):
        text = "" if cell in empty else cell
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
    value = value if value.is_integer() else float(np.float32(value))
    return int(np.float64(value + 0.0).view(np.uint64))


def row_keys(columns, **how):
    """A number for each row that follows from all of its cells."""
    keys = np.zeros(len(columns[0]), np.uint64)
    for cells in columns:
        found = {cell: cell_key(cell, **how) for cell in set(cells)}
        keys = scattered(keys ^ np.array([found[cell] for cell in cells], np.uint64))
    return keys


__all__ = [
    "booleans",
    "categories",
    "cell_key",
    "dates",
    "months",
    "number",
    "numbers",
    "parse_date",
    "row_keys",
]
