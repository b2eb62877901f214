"""Which tables are points in the plane."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.data.opening import open_dataset, recognise
from studio.data.points.plane import MOST_SHOWN, plane_of


def test_that_two_numbers_and_a_class_are_points_and_a_function_is_a_curve(tmp_path: Path) -> None:
    moons = plane_of(open_dataset(recognise("moons")))
    assert moons is not None
    assert (moons.x_name, moons.y_name, moons.classes) == ("x", "y", ("A", "B"))
    assert len(moons.x) == 400
    left, right, bottom, top = moons.bounds()
    assert left < moons.x.min() < moons.x.max() < right
    assert bottom < moons.y.min() < moons.y.max() < top
    sine = plane_of(open_dataset(recognise("sine")))
    assert sine is not None
    assert (sine.x_name, sine.y_name, sine.classes) == ("x", "y", ())


@pytest.mark.parametrize("name", ["iris", "penguins", "digits"])
def test_that_other_data_are_no_points(name: str) -> None:
    assert plane_of(open_dataset(recognise(name))) is None


def test_that_a_table_of_ones_own_is_shown_too_and_very_many_points_are_thinned(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    rows = "".join(f"{i * 0.37:.2f},{i * 0.11:.2f},{'left' if i % 3 else 'right'}\n" for i in range(6000))
    path.write_text(f"width,height,side\n{rows}", encoding="utf-8")
    plane = plane_of(open_dataset(recognise(path)))
    assert plane is not None
    assert len(plane.x) == MOST_SHOWN
    assert plane.x.max() == pytest.approx(5999 * 0.37, abs=0.01)
    assert plane.classes == ("left", "right")
