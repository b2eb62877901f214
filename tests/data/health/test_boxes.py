"""The health of pictures with boxes."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from studio.core.project import DatasetChoice
from studio.data.health.catalogue import examine
from studio.data.opening import open_dataset, recognise


def opened(folder: Path, pictures: list[list[tuple]], names=("cat", "dog", "bird"), twin=False):
    images, annotations = [], []
    for number, boxes in enumerate(pictures):
        shade = 0 if twin else number
        Image.new("RGB", (256, 256), (shade, 9, 9)).save(folder / f"{number}.png")
        images.append({"id": number, "file_name": f"{number}.png", "width": 256, "height": 256})
        annotations += [{"image_id": number, "category_id": kind, "bbox": list(box)} for kind, *box in boxes]
    categories = [{"id": n, "name": name} for n, name in enumerate(names)]
    content = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "c.json").write_text(json.dumps(content))
    return open_dataset(recognise(folder))


def told(dataset) -> dict:
    return {finding.code: finding for finding in examine(dataset)}


def test_that_the_example_is_not_blamed() -> None:
    assert examine(open_dataset(DatasetChoice("bundled", "clothes-scenes"))) == ()


def test_that_tiny_boxes_lead_to_larger_pictures(tmp_path) -> None:
    dataset = opened(tmp_path, [[(0, 10 * i, 10, 9, 9) for i in range(25)], [(0, 1, 1, 90, 90)]], ("cat",))
    finding = told(dataset)["tiny-boxes"]
    assert finding.sentence == (
        "25 boxes of 26 are less than 8 points wide or high once the pictures have 128×128 pixels. The "
        "network will hardly find such things. Use larger pictures, or cut the pictures into parts."
    )
    assert finding.samples == (0,)
    (fix,) = finding.fixes
    assert fix.text == "Use pictures of 256×256 pixels"


def test_that_classes_with_few_or_no_boxes_are_named(tmp_path) -> None:
    found = told(opened(tmp_path, [[(0, 10 * i, 20, 30, 30) for i in range(21)], [(1, 5, 5, 90, 90)]]))
    assert found["empty-class"].sentence == (
        "The class “bird” has no box, so the network cannot learn to find it. Draw some."
    )
    assert found["few-boxes"].sentence.startswith("Fewer than 20 boxes: “dog” (1). ")
    assert found["few-boxes"].samples == (1,)


def test_that_a_thing_marked_twice_is_found(tmp_path) -> None:
    twice = [(0, 50, 50, 100, 100), (0, 51, 50, 100, 100), (1, 50, 50, 100, 100)]
    found = told(opened(tmp_path, [[(0, 50, 50, 100, 100), (1, 50, 50, 100, 100)], twice]))
    assert found["repeated-boxes"].samples == (1,)


def test_that_the_same_picture_in_two_parts_is_found(tmp_path) -> None:
    dataset = opened(tmp_path, [[(0, 50, 50, 100, 100)], [(0, 50, 50, 100, 100)]], ("cat",), twin=True)
    dataset.split()
    assert told(dataset)["duplicates"].sentence.startswith("1 picture repeats another one exactly")
