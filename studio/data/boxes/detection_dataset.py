"""Pictures with boxes: what all sources of detection data share on top of studio.data.pictures.

A source brings the boxes, the pictures' sizes, and a way to read picture i.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from studio.core.params import Choice, Param, Size
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.boxes.box import Box, BoxTable
from studio.data.boxes.placement import BoxFit, Placement, placement, placements
from studio.data.dataset import DataError, Targets
from studio.data.fixed_split import Parts
from studio.data.pictures.decoding import PictureArray, PictureError
from studio.data.pictures.picture_answers import Labels
from studio.data.pictures.picture_dataset import PictureDataset

USUAL_SIZE = 128  # small things must still be seen in it
BACKGROUND = "nothing"  # what a picture without boxes shows

PARAMS = (
    Param(
        "size",
        "Picture size",
        "Height and width, in pixels, that every picture is brought to. Larger shows small things better "
        "and trains slower.",
        Size(2, minimum=16, maximum=1024),
        USUAL_SIZE,
    ),
    Param(
        "colour",
        "Colour",
        "Grey pictures train faster; colour helps where it tells the classes apart.",
        Choice((("rgb", "colour"), ("grey", "grey"))),
        "rgb",
    ),
    Param(
        "fit",
        "Fit",
        "What happens to pictures of another form: add black margins, or stretch. The boxes move along.",
        Choice((("pad", "add black margins"), ("stretch", "stretch"))),
        "pad",
    ),
)


class DetectionDataset(PictureDataset):
    """Pictures in which things of several classes are marked by boxes; a picture may have none.

    `box_table`: all boxes, in pixels of the upright pictures. `sizes`: (n, 2) height and width of those. A
    sample's target is float32 (most boxes, 5): class number, left, top, right, bottom, in pixels of the
    network's input; class -1 fills up (see `BoxTable.padded`).
    """

    def __init__(
        self,
        choice: DatasetChoice,
        facts: DatasetFacts,
        table: BoxTable,
        sizes: npt.NDArray[np.int64],
        fit: BoxFit,
        parts: Parts | None = None,
    ) -> None:
        self.box_table = table
        self.sizes = sizes
        self._targets: npt.NDArray[np.float32] | None = None
        self._moves: npt.NDArray[np.floating] | None = None
        super().__init__(choice, facts, rarest_classes(table, len(facts.classes)), fit, parts)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.facts.classes

    def boxes(self, index: int) -> tuple[Box, ...]:
        """In pixels of the upright picture."""
        return self.box_table.boxes(index)

    def size(self, index: int) -> tuple[int, int]:
        """(height, width) of the upright picture."""
        height, width = self.sizes[index].tolist()
        return height, width

    def placement(self, index: int) -> Placement:
        """From the picture to the network's input; its `inverse` leads back."""
        _, height, width = self.facts.input_shape
        return placement(self.size(index), (height, width), self._box_fit)

    def scales(self) -> npt.NDArray[np.floating]:
        """(boxes, 2) by which each box becomes wider and higher in the network's input."""
        moves: npt.NDArray[np.floating] = self._all_moves()[self.box_table.pictures, :2]
        return moves

    def _all_moves(self) -> npt.NDArray[np.floating]:
        """(pictures, 4), see `placements`."""
        if self._moves is None:
            _, height, width = self.facts.input_shape
            self._moves = placements(self.sizes, (height, width), self._box_fit)
        return self._moves

    @property
    def _box_fit(self) -> BoxFit:
        return "stretch" if self.fit == "stretch" else "pad"

    def input_boxes(self, index: int) -> tuple[Box, ...]:
        """In pixels of the network's input: for `picture(index)`."""
        where = self.placement(index)
        return tuple(where.box(box) for box in self.boxes(index))

    def targets(self) -> Targets:
        """float32 (n, most boxes, 5), see the class."""
        if self._targets is None:
            table = self.box_table
            dense = table.padded(max(1, self.facts.boxes))
            moves = self._all_moves()[table.pictures]
            edges = table.rows[:, 1:].astype(np.float32)
            dense[table.pictures, table.places, 1:] = edges * moves[:, [0, 1, 0, 1]] + moves[:, [2, 3, 2, 3]]
            self._targets = dense
        return self._targets

    def full_picture(self, index: int) -> PictureArray:
        """The upright picture in its own size, uint8 (height, width, channels). Raises PictureError."""
        raise PictureError(f"“{self.name_of(index)}” cannot be shown.")

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Boxes of each class, in the pictures that are used."""
        used = np.isin(self.box_table.pictures, self.usable)
        counts = np.bincount(self.box_table.classes[used], minlength=len(self.classes))
        return tuple(counts.tolist())

    def label_of(self, index: int) -> str:
        """What is in the picture, as people count: "2 × Bag, Sandal"."""
        counts = np.bincount(self.box_table.of_picture(index)[:, 0].astype(np.int64))
        found = [(self.classes[i], int(counts[i])) for i in np.flatnonzero(counts).tolist()]
        return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in found) or BACKGROUND

    def members(self, label: int) -> npt.NDArray[np.int64]:
        """The indices of the pictures that have a box of this class."""
        return np.unique(self.box_table.pictures[self.box_table.classes == label])

    def classes_left(self, usable: Labels) -> int:
        return len(np.unique(self.box_table.classes[np.isin(self.box_table.pictures, usable)]))

    @property
    def fewest_classes(self) -> int:
        return 1

    def refuse(self, reasons: Mapping[int, str], classes_left: int) -> DataError:
        first = min(reasons)
        return DataError(
            f"{len(reasons):,} of {len(self):,} pictures cannot be read, and no box is left. "
            f"“{self.name_of(first)}”: {reasons[first]}",
            "empty",
        )


def rarest_classes(table: BoxTable, classes: int) -> Labels:
    """(pictures,) by which a split keeps the mix of classes: of the classes in a picture the one that fewest
    pictures have; one number more for pictures without boxes."""
    pairs = np.unique(np.stack([table.pictures, table.classes], axis=1), axis=0)
    frequency = np.bincount(pairs[:, 1], minlength=classes)
    labels = np.full(len(table), classes, np.int64)
    order = np.lexsort((-pairs[:, 1], -frequency[pairs[:, 1]]))  # what is written last stays
    labels[pairs[order, 0]] = pairs[order, 1]
    return labels
