"""Labels as arrays have them (numbers, texts, one-hot rows) turned into class numbers and class names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError

MOST_CLASSES = 10_000
Array = npt.NDArray[np.generic]


def is_one_hot(labels: Array) -> bool:
    """Whether each row has a single 1 and 0 elsewhere."""
    if labels.ndim != 2 or labels.shape[1] < 2 or labels.dtype.kind not in "biuf" or not len(labels):
        return False
    return bool(np.all((labels == 0) | (labels == 1)) and np.all(np.asarray(labels, np.float64).sum(1) == 1))


def class_values(labels: Array) -> Array | None:
    """One value a sample: whole numbers or texts; None where these are no classes (measured numbers)."""
    if is_one_hot(labels):
        winners: Array = np.argmax(labels, axis=1)
        return winners
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        return None
    if labels.dtype.kind == "S":
        return np.array([_text(bytes(value)) for value in labels])
    if labels.dtype.kind == "f":
        numbers = np.asarray(labels, np.float64)
        whole = bool(np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all())
        return numbers.astype(np.int64) if whole and np.abs(numbers).max(initial=0) < 2**31 else None
    return labels if labels.dtype.kind in "biuU" else None


def numbered(
    values: Array, names: Mapping[int, str] | Sequence[str] | None = None
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Class numbers 0, 1, ... and the classes' names, in the order of the values.

    Args: values: as `class_values` gives; names: of the values, where they are known.
    Raises: DataError: fewer than two classes, or a different one for nearly every sample.
    """
    found, labels = np.unique(values, return_inverse=True)
    if len(found) < 2:
        raise DataError(
            "All samples have the same label, so there is nothing to tell apart. Choose data with at least "
            "two classes.",
            "single-class",
        )
    if len(found) > MOST_CLASSES:
        raise DataError(
            f"The labels have {len(found):,} different values; more than {MOST_CLASSES:,} classes cannot be "
            "learnt. Are they numbers to predict?",
            "columns",
        )
    return labels.reshape(-1).astype(np.int64), tuple(_name(value, names) for value in found.tolist())


def _name(value: object, names: Mapping[int, str] | Sequence[str] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and names is not None:
        if isinstance(names, Mapping):
            return names.get(value, str(value))
        if 0 <= value < len(names):
            return names[value]
    return str(value)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
