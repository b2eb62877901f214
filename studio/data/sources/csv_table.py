"""Tables from CSV, Excel and Parquet files: one sample per row."""

from __future__ import annotations

from pathlib import Path

from studio.core.params import Choice, Param, ParamError, Params, Text, check_params
from studio.core.project import DatasetChoice
from studio.data.dataset import Cancelled, DataError, Progress
from studio.data.sources.source import Source, absolute
from studio.data.tables.columns import infer_columns
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.table_memory import remembered_table
from studio.data.tables.table_text import ENCODINGS
from studio.data.texts.text_fields import text_fields

SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".xlsx", ".xlsm", ".parquet", ".pq"})
_AUTO = ("auto", "automatic")

PARAMS = (
    Param(
        "delimiter",
        "Separator",
        "The sign between two cells of a row.",
        Choice((_AUTO, ("comma", "comma ,"), ("semicolon", "semicolon ;"), ("tab", "tab"), ("pipe", "bar |"),
                ("space", "space"))),
        "auto",
    ),
    Param(
        "decimal",
        "Decimal sign",
        "How numbers are written: 3.14 or 3,14.",
        Choice((_AUTO, ("point", "point 3.14"), ("comma", "comma 3,14"))),
        "auto",
    ),
    Param(
        "header",
        "Column names",
        "Whether the first row holds the names of the columns.",
        Choice((_AUTO, ("yes", "in the first row"), ("no", "none"))),
        "auto",
    ),
    Param(
        "encoding",
        "Encoding",
        "How letters are stored; change it if ä, é or ł look wrong.",
        Choice((_AUTO, *ENCODINGS)),
        "auto",
        advanced=True,
    ),
    Param(
        "sheet",
        "Sheet",
        "The sheet of an Excel file; left empty, it is the first one that is filled in.",
        Text(100),
        "",
        advanced=True,
    ),
)  # fmt: skip


def choose_table(
    text: str, options: Params, target: str | None = None, numeric: bool | None = None
) -> DatasetChoice:
    """The choice with columns guessed, and its facts. Raises DataError."""
    path = Path(absolute(text))
    table = remembered_table(path, _checked(options))
    columns, _ = infer_columns(table, target, numeric)
    choice = DatasetChoice("csv", str(path), dict(options), columns)
    return TableDataset(choice, table, path).choice


def open_table(choice: DatasetChoice, path: Path, progress: Progress | None = None) -> TableDataset:
    """Reads the file, or remembers it. Raises DataError, Cancelled."""
    table = remembered_table(path, _checked(choice.options), progress)
    if progress is not None and not progress(0.8):
        raise Cancelled
    dataset = TableDataset(choice, table, path, progress, fields=text_fields(table))
    _ = dataset.split_words  # here, where it may take its time, not in the window when it is first asked for
    return dataset


def _checked(options: Params) -> dict[str, object]:
    try:
        return dict(check_params(PARAMS, options))
    except ParamError as error:
        raise DataError(str(error), "options") from None


def is_packed_table(text: str) -> bool:
    """A CSV file packed with gzip, which is read as it is: “measured.csv.gz”."""
    path = Path(text)
    return path.suffix.lower() == ".gz" and Path(path.stem).suffix.lower() in SUFFIXES


def _is_table(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() in SUFFIXES or path.is_file()


__all__ = ["PARAMS", "SOURCE", "SUFFIXES", "TableDataset", "choose_table", "is_packed_table", "open_table"]


SOURCE = Source(
    "csv",
    "Table",
    "A CSV, Excel or Parquet file: one sample per row, one of its columns is what the network learns to "
    "predict.",
    recognises=_is_table,
    choose=choose_table,
    open=lambda choice, progress: open_table(choice, Path(choice.location), progress),
    params=PARAMS,
)
