"""The samples that are open already, with other labels or in other parts: nothing is read again."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Dataset


def reading(choice: DatasetChoice) -> DatasetChoice:
    """What decides which samples there are, and in which order."""
    return DatasetChoice(choice.source, choice.location, choice.options, choice.columns)


def twin(dataset: Dataset, choice: DatasetChoice) -> Dataset | None:
    """The same samples as `choice` wants them; None where that takes another look at the data."""
    if reading(dataset.choice) != reading(choice):
        return None
    with_parts, with_labels = (getattr(dataset, name, None) for name in ("with_parts", "with_labels"))
    try:
        if with_parts is not None:
            return cast("Dataset", with_parts(choice))
        if with_labels is not None and _but_labels(dataset.choice) == _but_labels(choice):
            return cast("Dataset", with_labels(choice))
    except DataError:
        return None  # opening it says why
    return None


def _but_labels(choice: DatasetChoice) -> DatasetChoice:
    return replace(choice, relabelled=(), facts=None, augmentations=(), settled=())
