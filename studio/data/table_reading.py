"""Reads tables that people saved: CSV of every dialect, Excel sheets. Bad rows are listed, not fatal."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.data.dataset import DataError, Skipped
from studio.data.numbers import Decimal, guess_decimal, is_missing, number_text, parse_number
from studio.data.table import Dialect, Table
from studio.data.table_text import decode, read_bytes

_DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 5_000
MAX_LISTED = 1_000  # bad rows told one by one
_SNIFFED_LINES = 60
_FIELD_LIMIT = 1_000_000
Rows = list[tuple[int, list[str]]]  # line number, cells


def read_table(path: Path, options: Mapping[str, object] | None = None, fewest_columns: int = 2) -> Table:
    """The table in a file. `options` are those of the csv source; what is left out is guessed.

    A table to learn from has a target beside a feature; one to predict may have a single column.

    Raises: DataError: missing, empty, too large, no table.
    """
    options = options or {}
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04") and (b"xl/" in data or path.suffix.lower() in (".xlsx", ".xlsm")):
        rows, dialect = _read_excel(data, path.name, str(options.get("sheet", "")))
        notes: tuple[str, ...] = ()
    else:
        text, encoding, notes = decode(data, path.name, str(options.get("encoding", "auto")))
        text, declared = _declared_delimiter(text)
        delimiter = _DELIMITER_NAMES.get(str(options.get("delimiter", "auto")), declared)
        delimiter = delimiter or sniff_delimiter(text)
        rows, quotes = _read_csv(text, delimiter, path.name)
        dialect = Dialect(encoding, delimiter, quotes=quotes)
    return _table(rows, dialect, options, notes, path.name, fewest_columns)


def _declared_delimiter(text: str) -> tuple[str, str]:
    """Excel's first line "sep=;", taken out but for its line end, so that line numbers stay right."""
    first = text[:10].splitlines()[0] if text else ""
    if len(first) == 5 and first.lower().startswith("sep="):
        return text[5:], first[4]
    return text, ""


def sniff_delimiter(text: str) -> str:
    """What separates the cells: whatever cuts most of the first lines into the same number of parts."""
    lines = list(itertools.islice((line for line in text.splitlines() if line.strip()), _SNIFFED_LINES))
    best, best_score = ",", 0.0
    for delimiter in (*DELIMITERS, " "):
        # Between spaces, the first line is no guide: R leaves out the name of the row names.
        looked_at = lines[1:] if delimiter == " " and len(lines) > 2 else lines
        counts = Counter(len(cells) for _, cells in _parse("\n".join(looked_at), delimiter, quotes=True))
        if not counts:
            continue
        parts, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]))
        share = agreeing / sum(counts.values())
        if parts < 2 or (delimiter == " " and (share < 0.95 or parts < 3)):
            continue  # prose has spaces, too
        score = share + 0.01 * min(parts, 20) - (0.3 if delimiter == " " else 0.0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _read_csv(text: str, delimiter: str, name: str) -> tuple[Rows, bool]:
    """The rows, and whether quotes were taken as quotes."""
    try:
        rows = list(_parse(text, delimiter, quotes=True))
        swallowed = '"' in text and any(
            cell.count("\n") > 50 for _, cells in rows for cell in cells if len(cell) > 200
        )
        if not swallowed:
            return rows, True
    except csv.Error:
        pass
    try:  # a quote that is never closed has swallowed the rest of the file
        return list(_parse(text, delimiter, quotes=False)), False
    except csv.Error as error:
        raise DataError(f"“{name}” cannot be read as a table: {error}.") from error


def _parse(text: str, delimiter: str, *, quotes: bool) -> Rows:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    rows: Rows = []
    before = 0
    for cells in reader:
        line, before = before + 1, reader.line_num
        cells = [cell.strip() for cell in cells]
        if delimiter == " " and cells and not cells[-1]:
            cells.pop()
        if any(cells):
            rows.append((line, cells))
    return rows


def _read_excel(data: bytes, name: str, sheet: str) -> tuple[Rows, Dialect]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise DataError(f"“{name}” is no Excel file that can be read, or it is damaged.") from error
    try:
        names: list[str] = list(book.sheetnames)
        if sheet and sheet not in names:
            there = ", ".join(f"“{n}”" for n in names)
            raise DataError(f"There is no sheet “{sheet}” in “{name}”. There are: {there}.", "options")
        chosen = sheet or next((n for n in names if _has_cells(book[n])), names[0] if names else "")
        rows: Rows = []
        for line, values in enumerate(book[chosen].iter_rows(values_only=True), 1):
            cells = [_excel_text(value) for value in values]
            if any(cells):
                rows.append((line, cells))
        return rows, Dialect(delimiter=",", decimal=".", sheet=chosen)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, SyntaxError) as error:
        raise DataError(f"The sheet in “{name}” is damaged. Save it again, or save it as CSV.") from error
    finally:
        book.close()


