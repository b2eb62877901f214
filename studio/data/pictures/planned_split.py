"""Which pictures train, validate and test, from what is known of them without reading any."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.core.project import Splits
from studio.data.dataset import SplitIndices
from studio.data.fixed_split import Parts, split_by_parts
from studio.data.sample_keys import scattered
from studio.data.splits import Rows, split_by_keys


def planned_split(
    usable: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    keys: npt.NDArray[np.uint64] | None,
    parts: Parts | None,
    splits: Splits,
) -> SplitIndices:
    """Indices of `usable` pictures for each part.

    Args: labels, parts, keys: of all pictures, usable or not. `keys`: of their content; None until all are
        known, and then only the sizes of the parts are right. `parts`: those that the data come with.
    """
    known = keys if keys is not None else scattered(np.arange(len(labels), dtype=np.uint64))

    def cut(places: Rows, shares: Splits) -> SplitIndices:
        rows = usable[places]
        return split_by_keys(known[rows], labels[rows], shares)

    if parts is None:
        split = cut(np.arange(len(usable), dtype=np.int64), splits)
    else:
        split = split_by_parts(parts[usable], splits, cut)
    return SplitIndices(usable[split.train], usable[split.validation], usable[split.test])
