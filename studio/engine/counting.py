"""How many samples there are of each class, or with each label: for balanced losses, and for guessing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.optim.entries import Counts


def counts_in(targets: npt.NDArray[np.generic], rows: npt.NDArray[np.int64], classes: int) -> Counts:
    """Args: targets: (n,) class numbers, or (n, classes) of 1 and 0; rows: those that count.

    No counts where there are no classes: numbers are not counted."""
    chosen = targets[rows]
    if not classes:
        return Counts((), len(rows))
    if chosen.ndim == 2:
        found = np.count_nonzero(chosen.astype(np.float32) > 0.5, axis=0)
    else:
        found = np.bincount(chosen.astype(np.int64), minlength=classes)
    return Counts(tuple(int(n) for n in found), len(rows))
