"""A dataset as the rest of Lantern sees it: facts, samples as arrays, previews. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix, LanternError
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.pictures.picture_stream import PictureStream

Progress = Callable[[float], bool]  # gets a fraction 0..1; returns False to cancel
SplitName = Literal["train", "validation", "test"]
Targets = npt.NDArray[np.int64] | npt.NDArray[np.float32]


class DataError(LanternError):
    """The data cannot be used as they are. `code` e.g. "missing" (folder or file vanished), "empty",
    "single-class", "unreadable", "too-large", "columns"; `fixes` mend the project where possible. `place`:
    where the data lie, if that is not what the user named, but in an archive."""

    def __init__(
        self,
        message: str,
        code: str = "unreadable",
        fixes: tuple[Fix, ...] = (),
        place: Path | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.fixes = fixes
        self.place = place


class Cancelled(Exception):
    """The progress callback asked to stop."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sample that was left out: where it is and why, in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SplitIndices:
    """Row numbers into the dataset, int64, each sample in exactly one."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples, ready for the engine.

    `inputs`: uint8 (n, channels, height, width) for pictures, or a stream of them where they do not fit
    into the memory; for tables float32 (n, features),
    already encoded and scaled with the training split's figures; for texts int64 (n, length) token
    numbers, 0 is padding and 1 unknown.
    `targets`: int64 (n,) class numbers, or float32 (n, 1), standardised with the training split's figures;
    for pictures with boxes float32 (n, most boxes, 5), see studio.data.boxes.detection_dataset.
    """

    inputs: npt.NDArray[np.uint8] | npt.NDArray[np.float32] | npt.NDArray[np.int64] | PictureStream
    targets: Targets


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A sample to look at: uint8 (height, width, channels)."""

    index: int
    label: str
    picture: npt.NDArray[np.uint8]


class Dataset(Protocol):
    """An opened dataset. Opening indexes (fast); `samples` reads (once, kept as far as memory allows).

    Indices are positions in `targets`. Reading may find samples that cannot be used: `skipped` names
    them, and no split has them. Of pictures they keep their index, so that labels never shift; `split`
    and `preprocessing` read first if nobody did. In the window, `studio.data.profile.split_sizes` tells
    sizes without reading.
    """

    @property
    def choice(self) -> DatasetChoice: ...
    @property
    def facts(self) -> DatasetFacts: ...
    @property
    def skipped(self) -> tuple[Skipped, ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...  # sentences worth telling: "12 empty cells were filled"
    @property
    def class_counts(self) -> tuple[int, ...]: ...  # samples per class, in the order of facts.classes
    def __len__(self) -> int: ...
    def split(self) -> SplitIndices: ...
    def samples(self, progress: Progress | None = None) -> Samples: ...
    def preprocessing(self) -> Mapping[str, object]: ...  # JSON-able; see studio.data.preprocessing
    def label_of(self, index: int) -> str: ...  # class name or number as text
    def name_of(self, index: int) -> str: ...  # path or row number
