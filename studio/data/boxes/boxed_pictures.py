"""Picture files with boxes, whatever format tells the boxes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.params import ParamError, Params, ParamValue, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.boxes import kept_annotations
from studio.data.boxes.coco_reading import coco_root, own_file, read_coco
from studio.data.boxes.detection_dataset import PARAMS, USUAL_SIZE, DetectionDataset
from studio.data.boxes.placement import BoxFit
from studio.data.boxes.reading import Reading
from studio.data.boxes.settling import Settled, settled
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.fingerprint import fingerprint
from studio.data.pictures.decoding import PictureArray, PictureError, picture_array, read_picture
from studio.data.pictures.picture_keys import keep, key_of_file, recall, stamps_of
from studio.data.sources.folder_walk import reachable
from studio.data.sources.image_folder import guess_from
from studio.data.sources.source import absolute

TARGET = "things"
Read = Callable[[Path], Reading]


class BoxedPictures(DetectionDataset):
    """Thin: `found` has the boxes, the base all else."""

    def __init__(self, choice: DatasetChoice, root: Path, found: Settled) -> None:
        try:
            options = check_params(PARAMS, choice.options)
        except ParamError as error:
            raise DataError(str(error), "options") from None
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        fit: BoxFit = "stretch" if options["fit"] == "stretch" else "pad"
        self.root, self._found = root, found
        facts = DatasetFacts(
            (channels, height, width), found.classes, len(found.names), TARGET,
            boxes=int(found.table.counts.max()),
        )  # fmt: skip
        super().__init__(choice, facts, found.table, found.sizes, fit, found.parts)
        if found.reasons:
            self.note_unreadable(found.reasons)
        self.renew_fingerprint()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return (*self._found.skipped, *super().skipped)

    @property
    def notes(self) -> tuple[str, ...]:
        own = list(self._found.notes)
        if self.fixed_split is not None:
            own.append("These data come with parts of their own, which are kept.")
        return (*own, *super().notes)

    @property
    def readable(self) -> list[int]:
        """The indices of all that can be read, also of those that the user left out."""
        return [index for index in range(len(self)) if index not in self._found.reasons]

    def path(self, index: int) -> str:
        """Where a picture lies, as the system takes it."""
        return reachable(f"{self.root}{os.sep}{self._found.names[index]}")

    def name_of(self, index: int) -> str:
        return self._found.names[index]

    def read(self, index: int) -> PictureArray:
        if index in self._found.reasons:
            raise PictureError(self._found.reasons[index])
        channels, height, width = self.facts.input_shape
        return picture_array(self.path(index), (height, width), channels, self.fit)

    def full_picture(self, index: int) -> PictureArray:
        return np.asarray(read_picture(self.path(index)).convert("RGB"), np.uint8)

    def key_of(self, index: int) -> bytes | None:
        return key_of_file(self.path(index))

    def find_keys(self) -> None:
        names, root = list(self._found.names), str(self.root)
        recall(self.keys, root, names, self._stamps())
        if not self.keys.complete:
            super().find_keys()
            keep(self.keys, root, names)

    def _stamps(self) -> npt.NDArray[np.int64]:
        return stamps_of([self.path(index) for index in range(len(self))])

    def identify(self) -> str:
        """Changes with the pictures, and with every box."""
        paths = [self.path(index) for index in range(len(self))]
        told = "\0".join((fingerprint(paths), *self._found.names, *self.classes))
        boxes = self.box_table.rows.astype("<f8").tobytes() + self.box_table.starts.astype("<i8").tobytes()
        return hashlib.sha256(told.encode("utf-8", "surrogatepass") + boxes).hexdigest()[:16]

    def vanished(self, reasons: Mapping[int, str]) -> bool:
        return any(not Path(self.path(i)).exists() for i in reasons)


def choose_boxed(source: str, read: Read, text: str, options: Params) -> DatasetChoice:
    """The choice with what was not given guessed from the pictures. Raises DataError."""
    location = Path(absolute(text))
    root, found = _found(source, read, location)
    whole = {**_guessed(root, found), **options}
    return BoxedPictures(DatasetChoice(source, str(location), whole), root, found).choice


def open_boxed(read: Read, choice: DatasetChoice, progress: Progress | None = None) -> BoxedPictures:
    """Raises DataError: the folder or its annotations are gone, no box is left; Cancelled."""
    place = Path(choice.location)
    if not place.exists():
        raise DataError(f"“{place}” is not there any more. Choose where it is now.", "missing")
    return BoxedPictures(choice, *_found(choice.source, read, place, progress))


def _found(source: str, read: Read, place: Path, progress: Progress | None = None) -> tuple[Path, Settled]:
    """The folder of the pictures and what is in them. What was drawn or corrected in Lantern wins over what
    the data came with."""
    root = coco_root(place)
    mark = kept_annotations.mark_of(source, place, root)
    found = kept_annotations.recall(mark)
    if found is None:
        reading = read_coco(root) if own_file(root) is not None else read(place)
        found = settled(reading, progress)
        if reading.root == root:
            kept_annotations.keep(mark, found)
        root = reading.root
    return root, found


def _guessed(root: Path, found: Settled) -> dict[str, ParamValue]:
    """Small pictures of one size stay as they are."""
    readable = [i for i in range(len(found.names)) if i not in found.reasons]
    guess = guess_from([root / found.names[i] for i in readable])
    sizes = {(int(h), int(w)) for h, w in found.sizes[readable]}
    height, width = next(iter(sizes)) if len(sizes) == 1 else (0, 0)
    keeps = min(height, width) >= 16 and max(height, width) <= USUAL_SIZE
    size: ParamValue = USUAL_SIZE
    if keeps:
        size = height if height == width else (height, width)
    return {"size": size, "colour": guess["colour"], "fit": "pad"}
