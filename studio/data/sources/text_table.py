"""Texts in a column of a table, with their class in another."""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.params import Param, Params, Text
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.fingerprint import fingerprint
from studio.data.sources.csv_table import PARAMS as TABLE_PARAMS
from studio.data.sources.csv_table import SUFFIXES, is_packed_table
from studio.data.sources.source import Source, absolute
from studio.data.tables.column_values import categories_of
from studio.data.tables.columns import infer_columns, target_column
from studio.data.tables.table import Table
from studio.data.tables.table_memory import remembered_table
from studio.data.texts.text_dataset import ReadTexts, TextDataset
from studio.data.texts.text_fields import TextField, classes_in, longest_text_column, text_fields
from studio.data.texts.text_options import TEXT_PARAMS, checked_options

_OTHERS = 2  # columns to learn from beside the text; with more of them it is a table

PARAMS = (
    Param("text_column", "Text", "The column with the texts; left empty, the longest one.", Text(200), ""),
    Param(
        "target_column",
        "Class",
        "The column with the class of each text; left empty, it is guessed.",
        Text(200),
        "",
    ),
    *TEXT_PARAMS,
    *(replace(param, advanced=True) for param in TABLE_PARAMS),
)


def choose_text_table(text: str, options: Params) -> DatasetChoice:
    """Raises DataError: no column with texts, or none with classes."""
    path = Path(absolute(text))
    return open_text_table(DatasetChoice("text-table", str(path), dict(options)), path).choice


def open_text_table(choice: DatasetChoice, path: Path, progress: Progress | None = None) -> TextDataset:
    values = checked_options(PARAMS, choice.options)
    reading = {p.name: values[p.name] for p in TABLE_PARAMS}
    table = remembered_table(path, reading, progress)
    name = _named(table, str(values["text_column"])) or longest_text_column(table)
    if name is None:
        raise DataError(f"No column of “{path.name}” holds texts. Name the column with the texts.", "columns")
    target = _named(table, str(values["target_column"])) or _target(table, name)
    if target is None or target == name:
        raise DataError(
            f"No column of “{path.name}” gives the class of each text. Add a column with the classes, or "
            "name the one that holds them.",
            "columns",
        )
    return TextDataset(choice, replace(_read(table, name, target, path), table_options=reading), progress)


def _read(table: Table, name: str, target: str, path: Path) -> ReadTexts:
    texts, cells = table.column(name), table.column(target)
    if target_column(table, target).type == "number":
        raise DataError(
            f"“{target}” is a number in each row. Lantern cannot learn to predict numbers from texts yet. "
            "Choose a column with classes.",
            "columns",
        )
    labels = categories_of(cells, table.dialect.decimal)
    known = np.flatnonzero(labels.codes >= 0).tolist()
    missing = np.flatnonzero(labels.codes < 0).tolist()
    skipped = tuple(Skipped(f"row {table.lines[row]}", f"“{target}” is empty.") for row in missing[:1000])
    return ReadTexts(
        texts.texts(known),
        [labels.names[int(labels.codes[row])] for row in known],
        [f"row {table.lines[row]}" for row in known],
        target,
        fingerprint([path]),
        (*table.skipped, *skipped),
        (*table.notes, f"The texts are in the column “{name}”, their classes in “{target}”."),
        columns=(name, target),
        fields=text_fields(table) or (TextField(name, texts=True), TextField(target, classes=2)),
        sheets=table.sheets,
        sheet=table.dialect.sheet,
    )


def _named(table: Table, wanted: str) -> str | None:
    """The column of that name; None if none was named. Raises DataError with the nearest."""
    if not wanted:
        return None
    folded = {name.casefold().strip(): name for name in table.names}
    if wanted.casefold().strip() in folded:
        return folded[wanted.casefold().strip()]
    near = difflib.get_close_matches(wanted.casefold(), folded, n=1)
    hint = f" Did you mean “{folded[near[0]]}”?" if near else ""
    names = ", ".join(f"“{name}”" for name in table.names[:8])
    raise DataError(f"There is no column “{wanted}”.{hint} The columns are: {names}.", "columns")


def _target(table: Table, text: str) -> str | None:
    """The guessed target, or the column with the fewest different values: each of them several times."""
    with contextlib.suppress(DataError):
        guess = next((c.name for c in infer_columns(table)[0] if c.role == "target"), None)
        if guess is not None and guess != text and classes_in(table, guess):
            return guess
    counts = [(count, name) for name in table.names if name != text and (count := classes_in(table, name))]
    return min(counts)[1] if counts else None


def _is_text_table(text: str) -> bool:
    path = Path(text).expanduser()
    try:
        if not path.is_file() or not (path.suffix.lower() in SUFFIXES or is_packed_table(text)):
            return False
        table = remembered_table(path, {p.name: p.default for p in TABLE_PARAMS})
        name = longest_text_column(table)
        if name is None or _target(table, name) is None:
            return False
        columns, _ = infer_columns(table)
    except (DataError, OSError, ValueError):
        return False  # the table's source says what is wrong
    others = [c for c in columns if c.role == "feature" and c.name != name]
    return len(others) <= _OTHERS


SOURCE = Source(
    "text-table",
    "Texts in a table",
    "A CSV or Excel file with a text in each row and its class in another column.",
    recognises=_is_text_table,
    choose=choose_text_table,
    open=lambda choice, progress: open_text_table(choice, Path(choice.location), progress),
    params=PARAMS,
)
