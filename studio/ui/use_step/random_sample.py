"""A random sample of the test split, to try the network on something it never saw."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from studio.data.dataset import Dataset, Progress


@dataclass(frozen=True, slots=True)
class RandomSample:
    """`picture` is a file with the sample's pixels; `row` its columns. One of the two."""

    name: str
    truth: str
    picture: Path | None = None
    row: Mapping[str, Any] | None = None


def random_test_sample(
    dataset: Dataset, choice: random.Random, progress: Progress | None = None
) -> RandomSample | None:
    """None where there is no test split, or the dataset cannot show single samples.

    Not for the window's thread: the first time all samples are read, since those that cannot be read
    belong to no split. Raises Cancelled.
    """
    dataset.samples(progress)
    split = dataset.split()
    indices = split.test if len(split.test) else split.validation
    if not len(indices):
        return None
    index = int(indices[choice.randrange(len(indices))])
    name, truth = dataset.name_of(index), dataset.label_of(index)
    picture = getattr(dataset, "picture", None)
    if picture is not None:
        return RandomSample(name, truth, picture=_written(np.asarray(picture(index))))
    row = getattr(dataset, "row", None)
    if row is not None:
        return RandomSample(name, truth, row=row(index))
    return None


def _written(pixels: np.ndarray[Any, Any]) -> Path:
    """The engine predicts files: the sample's pixels as one, lossless, always the same."""
    from PIL import Image

    from studio.core.places import cache

    path = cache() / "test-sample.png"
    squeezed = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    Image.fromarray(squeezed).save(path)
    return path
