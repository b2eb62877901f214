"""A column before and after: the cells of a few training rows, and the inputs that they become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.data.opening import open_dataset, recognise
from studio.data.tables.encoded_examples import encoded_examples, feature_of
from studio.data.tables.table_dataset import TableDataset


@pytest.fixture
def dataset(tmp_path: Path) -> TableDataset:
    lines = ["mass,town,when,kind"]
    for i in range(60):
        mass = "" if i == 7 else f"{i % 9}.5 kg"
        lines.append(f"{mass},{('Ulm', 'Rom', 'Bath')[i % 3]},2024-0{i % 6 + 1}-1{i % 8},{'ab'[i % 2]}")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = open_dataset(recognise(path))
    assert isinstance(opened, TableDataset)
    return opened


def told(dataset: TableDataset, name: str, seed: int = 0) -> dict[str, str]:
    feature = feature_of(dataset, name)
    assert feature is not None
    return {one.cell: one.words(feature) for one in encoded_examples(dataset, feature, seed)}


def changed(dataset: TableDataset, name: str, **values: object) -> TableDataset:
    columns = tuple(replace(c, **values) if c.name == name else c for c in dataset.columns)  # type: ignore[arg-type]
    opened = open_dataset(replace(dataset.choice, columns=columns))
    assert isinstance(opened, TableDataset)
    return opened


def test_that_numbers_are_told_as_the_network_gets_them(dataset: TableDataset) -> None:
    feature = feature_of(dataset, "mass")
    assert feature is not None
    found = told(dataset, "mass")
    assert found.pop("") == "0"  # the mean
    assert len(found) == 3
    for cell, words in found.items():
        assert float(words) == pytest.approx(feature.encode(cell)[0], abs=0.006)


def test_that_other_rows_come_with_another_seed(dataset: TableDataset) -> None:
    several = {tuple(told(dataset, "mass", seed)) for seed in range(5)}
    assert len(several) > 1
    assert told(dataset, "mass", 3) == told(dataset, "mass", 3)
    train = {dataset.row(int(i))["mass"] for i in dataset.split().train}
    cells = {cell for cell in told(dataset, "mass", 3) if cell}
    assert {float(cell.split()[0]) for cell in cells} <= {m for m in train if isinstance(m, float)}


def test_that_categories_and_dates_are_told_in_words(dataset: TableDataset) -> None:
    assert told(dataset, "town") == {
        "Ulm": "1 for “town = Ulm”, else 0",
        "Rom": "1 for “town = Rom”, else 0",
        "Bath": "1 for “town = Bath”, else 0",
    }
    assert told(changed(dataset, "town", coding="ordinal"), "town") == {"Bath": "0", "Rom": "0.5", "Ulm": "1"}
    (words, *_) = told(dataset, "when").values()
    assert words.startswith("month ")
    assert np.isfinite([float(part.split()[-1]) for part in words.split(", ")]).all()


def test_that_a_column_which_is_not_learnt_from_has_none(dataset: TableDataset) -> None:
    assert feature_of(dataset, "kind") is None
