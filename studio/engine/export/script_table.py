"""How the script reads a table: the same rows, the same columns, the same figures."""

from __future__ import annotations

import datetime
import gzip
import io
import math
import re
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.data.sources.bundled import BUNDLED
from studio.data.tables.table_dataset import TableDataset
from studio.engine.export.script_cells import column_functions, feature_lines, target_lines
from studio.engine.export.script_lines import data_path_line, listed
from studio.engine.export.script_points import points_reading
from studio.engine.export.script_reading import reading
from studio.engine.export.script_table_split import key_functions, marks, table_split_section


def table_section(project: Project, dataset: TableDataset) -> tuple[str, set[str], set[str]]:
    """load_data() and split_rows(). What it loads is held against the dataset before it is returned.

    Raises: LanternError: the file is written in a way that these few lines do not read the same.
    """
    assert project.dataset is not None
    choice = project.dataset
    if choice.source == "points":
        return _points_section(project, dataset)
    path = BUNDLED[choice.location].path if choice.source == "bundled" else Path(choice.location)
    read, imports, packages = reading(dataset.table)
    text, more = _after_first_line(project, dataset, read)
    text = f"{data_path_line(path)}\n{text}"
    imports |= more | {"from pathlib import Path", "import sys"}
    _hold_against(dataset, text, packages, path)
    return text, imports, packages


def _points_section(project: Project, dataset: TableDataset) -> tuple[str, set[str], set[str]]:
    """The points made by the same few lines of numpy."""
    read = points_reading(dataset.choice)
    text, imports = _after_first_line(project, dataset, read)
    text = f"# The points are made here, by chance but always the same ones.\n{text}"
    _hold_against(dataset, text, set(), Path(dataset.choice.location))
    return text, imports, set()


def _after_first_line(project: Project, dataset: TableDataset, read: str) -> tuple[str, set[str]]:
    """Everything but where the data are, and what it imports."""
    parts: list[str] = []
    imports: set[str] = set()
    if dataset.fitted().classes:
        parts.append(listed("CLASSES", dataset.fitted().classes))
    parts += ["", "", read]
    for source, needed in column_functions(dataset):
        parts.append(source)
        imports |= needed
    source, needed = key_functions(dataset)
    parts.append(source)
    imports |= needed
    parts += ["", "FEATURES = [  # position in a row, how its cells are read, and the figures for it"]
    parts += [*feature_lines(dataset), "]", "", _loading(dataset)]
    return "\n".join(parts) + table_split_section(dataset), imports


def _loading(dataset: TableDataset) -> str:
    target, drops = target_lines(dataset)
    if len(dataset.left_out):
        drops += f"    known[{dataset.left_out.tolist()!r}] = False  # rows that the project leaves out\n"
    made, given, what = marks(dataset)
    return f'''
def load_data():
    """Inputs (n, numbers), targets{what} of all rows that have a target."""
    columns = list(zip(*read_rows()))
    inputs = np.concatenate([read(columns[i], **how) for i, read, how in FEATURES], axis=1)
{target}
{drops}{made}    limit = np.finfo(np.float32).max
    return np.clip(inputs[known], -limit, limit).astype(np.float32), targets[known]{given}
'''


def _run(text: str, packages: set[str], **names: Any) -> dict[str, Any]:
    """The functions of a section that we have just written ourselves."""
    import csv
    import hashlib

    space: dict[str, Any] = {
        "np": np, "math": math, "re": re, "datetime": datetime, "csv": csv, "io": io, "gzip": gzip,
        "hashlib": hashlib, **names
    }  # fmt: skip
    if "openpyxl" in packages:
        import openpyxl

        space["openpyxl"] = openpyxl
    if "pyarrow" in packages:
        import pyarrow.parquet

        space["pyarrow"] = pyarrow
    exec(compile("from __future__ import annotations\n" + text, "<script>", "exec"), space)
    return space


def _hold_against(dataset: TableDataset, text: str, packages: set[str], path: Path) -> None:
    """Raises LanternError when the section loads anything but the dataset's own samples and split."""
    body = text[text.index("\n") + 1 :]  # without DATA, which asks sys.argv
    space = _run(body, packages, DATA=path, Path=Path)
    try:
        inputs, targets, *given = space["load_data"]()
    except (ValueError, IndexError, KeyError):
        raise _unreadable(path) from None
    samples, split = dataset.samples(), dataset.split()
    assert isinstance(samples.inputs, np.ndarray)
    if (
        inputs.shape != samples.inputs.shape
        or not np.allclose(inputs, samples.inputs, atol=1e-6)
        or not np.allclose(targets, samples.targets, atol=1e-6)
    ):
        raise _unreadable(path)
    parts = zip(
        space["split_rows"](targets, *given), (split.train, split.validation, split.test), strict=True
    )
    if not all(np.array_equal(written, own) for written, own in parts):
        raise _unreadable(path)


def _unreadable(path: Path) -> LanternError:
    return LanternError(
        f"“{path.name}” is written in a way that a short script cannot read in the same way. Open it in a "
        "spreadsheet program, save it as plain CSV, choose that file in the project, and export again."
    )
