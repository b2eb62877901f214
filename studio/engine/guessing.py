"""What guessing would reach: the yardstick without which no result says anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.engine.metrics import class_metrics

Numbers = npt.NDArray[np.float64]


def guessed_classes(
    true_counts: Sequence[int] | npt.NDArray[np.int64], train_counts: Sequence[int] = ()
) -> tuple[dict[str, float], int]:
    """(the metrics of always answering one class, which one).

    Args: true_counts: samples of each class in the measured split; train_counts: those of the training
    split, whose most frequent class is the one to guess; the measured ones where they are not known.
    """
    counts = np.asarray(true_counts, np.int64)
    known = np.asarray(train_counts, np.int64) if len(train_counts) == len(counts) else counts
    if not counts.sum():
        return {}, -1
    guess = int(known.argmax())
    confusion = np.zeros((len(counts), len(counts)), np.int64)
    confusion[:, guess] = counts
    return class_metrics(confusion), guess


def guessed_numbers(targets: Numbers, mean: float) -> dict[str, float]:
    """The metrics of always answering `mean`, the training split's; all in the target's own units."""
    if not len(targets):
        return {}
    scale = max(
        1.0, float(np.abs(targets).max()), abs(mean)
    )  # squares of large numbers do not fit into a float
    small = targets / scale
    errors = small - mean / scale
    squares = float(np.square(errors).sum())
    spread = float(np.square(small - small.mean()).sum())
    return {
        "rmse": (squares / len(targets)) ** 0.5 * scale,
        "mae": float(np.abs(errors).mean()) * scale,
        "r2": 1 - squares / spread if spread > 1e-12 * float(np.square(small).sum()) else np.nan,
    }
