"""What a detector found as files to take home: a table with a line a box, or COCO's JSON."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.engine.events import FoundBox, Prediction


def sure_boxes(prediction: Prediction, threshold: float) -> tuple[FoundBox, ...]:
    return tuple(box for box in prediction.boxes or () if box.probability >= threshold)


def boxes_text(predictions: Sequence[Prediction], threshold: float, suffix: str) -> str:
    """As the ending of the file asks for it: COCO's JSON for ".json", else a table."""
    write = boxes_coco if suffix.lower() == ".json" else boxes_csv
    return write(predictions, threshold)


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
    called = _file_names([p.input for p in usable])
    images, annotations = list[dict[str, object]](), list[dict[str, object]]()
    for number, p in enumerate(usable, 1):
        assert p.size is not None
        height, width = p.size
        images.append({"id": number, "file_name": called[p.input], "width": width, "height": height})
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


def _file_names(inputs: Sequence[str]) -> dict[str, str]:
    """What each picture is called from the innermost folder that holds them all: pictures of the same name
    in two folders stay apart."""
    if not inputs:
        return {}
    folders = [str(Path(path).absolute().parent) for path in inputs]
    try:
        root = Path(os.path.commonpath(folders))
    except ValueError:  # on two drives of Windows
        return {path: Path(path).as_posix() for path in inputs}
    return {path: Path(path).absolute().relative_to(root).as_posix() for path in inputs}
