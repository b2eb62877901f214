"""Reads tables that people saved: CSV of every dialect, Excel, Parquet. Bad rows are listed, not fatal."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from studio.data.dataset import DataError, Progress, Skipped
from studio.data.tables.cells import TextCells
from studio.data.tables.csv_large import read_large
from studio.data.tables.csv_text import (
    DELIMITER_NAMES,
    Rows,
    decimal_sign,
    declared_delimiter,
    no_table,
    read_csv_rows,
    sniff_delimiter,
)
from studio.data.tables.left_out_rows import skipped_notes, title_notes, uneven
from studio.data.tables.numbers import Decimal
from studio.data.tables.table import Dialect, Table
from studio.data.tables.table_shape import column_names, shape_of, width_of
from studio.data.tables.table_text import LARGE_BYTES, decode, read_bytes

MAX_COLUMNS = 5_000


def read_table(
    path: Path,
    options: Mapping[str, object] | None = None,
    fewest_columns: int = 2,
    progress: Progress | None = None,
) -> Table:
    """The table in a file. `options` are those of the csv source; what is left out is guessed.

    A table to learn from has a target beside a feature; one to predict may have a single column.

    Raises: DataError: missing, empty, too large, no table; Cancelled.
    """
    try:
        return _read(path, options or {}, fewest_columns, progress)
    except csv.Error as error:
        raise no_table(path.name, error) from error


def _read(path: Path, options: Mapping[str, object], fewest_columns: int, progress: Progress | None) -> Table:
    data, packed = read_bytes(path)
    if data.startswith(b"PAR1"):
        from studio.data.tables.parquet_reading import read_parquet

        table = read_parquet(data, path.name)
        _check_width(table.width, path.name, fewest_columns)
        return table
    if data.startswith(b"PK\x03\x04") and (b"xl/" in data or path.suffix.lower() in (".xlsx", ".xlsm")):
        from studio.data.tables.excel_reading import read_excel

        rows, dialect, sheets = read_excel(data, path.name, str(options.get("sheet", "")))
        return replace(_table(rows, dialect, options, (), path.name, fewest_columns), sheets=sheets)
    if len(data) >= LARGE_BYTES:
        large = read_large(data, path.name, options, progress)
        if large is not None:
            _check_width(large.width, path.name, fewest_columns)
            return replace(large, dialect=replace(large.dialect, packed=packed))
    text, encoding, notes = decode(data, path.name, str(options.get("encoding", "auto")))
    text, declared = declared_delimiter(text)
    delimiter = DELIMITER_NAMES.get(str(options.get("delimiter", "auto")), declared)
    delimiter = delimiter or sniff_delimiter(text)
    rows, quotes = read_csv_rows(text, delimiter, path.name)
    dialect = Dialect(encoding, delimiter, quotes=quotes, top=int(bool(declared)), packed=packed)
    return _table(rows, dialect, options, notes, path.name, fewest_columns)


def _check_width(width: int, name: str, fewest_columns: int) -> None:
    if width > MAX_COLUMNS:
        raise DataError(f"“{name}” has {width:,} columns; at most {MAX_COLUMNS:,} are read.", "too-large")
    if width < fewest_columns:
        raise DataError(
            f"“{name}” has only one column. A table needs at least two: one to learn from, one to predict. "
            "If the cells are separated by an unusual sign, choose it.",
            "columns",
        )


def _table(
    rows: Rows,
    dialect: Dialect,
    options: Mapping[str, object],
    notes: tuple[str, ...],
    name: str,
    fewest_columns: int,
) -> Table:
    """Names, equal lengths, and what was left out for it. `dialect.top`: lines that were taken out before."""
    if not rows:
        raise DataError(f"“{name}” is empty. Choose a table with some rows.", "empty")
    width = width_of(Counter(len(cells) for _, cells in rows), len(rows))
    _check_width(width, name, fewest_columns)
    shape = shape_of([cells for _, cells in rows[:300]], width, options.get("header", "auto"))
    kept, skipped = _even_rows(rows[shape.top :], width)
    if not kept:
        raise DataError(
            f"“{name}” has no rows below its column names. Choose a table with some rows.", "empty"
        )
    columns = list(zip(*(cells for _, cells in kept), strict=True))
    names, name_notes = column_names(shape.names, width)
    used = [i for i in range(width) if (i < len(shape.names) and shape.names[i]) or any(columns[i])]
    decimal: Decimal = "."
    if not dialect.sheet:
        decimal = decimal_sign(options, [columns[i][:2000] for i in used], dialect.delimiter)
    return Table(
        tuple(names[i] for i in used),
        tuple(TextCells.of(columns[i]) for i in used),
        tuple(line for line, _ in kept),
        replace(dialect, decimal=decimal, header=bool(shape.names), top=dialect.top + shape.top),
        tuple(skipped),
        (*notes, *title_notes(shape.titles), *name_notes, *skipped_notes(skipped)),
        width,
        tuple(used),
    )


def _even_rows(rows: Rows, width: int) -> tuple[Rows, list[Skipped]]:
    kept: Rows = []
    skipped: list[Skipped] = []
    for line, cells in rows:
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            kept.append((line, cells))
        else:
            skipped.append(uneven(line, len(cells), width))
    return kept, skipped
