"""Boxes that somebody draws on pictures, a value for each state; written as COCO JSON beside them."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.safe_write import SaveError, write_text_atomically
from studio.data.boxes.box import Box
from studio.data.boxes.coco_reading import OWN_FILE, PART_NAMES, own_file, read_coco, stand_in
from studio.data.pictures.picture_names import pictures_below

if TYPE_CHECKING:
    from studio.data.boxes.boxed_pictures import BoxedPictures

Size = tuple[int, int]  # height, width


@dataclass(frozen=True, slots=True)
class Drawing:
    """`files`: pictures below the folder. `boxes`: of those that were looked through, in pixels of the
    upright picture; none means that the picture shows none of the things. `sizes`: of the same ones.
    `parts`: where the data came with parts."""

    folder: Path
    files: tuple[str, ...]
    classes: tuple[str, ...] = ()
    boxes: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def of_folder(folder: Path) -> Drawing:
        """Of pictures without boxes, with the classes and what else was kept of an earlier drawing.

        Raises: DataError: that file is damaged.
        """
        drawing = Drawing(folder, tuple(sorted(pictures_below(folder))))
        if own_file(folder) is None:
            return drawing
        reading = read_coco(folder)
        for name, marked in reading.pictures.items():
            boxes = tuple(Box(number, *edges) for number, edges in marked.boxes)
            if marked.size is not None:
                drawing = drawing.with_boxes(name, boxes, marked.size)
        return replace(drawing, classes=tuple(reading.classes))

    @staticmethod
    def of_dataset(dataset: BoxedPictures) -> Drawing:
        """To correct what a dataset says; pictures that it does not name can get boxes, too."""
        readable = dataset.readable
        names = [dataset.name_of(index) for index in readable]
        parts = dataset.fixed_split
        return Drawing(
            dataset.root,
            tuple(sorted({*pictures_below(dataset.root), *names})),
            dataset.classes,
            {name: dataset.boxes(index) for name, index in zip(names, readable, strict=True)},
            {name: dataset.size(index) for name, index in zip(names, readable, strict=True)},
            {} if parts is None else {n: int(parts[i]) for n, i in zip(names, readable, strict=True)},
        )

    @property
    def path(self) -> Path:
        """Where the boxes are written if they can be; the pictures and files of others stay as they are."""
        return self.folder / OWN_FILE

    @property
    def may_write(self) -> bool:
        return os.access(self.folder, os.W_OK)

    def keep(self) -> Path:
        """Writes the boxes beside the pictures, or into Lantern's own folder where that cannot be; where
        they are. Raises SaveError."""
        spare = stand_in(self.folder)
        try:
            write_text_atomically(self.path, self.coco())
        except SaveError:
            with contextlib.suppress(OSError):
                spare.parent.mkdir(parents=True, exist_ok=True)
            write_text_atomically(spare, self.coco())
            return spare
        with contextlib.suppress(OSError):
            spare.unlink(missing_ok=True)
        return self.path

    def of(self, file: str) -> tuple[Box, ...]:
        return self.boxes.get(file, ())

    def with_class(self, name: str) -> Drawing:
        """One more class; nothing changes for an empty name, or one that is there."""
        name = " ".join(name.split())
        if not name or name in self.classes:
            return self
        return replace(self, classes=(*self.classes, name))

    def with_boxes(self, file: str, boxes: tuple[Box, ...] | None, size: Size) -> Drawing:
        """None: nobody has looked through this picture yet."""
        if boxes is None:
            return replace(self, boxes={n: b for n, b in self.boxes.items() if n != file})
        return replace(self, boxes={**self.boxes, file: boxes}, sizes={**self.sizes, file: size})

    def next_open(self, place: int) -> int:
        """The next picture after a place that nobody has looked through; the place itself if none is left."""
        order = (*range(place + 1, len(self.files)), *range(place))
        return next((i for i in order if self.files[i] not in self.boxes), place)

    def count(self) -> int:
        return sum(len(boxes) for boxes in self.boxes.values())

    def lacks(self) -> str:
        """What keeps it from being learnt from, in a sentence; empty if nothing does."""
        return "" if self.count() else "Draw a box around a thing with the mouse."

    def coco(self) -> str:
        """The file's text."""
        images, annotations = list[object](), list[object]()
        for number, name in enumerate((n for n in self.files if n in self.boxes), 1):
            height, width = self.sizes[name]
            image: dict[str, object] = {"id": number, "file_name": name, "width": width, "height": height}
            if name in self.parts:
                image["split"] = PART_NAMES[self.parts[name]]
            images.append(image)
            for box in self.boxes[name]:
                edges = [round(n, 3) for n in (box.left, box.top, box.width, box.height)]
                annotations.append({
                    "id": len(annotations) + 1, "image_id": number, "category_id": box.class_index + 1,
                    "bbox": edges, "area": round(box.area, 3), "iscrowd": 0,
                })  # fmt: skip
        categories = [{"id": number, "name": name} for number, name in enumerate(self.classes, 1)]
        content: dict[str, Sequence[object]] = {
            "images": images, "annotations": annotations, "categories": categories,
        }  # fmt: skip
        # A line each: indented by json itself, 100,000 boxes take seconds.
        lists = (f'"{name}": [\n{_lines(entries)}\n]' for name, entries in content.items())
        return "{\n" + ",\n".join(lists) + "\n}\n"


def _lines(entries: Sequence[object]) -> str:
    return ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)


# -- what a mouse does to a box ------------------------------------------------------------------------

LEAST = 3.0  # pixels of a side: less is a slip of the hand


def drawn(class_index: int, start: tuple[float, float], end: tuple[float, float], size: Size) -> Box | None:
    """The box between two points, inside the picture; None where it would be too small to be meant."""
    height, width = size
    left, right = sorted(min(max(0.0, x), float(width)) for x in (start[0], end[0]))
    top, bottom = sorted(min(max(0.0, y), float(height)) for y in (start[1], end[1]))
    box = Box(class_index, left, top, right, bottom)
    return box if min(box.width, box.height) >= min(LEAST, *size) else None


def moved(box: Box, across: float, down: float, size: Size) -> Box:
    """Shifted, and stopped at the picture's edges."""
    height, width = size
    across = min(max(across, -box.left), width - box.right)
    down = min(max(down, -box.top), height - box.bottom)
    return replace(
        box, left=box.left + across, right=box.right + across, top=box.top + down, bottom=box.bottom + down
    )


def resized(box: Box, edges: str, x: float, y: float, size: Size) -> Box:
    """With some edges (letters of “ltrb”) dragged to a point; it never turns inside out."""
    height, width = size
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    least = min(LEAST, *size)
    if "l" in edges:
        left = min(max(0.0, x), right - least)
    if "r" in edges:
        right = max(min(float(width), x), left + least)
    if "t" in edges:
        top = min(max(0.0, y), bottom - least)
    if "b" in edges:
        bottom = max(min(float(height), y), top + least)
    return replace(box, left=left, top=top, right=right, bottom=bottom)
