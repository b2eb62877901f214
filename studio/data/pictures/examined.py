"""What one look at every picture tells: which can be read, and the sums that normalisation needs.

Kept on disk, because the look takes as long as an epoch of decoding.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core import places
from studio.data.pictures import kept_arrays
from studio.data.pictures.decoding import PictureArray

Sums = npt.NDArray[np.uint64]
WORTH_S = 0.5  # a look that takes less is not kept
_MOST_KEPT = 60


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """`reasons`: why pictures cannot be used, by index. `sums`: (n, channels, 2), of each picture's pixel
    values and of their squares, whole numbers; None where all pictures are in memory anyway."""

    reasons: Mapping[int, str]
    sums: Sums | None = None


def sums_of(picture: PictureArray) -> Sums:
    """Of one picture, uint8 (channels, height, width): (channels, 2)."""
    values = picture.reshape(len(picture), -1)
    squares = np.square(values, dtype=np.uint16).sum(axis=1, dtype=np.uint64)
    return np.stack([values.sum(axis=1, dtype=np.uint64), squares], axis=1)


def channel_figures(sums: Sums, pixels: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel of pixels scaled to 0..1, exact: from whole numbers.

    Args: sums: (n, channels, 2) of the pictures that count, see `sums_of`; pixels: of one picture.
    A channel without any variation gets a deviation of 1.
    """
    count = max(1, len(sums) * pixels)
    means, stds = [], []
    for channel in range(sums.shape[1]):
        total, squares = (int(n) for n in sums[:, channel].sum(axis=0, dtype=np.uint64))
        means.append(total / (count * 255))
        std = ((count * squares - total * total) / (count * 255) ** 2) ** 0.5
        stds.append(std if std > 1e-6 else 1.0)
    return tuple(means), tuple(stds)


def array_figures(
    pictures: npt.NDArray[np.generic], rows: npt.NDArray[np.int64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same of an array (n, channels, height, width), in parts: a copy of it might not fit."""
    sums = np.zeros((1, pictures.shape[1], 2), np.uint64)
    for start in range(0, len(rows), 1024):
        part = pictures[rows[start : start + 1024]].astype(np.uint8, copy=False)
        values = part.transpose(1, 0, 2, 3).reshape(part.shape[1], -1)
        sums[0] += sums_of(values[:, None, :])
    pixels = int(np.prod(pictures.shape[2:]))
    return channel_figures(sums, pixels * max(1, len(rows)))


def load(key: str, count: int, channels: int) -> Examined | None:
    """What was kept for these pictures prepared like that; None if nothing, or damaged."""
    kept = kept_arrays.load(_folder() / f"{key}.npz", ("sums",))
    if kept is None:
        return None
    sums, reasons = kept[0]["sums"], kept[1]
    if sums.shape != (count, channels, 2) or sums.dtype != np.uint64:
        return None
    if any(not 0 <= i < count for i in reasons):
        return None
    return Examined(reasons, sums.astype(np.uint64, copy=False))


def store(key: str, examined: Examined) -> None:
    """Keeps it for the next time. Never raises: this is a convenience."""
    if examined.sums is None:
        return
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_room(folder)
    except OSError:
        return
    kept_arrays.store(folder / f"{key}.npz", {"sums": examined.sums}, examined.reasons)


def _folder() -> Path:
    return places.cache() / "examined"


def _make_room(folder: Path) -> None:
    kept = sorted(((e.stat().st_mtime, e.path) for e in os.scandir(folder)), reverse=True)
    for _, path in kept[_MOST_KEPT - 1 :]:
        with contextlib.suppress(OSError):
            Path(path).unlink()
