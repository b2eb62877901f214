"""The columns of a table or fields of JSON, as they can be offered: which hold texts, which give classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.data.tables.cells import TextCells
from studio.data.tables.column_values import categories_of
from studio.data.tables.columns import MAX_CLASSES, target_column
from studio.data.tables.table import Table

_LONG = 20  # characters that a text has on average; shorter cells are names and codes
_LOOKED = 2000  # cells that tell what a column holds


@dataclass(frozen=True, slots=True)
class TextField:
    """`classes`: how many classes its values would make, 0 where they are none."""

    name: str
    texts: bool = False
    classes: int = 0


def longest_text_column(table: Table) -> str | None:
    """The column that holds texts: the longest one whose cells are sentences rather than names."""
    found: list[tuple[float, str]] = []
    for name, cells in zip(table.names, table.columns, strict=True):
        if not isinstance(cells, TextCells) or len(cells) == 0:
            continue
        values = [value for value in cells.values if value]
        seen = values[:_LOOKED]
        mean = sum(map(extent, seen)) / max(1, len(seen))
        several = sum(" " in value or extent(value) > len(value) for value in seen)
        if len(values) >= 0.5 * len(cells) and mean >= _LONG and several >= 0.5 * len(seen):
            found.append((mean, name))
    return max(found)[1] if found else None


def extent(text: str) -> int:
    """Characters, those of Chinese or Japanese three times: they are whole syllables."""
    return len(text) + 2 * sum("\u2e80" <= char <= "\ud7ff" for char in text[:500])


def classes_in(table: Table, name: str) -> int:
    """How many classes a column would make; 0 where it is none."""
    cells = table.column(name)
    if target_column(table, name).type == "number":
        return 0
    count = len([value for value in categories_of(cells, table.dialect.decimal).names if value])
    return fitting_classes(count, len(table))


def fitting_classes(count: int, samples: int) -> int:
    """The number of different values where these can be classes: each of them several times."""
    return count if 2 <= count <= min(MAX_CLASSES, max(2, samples // 2)) else 0


def text_fields(table: Table) -> tuple[TextField, ...]:
    """What can be chosen; nothing where no column holds texts."""
    if longest_text_column(table) is None:
        return ()
    return tuple(
        TextField(name, isinstance(cells, TextCells), classes_in(table, name))
        for name, cells in zip(table.names, table.columns, strict=True)
    )


def record_fields(
    records: Sequence[Mapping[str, object]], words: Sequence[Mapping[str, str]]
) -> tuple[TextField, ...]:
    """The same of JSON. `words`: each record's values as classes are written, "" where it has none."""
    names = dict.fromkeys(key for record in records[:1000] for key in record)
    return tuple(
        TextField(
            name,
            any(isinstance(record.get(name), str) and record[name] for record in records[:_LOOKED]),
            fitting_classes(len({word.get(name, "") for word in words} - {""}), len(records)),
        )
        for name in names
    )
