"""CSV of every dialect with Python's csv module: exact, for small files and for untidy ones."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Mapping

from studio.data.dataset import DataError
from studio.data.tables.numbers import Decimal, guess_decimal
from studio.data.tables.units import split_unit

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
_SNIFFED_LINES = 60
_FIELD_LIMIT = 1_000_000
Rows = list[tuple[int, list[str]]]  # line number, cells


def declared_delimiter(text: str) -> tuple[str, str]:
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
        try:
            rows = parse("\n".join(looked_at), delimiter, quotes=True)
        except csv.Error:
            continue  # a cell without end: another sign may cut it
        counts = Counter(len(cells) for _, cells in rows)
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


def decimal_sign(options: Mapping[str, object], columns: list[tuple[str, ...]], delimiter: str) -> Decimal:
    """What the user said, or what the cells look like."""
    wanted = options.get("decimal", "auto")
    if wanted in ("point", "comma"):
        return "." if wanted == "point" else ","
    cells = (cell for column in columns for cell in column)
    # "3,5 kg" tells as much as "3,5"; most cells end in a digit or have none
    plain = (cell if not cell or cell[-1].isdigit() else split_unit(cell)[0].strip() for cell in cells)
    return guess_decimal(plain, delimiter)


def read_csv_rows(text: str, delimiter: str, name: str) -> tuple[Rows, bool]:
    """The rows, and whether quotes were taken as quotes. Raises DataError."""
    try:
        rows = list(parse(text, delimiter, quotes=True))
        swallowed = '"' in text and any(
            cell.count("\n") > 50 for _, cells in rows for cell in cells if len(cell) > 200
        )
        if not swallowed:
            return rows, True
    except csv.Error:
        pass
    try:  # a quote that is never closed has swallowed the rest of the file
        return list(parse(text, delimiter, quotes=False)), False
    except csv.Error as error:
        raise no_table(name, error) from error


def no_table(name: str, error: csv.Error) -> DataError:
    """What the parser found wrong, in a sentence."""
    why = str(error)
    if "field limit" in why:
        why = f"one of its cells has more than {_FIELD_LIMIT:,} letters, so it is separated by another sign"
    return DataError(f"“{name}” cannot be read as a table: {why}.")


def parse(text: str, delimiter: str, *, quotes: bool) -> Rows:
    """Raises csv.Error."""
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
