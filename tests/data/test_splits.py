from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.project import DatasetChoice, Project, Recipe, Setting, Splits
from studio.data.dataset import DataError, SplitIndices
from studio.data.sample_keys import content_key, drawn, keys_of, scattered
from studio.data.splits import check_splits, equal_samples, split_by_keys, split_by_time, split_notes


def split_indices(count: int, labels: np.ndarray | None, chosen: Splits) -> SplitIndices:
    """Of samples that all differ."""
    return split_by_keys(keys_of(str(i).encode() for i in range(count)), labels, chosen)


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
    # 0.15 of 3 rounds to nothing in every class by itself.
    parts = split_indices(300, labels_of(*[3] * 100), Splits())
    assert (len(parts.validation), len(parts.test)) == (45, 44)  # 45 each would be exact
    parts = split_indices(60, labels_of(*[3] * 20), Splits())
    assert (len(parts.validation), len(parts.test)) == (8, 7)  # of 9


def test_that_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    labels = labels_of(50, 50)
    first, again = split_indices(100, labels, Splits(seed=3)), split_indices(100, labels, Splits(seed=3))
    other = split_indices(100, labels, Splits(seed=4))
    assert first.train.tolist() == again.train.tolist()
    assert first.train.tolist() != other.train.tolist()


def part_of_each(parts: SplitIndices) -> dict[int, int]:
    rows = (parts.train, parts.validation, parts.test)
    return {int(row): part for part, found in enumerate(rows) for row in found}


@given(
    st.dictionaries(st.integers(0, 10**6), st.integers(0, 4), min_size=1, max_size=150),
    st.dictionaries(st.integers(10**6 + 1, 2 * 10**6), st.integers(0, 4), max_size=12),
    splits(),
)
@settings(deadline=None, max_examples=200)
def test_that_new_samples_push_at_most_one_other_each_across_a_border(
    old: dict[int, int], new: dict[int, int], chosen: Splits
) -> None:
    def split(samples: dict[int, int]) -> dict[int, int]:
        """The part of each content; `samples` says which class it is of."""
        keys = keys_of(str(content).encode() for content in samples)
        parts = part_of_each(split_by_keys(keys, np.array(list(samples.values())), chosen))
        return {content: parts[row] for row, content in enumerate(samples)}

    before, after = split(old), split(new | old)
    moved = [content for content, part in before.items() if after[content] != part]
    # A border lies between test and validation, and another between validation and training.
    assert len(moved) <= 2 * len(new)
    if chosen.stratified:
        assert {old[content] for content in moved} <= set(new.values())


@given(st.lists(st.integers(0, 30), min_size=1, max_size=120), st.randoms(use_true_random=False), splits())
@settings(deadline=None, max_examples=100)
def test_that_the_order_of_samples_does_not_matter_and_equal_ones_stay_together(
    contents: list[int], random: Random, chosen: Splits
) -> None:
    def split(samples: list[int]) -> dict[int, int]:
        keys = keys_of(str(content).encode() for content in samples)
        found: dict[int, int] = {}
        for row, part in part_of_each(split_by_keys(keys, np.array(samples) % 3, chosen)).items():
            assert found.setdefault(samples[row], part) == part, "equal samples in two parts"
        return found

    before = split(contents)
    random.shuffle(contents)
    assert split(contents) == before


def test_that_a_picture_in_two_classes_is_in_one_part() -> None:
    keys = keys_of(str(i % 50).encode() for i in range(100))  # each content once in each of two classes
    parts = part_of_each(split_by_keys(keys, labels_of(50, 50), Splits()))
    assert all(parts[i] == parts[i + 50] for i in range(50))
    assert set(parts.values()) == {0, 1, 2}


def test_that_equal_samples_are_counted() -> None:
    assert equal_samples(keys_of([b"a", b"b"])) == ()
    assert equal_samples(keys_of([b"a", b"b", b"a", b"a"])) == (
        "3 samples are equal to another one; equal samples are in the same part.",
    )


def test_that_mixing_is_splitmix64() -> None:
    # The first outputs of the reference implementation, whose state grows by the golden ratio.
    states = np.array([0, 0x9E3779B97F4A7C15], np.uint64)
    assert [hex(n) for n in scattered(states).tolist()] == ["0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4"]


def test_that_keys_and_order_are_the_same_for_ever() -> None:
    """A split that is drawn another way makes all results so far incomparable."""
    assert content_key(b"a picture").hex() == "250d5b9b38e1b996"
    assert [hex(n) for n in drawn(keys_of([b"a", b"b"]), seed=7).tolist()] == [
        "0xd5a3cd2738d580a0",
        "0x4f92471cba1b1bec",
    ]
    parts = split_indices(12, labels_of(6, 6), Splits(0.6, 0.2, 0.2, seed=3))
    assert (parts.validation.tolist(), parts.test.tolist()) == ([0, 7], [4, 10])


def test_that_the_newest_test_the_oldest_train_and_one_time_stays_together() -> None:
    times = np.array([5.0, 1.0, np.nan, 3.0, 2.0, 4.0, 3.0, 6.0, 7.0, 8.0])
    parts = split_by_time(times, Splits(0.6, 0.2, 0.2))
    assert sorted(times[parts.test].tolist()) == [7.0, 8.0]
    assert sorted(times[parts.validation].tolist()) == [5.0, 6.0]
    assert np.isnan(times[parts.train]).sum() == 1
    ties = split_by_time(np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0]), Splits(0.7, 0.0, 0.3))
    assert (ties.train.tolist(), ties.test.tolist()) == ([0, 1, 2], [3, 4, 5])
    assert len(split_by_time(np.ones(9), Splits()).train) == 9


def test_that_few_large_groups_still_fill_every_part() -> None:
    keys = keys_of(str(i // 20).encode() for i in range(60))  # three groups, of one class each
    parts = split_by_keys(keys, labels_of(20, 20, 20), Splits(), together=True)
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [20, 20, 20]


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
