"""A small folder of pictures with boxes in COCO's format: what it shows is easily learnt."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = ("red block", "blue block")


def blocks(folder: Path, count: int = 24, side: int = 32) -> Path:
    """Red and blue blocks on a dark, noisy ground: up to two in a picture, none in every eighth."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    images: list[dict[str, object]] = []
    boxes: list[dict[str, object]] = []
    for number in range(count):
        pixels = rng.integers(0, 40, (side, side, 3))
        for _ in range(0 if number % 8 == 7 else int(rng.integers(1, 3))):
            label = int(rng.integers(2))
            width, height = (int(n) for n in rng.integers(side // 4, side // 2, 2))
            left, top = int(rng.integers(side - width)), int(rng.integers(side - height))
            pixels[top : top + height, left : left + width, 2 * label] = 220
            boxes.append({"image_id": number, "category_id": label, "bbox": [left, top, width, height]})
        name = f"{number:02}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(folder / name)
        images.append({"id": number, "file_name": name, "width": side, "height": side})
    told = {
        "images": images,
        "annotations": [{"id": place, **box} for place, box in enumerate(boxes)],
        "categories": [{"id": place, "name": name} for place, name in enumerate(NAMES)],
    }
    (folder / "annotations.json").write_text(json.dumps(told), encoding="utf-8")
    return folder