def _has_cells(sheet: object) -> bool:
    rows = getattr(sheet, "iter_rows", None)  # a sheet with only a chart has none
    return rows is not None and any(
        any(v is not None for v in row) for row in rows(max_row=20, values_only=True)
    )


def _excel_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def _table(
    rows: Rows,
    dialect: Dialect,
    options: Mapping[str, object],
    notes: tuple[str, ...],
    name: str,
    fewest_columns: int,
) -> Table:
    """Names, equal lengths, and what was left out for it."""
    if not rows:
        raise DataError(f"“{name}” is empty. Choose a table with some rows.", "empty")
    width = _width(rows)
    if width > MAX_COLUMNS:
        raise DataError(f"“{name}” has {width:,} columns; at most {MAX_COLUMNS:,} are read.", "too-large")
    if width < fewest_columns:
        raise DataError(
            f"“{name}” has only one column. A table needs at least two: one to learn from, one to predict. "
            "If the cells are separated by an unusual sign, choose it.",
            "columns",
        )
    wanted_header = options.get("header", "auto")
    header = (
        has_header([cells for _, cells in rows], width) if wanted_header == "auto" else wanted_header == "yes"
    )
    first = rows[0][1] if header else []
    body = rows[1:] if header else rows
    kept, skipped = _even_rows(body, width)
    if not kept:
        raise DataError(
            f"“{name}” has no rows below its column names. Choose a table with some rows.", "empty"
        )
    columns = list(zip(*(cells for _, cells in kept), strict=True))
    if header and len(first) == width - 1:
        first = ["", *first]  # R writes row names without a name for their column
    names, name_notes = _names(first, width)
    used = [i for i in range(width) if (i < len(first) and first[i]) or any(columns[i])]
    columns = [columns[i] for i in used]
    names = tuple(names[i] for i in used)
    decimal = options.get("decimal", "auto")
    if dialect.sheet:
        decimal_sign: Decimal = "."
    elif decimal in ("point", "comma"):
        decimal_sign = "." if decimal == "point" else ","
    else:
        cells = (cell for column in columns for cell in column[:2000])
        decimal_sign = guess_decimal(cells, dialect.delimiter)
    dialect = Dialect(
        dialect.encoding, dialect.delimiter, decimal_sign, bool(header), dialect.quotes, dialect.sheet
    )
    all_notes = (*notes, *name_notes, *_skipped_notes(skipped))
    lines = tuple(line for line, _ in kept)
    return Table(names, tuple(columns), lines, dialect, tuple(skipped), all_notes, width)


def _width(rows: Rows) -> int:
    """The number of columns most rows have; empty cells at the end of all rows do not count."""
    counts = Counter(len(cells) for _, cells in rows)
    if len(rows) == 2:  # a header and one row: no majority to be had
        return max(counts)
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0]


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
    below = [row for row in rows[1:200] if len(row) == len(first)]
    for i, cell in enumerate(first):
        values = [row[i] for row in below if row[i] and not is_missing(row[i])]
        if not is_missing(cell) and not _is_number(cell) and values and all(map(_is_number, values)):
            return True
    if any(_is_number(cell) for cell in filled) or len(set(filled)) < len(filled) or not filled:
        return False
    return not any(cell and any(row[i] == cell for row in below) for i, cell in enumerate(first))


def _is_number(cell: str) -> bool:
    return parse_number(cell) is not None or parse_number(cell, ",") is not None


def _even_rows(rows: Rows, width: int) -> tuple[Rows, list[Skipped]]:
    kept: Rows = []
    skipped: list[Skipped] = []
    for line, cells in rows:
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            kept.append((line, cells))
        else:
            reason = f"It has {len(cells)} cells instead of {width}."
            skipped.append(Skipped(f"line {line}", reason))
    return kept, skipped


def _names(first: list[str], width: int) -> tuple[tuple[str, ...], list[str]]:
    """A different name for every column."""
    notes = []
    names: list[str] = []
    taken: set[str] = set()
    renamed = []
    cleaned = [" ".join(cell.split())[:200] for cell in first]
    for i in range(width):
        name = cleaned[i] if i < len(cleaned) else ""
        wanted = name or f"Column {i + 1}"
        unique, number = wanted, 2
        while unique in taken or (unique != wanted and unique in cleaned):
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


def _skipped_notes(skipped: list[Skipped]) -> list[str]:
    if not skipped:
        return []
    rows = "1 row was" if len(skipped) == 1 else f"{len(skipped):,} rows were"
    del skipped[MAX_LISTED:]
    return [f"{rows} left out for having too few or too many cells, the first at {skipped[0].name}."]
