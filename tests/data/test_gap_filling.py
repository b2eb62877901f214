"""What becomes of empty cells: in figures of the training rows, as they are used in training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import Splits
from studio.data.opening import open_dataset, recognise
from studio.data.tables.gap_filling import gap_fillings
from studio.data.tables.table_dataset import TableDataset


@pytest.fixture
def dataset(tmp_path: Path) -> TableDataset:
    lines = ["mass,town,member,when,full,kind"]
    for i in range(40):
        mass = "" if i % 10 == 3 else f"{i % 7 + 1} kg"
        town = "" if i == 6 else ("Ulm", "Rom", "Rom")[i % 3]
        member = "" if i == 9 else ("yes", "no", "yes")[i % 3]
        when = "" if i == 12 else f"2024-01-{i % 28 + 1:02}"
        kind = "" if i == 13 else "ab"[i % 2]
        lines.append(f"{mass},{town},{member},{when},{i % 5}.5,{kind}")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = open_dataset(replace(recognise(path), splits=Splits(0.8, 0.1, 0.1)))
    assert isinstance(opened, TableDataset)
    return opened


def words(dataset: TableDataset, name: str) -> dict[str, str]:
    column = next(c for c in dataset.columns if c.name == name)
    return {way: filling.words for way, filling in gap_fillings(dataset, column).items()}


def test_that_the_figures_are_those_of_training(dataset: TableDataset) -> None:
    column = next(c for c in dataset.columns if c.name == "mass")
    found = gap_fillings(dataset, column)
    train = dataset.numbers("mass")[dataset.split().train]
    known = train[np.isfinite(train)]
    assert found["fill"].figure == f"{known.mean():.4g} kg"
    assert found["median"].figure == f"{np.median(known):g} kg"
    # The row 13 has no answer: it is not used, so its gap is not counted.
    assert found["median"].words == (
        f"3 empty cells get {np.median(known):g} kg, the median of the training rows."
    )
    assert found["drop"].words == "The 3 rows with an empty cell are left out: 36 rows remain."
    assert len(dataset) == 39


def test_that_rows_left_out_already_are_told_the_same(dataset: TableDataset) -> None:
    columns = tuple(replace(c, missing="drop") if c.name == "mass" else c for c in dataset.columns)
    dropped = open_dataset(replace(dataset.choice, columns=columns))
    assert isinstance(dropped, TableDataset)
    assert words(dropped, "mass")["drop"] == words(dataset, "mass")["drop"]
    assert words(dropped, "mass")["fill"].startswith("3 empty cells get ")
    assert len(dropped) == 36


def test_that_each_type_tells_what_it_does(dataset: TableDataset) -> None:
    assert words(dataset, "town") == {
        "fill": "1 empty cell counts as a value of its own, “empty”, with one more input.",
        "most_frequent": "1 empty cell gets “Rom”, the most frequent value of the training rows.",
        "drop": "The row with an empty cell is left out: 38 rows remain.",
    }
    assert words(dataset, "member")["fill"] == (
        "1 empty cell gets “yes”, the more frequent answer of the training rows."
    )
    assert words(dataset, "when")["fill"].startswith(
        "1 empty cell gets the mean of each part of the date in the training rows, near 2024-01-"
    )
    full = words(dataset, "full")
    assert full["fill"].startswith("No cell is empty. One that is empty later on gets ")
    assert full["drop"] == "No cell is empty, so no row is left out."
