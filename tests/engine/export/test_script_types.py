"""Every type of column, every way to fill, scale and code it: the script trains to the same losses."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import Column, Project
from studio.engine.control import Control
from studio.engine.events import Event, Exported
from studio.engine.host import serve
from studio.engine.requests import Export
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe


def rows_of_all_types(count: int = 60) -> list[list[str]]:
    rng = np.random.default_rng(5)
    rows = [["when", "weight", "price", "member", "town", "sensor", "size", "walk", "kind"]]
    for i in range(count):
        day, month = i % 28 + 1, i % 12 + 1
        rows.append(
            [
                "" if i % 13 == 5 else f"{day:02}/{month:02}/202{i % 4} {i % 24:02}:15",
                f"{500 + i * 3} g" if i % 5 == 0 else f"{rng.normal(2, 0.3):.2f} kg",
                f"{np.exp(rng.normal(3, 1.5)):.2f} €",
                ("ja", "Nein", "nein", "k.A.")[i % 4],
                f"town {i % 3}" if i % 10 else f"village {i}",
                "-999" if i % 11 == 3 else f"{rng.normal(10, 2):.1f}",
                "?" if i % 9 == 2 else str(i % 3),
                "1 step" if i % 7 == 1 else f"{i * 37 % 90} steps",
                "ab"[i % 2],
            ]
        )
    return rows


def written(tmp_path: Path, name: str = "all.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(",".join(row) for row in rows_of_all_types()), encoding="utf-8")
    return path


def with_columns(project: Project, change: Callable[[Column], Column]) -> Project:
    """The project with changed columns, its network for the inputs that there are then."""
    from studio.data.opening import open_dataset
    from studio.kinds.new_project import new_project

    assert project.dataset is not None
    columns = tuple(change(column) for column in project.dataset.columns)
    choice = open_dataset(replace(project.dataset, columns=columns)).choice
    return new_project(project.kind, choice)


def test_that_all_types_are_recognised(tmp_path: Path) -> None:
    project = project_for(written(tmp_path))
    assert project.dataset is not None
    assert [(c.name, c.type, c.unit) for c in project.dataset.columns] == [
        ("when", "date", ""), ("weight", "number", "kg"), ("price", "number", "€"),
        ("member", "boolean", ""), ("town", "category", ""), ("sensor", "number", ""),
        ("size", "number", ""), ("walk", "number", "steps"), ("kind", "category", ""),
    ]  # fmt: skip
    assert project.dataset.columns[0].day_first


def test_that_all_types_train_to_the_same_losses(tmp_path: Path) -> None:
    assert_same_losses(with_recipe(project_for(written(tmp_path)), epochs=3), tmp_path)


WAYS: dict[str, Callable[[Column], Column]] = {
    "filled and told": lambda c: replace(c, missing_input=c.role == "feature", missing="most_frequent"),
    "median, robust": lambda c: replace(c, missing="median", scaling="robust"),
    "least to most": lambda c: replace(c, scaling="min_max", log=c.name == "price"),
    "as they are": lambda c: replace(c, scaling="none", missing_codes=("-999", "2")),
    "rare and ordinal": lambda c: replace(c, rare=4, coding="ordinal" if c.name == "town" else "one_hot"),
    "dropped": lambda c: replace(c, missing="drop", missing_codes=("-999",) if c.name == "sensor" else ()),
    "parts": lambda c: replace(c, date_parts=("month", "hour"), day_first=True),
    "embedded": lambda c: replace(c, coding="embedding", missing_input=c.name == "town"),
    "categories": lambda c: replace(c, type="category" if c.name in ("size", "member") else c.type, rare=2),
    "regression": lambda c: replace(
        c, role="target" if c.name == "weight" else "feature", missing_codes=("-999",)
    ),
    "grouped": lambda c: replace(c, role={"town": "group"}.get(c.name, c.role)),
    "few groups": lambda c: replace(c, role={"size": "group"}.get(c.name, c.role), missing_codes=("?",)),
    "by time": lambda c: replace(c, role={"when": "time"}.get(c.name, c.role)),
    "by weight": lambda c: replace(c, role={"weight": "time"}.get(c.name, c.role)),
    "as told": lambda c: replace(c, role={"member": "split", "town": "group"}.get(c.name, c.role)),
}
TRAINED = ("filled and told", "regression")  # the others only load their data: a run takes seconds


@pytest.mark.parametrize("way", WAYS)
def test_that_every_way_to_prepare_a_column_comes_out_the_same(tmp_path: Path, way: str) -> None:
    project = project_for(written(tmp_path))
    if way == "regression":
        project = replace(project, kind="tabular-regression")
    project = with_recipe(with_columns(project, WAYS[way]), epochs=2)
    if way in TRAINED:
        assert_same_losses(project, tmp_path)
        return
    answers: list[Event] = []
    serve(Export(project, "script", str(tmp_path / "train.py")), answers.append, Control())
    # Before it is written, what it loads is held against the dataset's own numbers.
    assert answers == [Exported(str(tmp_path / "train.py"))]


def test_that_a_packed_table_with_a_title_comes_out_the_same(tmp_path: Path) -> None:
    text = "Measured in 2024\n# by hand\n" + written(tmp_path).read_text("utf-8")
    path = tmp_path / "packed.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert_same_losses(with_recipe(project_for(path), epochs=2), tmp_path)


def test_that_an_excel_sheet_with_merged_names_comes_out_the_same(tmp_path: Path) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["A title"])
    sheet.append(["plant", "size", None, "day", "kind"])
    sheet.append([None, "length", "width", None, None])
    for i in range(40):
        day = datetime.datetime(2024, 1 + i % 12, 1 + i % 28)
        sheet.append(
            [f"p{i % 4}", i * 0.7, None if i % 7 == 3 else "#N/A" if i % 7 == 4 else i, day, "ab"[i % 2]]
        )
    path = tmp_path / "book.xlsx"
    book.save(path)
    project = project_for(path)
    assert project.dataset is not None
    assert [c.name for c in project.dataset.columns] == ["plant", "size length", "size width", "day", "kind"]
    assert_same_losses(with_recipe(project, epochs=2), tmp_path)


def test_that_a_parquet_file_comes_out_the_same(tmp_path: Path) -> None:
    import datetime

    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table(
        {
            "size": [None if i % 8 == 1 else i * 0.3 for i in range(50)],
            "count": [i % 4 for i in range(50)],
            "when": [datetime.datetime(2024, 1 + i % 12, 3, i % 24) for i in range(50)],
            "ok": [None if i % 9 == 0 else i % 3 == 0 for i in range(50)],
            "town": pa.array([f"t{i % 5}" for i in range(50)]).dictionary_encode(),
            "kind": [f"k{i % 2}" for i in range(50)],
        }
    )
    path = tmp_path / "t.parquet"
    parquet.write_table(table, path)
    project = project_for(path)
    assert project.dataset is not None
    assert [c.type for c in project.dataset.columns] == [
        "number", "number", "date", "boolean", "category", "category"
    ]  # fmt: skip
    assert_same_losses(with_recipe(project, epochs=2), tmp_path)


def test_that_a_large_table_comes_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.data.tables import table_reading

    monkeypatch.setattr(table_reading, "LARGE_BYTES", 1000)
    project = project_for(written(tmp_path))
    change = lambda c: replace(c, type="category" if c.name == "size" else c.type)  # noqa: E731
    assert_same_losses(with_recipe(with_columns(project, change), epochs=2), tmp_path)
