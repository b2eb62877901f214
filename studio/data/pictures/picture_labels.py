"""What a table says about pictures: which column names them, what each is to be, and what is left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError, Skipped
from studio.data.pictures.learning import (
    LABEL_NAMES,
    SEPARATORS,
    Plan,
    flag_of,
    is_flag,
    is_measured,
    marks_only,
    parts_of,
    separator_in,
    unit_of,
)
from studio.data.pictures.learning_problems import check_values, not_a_class, not_flags, not_numbers
from studio.data.pictures.picture_names import PictureNames
from studio.data.sources.folder_walk import natural_key
from studio.data.tables.column_values import numbers_of
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.numbers import is_missing
from studio.data.tables.table import Table

ENOUGH = 0.5  # of a column's cells name pictures: it is the column of file names
_LOOKED_AT = 300  # cells, evenly over the column
_MOSTLY = 0.5  # of a column's filled cells must be numbers, or it was not meant

Values = npt.NDArray[np.float64]
Answer = str | tuple[str, ...] | tuple[float, ...]
Reader = Callable[[int], tuple[Answer | None, str]]  # row of the table -> its answer, or why there is none


@dataclass(frozen=True, slots=True)
class Labelled:
    """`files[i]` is of class `labels[i]`; `left_out`: rows and pictures that have no counterpart.

    Of several labels, `values[i]` is 1 where picture i has them, and `labels` says by which label it is
    drawn into its part: its rarest. Of numbers, `values[i]` are they, called `numbers`, in `units`.
    """

    files: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    left_out: tuple[Skipped, ...]
    notes: tuple[str, ...]
    values: Values | None = None
    numbers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


def file_column(table: Table, names: PictureNames) -> str | None:
    """The column whose cells name pictures that are there; the one with most of them."""
    shares = {name: names.share(_some(table.column(name))) for name in table.names}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= ENOUGH else None


def class_column(table: Table, file: str) -> str | None:
    """The column that most likely tells the class; None: none can."""
    others = [name for name in table.names if name != file]
    named = [name for name in others if name.strip().casefold() in LABEL_NAMES]
    for name in (*named, *reversed(others)):
        kinds = len(set(_some(table.column(name))))
        cells = table.column(name)
        plain = not is_measured(table, name) and not separator_in(cells)
        if 2 <= kinds <= max(2, len(table) // 2) and plain:
            return name
    return None


def labelled(table: Table, names: PictureNames, file: str, plan: Plan) -> Labelled:
    """Pictures with their answers. Raises DataError: no such column, or it does not hold such answers."""
    for name in (file, *plan.columns):
        if name not in table.names:
            there = ", ".join(f"“{n}”" for n in table.names[:8])
            raise DataError(f"The table has no column “{name}”. Its columns are: {there}.", "columns")
    if file in plan.columns:
        what = {"class": "the class", "labels": "the labels", "numbers": "the number"}[plan.learn]
        raise DataError(f"“{file}” names the pictures; choose another column for {what}.", "columns")
    read, listed = _reader(table, plan)
    found: dict[str, Answer] = {}
    lines: dict[str, int] = {}
    left_out: list[Skipped] = []
    absent = 0
    for row, (cell, line) in enumerate(zip(table.column(file), table.lines, strict=True)):
        picture = names.find(cell)
        if picture is None:
            absent += 1
            left_out.append(Skipped(f"line {line}", f"There is no picture “{cell.strip()}”."))
            continue
        if picture in lines:
            left_out.append(Skipped(f"line {line}", f"“{picture}” is in line {lines[picture]} already."))
            continue
        lines[picture] = int(line)
        answer, why = read(row)
        if answer is None:
            left_out.append(Skipped(picture, f"{why} in line {line}."))
        else:
            found[picture] = answer
    unnamed = [file for file in names.files if file not in lines]
    left_out += [Skipped(file, "The table has no row for it.") for file in unnamed]
    notes = tuple(_notes(absent, len(unnamed)))
    files = tuple(sorted(found))
    answers = [found[picture] for picture in files]
    result = _of_answers(table, plan, answers, listed)
    return replace(result, files=files, left_out=tuple(left_out), notes=notes)


# -- how a row is read --------------------------------------------------------------------------------


def _reader(table: Table, plan: Plan) -> tuple[Reader, tuple[str, ...]]:
    """And the labels that the columns themselves name."""
    if plan.learn == "numbers":
        return _number_reader(table, plan), ()
    if plan.learn == "labels":
        columns = plan.columns
        flags = len(columns) > 1 or bool(columns and is_flag(table.column(columns[0])))
        if not flags:
            return _separated_reader(table, plan), ()
        return _flag_reader(table, plan), columns
    name = plan.columns[0]
    error = not_a_class(table, name)
    if error is not None:
        raise error
    cells = table.column(name)

    def read(row: int) -> tuple[Answer | None, str]:
        return (None, f"Its “{name}” is empty") if is_missing(cells[row]) else (cells[row].strip(), "")

    return read, ()


def _separated_reader(table: Table, plan: Plan) -> Reader:
    if not plan.columns:
        raise not_flags(table, "")
    name = plan.columns[0]
    cells = table.column(name)
    key = separator_in(cells) if plan.separator == "auto" else plan.separator
    sign = SEPARATORS.get(key, "")

    def read(row: int) -> tuple[Answer | None, str]:
        if is_missing(cells[row]):
            return ((), "") if plan.empty == "none" else (None, f"Its “{name}” is empty")
        return parts_of(cells[row], sign), ""

    return read


def _flag_reader(table: Table, plan: Plan) -> Reader:
    for name in plan.columns:
        if not is_flag(table.column(name)):
            raise not_flags(table, name)
    columns = [(name, table.column(name), marks_only(table.column(name))) for name in plan.columns]

    def read(row: int) -> tuple[Answer | None, str]:
        told = []
        for name, cells, empty_is_no in columns:
            missing = is_missing(cells[row])
            if missing and not empty_is_no and plan.empty == "unknown":
                return None, f"Its “{name}” is empty"
            if not missing and flag_of(cells[row]):
                told.append(name)
        return tuple(told), ""

    return read


def _number_reader(table: Table, plan: Plan) -> Reader:
    if not plan.columns:
        raise not_numbers(table, "")
    columns = []
    for name in plan.columns:
        cells = table.column(name)
        numbers, _ = numbers_of(cells, table.dialect.decimal, unit_of(table, name))
        filled = sum(not is_missing(cell) for cell in cells)
        if np.isfinite(numbers).sum() < _MOSTLY * max(1, filled):
            raise not_numbers(table, name)
        columns.append((name, cells, numbers.tolist()))

    def read(row: int) -> tuple[Answer | None, str]:
        for name, cells, numbers in columns:
            if not math.isfinite(numbers[row]):
                if is_missing(cells[row]):
                    return None, f"Its “{name}” is empty"
                return None, f"Its “{name}” is “{cells[row].strip()[:40]}”, which is no number,"
        return tuple(numbers[row] for _, _, numbers in columns), ""

    return read


# -- all rows together --------------------------------------------------------------------------------


def _of_answers(table: Table, plan: Plan, answers: Sequence[Answer], listed: tuple[str, ...]) -> Labelled:
    if plan.learn == "numbers":
        values = np.array(answers, np.float64).reshape(len(answers), len(plan.columns))
        check_values(values, plan.columns)
        units = tuple(unit_of(table, name) for name in plan.columns)
        drawn = np.zeros(len(answers), np.int64)
        return Labelled((), drawn, (), (), (), values, plan.columns, units)
    label = plan.columns[0] if len(plan.columns) == 1 else "the labels"
    if plan.learn == "labels":
        names = {str(name) for answer in answers for name in answer}
        classes = listed or tuple(sorted(names, key=natural_key))
        _check_labels(label, classes, answers)
        places = {name: place for place, name in enumerate(classes)}
        values = np.zeros((len(answers), len(classes)))
        for row, answer in enumerate(answers):
            values[row, [places[str(name)] for name in answer]] = 1
        return Labelled((), rarest_label(values), classes, (), (), values)
    classes = tuple(sorted({str(answer) for answer in answers}, key=natural_key))
    _check_classes(label, classes)
    place = {name: code for code, name in enumerate(classes)}
    return Labelled((), np.array([place[str(answer)] for answer in answers], np.int64), classes, (), ())


def rarest_label(values: Values) -> npt.NDArray[np.int64]:
    """(n,): of each picture its label that the fewest have; the number of labels where it has none.

    Splits keep the mix of these, so that every label, rare ones too, gets its share of every part.
    """
    counts = values.sum(axis=0)
    rank = np.empty(values.shape[1], np.int64)
    rank[np.argsort(counts, kind="stable")] = np.arange(values.shape[1])
    ranked = np.where(values > 0, rank, values.shape[1])
    found: npt.NDArray[np.int64] = np.where(values.any(axis=1), ranked.argmin(axis=1), values.shape[1])
    return found


def _check_labels(label: str, classes: Sequence[str], answers: Sequence[Answer]) -> None:
    if not answers or not any(answers):
        raise DataError(
            f"No picture has a label: “{label}” says nothing of any of them. Choose other columns.", "columns"
        )
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"“{label}” has {len(classes):,} different labels; at most {MAX_CLASSES:,} can be learnt. Choose "
            "another column, or another sign between the labels.",
            "columns",
        )


def _check_classes(label: str, classes: Sequence[str]) -> None:
    if len(classes) < 2:
        what = f"is “{classes[0]}” for every picture" if classes else "is empty for every picture"
        raise DataError(
            f"“{label}” {what}, so there is nothing to tell apart. Choose another column for the class.",
            "single-class",
        )
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"“{label}” has {len(classes):,} different values; at most {MAX_CLASSES:,} classes can be "
            "learnt. Choose another column for the class.",
            "columns",
        )


def _notes(absent: int, unnamed: int) -> list[str]:
    notes = []
    if absent:
        rows = "1 row of the table names" if absent == 1 else f"{absent:,} rows of the table name"
        notes.append(f"{rows} no picture that is here; left out.")
    if unnamed:
        pictures = "1 picture has" if unnamed == 1 else f"{unnamed:,} pictures have"
        notes.append(f"{pictures} no row in the table; left out.")
    return notes


def _some(cells: Sequence[str]) -> list[str]:
    step = max(1, len(cells) // _LOOKED_AT)
    return [cells[i] for i in range(0, len(cells), step)]
