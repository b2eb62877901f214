"""What there is to know of the boxes before training: how many, how large. Quick and pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.boxes.detection_dataset import DetectionDataset

SMALL = 8.0  # pixels of the network's input, of the shorter side: less is hard to find


@dataclass(frozen=True, slots=True)
class BoxProfile:
    """Of the pictures that are used. `middle_share`: of its picture's area that the middle box covers, 0..1.
    `small`: boxes with a side of less than SMALL pixels in the network's input."""

    pictures: int
    boxes: int
    empty_pictures: int
    most: int
    middle_share: float
    small: int


def box_profile(dataset: DetectionDataset) -> BoxProfile:
    usable = np.zeros(len(dataset), np.bool_)
    usable[dataset.usable] = True
    counts = dataset.box_table.counts[usable]
    used = usable[dataset.box_table.pictures]
    rows = dataset.box_table.rows[used]
    areas = (rows[:, 3] - rows[:, 1]) * (rows[:, 4] - rows[:, 2])
    wholes = dataset.sizes.prod(axis=1)[dataset.box_table.pictures[used]]
    return BoxProfile(
        int(usable.sum()),
        len(rows),
        int((counts == 0).sum()),
        int(counts.max(initial=0)),
        float(np.median(areas / wholes)) if len(rows) else 0.0,
        int((shorter_sides(dataset)[used] < SMALL).sum()),
    )


def shorter_sides(dataset: DetectionDataset) -> npt.NDArray[np.float64]:
    """(boxes,) in pixels of the network's input."""
    rows = dataset.box_table.rows
    sides = np.stack([rows[:, 3] - rows[:, 1], rows[:, 4] - rows[:, 2]], axis=1) * dataset.scales()
    shorter: npt.NDArray[np.float64] = sides.min(axis=1)
    return shorter
