"""Pictures that are read in portions, ahead of who needs them; what a dataset gives where not all fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from studio.data.pictures.decoding_pool import Task

Pixels = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
KeepWaiting = Callable[[str, float], None]  # the file being read, for how many seconds; may raise Cancelled


@dataclass(frozen=True, slots=True)
class ReadPictures:
    """What was read: `pixels[i]` is the picture at `places[i]` of those asked for; `failed`: why others
    could not be read, by index."""

    pixels: Pixels
    places: Indices
    failed: Mapping[int, str]


class PictureStream(Protocol):
    """Pictures that need not all be in memory; stands where otherwise an array does.

    `start` begins to decode in other threads and returns at once; `finish` waits for it. Both together
    are `read`. Whoever starts several before finishing the first has pictures read ahead.
    """

    @property
    def shape(self) -> tuple[int, int, int, int]: ...
    @property
    def complete(self) -> bool: ...  # all are in memory: `whole` has them
    def whole(self) -> Pixels: ...
    def ahead(self, count: int) -> int: ...  # how many batches of `count` may be started beforehand
    def start(self, indices: Indices) -> Order: ...
    def finish(self, order: Order, waiting: KeepWaiting | None = None) -> ReadPictures: ...
    def read(self, indices: Indices, waiting: KeepWaiting | None = None) -> ReadPictures: ...
    def cancel(self, order: Order) -> None: ...
    def close(self) -> None: ...


class Order:
    """Pictures that are being read."""

    def __init__(self, indices: Indices, pixels: Pixels) -> None:
        self.indices = indices
        self.pixels = pixels
        self.failed: dict[int, str] = {}
        self.task: Task | None = None
