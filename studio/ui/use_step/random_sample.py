"""A random sample of the test split, to try the network on something it never saw."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.core.problems import LanternError

if TYPE_CHECKING:
    from studio.data.dataset import Dataset, Progress

_TRIES = 20  # a picture may turn out to be unreadable


@dataclass(frozen=True, slots=True)
class RandomSample:
    """`picture` is a file with the sample's pixels; `row` its columns. One of the two. `index`: its place in
    the dataset."""

    name: str
    truth: str
    index: int = -1
    picture: Path | None = None
    row: Mapping[str, Any] | None = None


def random_test_sample(
    dataset: Dataset, choice: random.Random, progress: Progress | None = None
) -> RandomSample | None:
    """None where there is no test split, or the dataset cannot show single samples.

    Not for the window's thread: a table is read whole the first time. Raises Cancelled.
    """
    sure = getattr(dataset, "sure_split", None)  # of pictures; decoding all would take minutes
    if sure is None:
        dataset.samples(progress)
    split = sure() if sure is not None else dataset.split()
    indices = split.test if len(split.test) else split.validation
    if not len(indices):
        return None
    picture = getattr(dataset, "picture", None)
    for _ in range(_TRIES):
        index = int(indices[choice.randrange(len(indices))])
        name, truth = dataset.name_of(index), dataset.label_of(index)
        if picture is None:
            break
        with contextlib.suppress(LanternError):  # it cannot be read, which nobody has found out yet
            return RandomSample(name, truth, index, picture=_written(np.asarray(picture(index))))
    row = getattr(dataset, "row", None)
    if row is not None and picture is None:
        return RandomSample(name, truth, index, row=row(index))
    return None


def _written(pixels: np.ndarray[Any, Any]) -> Path:
    """The engine predicts files: the sample's pixels as one, lossless, always the same."""
    from PIL import Image

    from studio.core.places import cache

    path = cache() / "test-sample.png"
    squeezed = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    Image.fromarray(squeezed).save(path)
    return path
