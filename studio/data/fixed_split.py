"""Parts that data come with: kept as they are; a missing validation part is taken from the training part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.core.project import Splits
from studio.data.dataset import SplitIndices
from studio.data.splits import split_indices

TRAIN, VALIDATION, TEST = 0, 1, 2
Parts = npt.NDArray[np.uint8]  # per sample TRAIN, VALIDATION or TEST


def split_by_parts(parts: Parts, labels: npt.NDArray[np.int64], splits: Splits) -> SplitIndices:
    """Row numbers for each part. Without a validation part, the shares of training and validation decide
    how many training samples become one: the test part never gives any away."""
    train, validation, test = (np.flatnonzero(parts == part).astype(np.int64) for part in range(3))
    both = splits.train + splits.validation
    if len(validation) or not splits.validation or not both:
        return SplitIndices(train, validation, test)
    within = split_indices(len(train), labels[train], validation_of_train(splits))
    rest = np.concatenate([within.train, within.test])
    return SplitIndices(np.sort(train[rest]), np.sort(train[within.validation]), test)


def validation_of_train(splits: Splits) -> Splits:
    """The shares by which a training part is cut in two."""
    both = splits.train + splits.validation
    return replace(splits, train=splits.train / both, validation=splits.validation / both, test=0.0)
