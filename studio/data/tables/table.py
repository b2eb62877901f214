"""A table as read from a file: names, and cells column by column, each row with its line number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.data.dataset import Skipped
from studio.data.tables.cells import Cells
from studio.data.tables.numbers import Decimal

FileSort = Literal["csv", "excel", "parquet"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file was understood; enough to read it the same way with Python's csv module.

    `header`: whether there are names above the cells; `top`: how many rows that are not empty stand above
    them, names, titles and remarks. `sheet` is the name of an Excel sheet. `packed`: with gzip.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Decimal = "."
    header: bool = True
    quotes: bool = True
    sheet: str = ""
    top: int = 1
    sort: FileSort = "csv"
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of a workbook. `rows`: names included; 0 also where the file does not say."""

    name: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Table:
    """`columns[i]` holds the cells of the column `names[i]`; `lines` the line of each row in the file.

    `width`: cells in a row of the file, empty columns without a name included; `positions[i]`: which of
    them column i is."""

    names: tuple[str, ...]
    columns: tuple[Cells, ...]
    lines: Sequence[int] | npt.NDArray[np.int64]
    dialect: Dialect
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    width: int = 0
    positions: tuple[int, ...] = ()
    sheets: tuple[Sheet, ...] = ()  # of the workbook it comes from; `dialect.sheet` is which of them

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> Cells:
        """Raises KeyError."""
        try:
            return self.columns[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None
