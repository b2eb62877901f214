"""Excel sheets: what their cells show, as text; formulas by the result that was saved with them."""

from __future__ import annotations

import datetime
import io
import struct
import zlib

from studio.data.dataset import DataError
from studio.data.tables.csv_text import Rows
from studio.data.tables.numbers import number_text
from studio.data.tables.table import Dialect, Sheet

_DAMAGE = (  # what openpyxl, zipfile and the XML parser raise on it
    zlib.error, struct.error, EOFError, OSError, LookupError, ValueError, TypeError, AttributeError,
    RuntimeError, SyntaxError, OverflowError,
)  # fmt: skip
_HARMLESS_BYTES = 300_000_000  # below this the ratio does not matter
_RATIO = 100


def read_excel(data: bytes, name: str, sheet: str) -> tuple[Rows, Dialect, tuple[Sheet, ...]]:
    """The rows of a sheet, the first that is filled in if none is named; and which sheets there are.

    Raises: DataError.
    """
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(data, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, *_DAMAGE) as error:
        raise DataError(f"“{name}” is no Excel file that can be read, or it is damaged.") from error
    try:
        names: list[str] = list(book.sheetnames)
        if sheet and sheet not in names:
            there = ", ".join(f"“{n}”" for n in names)
            raise DataError(f"There is no sheet “{sheet}” in “{name}”. There are: {there}.", "options")
        chosen = sheet or next((n for n in names if _has_cells(book[n])), names[0] if names else "")
        rows: Rows = []
        for line, values in enumerate(book[chosen].iter_rows(values_only=True), 1):
            cells = [excel_text(value) for value in values]
            if any(cells):
                rows.append((line, cells))
        padded = _padded(rows)
        sheets = tuple(
            Sheet(n, len(padded), len(padded[0][1]) if padded else 0) if n == chosen else _size_of(book[n], n)
            for n in names
        )
        return padded, Dialect(delimiter=",", decimal=".", sheet=chosen, top=0, sort="excel"), sheets
    except (zipfile.BadZipFile, *_DAMAGE) as error:
        raise DataError(f"The sheet in “{name}” is damaged. Save it again, or save it as CSV.") from error
    finally:
        book.close()


def _refuse_bomb(data: bytes, name: str) -> None:
    """Sheets shrink to a tenth when they are packed, not to a thousandth."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return  # openpyxl says what is wrong
    if unpacked > _HARMLESS_BYTES and unpacked > _RATIO * len(data):
        raise DataError(
            f"“{name}” was not opened. It unpacks to {unpacked / 1e9:.1f} GB, more than {_RATIO} times its "
            "size, as files do that are made to fill the memory. If you trust it, save it as CSV.",
            "too-large",
        )


def _size_of(sheet: object, name: str) -> Sheet:
    """How large the file says a sheet is: counting would read every sheet at every opening."""
    if not _has_cells(sheet):
        return Sheet(name, 0, 0)
    return Sheet(name, getattr(sheet, "max_row", None) or 0, getattr(sheet, "max_column", None) or 0)


def _padded(rows: Rows) -> Rows:
    """All rows equally long: sheets leave out empty cells at the end of a row, which is no mistake."""
    width = max((len(cells) for _, cells in rows), default=0)
    while width and not any(len(cells) >= width and cells[width - 1] for _, cells in rows):
        width -= 1
    return [(line, (cells + [""] * (width - len(cells)))[:width]) for line, cells in rows]


def _has_cells(sheet: object) -> bool:
    rows = getattr(sheet, "iter_rows", None)  # a sheet with only a chart has none
    return rows is not None and any(
        any(v is not None for v in row) for row in rows(max_row=20, values_only=True)
    )


def excel_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
