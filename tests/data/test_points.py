"""Points to play with: the same seed gives the same points, and every sort opens as a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.core.project import DatasetChoice
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.points.point_sets import POINT_SETS, made, point_table
from studio.data.tables.table_dataset import TableDataset
from studio.kinds.new_project import infer_kind


@pytest.mark.parametrize("entry", POINT_SETS, ids=lambda entry: entry.id)
def test_that_every_set_of_points_opens_as_a_table(entry) -> None:
    choice = recognise(entry.id.upper())
    assert (choice.source, choice.location) == ("points", entry.id)
    dataset = open_dataset(choice)
    assert isinstance(dataset, TableDataset)
    assert len(dataset) == 400
    assert dataset.skipped == ()
    assert dataset.facts == choice.facts
    assert infer_kind(dataset.facts) == entry.kind
    if entry.function:
        assert dataset.facts.input_shape == (1,)
        assert dataset.facts.target == "y"
    else:
        assert dataset.facts.input_shape == (2,)
        assert dataset.facts.target == "class"
        assert dataset.table.names == ("x", "y", "class")
        counts = dataset.class_counts
        assert sum(counts) == 400
        assert min(counts) > 100


def test_that_the_seed_decides_the_points_and_their_fingerprint() -> None:
    entry = POINT_SETS["moons"]
    assert point_table(entry, {"seed": 4}).columns == point_table(entry, {"seed": 4}).columns
    assert point_table(entry, {"seed": 4}).columns != point_table(entry, {"seed": 5}).columns
    choice = recognise("moons")
    other = open_dataset(replace(choice, options={**choice.options, "noise": 0.3}))
    assert other.facts.fingerprint != choice.facts.fingerprint
    assert open_dataset(choice).facts.fingerprint == choice.facts.fingerprint


def test_that_points_without_noise_lie_where_they_should() -> None:
    x, y, codes = made(POINT_SETS["circles"], {"noise": 0.0, "classes": 3})
    assert np.allclose(np.hypot(x, y), (codes + 1) / 3)
    x, y, codes = made(POINT_SETS["xor"], {"noise": 0.0})
    assert np.array_equal(codes == 0, x * y > 0)
    x, y, _ = made(POINT_SETS["parabola"], {"noise": 0.0})
    assert np.allclose(y, 2 * x * x - 1)
    x, _, _ = made(POINT_SETS["noisy-line"], {"noise": 2.0})
    assert np.abs(x).max() <= 1


def test_that_as_many_classes_as_wished_come_out() -> None:
    choice = recognise("spirals", {"classes": 5, "points": 50})
    assert choice.facts.classes == ("A", "B", "C", "D", "E")
    assert choice.facts.samples == 50


def test_that_a_setting_that_cannot_be_and_an_unknown_name_are_refused_in_a_sentence() -> None:
    choice = recognise("moons")
    with pytest.raises(DataError, match=r"Points: must be at least 20, received 3\."):
        open_dataset(replace(choice, options={"points": 3}))
    with pytest.raises(DataError, match=r"There are no points called “suns”. There are: moons, circles"):
        open_dataset(DatasetChoice("points", "suns"))
    with pytest.raises(DataError, match="Did you mean “moons”"):
        recognise("moon")
