"""What a detector finds in somebody's pictures, in the pixels of those pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PIL import Image
from torch import Tensor

from studio.data.boxes.placement import BoxFit, placement
from studio.data.preprocessing import PicturePreprocessing
from studio.engine.detection.decoding import detections
from studio.engine.events import FoundBox

SHOWN = 0.3  # surer than this, and a person is told
NOTHING = "nothing"
_TURNED = (5, 6, 7, 8)  # EXIF orientations that lay a picture on its side


def upright_size(path: str) -> tuple[int, int]:
    """(height, width) of a picture as it is looked at, from its header. Raises OSError."""
    with Image.open(path) as image:
        turned = image.getexif().get(0x0112) in _TURNED
        return (image.width, image.height) if turned else (image.height, image.width)


def found_boxes(
    output: Tensor, size: tuple[int, int], preprocessing: PicturePreprocessing
) -> tuple[FoundBox, ...]:
    """All boxes of one picture (classes + 5, rows, columns), the surest first, cut off at its edges."""
    fit: BoxFit = "stretch" if preprocessing.fit == "stretch" else "pad"
    back = placement(size, (preprocessing.height, preprocessing.width), fit).inverse()
    ((boxes, labels, scores),) = detections(output[None])
    pixels = boxes.double() * boxes.new_tensor([preprocessing.width, preprocessing.height]).repeat(2)
    found = []
    edges = back.edges(pixels.numpy())
    for (left, top, right, bottom), label, score in zip(
        edges.tolist(), labels.tolist(), scores.tolist(), strict=True
    ):
        left, right = (min(max(x, 0.0), float(size[1])) for x in (left, right))
        top, bottom = (min(max(y, 0.0), float(size[0])) for y in (top, bottom))
        if right > left and bottom > top:
            name = preprocessing.classes[label]
            found.append(FoundBox(name, float(score), left, top, right, bottom))
    return tuple(found)


def summary(boxes: Iterable[FoundBox]) -> str:
    """As people count: "2 × Bag, Sandal"."""
    counts = Counter(box.label for box in boxes if box.probability >= SHOWN)
    return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in sorted(counts.items())) or NOTHING
