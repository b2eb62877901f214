import numpy as np

from studio.ui.plots.pyramid import MinMaxPyramid
from studio.ui.plots.smoothing import Smoother


def test_that_a_million_points_are_drawn_with_few_and_no_peak_is_lost() -> None:
    pyramid = MinMaxPyramid()
    values = np.random.default_rng(0).normal(size=1_000_003)
    values[654_321] = 99.0
    values[1_000_001] = -99.0
    for chunk in np.array_split(values, 77):
        pyramid.extend(chunk)
    xs, ys = pyramid.envelope(0, len(values), 2000)
    assert len(xs) == len(ys) <= 2000
    assert ys.max() == 99.0
    assert ys.min() == -99.0
    assert (np.diff(xs) >= 0).all()
    assert abs(xs[np.argmax(ys)] - 654_321) < 2000


def test_that_a_short_curve_is_drawn_as_it_is() -> None:
    pyramid = MinMaxPyramid()
    pyramid.extend([3.0, 1.0, 2.0])
    xs, ys = pyramid.envelope(0, 10)
    assert xs.tolist() == [0, 1, 2]
    assert ys.tolist() == [3.0, 1.0, 2.0]


def test_that_zooming_in_shows_every_value() -> None:
    pyramid = MinMaxPyramid()
    pyramid.extend(np.arange(50_000))
    xs, ys = pyramid.envelope(30_000, 30_100)
    assert xs.tolist() == ys.tolist() == list(range(30_000, 30_100))


def test_that_growing_bit_by_bit_gives_the_same_as_all_at_once() -> None:
    values = np.random.default_rng(1).normal(size=30_000)
    at_once, bit_by_bit = MinMaxPyramid(), MinMaxPyramid()
    at_once.extend(values)
    for start in range(0, len(values), 7):
        bit_by_bit.extend(values[start : start + 7])
    for one, other in zip(at_once.envelope(100, 29_000), bit_by_bit.envelope(100, 29_000), strict=True):
        assert np.array_equal(one, other)


def test_that_a_missing_number_does_not_spoil_its_block() -> None:
    pyramid = MinMaxPyramid()
    values = np.ones(10_000)
    values[5000] = np.nan
    pyramid.extend(values)
    _, ys = pyramid.envelope(0, 10_000, 500)
    assert np.isfinite(ys).all()


def test_that_smoothing_in_pieces_equals_the_plain_formula() -> None:
    values = np.random.default_rng(2).normal(size=1000)
    expected, average, mass = [], 0.0, 0.0
    for value in values:
        average, mass = 0.9 * average + 0.1 * value, 0.9 * mass + 0.1
        expected.append(average / mass)
    smoother = Smoother(0.9)
    pieces = [smoother.smooth(piece) for piece in (values[:10], values[10:300], values[300:])]
    np.testing.assert_allclose(np.concatenate(pieces), expected, rtol=1e-12)


def test_that_smoothing_passes_over_numbers_that_are_not_finite() -> None:
    smooth = Smoother(0.5).smooth([1.0, np.nan, 1.0])
    assert smooth.tolist() == [1.0, 1.0, 1.0]
