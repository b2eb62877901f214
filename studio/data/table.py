"""A table as read from a file: names and cells as text, each row with its line number."""

from __future__ import annotations

from dataclasses import dataclass

from studio.data.dataset import Skipped
from studio.data.numbers import Decimal

Cells = tuple[str, ...]  # of one column, without surrounding spaces


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file was understood; enough to read it the same way with Python's csv module.

    `header`: whether the first line holds names. `sheet` is the name of an Excel sheet; then the other
    fields do not matter.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Decimal = "."
    header: bool = True
    quotes: bool = True
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns[i]` holds the cells of the column `names[i]`; `lines` the line of each row in the file.

    `width`: cells in a row of the file, empty columns without a name included."""

    names: tuple[str, ...]
    columns: tuple[Cells, ...]
    lines: tuple[int, ...]
    dialect: Dialect
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    width: int = 0

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> Cells:
        """Raises KeyError."""
        try:
            return self.columns[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None
