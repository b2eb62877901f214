"""Pictures of clothes that lie about, made from Fashion-MNIST: each with exact boxes, always the same ones.

Clothes of the training part lie in training pictures only, and so on: the test shows unknown ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.data.boxes.box import Box, BoxTable
from studio.data.fixed_split import TEST, TRAIN, VALIDATION, Parts

SIZE = 96  # pixels of a side
COUNTS = ((TRAIN, 440), (VALIDATION, 80), (TEST, 80))
CLASSES = ("T-shirt/top", "Trouser", "Sneaker", "Bag", "Ankle boot")  # can be told apart at a glance
_MOST = 4  # things in a picture
_SIDES = (22, 44)  # pixels that the picture of a thing is brought to, before what is empty is cut off
_VISIBLE = 40  # of 255: fainter pixels belong to no thing
_OVERLAP = 0.15  # of the smaller box's area that another may cover at most
_TRIES = 30  # to find room for one thing

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """`pictures`: uint8 (n, SIZE, SIZE, 3)."""

    pictures: Pixels
    table: BoxTable
    parts: Parts


@dataclass(frozen=True, slots=True, eq=False)
class Clothes:
    """Things to lay out: uint8 (n, 28, 28), class numbers into CLASSES, and the part each is for."""

    pictures: Pixels
    labels: npt.NDArray[np.int64]
    parts: Parts


def make_scenes(clothes: Clothes, seed: int = 0) -> Scenes:
    """The same clothes and seed give the same scenes, on every computer."""
    rng = np.random.default_rng(seed)
    pictures, boxes, parts = list[Pixels](), list[tuple[Box, ...]](), list[int]()
    for part, count in COUNTS:
        members = [
            np.flatnonzero((clothes.parts == part) & (clothes.labels == label))
            for label in range(len(CLASSES))
        ]
        for _ in range(count):
            picture, found = _scene(clothes.pictures, members, rng)
            pictures.append(picture)
            boxes.append(found)
            parts.append(part)
    return Scenes(np.stack(pictures), BoxTable.of(boxes), np.array(parts, np.uint8))


def _scene(
    clothes: Pixels, members: list[npt.NDArray[np.int64]], rng: np.random.Generator
) -> tuple[Pixels, tuple[Box, ...]]:
    canvas = _floor(rng)
    boxes: list[Box] = []
    for _ in range(int(rng.integers(1, _MOST + 1))):
        label = int(rng.integers(len(CLASSES)))
        thing = _thing(clothes[rng.choice(members[label])], rng)
        height, width = thing.shape
        colour = rng.uniform(0.55, 1.0, 3)
        for _ in range(_TRIES):
            left, top = int(rng.integers(SIZE - width + 1)), int(rng.integers(SIZE - height + 1))
            box = Box(label, left, top, left + width, top + height)
            if all(_shared(box, other) <= _OVERLAP for other in boxes):
                _lay(canvas[top : top + height, left : left + width], thing, colour)
                boxes.append(box)
                break
    return np.rint(canvas).astype(np.uint8), tuple(boxes)


def _floor(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """A dark floor, lighter towards one side, with a little noise: (SIZE, SIZE, 3), 0..255."""
    across, down = np.meshgrid(np.linspace(-1, 1, SIZE), np.linspace(-1, 1, SIZE))
    slope = rng.uniform(-14, 14, 2)
    shade = slope[0] * across + slope[1] * down
    colour = rng.uniform(22, 58, 3)
    noise = rng.normal(0, 3, (SIZE, SIZE, 1))
    floor: npt.NDArray[np.float64] = np.clip(colour + shade[:, :, None] + noise, 0, 255)
    return floor


def _thing(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """One piece in a random size, cut to what can be seen of it."""
    side = int(rng.integers(_SIDES[0], _SIDES[1] + 1))
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    image = Image.fromarray(np.ascontiguousarray(picture)).resize((side, side), Image.Resampling.BILINEAR)
    pixels = np.asarray(image)
    rows, columns = (np.flatnonzero((pixels > _VISIBLE).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _lay(place: npt.NDArray[np.float64], thing: Pixels, colour: npt.NDArray[np.float64]) -> None:
    """Onto this place of the canvas; what cannot be seen of the thing lets the floor through."""
    cover = np.clip(thing / _VISIBLE, 0, 1)[:, :, None]
    shown = (70 + thing[:, :, None] * (185 / 255)) * colour
    place[:] = place * (1 - cover) + shown * cover


def _shared(one: Box, other: Box) -> float:
    """How much of the smaller box both cover, 0..1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height) / max(1.0, min(one.area, other.area))
