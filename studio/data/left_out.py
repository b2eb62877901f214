"""Samples that the user left out: how a project names them, and how they are found again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.core.project import Project

if TYPE_CHECKING:
    from studio.data.tables.table import Table

Rows = npt.NDArray[np.int64]
_NUMBERED = ("row", "line", "item")  # what a sample of a file is called, before its number
_DIGITS = 18  # of a line number; a longer one was made up


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """The edit that leaves these samples out, too; `references` as `Dataset.reference_of` gives them."""

    references: tuple[str, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        both = tuple(dict.fromkeys((*project.dataset.left_out, *self.references)))
        return replace(project, dataset=replace(project.dataset, left_out=both))


@dataclass(frozen=True, slots=True)
class BringBack:
    """The edit that takes these samples in again."""

    references: tuple[str, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        gone = frozenset(self.references)
        kept = tuple(one for one in project.dataset.left_out if one not in gone)
        return replace(project, dataset=replace(project.dataset, left_out=kept))


def places_of(references: Iterable[str], count: int, name_of: Callable[[int], str]) -> Rows:
    """The indices of these samples, in order; names that are not there any more have none."""
    wanted = frozenset(references)
    if not wanted:
        return np.zeros(0, np.int64)
    return np.array([i for i in range(count) if name_of(i) in wanted], np.int64)


def row_reference(table: Table, row: int) -> str:
    """A row by its line and its cells: in a changed file, another row of that line is not meant."""
    cells = "\0".join(column.text(row) for column in table.columns)
    digest = hashlib.blake2b(cells.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"row {int(table.lines[row])} {digest}"


def text_reference(name: str, text: str) -> str:
    """A file by its name; a row or line also by its text, for in a changed file another one is not meant."""
    word, _, number = name.partition(" ")
    if word not in _NUMBERED or not number.isdecimal():
        return name
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{name} {digest}"


def rows_of(references: Iterable[str], table: Table) -> Rows:
    """The places in the table of the rows that are meant; those that changed since are not."""
    lines: dict[int, str] = {}
    for reference in references:
        word, _, rest = reference.partition(" ")
        line, _, digest = rest.partition(" ")
        if word == "row" and line.isdecimal() and len(line) < _DIGITS and digest:
            lines[int(line)] = reference
    if not lines:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(np.isin(np.asarray(table.lines), np.array(sorted(lines), np.int64)))
    found = [row for row in rows.tolist() if row_reference(table, row) == lines[int(table.lines[row])]]
    return np.array(found, np.int64)


def name_in(reference: str) -> str:
    """What people call the sample: the line of a row without the digest behind it."""
    word, _, rest = reference.partition(" ")
    line, _, digest = rest.partition(" ")
    is_row = word in _NUMBERED and line.isdecimal() and len(digest) == 12
    return f"{word} {line}" if is_row else reference
