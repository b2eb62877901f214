"""Where a table begins: titles and remarks above it, names over one or two rows, or no names at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from studio.data.tables.numbers import is_missing, parse_number

_LOOKED_AT = 200  # rows
_MOST_TITLES = 30
_REMARK = ("#", "//", "%", "--")


@dataclass(frozen=True, slots=True)
class Shape:
    """`top`: rows above the cells; `titles` of them above the names; `names` as written, perhaps none."""

    top: int
    titles: int
    names: list[str]


def shape_of(rows: Sequence[list[str]], width: int, wanted: object = "auto") -> Shape:
    """Args: rows: the first rows that are not empty; wanted: "auto", or whether there are names."""
    titles = _titles(rows, width)
    rest = rows[titles : titles + _LOOKED_AT]
    if wanted == "no" or (wanted == "auto" and not has_header(rest, width)):
        return Shape(titles, titles, [])
    first = list(rest[0])
    if first and first[0].startswith("#") and len(first[0]) > 1:
        first[0] = first[0].lstrip("# ")
    if len(first) == width - 1 and all(len(row) == width for row in rest[1:20]) and len(rest) > 1:
        first = ["", *first]  # R writes row names without a name for their column
    second = _second_row_of_names(rest, width)
    if second:
        return Shape(titles + 2, titles, _joined(first, second))
    return Shape(titles + 1, titles, first)


def width_of(lengths: Counter[int], rows: int) -> int:
    """The number of columns most rows have; empty cells at the end of all rows do not count."""
    if rows == 2:  # a header and one row: no majority to be had
        return max(lengths)
    return max(lengths.items(), key=lambda item: (item[1], item[0]))[0]


def _titles(rows: Sequence[list[str]], width: int) -> int:
    """How many rows stand above the table: a title, remarks, an empty-looking form head."""
    count = 0
    for i, row in enumerate(rows[:_MOST_TITLES]):
        below = rows[i + 1] if i + 1 < len(rows) else None
        if below is None or len(rows) - i < 3:
            break
        filled = [cell for cell in row if cell]
        if any(_is_number(cell) for cell in filled) and not row[0].startswith(_REMARK):
            break
        remark = row[0].startswith(_REMARK) and (len(filled) == 1 or len(row) != width)
        short = len(row) < width - 1 and len(filled) <= max(1, width // 2)
        alone = len(row) == 1 and width == 2 and not any(_is_number(cell) for cell in below)
        padded = len(row) == width >= 3 and len(filled) == 1 and bool(row[0]) and sum(map(bool, below)) > 1
        if not (remark or short or alone or padded):
            break
        count = i + 1
    return count


def _second_row_of_names(rows: Sequence[list[str]], width: int) -> list[str]:
    """The row of names below a row of group names, as merged cells of a spreadsheet leave it; or none."""
    if len(rows) < 3 or len(rows[0]) != width or len(rows[1]) != width:
        return []
    upper, lower = rows[0], rows[1]
    gaps = [i for i, cell in enumerate(upper) if not cell]
    if not gaps or not any(upper[i - 1] for i in gaps if i) or not all(lower[i] for i in gaps):
        return []
    names = [cell for cell in (*upper, *lower) if cell]
    if any(_is_number(cell) or is_missing(cell) for cell in names):
        return []
    below = [row for row in rows[2:] if len(row) == width]
    numeric = any(
        lower[i]
        and all(_is_number(row[i]) or is_missing(row[i]) for row in below)
        and any(row[i] for row in below)
        for i in range(width)
    )
    return lower if numeric else []


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    names = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        names.append(f"{group} {below}".strip())
    return names


def has_header(rows: Sequence[list[str]], width: int) -> bool:
    """Whether the first row holds names: text above numbers, or words that do not come again."""
    first = rows[0]
    if len(rows) < 2:
        return not any(_is_number(cell) for cell in first)
    if len(first) == width - 1 and all(len(row) == width for row in rows[1:20]):
        return True
    filled = [cell for cell in first if cell]
    if [str(i) for i in range(len(first))] == first:
        return True  # pandas numbers columns without names
    below = [row for row in rows[1:_LOOKED_AT] if len(row) == len(first)]
    for i, cell in enumerate(first):
        values = [row[i] for row in below if row[i] and not is_missing(row[i])]
        if not is_missing(cell) and not _is_number(cell) and values and all(map(_is_number, values)):
            return True
    if any(_is_number(cell) for cell in filled) or len(set(filled)) < len(filled) or not filled:
        return False
    return not any(cell and any(row[i] == cell for row in below) for i, cell in enumerate(first))


def _is_number(cell: str) -> bool:
    return parse_number(cell) is not None or parse_number(cell, ",") is not None


def column_names(first: list[str], width: int) -> tuple[tuple[str, ...], list[str]]:
    """A different name for every column, and notes."""
    notes = []
    names: list[str] = []
    taken: set[str] = set()
    renamed = []
    cleaned = [" ".join(cell.split())[:200] for cell in first]
    among = set(cleaned)
    for i in range(width):
        name = cleaned[i] if i < len(cleaned) else ""
        wanted = name or f"Column {i + 1}"
        unique, number = wanted, 2
        while unique in taken or (unique != wanted and unique in among):
            unique = f"{wanted} ({number})"
            number += 1
        if name and unique != name:
            renamed.append(unique)
        taken.add(unique)
        names.append(unique)
    if not first:
        notes.append("The file has no column names, so the columns are called “Column 1”, “Column 2”, ….")
    if renamed:
        listed = ", ".join(f"“{name}”" for name in renamed[:5])
        notes.append(f"Several columns had the same name; the later ones are now called {listed}.")
    return tuple(names), notes
