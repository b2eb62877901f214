"""What a dataset on the disk gives: pictures in one array, or picture files in a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.data.fixed_split import Parts
from studio.data.sources.array_pictures import PictureArrays


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """Picture files below `root` with class numbers, and which part each belongs to, where it is known.

    `values`: (n, k), the numbers to predict, in `units`, or 1 for each label; see PictureDataset.
    """

    root: Path
    paths: tuple[Path, ...]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    parts: Parts | None = None
    values: npt.NDArray[np.float64] | None = None
    numbers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrayContents:
    """An array of pictures, and the files it came from."""

    arrays: PictureArrays
    files: tuple[Path, ...]


Contents = PictureFiles | ArrayContents
