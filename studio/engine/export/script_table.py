"""How the script reads a table: the same rows, the same columns, the same figures."""

from __future__ import annotations

import csv
import inspect
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.data import numbers, table_reading
from studio.data.columns import categories_of
from studio.data.preprocessing import CategoryFeature, Feature, NumberFeature
from studio.data.sources.bundled import BUNDLED
from studio.data.sources.csv_table import TableDataset
from studio.engine.export.script_lines import data_path_line, listed
from studio.engine.export.script_split import split_section


def table_section(project: Project, dataset: TableDataset) -> tuple[str, set[str], set[str]]:
    """load_data() and split_rows(). What it loads is held against the dataset before it is returned.

    Raises: LanternError: the file is written in a way that these few lines do not read the same.
    """
    assert project.dataset is not None
    choice = project.dataset
    path = BUNDLED[choice.location].path if choice.source == "bundled" else Path(choice.location)
    reading = _excel_reading(dataset) if dataset.table.dialect.sheet else _csv_reading(dataset)
    layout = _Layout(path, reading, dataset)
    imports = {"from pathlib import Path", "import math", "import re", "import sys"}
    imports.add("import openpyxl" if dataset.table.dialect.sheet else "import csv")
    if dataset.table.dialect.sheet:
        imports.add("import datetime")
    text = "\n".join((data_path_line(path), *_constants(dataset, layout), "", "", reading, _LOADING))
    text = text.replace("TARGET_LINES", _target_lines(dataset, layout)) + split_section(project)
    _hold_against(dataset, text, imports, path)
    return text, imports, {"openpyxl"} if dataset.table.dialect.sheet else set()


class _Layout:
    """Where in a row of the file each column stands, found by comparing what is in it."""

    def __init__(self, path: Path, reading: str, dataset: TableDataset) -> None:
        rows = _run(reading, {"csv", "openpyxl", "datetime"}, DATA=path)["read_rows"]()
        table = dataset.table
        if len(rows) != len(table):
            raise _unreadable(path)
        self.width = len(rows[0])
        columns = list(zip(*rows, strict=True))
        self.positions: dict[str, int] = {}
        for name, cells in zip(table.names, table.columns, strict=True):
            free = [i for i, c in enumerate(columns) if c == cells and i not in self.positions.values()]
            if not free:
                raise _unreadable(path)
            self.positions[name] = free[0]


def _unreadable(path: Path) -> LanternError:
    return LanternError(
        f"“{path.name}” is written in a way that a short script cannot read in the same way. Open it in a "
        "spreadsheet program, save it as plain CSV, choose that file in the project, and export again."
    )


def _csv_reading(dataset: TableDataset) -> str:
    dialect = dataset.table.dialect
    quoting = "" if dialect.quotes else ", quoting=csv.QUOTE_NONE"
    first = 1 if dialect.header else 0
    return f'''def read_rows():
    """The table's rows as text; rows with too few or too many cells are left out."""
    text = DATA.read_bytes().decode({dialect.encoding!r}, errors="replace").replace("\\0", "")
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter={dialect.delimiter!r}, skipinitialspace=True{quoting})
    rows = [[cell.strip() for cell in row] for row in reader]
    rows = [row for row in rows if any(row)][{first}:]
    width = {_file_width(dataset)}
    return [row[:width] for row in rows if len(row) >= width and not any(row[width:])]
'''


def _excel_reading(dataset: TableDataset) -> str:
    dialect = dataset.table.dialect
    first = 1 if dialect.header else 0
    return f'''{inspect.getsource(numbers.number_text)}

{inspect.getsource(table_reading._excel_text)}

def read_rows():
    """The sheet's rows as text."""
    sheet = openpyxl.load_workbook(DATA, read_only=True, data_only=True)[{dialect.sheet!r}]
    rows = [[_excel_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    rows = [row for row in rows if any(row)][{first}:]
    width = {_file_width(dataset)}
    return [row[:width] for row in rows if len(row) >= width and not any(row[width:])]
'''


def _file_width(dataset: TableDataset) -> int:
    """Cells in a row of the file, columns without name and content included."""
    return dataset.table.width


def _constants(dataset: TableDataset, layout: _Layout) -> list[str]:
    fitted = dataset.fitted()
    lines = []
    if fitted.classes:
        lines.append(listed("CLASSES", fitted.classes))
    lines += ["FEATURES = [  # position in a row, and how its cell becomes numbers"]
    lines += [
        f"    ({layout.positions[feature.name]}, {_written(dataset, feature)}),  # {_comment(feature.name)}"
        for feature in fitted.features
    ]
    lines += ["]"]
    drop = [c.name for c in dataset.columns if c.role == "feature" and c.missing == "drop"]
    places = [(layout.positions[name], _values(dataset, name)) for name in drop]
    if places:
        lines.append(listed("NEVER_EMPTY", places) + "  # rows with a gap there are left out")
    else:
        lines.append("NEVER_EMPTY: list[tuple] = []")
    decimal = dataset.table.dialect.decimal
    lines.append(f'THOUSANDS, DECIMAL = "{"," if decimal == "." else "."}", "{decimal}"')
    return lines


