"""How large the picture files are, before they are made the network's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.data.pictures.file_facts import FileFacts

Size = tuple[int, int]  # width, height
Sides = npt.NDArray[np.int64]
_BARS = 20


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """Of `count` pictures the one with the fewest pixels, with the most, and in the middle between. `usual`:
    the size that is most frequent, which `usual_count` of them have. `bars[i]`: how many have a longer side
    in the i-th of equal steps from `shortest` to `longest`."""

    count: int
    smallest: Size
    middle: Size
    largest: Size
    usual: Size
    usual_count: int
    shortest: int
    longest: int
    bars: tuple[int, ...]


def picture_sizes(dataset: Any, files: FileFacts | None) -> PictureSizes | None:
    """None where nobody has looked, or where the data come as an array of one size."""
    sides = _sides(dataset, files)
    if sides is None or not len(sides):
        return None
    keys, counts = np.unique(sides[:, 0] * 2**32 + sides[:, 1], return_counts=True)
    pixels = (keys >> 32) * (keys & 0xFFFFFFFF)
    order = np.argsort(pixels, kind="stable")
    middle = order[int(np.searchsorted(np.cumsum(counts[order]), (len(sides) + 1) // 2))]
    longer = sides.max(axis=1)
    shortest, longest = int(longer.min()), int(longer.max())
    bars, _ = np.histogram(longer, bins=_BARS, range=(shortest, max(longest, shortest + 1)))
    usual = int(counts.argmax())
    return PictureSizes(
        len(sides),
        _size(keys[order[0]]),
        _size(keys[middle]),
        _size(keys[order[-1]]),
        _size(keys[usual]),
        int(counts[usual]),
        shortest,
        longest,
        tuple(bars.tolist()),
    )


def _size(key: np.int64) -> Size:
    return int(key >> 32), int(key & 0xFFFFFFFF)


def _sides(dataset: Any, files: FileFacts | None) -> Sides | None:
    """(n, 2): width and height of each."""
    if hasattr(dataset, "box_table"):
        sides: Sides = np.asarray(dataset.sizes, np.int64)[dataset.usable][:, ::-1]
        return sides
    if files is None or not hasattr(dataset, "usable") or len(files) != len(dataset):
        return None
    rows = dataset.usable
    rows = rows[files.known[rows] & (files.rows["width"][rows] > 0)]
    return np.stack([files.rows["width"][rows], files.rows["height"][rows]], axis=1).astype(np.int64)
