"""What a table says about pictures: which column names them, which tells the class, and what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError, Skipped
from studio.data.pictures.picture_names import PictureNames
from studio.data.sources.folder_walk import natural_key
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.numbers import is_missing, parse_number
from studio.data.tables.table import Table

ENOUGH = 0.5  # of a column's cells name pictures: it is the column of file names
_LOOKED_AT = 300  # cells, evenly over the column
_LABEL_NAMES = ("label", "class", "classes", "target", "category", "species", "breed", "diagnosis", "type")
_FEW_NUMBERS = 20  # whole numbers so different are classes (digits) rather than measurements
_SEPARATORS = ("|", ";", ",")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`files[i]` is of class `labels[i]`; `left_out`: rows and pictures that have no counterpart."""

    files: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    left_out: tuple[Skipped, ...]
    notes: tuple[str, ...]


def file_column(table: Table, names: PictureNames) -> str | None:
    """The column whose cells name pictures that are there; the one with most of them."""
    shares = {name: names.share(_some(table.column(name))) for name in table.names}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= ENOUGH else None


def label_column(table: Table, file: str) -> str:
    """The column that most likely tells the class. Raises DataError: none can."""
    others = [name for name in table.names if name != file]
    named = [name for name in others if name.strip().casefold() in _LABEL_NAMES]
    for name in (*named, *reversed(others)):
        kinds = len(set(_some(table.column(name))))
        if 2 <= kinds <= max(2, len(table) // 2) and _why_not(table, name) == "":
            return name
    for name in (*named, *others):
        reason = _why_not(table, name)
        if reason:
            raise DataError(reason, "columns")
    raise DataError(
        f"No column of this table tells classes of the pictures in “{file}”: each is the same in every row, "
        "or different in nearly all. Add a column with the class of each picture.",
        "columns",
    )


def labelled(table: Table, names: PictureNames, file: str, label: str) -> Labelled:
    """Pictures with their classes. Raises DataError: no such column, numbers, several classes a picture."""
    for name in (file, label):
        if name not in table.names:
            there = ", ".join(f"“{n}”" for n in table.names[:8])
            raise DataError(f"The table has no column “{name}”. Its columns are: {there}.", "columns")
    if file == label:
        raise DataError(f"“{file}” names the pictures; choose another column for the class.", "columns")
    reason = _why_not(table, label)
    if reason:
        raise DataError(reason, "columns")
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    left_out: list[Skipped] = []
    absent = 0
    rows = zip(table.column(file), table.column(label), table.lines, strict=True)
    for cell, told, line in rows:
        picture = names.find(cell)
        if picture is None:
            absent += 1
            left_out.append(Skipped(f"line {line}", f"There is no picture “{cell.strip()}”."))
        elif is_missing(told):
            left_out.append(Skipped(picture, f"Its “{label}” is empty in line {line}."))
            lines.setdefault(picture, int(line))
        elif picture in lines:
            left_out.append(Skipped(f"line {line}", f"“{picture}” is in line {lines[picture]} already."))
        else:
            found[picture], lines[picture] = told.strip(), int(line)
    unnamed = [file for file in names.files if file not in lines]
    left_out += [Skipped(file, "The table has no row for it.") for file in unnamed]
    files, classes = tuple(sorted(found)), tuple(sorted(set(found.values()), key=natural_key))
    _check_classes(label, classes)
    place = {name: code for code, name in enumerate(classes)}
    codes = np.array([place[found[picture]] for picture in files], np.int64)
    return Labelled(files, codes, classes, tuple(left_out), tuple(_notes(absent, len(unnamed))))


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


def _why_not(table: Table, name: str) -> str:
    """Why a column cannot be classes, in a sentence; empty if it can."""
    cells = [cell.strip() for cell in table.column(name) if not is_missing(cell)]
    numbers = [parse_number(cell, table.dialect.decimal) for cell in cells]
    if cells and all(number is not None for number in numbers):
        known = {number for number in numbers if number is not None}
        if any(number != round(number) for number in known) or len(known) > max(
            _FEW_NUMBERS, len(cells) // 5
        ):
            return (
                f"“{name}” holds numbers, and Lantern cannot learn to predict numbers from pictures yet. "
                "Choose a column with classes, or put the numbers into classes such as “small” and “large”."
            )
        return ""
    for sign in _SEPARATORS:
        several = [cell for cell in cells if sign in cell]
        parts = Counter(part.strip() for cell in cells for part in cell.split(sign))
        again = [cell for cell in several if all(parts[part.strip()] > 1 for part in cell.split(sign))]
        if len(again) >= max(2, len(cells) // 20):
            return (
                f"“{name}” gives some pictures several classes at once, such as “{again[0]}”. Lantern learns "
                "one class a picture so far: keep the one that matters most in each row."
            )
    return ""


def _some(cells: Sequence[str]) -> list[str]:
    step = max(1, len(cells) // _LOOKED_AT)
    return [cells[i] for i in range(0, len(cells), step)]
