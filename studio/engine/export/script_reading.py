"""read_rows() of a script: CSV, Excel or Parquet, as the table was read."""

from __future__ import annotations

import inspect

from studio.data.tables import numbers
from studio.data.tables.excel_reading import excel_text
from studio.data.tables.table import Table

Reading = tuple[str, set[str], set[str]]  # text, import lines, packages to install


def reading(table: Table) -> Reading:
    """The function's source and what it needs."""
    sort = table.dialect.sort
    if sort == "excel":
        return _excel(table), {"import datetime", "import openpyxl"}, {"openpyxl"}
    if sort == "parquet":
        return _parquet(), {"import datetime", "import pyarrow.parquet"}, {"pyarrow"}
    packed = {"import gzip"} if table.dialect.packed else set()
    return _csv(table), {"import csv", "import io", *packed}, set()


def _csv(table: Table) -> str:
    dialect = table.dialect
    quoting = "" if dialect.quotes else ", quoting=csv.QUOTE_NONE"
    data = "gzip.decompress(DATA.read_bytes())" if dialect.packed else "DATA.read_bytes()"
    return f'''def read_rows():
    """The table's rows as text; rows with too few or too many cells are left out."""
    text = {data}.decode({dialect.encoding!r}, errors="replace").replace("\\0", "")
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter={dialect.delimiter!r}, skipinitialspace=True{quoting})
    rows = [[cell.strip() for cell in row] for row in reader]
    rows = [row for row in rows if any(row)][{dialect.top}:]
    width = {table.width}
    return [row[:width] for row in rows if len(row) >= width and not any(row[width:])]
'''


def _cell_text() -> str:
    return f"{inspect.getsource(numbers.number_text)}\n\n{inspect.getsource(excel_text)}\n\n"


def _excel(table: Table) -> str:
    dialect = table.dialect
    return f'''{_cell_text()}def read_rows():
    """The sheet's rows as text."""
    sheet = openpyxl.load_workbook(DATA, read_only=True, data_only=True)[{dialect.sheet!r}]
    rows = [[excel_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    width = {table.width}
    return [(row + [""] * width)[:width] for row in rows if any(row)][{dialect.top}:]
'''


def _parquet() -> str:
    return f'''{_cell_text()}def read_rows():
    """The table's rows as text."""
    columns = pyarrow.parquet.read_table(DATA).columns
    return list(zip(*([excel_text(value) for value in column.to_pylist()] for column in columns)))
'''
