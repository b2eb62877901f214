"""The bundled example of object detection: nothing lies on the disk, the scenes are made in half a second."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from studio.core.params import ParamError, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.boxes.detection_dataset import PARAMS, DetectionDataset
from studio.data.boxes.placement import BoxFit
from studio.data.boxes.scenes import CLASSES, SIZE, Clothes, Scenes, make_scenes
from studio.data.dataset import DataError
from studio.data.pictures.decoding import PictureArray, picture_array
from studio.data.sample_keys import content_key

# Of the size they are made in; another is a choice.
SCENE_PARAMS = tuple(replace(param, default=SIZE) if param.name == "size" else param for param in PARAMS)
RULE = 1  # raise it when the same clothes give other scenes
_DAMAGE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)


class ClothesScenes(DetectionDataset):
    """Thin: `made_scenes` has everything."""

    def __init__(self, choice: DatasetChoice, clothes: Path, names: tuple[str, ...], target: str) -> None:
        """`clothes`: Fashion-MNIST's file; `names`: of its classes."""
        try:
            options = check_params(SCENE_PARAMS, choice.options)
        except ParamError as error:
            raise DataError(str(error), "options") from None
        try:
            self.scenes = made_scenes(clothes, names)
        except _DAMAGE as error:
            raise DataError(
                f"The file “{clothes.name}”, which the scenes are made from, is damaged or missing. "
                "Install Lantern again.",
                "missing",
            ) from error
        height, width = expand(options["size"], 2)
        fit: BoxFit = "stretch" if options["fit"] == "stretch" else "pad"
        table, count = self.scenes.table, len(self.scenes.pictures)
        mark = hashlib.sha256(repr(RULE).encode() + table.rows.tobytes()).hexdigest()[:16]
        facts = DatasetFacts(
            (1 if options["colour"] == "grey" else 3, height, width), CLASSES, count, target, mark,
            boxes=int(table.counts.max()),
        )  # fmt: skip
        sizes = np.full((count, 2), SIZE, np.int64)
        super().__init__(choice, facts, table, sizes, fit, self.scenes.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        note = "This dataset comes with its own training, validation and test parts; the shares are not used."
        return (note, *super().notes)

    def name_of(self, index: int) -> str:
        return f"scene {index + 1}"

    def read(self, index: int) -> PictureArray:
        channels, height, width = self.facts.input_shape
        return picture_array(self.full_picture(index), (height, width), channels, self.fit)

    def full_picture(self, index: int) -> PictureArray:
        picture: PictureArray = self.scenes.pictures[index]
        return picture

    def key_of(self, index: int) -> bytes | None:
        return content_key(self.scenes.pictures[index].tobytes())


@cache
def made_scenes(path: Path, names: tuple[str, ...]) -> Scenes:
    """From Fashion-MNIST's file. Raises OSError, ValueError, ...: it is damaged."""
    with np.load(path, allow_pickle=False) as arrays:
        labels = arrays["labels"].astype(np.int64)
        pictures, parts = arrays["pictures"], arrays["split"]
    ours = np.full(len(names), -1, np.int64)
    for number, name in enumerate(CLASSES):
        ours[names.index(name)] = number
    chosen = np.flatnonzero(ours[labels] >= 0)
    return make_scenes(Clothes(pictures[chosen], ours[labels[chosen]], parts[chosen].astype(np.uint8)))
