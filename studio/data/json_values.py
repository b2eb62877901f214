"""Values of JSON that may come from a stranger's file, each checked for what it must be.

All raise TypeError or ValueError where it is not; whoever reads the file turns that into a sentence.
"""

from __future__ import annotations

import math


def as_items(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def as_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def as_texts(value: object) -> tuple[str, ...]:
    return tuple(as_text(item) for item in as_items(value))


def as_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def as_number(value: object) -> float:
    """Finite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def as_numbers(value: object) -> tuple[float, ...]:
    return tuple(as_number(item) for item in as_items(value))


def as_positive(value: object) -> float:
    found = as_number(value)
    if found <= 0:
        raise ValueError(value)
    return found


def as_positives(value: object) -> tuple[float, ...]:
    return tuple(as_positive(item) for item in as_items(value))


def as_whole(value: object, low: int, high: int) -> int:
    """From `low` to `high`, both included."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(value)
    return value
