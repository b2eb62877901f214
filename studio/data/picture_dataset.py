"""What all picture datasets share once their pictures are an array: splits, figures, cards, facts."""

from __future__ import annotations

import copy
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.dataset import DataError, Progress, Samples, Skipped, SplitIndices
from studio.data.normalisation import NORMALISATIONS
from studio.data.pictures import Fit, PictureArray
from studio.data.preprocessing import PicturePreprocessing
from studio.data.splits import check_splits, split_indices, split_notes

Labels = npt.NDArray[np.int64]


class PictureDataset(ABC):
    """Pictures with class numbers. `samples` decodes once and keeps; safe to call from any thread.

    Decoding may leave unreadable pictures out, which moves the later ones up. So that labels can never
    slip, `split` and `preprocessing` decode first if nobody did: call `samples(progress)` before them,
    off the window's thread. `profile.split_sizes` tells the sizes at once.
    """

    fixed_split: npt.NDArray[np.uint8] | None = None  # per sample 0 train, 1 validation, 2 test

    def __init__(self, choice: DatasetChoice, facts: DatasetFacts, labels: Labels, fit: Fit) -> None:
        self._facts = facts
        self.choice = replace(choice, facts=facts)
        self.labels = labels
        self.fit: Fit = fit
        self._samples: Samples | None = None
        self._split: SplitIndices | None = None
        self._preprocessing: PicturePreprocessing | None = None
        self._lock = threading.RLock()

    @property
    def facts(self) -> DatasetFacts:
        return self._facts

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return ()

    @property
    def notes(self) -> tuple[str, ...]:
        return split_notes(self._split, self.choice.splits) if self._split is not None else ()

    @property
    def class_counts(self) -> tuple[int, ...]:
        counts = np.bincount(self.labels, minlength=len(self.facts.classes))
        return tuple(int(count) for count in counts)

    def with_parts(self, choice: DatasetChoice) -> Self:
        """The same pictures, split or normalised another way: nothing is read again. Only once `decoded`.

        Raises: DataError: the shares make no sense.
        """
        check_splits(choice.splits)
        other = copy.copy(self)
        other._lock = threading.RLock()
        other._split = other._preprocessing = None
        other.choice = replace(choice, facts=self._facts)
        return other

    @property
    def decoded(self) -> bool:
        """Whether `samples` has done its work, so that all else is quick."""
        return self._samples is not None

    def __len__(self) -> int:
        return len(self.labels)

    def samples(self, progress: Progress | None = None) -> Samples:
        """All pictures, decoded once. Raises DataError, Cancelled."""
        with self._lock:
            if self._samples is None:
                pictures = self._decode(progress)
                self._samples = Samples(pictures, self.labels)
                self._facts = replace(self._facts, samples=len(self.labels))
                self.choice = replace(self.choice, facts=self._facts)
            return self._samples

    def split(self) -> SplitIndices:
        with self._lock:
            if self._split is None:
                self.samples()
                self._split = self.planned_split()
            return self._split

    def planned_split(self) -> SplitIndices:
        """The split of the samples as known so far, without decoding; unreadable pictures may shift it."""
        if self.fixed_split is None:
            return split_indices(len(self.labels), self.labels, self.choice.splits)
        train, validation, test = (np.flatnonzero(self.fixed_split == part) for part in range(3))
        return SplitIndices(train.astype(np.int64), validation.astype(np.int64), test.astype(np.int64))

    def preprocessing(self) -> Mapping[str, object]:
        """See studio.data.preprocessing; figures are of the training split only."""
        return self.fitted().to_json()

    def fitted(self) -> PicturePreprocessing:
        with self._lock:
            if self._preprocessing is None:
                pictures = self.samples().inputs
                channels, height, width = self.facts.input_shape
                way = NORMALISATIONS[self.choice.normalisation]
                mean, std = way.mean, way.std
                if not way.fits(self.facts):
                    raise DataError(
                        f"Normalisation “{way.name}” has figures for {len(mean)} colour channels; these "
                        f"pictures have {channels}. Choose “{NORMALISATIONS['training'].name}”.",
                        "normalisation",
                    )
                if way.id == "training":
                    mean, std = channel_figures(pictures, self.split().train)
                elif way.id == "none":
                    mean, std = (0.0,) * channels, (1.0,) * channels
                self._preprocessing = PicturePreprocessing(
                    height, width, channels, self.fit, mean, std, self.facts.classes
                )
            return self._preprocessing

    def label_of(self, index: int) -> str:
        return self.facts.classes[int(self.labels[index])]

    def picture(self, index: int) -> PictureArray:
        """One picture to look at, uint8 (height, width, channels), as the network gets it.

        Quick also before `samples`. Raises PictureError: it cannot be read.
        """
        samples = self._samples  # another thread may set it meanwhile
        pixels = samples.inputs[index] if samples is not None else self._decode_one(index)
        return np.ascontiguousarray(pixels.transpose(1, 2, 0)).astype(np.uint8, copy=False)

    @abstractmethod
    def name_of(self, index: int) -> str: ...

    @abstractmethod
    def _decode(self, progress: Progress | None) -> PictureArray:
        """uint8 (n, channels, height, width), aligned with `labels`, which it shortens if need be."""

    @abstractmethod
    def _decode_one(self, index: int) -> PictureArray:
        """uint8 (channels, height, width) of one sample, before `_decode`."""


def channel_figures(
    pictures: npt.NDArray[np.generic], indices: npt.NDArray[np.int64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel of pixels scaled to 0..1, exact, from counts of values.

    pixels = pictures[indices] / 255; mean = pixels.mean((0, 2, 3)); std = pixels.std((0, 2, 3)), where
    a channel without any variation gets 1.
    """
    means, stds = [], []
    values = np.arange(256) / 255.0
    for channel in range(pictures.shape[1]):
        counts = np.zeros(256, np.int64)
        for start in range(0, len(indices), 2048):  # in parts: a copy of everything might not fit
            part = pictures[indices[start : start + 2048], channel]
            counts += np.bincount(part.reshape(-1), minlength=256)
        shares = counts / max(1, counts.sum())
        mean = float(shares @ values)
        std = float(np.sqrt(shares @ (values - mean) ** 2))
        means.append(mean)
        stds.append(std if std > 1e-6 else 1.0)
    return tuple(means), tuple(stds)
