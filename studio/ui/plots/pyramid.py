"""A curve that grows for ever and is drawn with a few thousand points: minima and maxima per block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_FACTOR = 4  # each level has a quarter of the blocks of the one below: a third more memory in all


class GrowingArray:
    """Numbers that are appended; `values` is a view of them."""

    def __init__(self) -> None:
        self._room = np.empty(1024, dtype=np.float64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> Numbers:
        return self._room[: self._size]

    def extend(self, values: npt.ArrayLike) -> None:
        more = np.asarray(values, dtype=np.float64).ravel()
        needed = self._size + len(more)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), dtype=np.float64)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : needed] = more
        self._size = needed


class MinMaxPyramid:
    """Values at 0, 1, 2, ... with the extremes of every 4, 16, 64, ... of them."""

    def __init__(self) -> None:
        self._values = GrowingArray()
        self._levels: list[tuple[GrowingArray, GrowingArray]] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Numbers:
        return self._values.values

    def extend(self, values: npt.ArrayLike) -> None:
        self._values.extend(values)
        lows = highs = self.values
        for level in range(100):  # ends by itself: each level is a quarter of the last
            blocks = len(lows) // _FACTOR
            if level == len(self._levels):
                if blocks == 0:
                    return
                self._levels.append((GrowingArray(), GrowingArray()))
            low, high = self._levels[level]
            known = len(low)
            if blocks > known:
                fresh = slice(known * _FACTOR, blocks * _FACTOR)
                low.extend(np.fmin.reduce(lows[fresh].reshape(-1, _FACTOR), axis=1))
                high.extend(np.fmax.reduce(highs[fresh].reshape(-1, _FACTOR), axis=1))
            lows, highs = low.values, high.values

    def envelope(self, first: int, last: int, max_points: int = 2000) -> tuple[Numbers, Numbers]:
        """Positions and values that draw the curve from `first` to `last` (exclusive) as it looks.

        At most `max_points` of them; every peak in the range is there.
        """
        first, last = max(0, first), min(len(self), last)
        count = last - first
        if count <= 0:
            return np.empty(0), np.empty(0)
        if count <= max_points:
            return np.arange(first, last, dtype=np.float64), self.values[first:last].copy()
        size, level = 1, -1
        while 2 * (count / size) > max_points - 4 * _FACTOR and level + 1 < len(self._levels):
            size, level = size * _FACTOR, level + 1
        low, high = self._levels[level]
        begin = first // size
        end = min(-(-last // size), len(low))
        xs = np.repeat((np.arange(begin, end) + 0.5) * size - 0.5, 2)
        ys = np.column_stack((low.values[begin:end], high.values[begin:end])).ravel()
        return self._with_tail(xs, ys, end * size, last)

    def _with_tail(self, xs: Numbers, ys: Numbers, done: int, last: int) -> tuple[Numbers, Numbers]:
        """The newest values, which no whole block holds yet."""
        if done >= last:
            return xs, ys
        tail = self.values[done:last]
        tail_x = np.arange(done, last, dtype=np.float64)
        if len(tail) > 2 * _FACTOR:
            keep = np.unique([0, len(tail) - 1, *_extremes(tail)])
            tail, tail_x = tail[keep], tail_x[keep]
        return np.concatenate((xs, tail_x)), np.concatenate((ys, tail))


def _extremes(values: Numbers) -> tuple[int, ...]:
    finite = np.isfinite(values)
    if not finite.any():
        return ()
    return (
        int(np.argmin(np.where(finite, values, np.inf))),
        int(np.argmax(np.where(finite, values, -np.inf))),
    )
