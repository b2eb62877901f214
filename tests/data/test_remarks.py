"""What is said about values that training never saw."""

from __future__ import annotations

import json

import pytest

from studio.data.opening import open_dataset, recognise
from studio.data.preprocessing import CategoryFeature, NumberFeature, TablePreprocessing, from_json
from studio.data.tables.remarks import remarks

ROWS = TablePreprocessing(
    (
        NumberFeature("bill length", fill=44.0, mean=44.0, std=5.0, low=32.1, high=59.6),
        CategoryFeature("island", ("Biscoe", "Dream")),
    ),
    "species",
    ("Adelie", "Gentoo"),
)
USUAL = {"bill length": 40.0, "island": "Dream"}


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({}, ()),
        ({"bill length": 59.6}, ()),
        (
            {"bill length": 4000.0},
            ("“bill length” is 4000, larger than all values seen in training (32.1 to 59.6).",),
        ),
        (
            {"bill length": "-3,5"},
            ("“bill length” is -3.5, smaller than all values seen in training (32.1 to 59.6).",),
        ),
        ({"bill length": None}, ("“bill length” is empty, so the average seen in training is used: 44.",)),
        (
            {"island": "Mars"},
            ("“Mars” was never seen in “island”. Training knew “Biscoe”, “Dream”.",),
        ),
        ({"island": ""}, ("“island” is empty, which never happened in training.",)),
    ],
)
def test_that_values_outside_of_training_are_named(odd: dict[str, object], said: tuple[str, ...]) -> None:
    assert remarks(ROWS, {**USUAL, **odd}) == said  # type: ignore[dict-item]


def test_that_a_checkpoint_without_ranges_still_opens_and_says_nothing() -> None:
    old = json.loads(json.dumps(ROWS.to_json()))
    for feature in old["features"]:
        feature.pop("low", None)
        feature.pop("high", None)
    read = from_json(old)
    assert isinstance(read, TablePreprocessing)
    assert remarks(read, {**USUAL, "bill length": 4000.0}) == ()


def test_that_the_range_is_that_of_the_training_part() -> None:
    dataset = open_dataset(recognise("iris"))
    read = from_json(dataset.preprocessing())
    assert isinstance(read, TablePreprocessing)
    feature = read.features[0]
    assert isinstance(feature, NumberFeature)
    values = [float(dataset.row(int(i))[feature.name]) for i in dataset.split().train]  # type: ignore[attr-defined]
    assert (feature.low, feature.high) == (min(values), max(values))
