"""Calms a noisy curve: the exponential moving average, as TensorBoard draws it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_BLOCK = 64


class Smoother:
    """An exponential moving average that goes on where it stopped.

    `weight` from 0 (as it is) to just under 1. The start is corrected for its short memory, so the
    first value is the first value. Numbers that are not finite leave the average as it was.
    """

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self._average = 0.0
        self._mass = 0.0

    def smooth(self, values: npt.ArrayLike) -> Numbers:
        numbers = np.asarray(values, dtype=np.float64)
        if self.weight <= 0:
            return numbers.copy()
        if len(numbers) < _BLOCK or not np.isfinite(numbers).all():
            return self._one_by_one(numbers)
        return self._in_blocks(numbers)

    def _one_by_one(self, numbers: Numbers) -> Numbers:
        smooth = np.empty_like(numbers)
        keep, take = self.weight, 1 - self.weight
        for i, value in enumerate(numbers.tolist()):
            if np.isfinite(value):
                self._average = keep * self._average + take * value
                self._mass = keep * self._mass + take
            smooth[i] = self._average / self._mass if self._mass else np.nan
        return smooth

    def _in_blocks(self, numbers: Numbers) -> Numbers:
        # Inside a block one matrix product does 64 steps at once; between blocks two numbers are handed on.
        whole = len(numbers) // _BLOCK * _BLOCK
        lag = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)[None, :]
        kernel = np.where(lag >= 0, (1 - self.weight) * self.weight ** np.maximum(lag, 0), 0.0)
        inside = numbers[:whole].reshape(-1, _BLOCK) @ kernel.T
        fade = self.weight ** np.arange(1, _BLOCK + 1)
        carried = np.empty(len(inside))
        average = self._average
        for block, end in enumerate(inside[:, -1].tolist()):
            carried[block] = average
            average = end + fade[-1] * average
        averages = (inside + carried[:, None] * fade).ravel()
        masses = 1 - (1 - self._mass) * self.weight ** np.arange(1, whole + 1)
        self._average, self._mass = average, float(masses[-1])
        return np.concatenate((averages / masses, self._one_by_one(numbers[whole:])))
