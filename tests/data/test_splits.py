from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.project import DatasetChoice, Project, Recipe, Setting, Splits
from studio.data.dataset import DataError
from studio.data.splits import check_splits, split_indices, split_notes


def labels_of(*counts: int) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts).astype(np.int64)


@st.composite
def splits(draw: st.DrawFn) -> Splits:
    train = draw(st.floats(0.05, 1.0))
    validation = draw(st.floats(0.0, 1.0)) * (1 - train)
    return Splits(train, validation, 1 - train - validation, draw(st.booleans()), draw(st.integers(0, 2**32)))


@given(st.lists(st.integers(0, 8), min_size=0, max_size=200), splits())
@settings(deadline=None, max_examples=200)
def test_that_every_sample_is_in_exactly_one_part_and_every_class_trains(
    labels: list[int], chosen: Splits
) -> None:
    array = np.array(labels, np.int64)
    parts = split_indices(len(array), array, chosen)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(labels)))
    assert all(part.dtype == np.int64 for part in (parts.train, parts.validation, parts.test))
    if labels:
        assert len(parts.train) > 0
    if chosen.stratified:
        assert set(array[parts.train].tolist()) == set(labels)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), splits())
@settings(deadline=None, max_examples=100)
def test_that_no_class_is_off_its_share_by_more_than_rounding(counts: list[int], chosen: Splits) -> None:
    chosen = Splits(chosen.train, chosen.validation, chosen.test, True, chosen.seed)
    labels = labels_of(*counts)
    parts = split_indices(len(labels), labels, chosen)
    for label, count in enumerate(counts):
        in_test = int((labels[parts.test] == label).sum())
        assert in_test <= chosen.test * count + 1.0


def test_that_usual_shares_of_a_hundred_are_seventy_fifteen_fifteen() -> None:
    parts = split_indices(100, labels_of(40, 60), Splits())
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (70, 15, 15)


def test_that_many_small_classes_still_fill_validation_and_test() -> None:
    labels = labels_of(*[3] * 20)  # 0.15 of 3 rounds to nothing in every class by itself
    parts = split_indices(60, labels, Splits())
    assert (len(parts.validation), len(parts.test)) == (9, 9)


def test_that_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    labels = labels_of(50, 50)
    first, again = split_indices(100, labels, Splits(seed=3)), split_indices(100, labels, Splits(seed=3))
    other = split_indices(100, labels, Splits(seed=4))
    assert first.train.tolist() == again.train.tolist()
    assert first.train.tolist() != other.train.tolist()


def test_that_the_documented_lines_give_the_same_split() -> None:
    labels, chosen = labels_of(7, 1, 30, 2), Splits(0.6, 0.2, 0.2, seed=11)
    random = np.random.default_rng(chosen.seed)
    train, validation, test = [], [], []
    late_validation = late_test = 0.0
    for label in range(labels.max() + 1):
        members = random.permutation(np.flatnonzero(labels == label))
        wanted_validation = chosen.validation * len(members) + late_validation
        wanted_test = chosen.test * len(members) + late_test
        n_test = max(0, min(int(wanted_test + 0.5), len(members) - 1))
        n_validation = max(0, min(int(wanted_validation + 0.5), len(members) - 1 - n_test))
        late_validation = min(max(wanted_validation - n_validation, -0.5), 0.5)
        late_test = min(max(wanted_test - n_test, -0.5), 0.5)
        test.append(members[:n_test])
        validation.append(members[n_test : n_test + n_validation])
        train.append(members[n_test + n_validation :])
    parts = split_indices(len(labels), labels, chosen)
    assert parts.train.tolist() == np.sort(np.concatenate(train)).tolist()
    assert parts.validation.tolist() == np.sort(np.concatenate(validation)).tolist()
    assert parts.test.tolist() == np.sort(np.concatenate(test)).tolist()


def test_that_regression_is_split_without_labels() -> None:
    parts = split_indices(10, None, Splits(0.8, 0.1, 0.1))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (8, 1, 1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_that_a_tiny_dataset_trains(count: int) -> None:
    assert len(split_indices(count, None, Splits(0.1, 0.45, 0.45)).train) >= 1


def test_that_missing_parts_are_told() -> None:
    parts = split_indices(2, labels_of(1, 1), Splits())
    notes = split_notes(parts, Splits())
    assert notes[0].startswith("There are too few samples for a validation part")
    assert notes[1].startswith("There are too few samples for a test part")
    everything = Splits(1.0, 0.0, 0.0)
    notes = split_notes(split_indices(100, None, everything), everything)
    assert notes[0].startswith("Nothing is set aside for validation")


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.7, 0.2, 0.2), "add up to 110% instead of 100%"),
        ((0.0, 0.5, 0.5), "something must be left for training"),
        ((1.2, -0.2, 0.0), "must not be negative"),
        ((float("nan"), 0.5, 0.5), "must not be negative"),
    ],
)
def test_that_impossible_shares_are_refused_with_a_way_out(
    shares: tuple[float, float, float], words: str
) -> None:
    with pytest.raises(DataError, match=words) as caught:
        check_splits(Splits(*shares))
    assert caught.value.code == "splits"
    choice = DatasetChoice("bundled", "iris", splits=Splits(*shares))
    project = Project("tabular-classification", choice, {}, Recipe(Setting("mse"), Setting("adam")))
    mended = caught.value.fixes[0].edit(project)
    assert mended.dataset is not None
    check_splits(mended.dataset.splits)
