"""What can be done to a column before the network sees it: one entry each, figures of training rows only."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.registry import Registry

Numbers = npt.NDArray[np.float64]
Figures = tuple[float, float]  # what is taken away, and by what is divided then
SKEWED = 2.0  # skewness from which the logarithm is proposed; an exponential distribution has 2


@dataclass(frozen=True, slots=True)
class Scaling:
    """(number - shift) / size. `fit` takes the known training numbers, at least one."""

    id: str
    name: str
    help: str
    fit: Callable[[Numbers], Figures]


@dataclass(frozen=True, slots=True)
class Filler:
    """What an empty cell of a column of numbers becomes. `fit` takes the known training numbers."""

    id: str
    name: str
    help: str
    fit: Callable[[Numbers], float]


def mean_and_deviation(numbers: Numbers) -> Figures:
    """Mean and standard deviation (of the population); 1 instead of a deviation of nothing."""
    if not len(numbers):
        return 0.0, 1.0
    largest = float(np.abs(numbers).max()) or 1.0
    scale = largest if largest > 1e100 else 1.0  # squares of such numbers are too large for a float
    mean, std = float((numbers / scale).mean()) * scale, float((numbers / scale).std()) * scale
    return mean, std if std > 1e-12 * max(1.0, abs(mean)) else 1.0


def _bounds(numbers: Numbers) -> Figures:
    low, high = float(numbers.min()), float(numbers.max())
    return low, _size(high - low)


def _quartiles(numbers: Numbers) -> Figures:
    low, middle, high = (float(q) for q in np.quantile(numbers, (0.25, 0.5, 0.75)))
    return middle, _size(high - low)


def _size(size: float) -> float:
    return size if math.isfinite(size) and size > 1e-300 else 1.0


def most_frequent(numbers: Numbers) -> float:
    values, counts = np.unique(numbers, return_counts=True)
    return float(values[counts.argmax()])


def mean(numbers: Numbers) -> float:
    return mean_and_deviation(numbers)[0]


SCALINGS: Registry[Scaling] = Registry(
    "scaling",
    (
        Scaling("standard", "mean 0, spread 1", "Takes the mean away and divides by the standard deviation. "
                "The usual choice.", mean_and_deviation),
        Scaling("min_max", "0 to 1", "The smallest number becomes 0, the largest 1. For numbers with fixed "
                "ends, such as percentages; a single extreme value squeezes all others.", _bounds),
        Scaling("robust", "middle half", "Takes the median away and divides by the width of the middle half. "
                "Extreme values do not disturb it.", _quartiles),
        Scaling("none", "as they are", "The numbers are not changed. Networks learn badly from large ones.",
                lambda numbers: (0.0, 1.0)),
    ),
)  # fmt: skip

FILLERS: Registry[Filler] = Registry(
    "way to fill empty cells",
    (
        Filler("fill", "mean", "The mean of the training rows.", mean),
        Filler("median", "median", "The middle number of the training rows; extremes do not disturb it.",
               lambda numbers: float(np.median(numbers))),
        Filler("most_frequent", "most frequent", "The number that occurs most often in the training rows.",
               most_frequent),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnTransform:
    """What else a column can be turned into, as the fields of `Column` say."""

    id: str
    name: str
    help: str


OTHER_TRANSFORMS: Registry[ColumnTransform] = Registry(
    "transform of a column",
    (
        ColumnTransform("log", "logarithm", "The logarithm instead of the number: for prices, populations "
                        "and other numbers of which a few are far above the others."),
        ColumnTransform("unit", "one unit", "Numbers with different units, such as g and kg, are turned into "
                        "one."),
        ColumnTransform("missing_input", "whether it was empty", "One more input that is 1 where a cell was "
                        "empty."),
        ColumnTransform("one_hot", "one input per value", "A category gets one input for each of its values: "
                        "1 for the one that is there, 0 for all others."),
        ColumnTransform("embedding", "a few learnt numbers", "A category gets a few numbers that the network "
                        "learns: for categories of many values, such as towns, of which some mean alike."),
        ColumnTransform("ordinal", "a single input", "A category gets one input that counts its values in "
                        "order: for values with an order, such as small, medium, large."),
        ColumnTransform("rare", "rare values together", "Values with only a few rows become one, “other”."),
        ColumnTransform("date_parts", "parts of a date", "A date becomes numbers: year, month, day of the "
                        "week and others, those that differ."),
    ),
)  # fmt: skip


def log_floor(numbers: Numbers) -> float:
    """The smallest training number above 0: what is 0 or less counts as that, for it has no logarithm."""
    positive = numbers[numbers > 0]
    return float(positive.min()) if len(positive) else 1.0


def skewness(numbers: Numbers) -> float:
    """0 for a symmetric distribution, large where a few numbers are far above the others."""
    centre, deviation = mean_and_deviation(numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        skew = float((((numbers - centre) / deviation) ** 3).mean()) if len(numbers) else 0.0
    return skew if math.isfinite(skew) else 0.0


def wants_log(numbers: Numbers) -> bool:
    """Whether the logarithm would help: all positive, skewed, over more than one power of ten."""
    if len(numbers) < 20 or float(numbers.min()) <= 0:
        return False
    with np.errstate(over="ignore"):
        wide = float(numbers.max()) / float(numbers.min()) > 10
    return wide and skewness(numbers) > SKEWED and abs(skewness(np.log(numbers))) < skewness(numbers) / 2
