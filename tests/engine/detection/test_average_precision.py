"""Average precision, held against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from studio.engine.detection.average_precision import (
    OVERLAPS,
    Seen,
    class_precision,
    mean_precision,
    overlaps,
)

BOX = [0.1, 0.1, 0.3, 0.3]
OTHER = [0.6, 0.6, 0.9, 0.9]


def seen(
    true: list[list[float]], found: list[tuple[list[float], float]], labels: list[int] | None = None
) -> Seen:
    return Seen(
        np.array(true, np.float64).reshape(-1, 4),
        np.array(labels or [0] * len(true), np.int64),
        np.array([box for box, _ in found], np.float64).reshape(-1, 4),
        np.zeros(len(found), np.int64),
        np.array([score for _, score in found], np.float64),
    )


def test_that_overlap_is_the_shared_area_over_the_area_of_both() -> None:
    half = np.array([[0.0, 0.0, 1.0, 0.5]])
    assert overlaps(half, np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.5, 1.0, 1.0]])).tolist() == [[0.5, 0.0]]


def test_that_perfect_boxes_have_a_precision_of_one_at_every_overlap() -> None:
    result = class_precision([seen([BOX, OTHER], [(BOX, 0.9), (OTHER, 0.8)])], 0)
    assert result.ap.tolist() == [1.0] * len(OVERLAPS)
    assert mean_precision([result]) == {"map50": 1.0, "map": 1.0}


def test_that_a_second_box_on_the_same_thing_is_wrong() -> None:
    # right, wrong, right: precision 1 up to a recall of 1/2 (51 of 101 points), then 2/3
    result = class_precision([seen([BOX, OTHER], [(BOX, 0.9), (BOX, 0.8), (OTHER, 0.7)])], 0)
    assert result.ap[0] == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert result.hits.tolist() == [True, False, True]


def test_that_what_is_not_found_and_what_is_not_there_count_against_it() -> None:
    missed = class_precision([seen([BOX, OTHER], [(BOX, 0.9)])], 0)
    assert missed.ap[0] == pytest.approx(51 / 101)
    imagined = class_precision([seen([], [(BOX, 0.9)]), seen([OTHER], [(OTHER, 0.5)])], 0)
    assert imagined.ap[0] == pytest.approx(0.5)


def test_that_stricter_overlaps_refuse_a_loose_box() -> None:
    loose = [0.1, 0.1, 0.3, 0.24]  # 0.7 of BOX
    result = class_precision([seen([BOX], [(loose, 0.9)])], 0)
    assert result.ap.tolist() == [1.0] * 5 + [0.0] * 5
    assert mean_precision([result]) == {"map50": 1.0, "map": 0.5}


def test_that_classes_that_do_not_occur_do_not_count() -> None:
    pictures = [seen([BOX], [(BOX, 0.9)])]
    found = [class_precision(pictures, label) for label in (0, 1)]
    assert np.isnan(found[1].ap).all()
    assert mean_precision(found) == {"map50": 1.0, "map": 1.0}
    assert mean_precision(found[1:]) == {}
