"""A box around one thing in a picture, and the boxes of many pictures in one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]  # (boxes, 5): class number, left, top, right, bottom
NO_BOX = -1.0  # stands for the class where a picture has fewer boxes than another


@dataclass(frozen=True, slots=True)
class Box:
    """In pixels of the picture as it is looked at, upright; left and top are 0 at its corner, and `right`
    and `bottom` are where the box ends: a box around the first pixel is 0, 0, 1, 1."""

    class_index: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)


class BoxTable:
    """The boxes of many pictures, 40 bytes each. `rows` in the order of the pictures; those of picture i
    are `rows[starts[i]:starts[i + 1]]`."""

    __slots__ = ("rows", "starts")

    def __init__(self, rows: Rows, starts: npt.NDArray[np.int64]) -> None:
        self.rows = rows
        self.starts = starts

    @staticmethod
    def of(pictures: Iterable[Sequence[Box]]) -> BoxTable:
        counts, flat = [0], list[tuple[float, ...]]()
        for boxes in pictures:
            counts.append(len(boxes))
            flat += [(b.class_index, b.left, b.top, b.right, b.bottom) for b in boxes]
        rows = np.array(flat, np.float64).reshape(-1, 5)
        return BoxTable(rows, np.cumsum(counts, dtype=np.int64))

    def __len__(self) -> int:
        """Pictures."""
        return len(self.starts) - 1

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(pictures,) boxes in each."""
        return np.diff(self.starts)

    @property
    def pictures(self) -> npt.NDArray[np.int64]:
        """(boxes,) the picture that each box is in."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.counts)

    @property
    def classes(self) -> npt.NDArray[np.int64]:
        """(boxes,) class numbers."""
        return self.rows[:, 0].astype(np.int64)

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """(boxes,) which of its picture's boxes each one is, from 0."""
        return np.arange(len(self.rows)) - self.starts[self.pictures]

    def of_picture(self, index: int) -> Rows:
        """(boxes, 5) of one picture."""
        return self.rows[self.starts[index] : self.starts[index + 1]]

    def boxes(self, index: int) -> tuple[Box, ...]:
        return tuple(Box(int(row[0]), *row[1:]) for row in self.of_picture(index).tolist())

    def padded(self, most: int) -> npt.NDArray[np.float32]:
        """(pictures, most, 5); places without a box have NO_BOX for their class and zeros."""
        dense = np.zeros((len(self), most, 5), np.float32)
        dense[:, :, 0] = NO_BOX
        dense[self.pictures, self.places] = self.rows
        return dense
