"""What a detector found, with a threshold: which boxes are shown, their names, and files to take home."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.data.boxes.box import Box
    from studio.engine.events import FoundBox, Prediction

THRESHOLD = 0.3  # of what is written to files, and where the slider begins


def sure_boxes(prediction: Prediction, threshold: float) -> tuple[FoundBox, ...]:
    return tuple(box for box in prediction.boxes or () if box.probability >= threshold)


def counted(boxes: Sequence[FoundBox], nothing: str) -> str:
    """As people count: "2 × Bag, Sandal"."""
    counts = Counter(box.label for box in boxes)
    return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in sorted(counts.items())) or nothing


def drawn(boxes: Sequence[FoundBox], classes: Sequence[str]) -> list[tuple[Box, str]]:
    """Boxes to paint, with a name and a percentage each."""
    from studio.data.boxes.box import Box

    return [
        (
            Box(classes.index(b.label), b.left, b.top, b.right, b.bottom),
            f"{b.label} {100 * b.probability:.0f} %",
        )
        for b in boxes
        if b.label in classes
    ]


def boxes_csv(predictions: Sequence[Prediction], threshold: float) -> str:
    """One line a box, its edges in the picture's pixels; pictures without one have an empty line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["input", "class", "probability", "left", "top", "right", "bottom", "problem"])
    for p in predictions:
        found = sure_boxes(p, threshold)
        for box in found:
            edges = (f"{edge:.2f}" for edge in (box.left, box.top, box.right, box.bottom))
            writer.writerow([p.input, box.label, repr(box.probability), *edges, ""])
        if not found:
            writer.writerow([p.input, "", "", "", "", "", "", p.problem or ""])
    return text.getvalue()


def boxes_coco(predictions: Sequence[Prediction], threshold: float) -> str:
    """COCO's form: pictures, categories, and boxes as [left, top, width, height] with their scores.

    Source: https://cocodataset.org/#format-data
    """
    usable = [p for p in predictions if p.boxes is not None and p.size is not None]
    names = sorted({box.label for p in usable for box in p.boxes or ()})
    images, annotations = list[dict[str, object]](), list[dict[str, object]]()
    for number, p in enumerate(usable, 1):
        assert p.size is not None
        height, width = p.size
        images.append({"id": number, "file_name": Path(p.input).name, "width": width, "height": height})
        for box in sure_boxes(p, threshold):
            across, down = box.right - box.left, box.bottom - box.top
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": names.index(box.label) + 1,
                    "bbox": [round(v, 2) for v in (box.left, box.top, across, down)],
                    "area": round(across * down, 2),
                    "iscrowd": 0,
                    "score": box.probability,
                }
            )
    categories = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
    whole = {"images": images, "annotations": annotations, "categories": categories}
    return json.dumps(whole, ensure_ascii=False, indent=1)
