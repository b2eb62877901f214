"""Parts that data come with: kept as they are; a missing validation part is taken from the training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from studio.core.project import Splits
from studio.data.dataset import SplitIndices
from studio.data.splits import TEST, TRAIN, VALIDATION, Parts, Rows, parts_to_rows

Cut = Callable[[Rows, Splits], SplitIndices]  # of these rows, places among them


def split_by_parts(parts: Parts, splits: Splits, cut: Cut) -> SplitIndices:
    """Row numbers for each part. Without a validation part, the shares of training and validation decide
    how many training samples `cut` makes one of: the test part never gives any away."""
    found = parts_to_rows(parts)
    if not wants_cut(parts, splits):
        return found
    train = found.train
    within = cut(train, validation_of_train(splits))
    rest = np.concatenate([within.train, within.test])
    return SplitIndices(np.sort(train[rest]), np.sort(train[within.validation]), found.test)


def wants_cut(parts: Parts, splits: Splits) -> bool:
    """Whether a validation part is to be cut from the training part."""
    trains = bool(splits.train + splits.validation) and bool((parts == TRAIN).any())
    return trains and splits.validation > 0 and not (parts == VALIDATION).any()


def validation_of_train(splits: Splits) -> Splits:
    """The shares by which a training part is cut in two."""
    both = splits.train + splits.validation
    return replace(splits, train=splits.train / both, validation=splits.validation / both, test=0.0)


__all__ = [
    "TEST",
    "TRAIN",
    "VALIDATION",
    "Cut",
    "Parts",
    "split_by_parts",
    "validation_of_train",
    "wants_cut",
]
