"""Rows that belong together, or follow one another, split at random: told, and mended by a fix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.data.health.catalogue import examine
from studio.data.health.finding import Finding
from studio.data.opening import open_dataset, recognise
from studio.data.tables.table_dataset import TableDataset
from studio.kinds.new_project import infer_kind, new_project
from tests.data.health.test_tables import table


def patients(tmp_path: Path, told: bool = True, name: str = "patient") -> TableDataset:
    """40 patients with 6 rows each; `told`: all rows of one have the same answer."""
    random = np.random.default_rng(3)
    who = np.repeat(np.arange(40), 6)
    kind = who % 2 if told else random.integers(0, 2, 240)
    path = table(tmp_path / "t.csv", {
        name: [f"P{i * 7 % 41:03}" for i in who],
        "mass": np.round(random.normal(40, 5, 240), 3).tolist(),
        "height": np.round(random.normal(170, 9, 240) + 3 * kind, 3).tolist(),
        "kind": ["ab"[i] for i in kind],
    })  # fmt: skip
    opened = open_dataset(recognise(path))
    assert isinstance(opened, TableDataset)
    return opened


def found(dataset: TableDataset, code: str) -> list[Finding]:
    return [finding for finding in examine(dataset) if finding.code == code]


def test_that_patients_in_two_parts_are_told_and_kept_together_by_one_fix(tmp_path: Path) -> None:
    dataset = patients(tmp_path)
    (finding,) = found(dataset, "split-groups")
    parts = np.zeros(len(dataset), int)
    parts[dataset.split().validation], parts[dataset.split().test] = 1, 2
    crossing = sum(len(set(parts[i : i + 6])) > 1 for i in range(0, 240, 6))
    assert finding.sentence == (
        f"{crossing} of the 40 “patient” with several rows have some in training and some in another part, "
        "and rows of one of them have the same answer in 100% of cases (by chance 50%). The network may then "
        "recognise the “patient” in place of learning, and the results look better than they are for a new "
        "one."
    )
    assert len(finding.samples) == 6 * crossing
    (fix,) = finding.fixes
    assert fix.text == "Split by “patient”"
    mended = fix.edit(new_project(infer_kind(dataset.facts), dataset.choice))
    assert mended.dataset is not None
    again = open_dataset(mended.dataset)
    assert isinstance(again, TableDataset)
    assert again.rule.group is not None
    assert found(again, "split-groups") == []
    split = again.split()
    assert {i // 6 for i in split.train.tolist()}.isdisjoint(i // 6 for i in split.test.tolist())


def test_that_groups_which_tell_nothing_of_the_answer_are_not_blamed(tmp_path: Path) -> None:
    assert found(patients(tmp_path, told=False), "split-groups") == []


def test_that_a_few_kinds_are_no_groups(tmp_path: Path) -> None:
    assert found(patients(tmp_path, name="island"), "split-groups") == []  # 40 values of an unknown name


def weather(tmp_path: Path, slow: bool) -> TableDataset:
    """The answer swings slowly along the days, or jumps from one to the next."""
    random = np.random.default_rng(5)
    days = np.arange(200)
    swing = np.sin(days / 15) * 10 if slow else random.normal(0, 7, 200)
    path = table(tmp_path / "w.csv", {
        "day": [str(np.datetime64("2024-01-01") + int(i)) for i in days],
        "wind": np.round(random.normal(10, 3, 200), 2).tolist(),
        "degrees": np.round(12 + swing + random.normal(0, 1, 200), 2).tolist(),
    })  # fmt: skip
    opened = open_dataset(recognise(path))
    assert isinstance(opened, TableDataset)
    return opened


def test_that_neighbours_in_time_are_told_and_the_newest_test_by_one_fix(tmp_path: Path) -> None:
    dataset = weather(tmp_path, slow=True)
    (finding,) = found(dataset, "split-times")
    assert finding.sentence == (
        "By “day”, rows that follow one another have answers that are alike (correlation 0.98). A test drawn "
        "at random lies between training rows and is easier than the future. If what comes next is to be "
        "predicted, let the newest rows test."
    )
    (fix,) = finding.fixes
    assert fix.text == "Split by time, by “day”"
    mended = fix.edit(new_project(infer_kind(dataset.facts), dataset.choice))
    assert mended.dataset is not None
    again = open_dataset(mended.dataset)
    assert isinstance(again, TableDataset)
    assert again.split().test.tolist() == list(range(170, 200))
    assert found(again, "split-times") == []


def test_that_days_which_have_nothing_to_do_with_one_another_are_not_blamed(tmp_path: Path) -> None:
    assert found(weather(tmp_path, slow=False), "split-times") == []


@pytest.mark.parametrize("name", ["patient", "Patient_ID", "sensor nr", "customer-no", "group", "Kunde"])
def test_that_groups_are_known_by_many_names(tmp_path: Path, name: str) -> None:
    assert len(found(patients(tmp_path, name=name), "split-groups")) == 1
