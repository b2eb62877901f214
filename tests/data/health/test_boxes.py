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


def test_that_parts_without_boxes_are_named(tmp_path) -> None:
    cat, dog = (0, 50, 50, 90, 90), (1, 20, 20, 90, 90)
    dataset = opened(tmp_path, [[cat], [cat], [], [dog], []], ("cat", "dog"))
    assert {"boxless-training", "boxless-part", "unseen-class"}.isdisjoint(told(parted(dataset, "train", 5)))
    seen = told(parted(dataset, "train", 2))
    assert seen["unseen-class"].sentence == (
        "No picture of the training part shows “dog”, so the network cannot learn to find it. Draw boxes on "
        "some of its pictures, or have other pictures train."
    )
    assert "boxless-part" not in seen
    seen = told(parted(dataset, "train", 4))
    assert seen["boxless-part"].sentence == (
        "No picture of the validation part has a box, so it cannot show how much is found. Draw some."
    )
    seen = told(parted(dataset, "val", 4))
    assert seen["boxless-training"].severity == "warning"
    assert seen["boxless-training"].sentence == (
        "No picture of the training part has a box, so there is nothing to learn from. Draw boxes on some of "
        "its pictures, or have other pictures train."
    )


def parted(dataset, first: str, count: int):
    """Of the pictures the first `count` in one part, the others in the other."""
    file = dataset.root / "c.json"
    content = json.loads(file.read_text())
    other = "val" if first == "train" else "train"
    for place, image in enumerate(content["images"]):
        image["split"] = first if place < count else other
    file.write_text(json.dumps(content))
    return open_dataset(recognise(dataset.root))


def test_that_a_thing_marked_twice_is_found(tmp_path) -> None:
    twice = [(0, 50, 50, 100, 100), (0, 51, 50, 100, 100), (1, 50, 50, 100, 100)]
    found = told(opened(tmp_path, [[(0, 50, 50, 100, 100), (1, 50, 50, 100, 100)], twice]))
    assert found["repeated-boxes"].samples == (1,)


def test_that_the_same_picture_in_two_parts_is_found(tmp_path) -> None:
    dataset = opened(tmp_path, [[(0, 50, 50, 100, 100)], [(0, 50, 50, 100, 100)]], ("cat",), twin=True)
    dataset.split()
    assert told(dataset)["duplicates"].sentence.startswith("1 picture repeats another one exactly")
