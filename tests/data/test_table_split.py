"""By which rule the rows of a table are split: by content, by group, by time, or as a column says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from studio.core.project import DatasetChoice, Project, Recipe, Setting
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.part_words import part_of, says_parts
from studio.data.tables.cells import NumberCells, TextCells
from studio.data.tables.row_keys import cell_keys, row_keys
from studio.data.tables.table import Dialect, Table
from studio.data.tables.table_dataset import TableDataset

PATIENTS = 20


def rows_of(count: int = 200) -> list[list[str]]:
    rng = np.random.default_rng(1)
    return [
        [f"p{i % PATIENTS}", f"2024-{1 + i % 12:02}-01", f"{rng.normal():.6f}", "ab"[i % PATIENTS % 2]]
        for i in range(count)
    ]


def opened(tmp_path: Path, rows: list[list[str]], roles: dict[str, str] | None = None) -> TableDataset:
    path = tmp_path / "table.csv"
    head = (
        ["patient", "day", "size", "kind"]
        if len(rows[0]) == 4
        else ["patient", "day", "size", "part", "kind"]
    )
    path.write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
    choice = recognise(path)
    columns = tuple(replace(c, role=(roles or {}).get(c.name, c.role)) for c in choice.columns)
    return cast(TableDataset, open_dataset(replace(choice, columns=columns)))


def parts_by_row(dataset: TableDataset) -> dict[tuple[object, ...], int]:
    split = dataset.split()
    return {
        tuple(dataset.row(int(i)).values()): part
        for part, rows in enumerate((split.train, split.validation, split.test))
        for i in rows
    }


def test_that_sorting_and_adding_rows_leaves_the_others_in_their_part(tmp_path: Path) -> None:
    rows = rows_of()
    before = parts_by_row(opened(tmp_path, rows))
    assert parts_by_row(opened(tmp_path, rows[::-1])) == before
    new = ["p3", "2025-01-01", "9.25", "a"]
    after = parts_by_row(opened(tmp_path, [new, *rows]))
    assert sum(after[row] != part for row, part in before.items()) <= 2


def test_that_another_use_of_a_column_draws_no_other_split(tmp_path: Path) -> None:
    rows = rows_of()
    before, after = opened(tmp_path, rows), opened(tmp_path, rows, {"size": "ignore"})
    assert before.split().test.tolist() == after.split().test.tolist()


def test_that_equal_rows_are_in_one_part_and_told(tmp_path: Path) -> None:
    rows = rows_of()
    dataset = opened(tmp_path, [*rows, *rows[:50]])
    split = dataset.split()
    parts = {
        int(i): part for part, found in enumerate((split.train, split.validation, split.test)) for i in found
    }
    assert all(parts[i] == parts[200 + i] for i in range(50))
    assert dataset.split_words == (
        "100 samples are equal to another one; equal samples are in the same part.",
    )


def test_that_all_rows_of_a_group_are_in_one_part(tmp_path: Path) -> None:
    dataset = opened(tmp_path, rows_of(), {"patient": "group"})
    split = dataset.split()
    groups = [
        {dataset.row(int(i))["patient"] for i in rows} for rows in (split.train, split.validation, split.test)
    ]
    assert sum(map(len, groups)) == PATIENTS
    assert [len(rows) for rows in (split.train, split.validation, split.test)] == [140, 30, 30]
    assert np.bincount(dataset.labels[split.train]).tolist() == [60, 80]  # type: ignore[index]  # whole patients
    assert dataset.notes[0] == (
        "All rows of one “patient” are in the same part: 14 of them train, 3 validate, 3 test."
    )


def test_that_a_new_patient_moves_at_most_one_other_across_each_border(tmp_path: Path) -> None:
    def parts(rows: list[list[str]]) -> dict[object, int]:
        return {
            row[0]: part for row, part in parts_by_row(opened(tmp_path, rows, {"patient": "group"})).items()
        }

    before = parts(rows_of())
    after = parts([*rows_of(), *(["new", f"2023-01-0{i}", str(i), "a"] for i in range(1, 10))])
    assert sum(after[name] != part for name, part in before.items()) <= 2


def test_that_rows_without_a_group_stand_for_themselves(tmp_path: Path) -> None:
    rows = [["", *row[1:]] if i % 4 == 0 else row for i, row in enumerate(rows_of())]
    dataset = opened(tmp_path, rows, {"patient": "group"})
    assert dataset.notes[1] == "50 rows have no “patient” and may be in any part."
    parts = parts_by_row(dataset)
    assert {part for row, part in parts.items() if row[0] == ""} == {0, 1, 2}


def test_that_the_newest_rows_test(tmp_path: Path) -> None:
    rows = [["", "", *row[2:]] if i == 7 else row for i, row in enumerate(rows_of())]
    dataset = opened(tmp_path, rows, {"day": "time"})
    split = dataset.split()
    days = [str(dataset.row(i)["day"]) for i in range(len(dataset))]
    assert {days[i] for i in split.test} == {"2024-12-01", "2024-11-01"}
    assert {days[i] for i in split.validation} == {"2024-10-01", "2024-09-01"}
    assert 7 in split.train
    assert dataset.notes[:2] == (
        "The oldest rows by “day” train, the newest test: "
        "validation from 2024-09-01 and test from 2024-11-01.",
        "1 row has no “day” and trains.",
    )


def with_parts(words: Callable[[int], str]) -> list[list[str]]:
    return [[*row[:3], words(i), row[3]] for i, row in enumerate(rows_of())]


def test_that_a_column_that_says_the_parts_is_recognised_and_followed(tmp_path: Path) -> None:
    dataset = opened(tmp_path, with_parts(lambda i: ("Training", "dev", "hold-out", "Training")[i % 4]))
    assert [c.role for c in dataset.columns if c.name == "part"] == ["split"]
    split = dataset.split()
    assert [len(rows) for rows in (split.train, split.validation, split.test)] == [100, 50, 50]
    assert split.test.tolist() == list(range(2, 200, 4))
    assert dataset.notes[0] == "The column “part” says which rows train, validate and test."


def test_that_a_missing_validation_part_is_cut_from_training_by_group(tmp_path: Path) -> None:
    rows = with_parts(lambda i: "Prüfung" if i % PATIENTS >= 16 else "" if i == 0 else "train")
    dataset = opened(tmp_path, rows, {"patient": "group", "part": "split"})
    split = dataset.split()
    assert sorted({dataset.row(int(i))["patient"] for i in split.test}) == ["p16", "p17", "p18", "p19"]
    validates = {dataset.row(int(i))["patient"] for i in split.validation}
    trains = {dataset.row(int(i))["patient"] for i in split.train}
    assert len(validates) == 2
    assert not validates & trains
    assert "In “part”, 1 row names no part and trains." in dataset.notes


def test_that_group_and_time_at_once_are_refused_with_two_ways_out(tmp_path: Path) -> None:
    roles = {"patient": "group", "day": "time"}
    with pytest.raises(
        DataError, match="Rows cannot be kept together by “patient” and cut by “day” at once"
    ) as e:
        opened(tmp_path, rows_of(), roles)
    choice = recognise(tmp_path / "table.csv")
    columns = tuple(replace(c, role=roles.get(c.name, c.role)) for c in choice.columns)  # type: ignore[arg-type]
    project = Project("tabular-classification", replace(choice, columns=columns), {}, RECIPE)
    assert [fix.text for fix in e.value.fixes] == [
        "Keep groups of “patient” together",
        "Cut by time, by “day”",
    ]
    rules = []
    for fix in e.value.fixes:
        mended = fix.edit(project).dataset
        assert isinstance(mended, DatasetChoice)
        rule = cast(TableDataset, open_dataset(mended)).rule
        rules.append((rule.group and rule.group.name, rule.time and rule.time.name))
    assert rules == [("patient", None), (None, "day")]


RECIPE = Recipe(Setting("cross_entropy"), Setting("adam"))


def test_that_two_groups_and_a_time_of_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="“patient” and “size” are both chosen as “keep together”"):
        opened(tmp_path, rows_of(), {"patient": "group", "size": "group"})
    with pytest.raises(DataError, match="“patient” is to put the rows in order of time, but holds neither"):
        opened(tmp_path, rows_of(), {"patient": "time"})


@pytest.mark.parametrize(
    ("word", "part"),
    [("train", 0), ("TRAINING", 0), ("Train-Set", 0), ("training data", 0), ("Entraînement", 0),
     ("обучение", 0),
     ("val", 1), ("dev_set", 1), ("Validierung", 1), ("validación", 1), ("検証", 1),
     ("test", 2), ("hold out", 2), ("holdout_set", 2), ("Prüfung", 2), ("テスト", 2),
     ("", None), ("plane", None), ("testimony", None)],
)  # fmt: skip
def test_that_parts_are_known_in_many_words(word: str, part: int | None) -> None:
    assert part_of(word) == part


def test_that_only_words_for_parts_make_a_column_of_parts() -> None:
    assert says_parts(["train", "test"])
    assert not says_parts(["train", "plane"])
    assert not says_parts(["train"])
    assert not says_parts(["val", "test"])


def table_of(*columns: NumberCells | TextCells) -> Table:
    names = tuple(f"c{i}" for i in range(len(columns)))
    return Table(
        names, columns, np.arange(len(columns[0])), Dialect(), (), (), len(names), tuple(range(len(names)))
    )


def test_that_keys_do_not_depend_on_how_a_cell_is_written_or_a_table_was_read() -> None:
    texts = TextCells.of(["1", "2.50", "", "x", "1.0", "NA", "-0", "0.1"])
    numbers = NumberCells(np.array([1, 2.5, np.nan, np.nan, 1, np.nan, 0.0, 0.1 + 1e-17]), {3: "x"})
    assert cell_keys(texts, ".").tolist() == cell_keys(numbers, ".").tolist()
    assert row_keys(table_of(texts, numbers)).tolist() == row_keys(table_of(numbers, texts)).tolist()


def test_that_keys_of_rows_tell_columns_apart_and_leave_out_row_numbers() -> None:
    a, b = TextCells.of(["x", "y"] * 10), TextCells.of(["y", "x"] * 10)
    assert row_keys(table_of(a, b))[0] != row_keys(table_of(b, a))[0]
    numbered = table_of(TextCells.of([str(i) for i in range(20)]), a)
    assert len(set(row_keys(numbered).tolist())) == 2
