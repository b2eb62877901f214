"""Parquet files, with pyarrow where it is installed."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from studio.data.dataset import DataError
from studio.data.tables.cells import Cells, NumberCells, TextCells
from studio.data.tables.excel_reading import excel_text
from studio.data.tables.table import Dialect, Table
from studio.data.tables.table_shape import column_names


def read_parquet(data: bytes, name: str) -> Table:
    """Raises DataError: pyarrow is not installed, or the file is damaged."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise DataError(
            f"“{name}” is a Parquet file; reading those needs the library pyarrow, which is not installed. "
            "Install it with “pip install pyarrow”, or save the table as CSV.",
            "unreadable",
        ) from None
    try:
        table = parquet.read_table(io.BytesIO(data))
        columns = [_cells(table.column(i)) for i in range(table.num_columns)]
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        raise DataError(f"“{name}” is a damaged Parquet file. Save it again, or save it as CSV.") from error
    if not table.num_rows or not columns:
        raise DataError(f"“{name}” is empty. Choose a table with some rows.", "empty")
    names, notes = column_names([str(n) for n in table.column_names], table.num_columns)
    width = len(columns)
    lines = np.arange(1, table.num_rows + 1, dtype=np.int64)
    dialect = Dialect(sort="parquet", top=0)
    return Table(names, tuple(columns), lines, dialect, (), tuple(notes), width, tuple(range(width)))


def _cells(column: Any) -> Cells:
    """A chunked array as cells: numbers stay numbers, all else becomes text once per different value."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64)
        return NumberCells(np.where(np.isfinite(numbers), numbers, np.nan))
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        return TextCells.of(excel_text(value) for value in column.to_pylist())
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    texts = [excel_text(value) for value in coded.dictionary.to_pylist()]
    places: dict[str, int] = {}
    table = [places.setdefault(text, len(places)) for text in texts]
    table.append(places.setdefault("", len(places)) if coded.null_count else 0)
    codes = coded.indices.fill_null(len(table) - 1).to_numpy(zero_copy_only=False)
    return TextCells(np.array(table, np.int32)[codes], tuple(places))
