"""How ready-made points are made, in plain numpy: an exported script holds these very functions.

Each takes a random generator and how many points there shall be, and gives `x, y, codes`, before any noise.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Shape = tuple[Numbers, Numbers, Codes]


def moons(rng: np.random.Generator, points: int) -> Shape:
    """Two half circles that reach into each other."""
    codes = np.arange(points) % 2
    angle = rng.uniform(0, np.pi, points)
    x = np.where(codes == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(codes == 0, np.sin(angle), 0.5 - np.sin(angle))
    return x, y, codes


def circles(rng: np.random.Generator, points: int, classes: int) -> Shape:
    """Rings around one another, the first class in the middle."""
    codes = np.arange(points) % classes
    angle = rng.uniform(0, 2 * np.pi, points)
    radius = (codes + 1) / classes
    return radius * np.cos(angle), radius * np.sin(angle), codes


def spirals(rng: np.random.Generator, points: int, classes: int, turns: float) -> Shape:
    """Arms that wind around the middle."""
    codes = np.arange(points) % classes
    along = np.sqrt(rng.uniform(0.01, 1, points))
    angle = 2 * np.pi * (turns * along + codes / classes)
    return along * np.cos(angle), along * np.sin(angle), codes


def blobs(rng: np.random.Generator, points: int, classes: int) -> Shape:
    """Clouds (Gaussian blobs) around places on a circle."""
    codes = np.arange(points) % classes
    angle = 2 * np.pi * codes / classes
    spread = rng.normal(0, 0.2, (2, points))
    return np.cos(angle) + spread[0], np.sin(angle) + spread[1], codes


def checkerboard(rng: np.random.Generator, points: int, fields: int) -> Shape:
    """Squares that take turns, as on a board with so many fields a side; two a side are XOR."""
    x, y = rng.uniform(-1, 1, (2, points))
    column, row = (np.floor((place + 1) / 2 * fields).astype(int) for place in (x, y))
    return x, y, (column + row) % 2


def sine(rng: np.random.Generator, points: int, turns: float) -> Shape:
    """Waves, so many from left to right."""
    x = rng.uniform(-1, 1, points)
    return x, np.sin(np.pi * turns * x), np.zeros(points, int)


def step(rng: np.random.Generator, points: int) -> Shape:
    """Down on the left, up on the right, nothing between."""
    x = rng.uniform(-1, 1, points)
    return x, np.where(x < 0, -1.0, 1.0), np.zeros(points, int)


def parabola(rng: np.random.Generator, points: int) -> Shape:
    """A square: y = 2x² - 1."""
    x = rng.uniform(-1, 1, points)
    return x, 2 * x * x - 1, np.zeros(points, int)


def line(rng: np.random.Generator, points: int) -> Shape:
    """A straight line: y = 0.8x."""
    x = rng.uniform(-1, 1, points)
    return x, 0.8 * x, np.zeros(points, int)


def noisy(rng: np.random.Generator, shape: Shape, noise: float, flat: bool) -> Shape:
    """Every point moved by chance; `flat`: only up and down, for functions."""
    x, y, codes = shape
    moved = rng.normal(0, 1, (2, len(x))) * noise
    return (x if flat else x + moved[0]), y + moved[1], codes
