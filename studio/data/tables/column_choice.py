"""The columns of a project held against the table as it is now."""

from __future__ import annotations

from dataclasses import replace

from studio.core.problems import Fix
from studio.core.project import Column, Project
from studio.data.dataset import DataError
from studio.data.tables.columns import guess_column, infer_columns
from studio.data.tables.table import Table


def columns_for(chosen: tuple[Column, ...], table: Table) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """A column for each of the table's, and notes: the chosen ones, new ones ignored; or all guessed.

    Raises: DataError "columns": a used one is gone, or there is not one target and a feature.
    """
    if chosen:
        columns, notes = _held_against(chosen, table)
    else:
        columns, notes = infer_columns(table)
    targets = [c for c in columns if c.role == "target"]
    if not targets and len(notes) >= len(columns):  # there is something against every one
        raise DataError(
            f"No column of this table can be predicted. {' '.join(notes[:5])} Choose a table with at least "
            "one column that differs from row to row.",
            "columns",
        )
    if len(targets) != 1:
        count = "No column is" if not targets else "More than one column is"
        raise DataError(f"{count} chosen as the target. Choose the one column to predict.", "columns")
    if not any(c.role == "feature" for c in columns):
        raise DataError(
            " ".join(
                ("No column is left to learn from.", *notes[:5], "Use at least one column beside the target.")
            ),
            "columns",
        )
    return columns, notes


def _held_against(chosen: tuple[Column, ...], table: Table) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The chosen columns in the table's order. Raises DataError: one that is used is gone."""
    gone = [c.name for c in chosen if c.role != "ignore" and c.name not in table.names]
    if gone:
        names = ", ".join(f"“{name}”" for name in gone[:5])
        there = ", ".join(f"“{name}”" for name in table.names[:8])
        raise DataError(
            f"The table has no column {names} any more. Its columns are: {there}. Choose the columns again.",
            "columns",
            guess_again(table),
        )
    known = {column.name: column for column in chosen}
    columns = []
    notes = []
    for name, cells in zip(table.names, table.columns, strict=True):
        column = known.get(name)
        if column is None:
            guess = guess_column(name, cells, table.dialect.decimal)
            column = replace(guess.column, role="ignore")
            notes.append(f"The column “{name}” is new in the table; it is ignored.")
        elif column.role == "ignore":
            guess = guess_column(name, cells, table.dialect.decimal)
            if guess.reason:
                notes.append(f"The column “{name}” {guess.reason}; it is ignored.")
        columns.append(column)
    return tuple(columns), tuple(notes)


def guess_again(table: Table) -> tuple[Fix, ...]:
    """The way out of columns that do not fit the table; none where no column can be guessed as target."""
    columns = infer_columns(table)[0]
    if not any(column.role == "target" for column in columns):
        return ()

    def edit(project: Project) -> Project:
        if project.dataset is None:
            return project
        return replace(project, dataset=replace(project.dataset, columns=columns))

    return (Fix("Guess the columns again", edit),)
