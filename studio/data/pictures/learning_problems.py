"""Why a table's columns cannot be learnt as they were chosen, each with a way out in one click."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.params import ParamValue
from studio.core.problems import Fix
from studio.core.project import Project
from studio.data.dataset import DataError
from studio.data.pictures.learning import SEPARATORS, is_measured, parts_of, separator_in
from studio.data.tables.numbers import number_text
from studio.data.tables.table import Table


@dataclass(frozen=True, slots=True)
class SetOptions:
    """The edit after which the data are read with these options."""

    options: tuple[tuple[str, ParamValue], ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        options = {**project.dataset.options, **dict(self.options)}
        return replace(project, dataset=replace(project.dataset, options=options))


def not_a_class(table: Table, name: str) -> DataError | None:
    """Why a column cannot be classes; None if it can."""
    cells = table.column(name)
    if is_measured(table, name):
        options = SetOptions((("learn", "numbers"), ("number_columns", name)))
        fix = Fix(f"Learn the number “{name}”", options)
        return DataError(
            f"“{name}” holds numbers that measure something, not classes. Learn a number instead, or choose "
            "a column with classes.",
            "columns",
            (fix,),
        )
    key = separator_in(cells)
    if key:
        sign = SEPARATORS[key]
        example = next(cell for cell in cells if len(parts_of(cell, sign)) > 1)
        fix = Fix("Learn several labels", SetOptions((("learn", "labels"), ("label_columns", name))))
        return DataError(
            f"“{name}” gives some pictures several classes at once, such as “{example.strip()}”. Learn "
            "several labels instead, or keep the one class that matters most in each row.",
            "columns",
            (fix,),
        )
    return None


def not_flags(table: Table, name: str) -> DataError:
    """`name`: the column that says something else than yes and no; empty: no column is chosen."""
    fix = (Fix("Learn one class a picture", SetOptions((("learn", "class"),))),)
    if not name:
        return DataError(
            "No column is chosen that holds labels. Choose one with several labels in a cell, such as "
            "“cat;dog”, or several columns that say yes or no.",
            "columns",
            fix,
        )
    odd = next((cell.strip() for cell in table.column(name) if cell.strip() not in ("", "0", "1")), "")
    return DataError(
        f"“{name}” says “{odd[:40]}”, which is neither yes nor no. Choose columns with 1 and 0, or a single "
        "column with several labels in a cell.",
        "columns",
        fix,
    )


def not_numbers(table: Table, name: str) -> DataError:
    fix = (Fix("Learn one class a picture", SetOptions((("learn", "class"),))),)
    if not name:
        return DataError(
            "No column is chosen that holds a number to predict. Choose one, or learn classes instead.",
            "columns",
            fix,
        )
    odd = next((cell.strip() for cell in table.column(name) if cell.strip()), "")
    return DataError(
        f"Most cells of “{name}” are no numbers, such as “{odd[:40]}”. Choose a column with numbers, or "
        "learn classes instead.",
        "columns",
        fix,
    )


def check_values(values: npt.NDArray[np.float64], names: tuple[str, ...]) -> None:
    """Raises DataError: there is no number, or one of them never changes."""
    if not len(values):
        raise DataError(
            f"No picture has a number in “{names[0]}”. Choose another column to predict.", "columns"
        )
    for place, name in enumerate(names):
        if values[:, place].min() == values[:, place].max():
            rest = tuple(other for other in names if other != name)
            fix = Fix(f"Leave “{name}” out", SetOptions((("number_columns", "\t".join(rest)),)))
            raise DataError(
                f"“{name}” is {number_text(float(values[0, place]))} for every picture, so there is nothing "
                "to learn. Choose another column to predict.",
                "constant-target",
                (fix,) if rest else (),
            )
