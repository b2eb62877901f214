from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.data.boxes.box import Box
from studio.data.boxes.placement import placement, placements
from studio.data.pictures.decoding import fit_picture

SIDES = st.integers(8, 220)


@given(SIDES, SIDES, st.integers(16, 96), st.integers(16, 96))
def test_that_the_whole_picture_lands_where_the_pixels_do(height, width, to_height, to_width) -> None:
    picture = Image.new("L", (width, height), 255)
    pixels = np.asarray(fit_picture(picture, (to_height, to_width), "pad"))
    there = placement((height, width), (to_height, to_width), "pad").box(Box(0, 0, 0, width, height))
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    assert (there.left, there.top) == pytest.approx((columns[0], rows[0]))
    assert (there.right, there.bottom) == pytest.approx((columns[-1] + 1, rows[-1] + 1))


def test_that_a_thin_picture_is_placed_as_it_is_drawn() -> None:
    pixels = np.asarray(fit_picture(Image.new("L", (400, 3), 255), (32, 32), "pad"))
    there = placement((3, 400), (32, 32), "pad").box(Box(0, 0, 0, 400, 3))
    rows = np.flatnonzero(pixels.any(axis=1))
    assert (there.left, there.top, there.right, there.bottom) == (0, rows[0], 32, rows[-1] + 1)


@pytest.mark.parametrize("fit", ["pad", "stretch"])
def test_that_a_box_comes_back_from_the_networks_input(fit) -> None:
    there = placement((480, 640), (128, 96), fit)
    box = Box(2, 10.5, 20, 300, 440.25)
    back = there.inverse().box(there.box(box))
    assert (back.left, back.top, back.right, back.bottom) == pytest.approx((10.5, 20, 300, 440.25))
    assert back.class_index == 2
    edges = there.edges(np.array([[10.5, 20, 300, 440.25]]))
    moved = there.box(box)
    assert edges.tolist() == [[moved.left, moved.top, moved.right, moved.bottom]]


@pytest.mark.parametrize("fit", ["pad", "stretch"])
def test_that_many_pictures_are_placed_as_each_of_them(fit) -> None:
    sizes = np.random.default_rng(0).integers(3, 60, (300, 2))
    moves = placements(sizes, (40, 32), fit)
    each = [placement((height, width), (40, 32), fit) for height, width in sizes.tolist()]
    assert moves.tolist() == [[one.scale_x, one.scale_y, one.shift_x, one.shift_y] for one in each]
    assert placements(np.empty((0, 2), np.int64), (40, 32), fit).shape == (0, 4)
