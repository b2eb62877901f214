"""What is odd about a row that a network is asked about: values that training never saw, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.data.preprocessing import (
    BooleanFeature,
    CategoryFeature,
    Cell,
    DateFeature,
    NumberFeature,
    TablePreprocessing,
    category_text,
)

_NAMED = 6  # values of a category told in a sentence


def remarks(preprocessing: TablePreprocessing, row: Mapping[str, Cell]) -> tuple[str, ...]:
    """A sentence for each cell that the network can only guess about; empty where all is usual.

    Raises DataError: a column is missing, a cell is no number.
    """
    found = []
    for feature, cell in zip(preprocessing.features, preprocessing.cells_of(row), strict=True):
        if isinstance(feature, NumberFeature):
            found.append(_about_number(feature, feature.number(cell)))
        elif isinstance(feature, BooleanFeature | DateFeature):
            if category_text(cell) is None:
                usual = (
                    "training's usual date" if isinstance(feature, DateFeature) else _usual_answer(feature)
                )
                found.append(f"“{feature.name}” is empty, so {usual} is used.")
        else:
            found.append(_about_category(feature, category_text(cell)))
    return tuple(filter(None, found))


def _about_number(feature: NumberFeature, number: float | None) -> str:
    if number is None:
        return f"“{feature.name}” is empty, so the average seen in training is used: {_short(feature.fill)}."
    low, high = feature.low, feature.high
    if low is None or high is None or low <= number <= high:
        return ""
    side = "larger" if number > high else "smaller"
    return (
        f"“{feature.name}” is {_short(number)}, {side} than all values seen in training "
        f"({_short(low)} to {_short(high)})."
    )


def _usual_answer(feature: BooleanFeature) -> str:
    return f"the more frequent answer seen in training, “{feature.words[feature.fill >= 0.5]}”,"


def _about_category(feature: CategoryFeature, text: str | None) -> str:
    if feature.knows(text):
        return ""
    if text is None:
        return f"“{feature.name}” is empty, which never happened in training."
    known = ", ".join(f"“{value}”" for value in feature.values[:_NAMED])
    more = ", …" if len(feature.values) > _NAMED else ""
    return f"“{text}” was never seen in “{feature.name}”. Training knew {known}{more}."


def _short(number: float) -> str:
    """Five significant digits, without an exponent where a person can do without."""
    if number == 0 or 1e-4 <= abs(number) < 1e7:
        digits = 5 if number == 0 else max(0, 4 - math.floor(math.log10(abs(number))))
        text = f"{number:.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.4g}"