def _comment(name: str) -> str:
    """A column's name where it cannot end the comment."""
    return "".join(c if c.isprintable() else " " for c in name)


def _written(dataset: TableDataset, feature: Feature) -> str:
    if isinstance(feature, NumberFeature):
        return f'{{"mean": {feature.mean!r}, "std": {feature.std!r}, "empty": {feature.fill!r}}}'
    empty = len(feature.values) if feature.missing else None
    values = _values(dataset, feature.name)
    return f'{{"values": {values!r}, "inputs": {feature.width}, "empty": {empty!r}}}'


def _values(dataset: TableDataset, name: str) -> dict[str, int] | None:
    """Every spelling of a category that occurs -> its place; None for a column of numbers."""
    column = next(c for c in dataset.columns if c.name == name)
    if column.type == "number":
        return None
    feature = next((f for f in dataset.fitted().features if f.name == name), None)
    names = feature.values if isinstance(feature, CategoryFeature) else dataset.facts.classes
    places = {value: i for i, value in enumerate(names)}
    cells = dataset.table.column(name)
    spelled = categories_of(cells, dataset.table.dialect.decimal)
    found = {cell: places[value] for cell, value in zip(cells, spelled, strict=True) if value in places}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _target_lines(dataset: TableDataset, layout: _Layout) -> str:
    fitted = dataset.fitted()
    position = layout.positions[dataset.facts.target]
    if fitted.classes:
        return f"target = {_values(dataset, dataset.facts.target)!r}.get(row[{position}])"
    return (
        f"target = number(row[{position}])\n"
        "        if target is not None:  # centred and scaled, as training likes it\n"
        f"            target = [(target - {fitted.target_mean!r}) / {fitted.target_std!r}]"
    )


_LOADING = '''
def number(cell):
    """The number in a cell, None for anything else."""
    try:
        digits = re.sub(r"[\\s'’%€$£¥]", "", cell).replace(THOUSANDS, "").replace(DECIMAL, ".")
        value = float(digits)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def encode(cell, how):
    """The network's inputs for one cell: one scaled number, or a 1 at the place of its category."""
    if "mean" in how:
        value = number(cell)
        return [((how["empty"] if value is None else value) - how["mean"]) / how["std"]]
    place = how["values"].get(cell, how["empty"])
    return [1.0 if i == place else 0.0 for i in range(how["inputs"])]


def load_data():
    """Inputs (n, numbers) and targets of all rows that have a target."""
    inputs, targets = [], []
    for row in read_rows():
        TARGET_LINES
        gap = any(number(row[i]) is None if v is None else row[i] not in v for i, v in NEVER_EMPTY)
        if target is not None and not gap:
            inputs.append([x for position, how in FEATURES for x in encode(row[position], how)])
            targets.append(target)
    targets = np.array(targets)
    return np.array(inputs, np.float32), targets.astype(np.float32 if targets.ndim == 2 else np.int64)
'''


def _run(text: str, modules: set[str], **names: Any) -> dict[str, Any]:
    """The functions of a section that we have just written ourselves."""
    import datetime
    import math
    import re

    space: dict[str, Any] = {
        "np": np,
        "math": math,
        "re": re,
        "datetime": datetime,
        "csv": csv,
        **names,
    }
    if "openpyxl" in modules:
        import openpyxl

        space["openpyxl"] = openpyxl
    exec(compile("from __future__ import annotations\n" + text, "<script>", "exec"), space)
    return space


def _hold_against(dataset: TableDataset, text: str, imports: set[str], path: Path) -> None:
    """Raises LanternError when the section loads anything but the dataset's own samples and split."""
    body = text[text.index("\n") + 1 :]  # without DATA, which asks sys.argv
    modules = {"openpyxl"} if "import openpyxl" in imports else set()
    space = _run(body, modules, DATA=path, Path=Path)
    inputs, targets = space["load_data"]()
    samples, split = dataset.samples(), dataset.split()
    parts = zip(space["split_rows"](targets), (split.train, split.validation, split.test), strict=True)
    if (
        inputs.shape != samples.inputs.shape
        or not np.allclose(inputs, samples.inputs, atol=1e-6)
        or not np.allclose(targets, samples.targets, atol=1e-6)
        or not all(np.array_equal(written, own) for written, own in parts)
    ):
        raise _unreadable(path)
