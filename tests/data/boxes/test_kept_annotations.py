"""Large annotations are read once: kept until any file below their folder changes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core import places
from studio.data.boxes import boxed_pictures, kept_annotations
from studio.data.boxes.box_drawing import Drawing
from studio.data.boxes.boxed_pictures import BoxedPictures
from studio.data.opening import open_dataset, recognise


@pytest.fixture(autouse=True)
def small_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_annotations, "_WORTH", 0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that annotations are read anew."""
    times: list[int] = []
    settled = boxed_pictures.settled

    def counted(*given: Any) -> Any:
        times.append(1)
        return settled(*given)

    monkeypatch.setattr(boxed_pictures, "settled", counted)
    return times


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Parts, a box that sticks out, one of no size, a picture that is missing and one that is none."""
    for name in ("a", "b", "c"):
        Image.new("RGB", (60, 40), (90, 0, 0)).save(tmp_path / f"{name}.png")
    (tmp_path / "d.png").write_bytes(b"no picture")
    images = [
        {"id": place, "file_name": f"{name}.png", "width": 60, "height": 40, "split": part}
        for place, (name, part) in enumerate(
            zip("abcde", ("train", "train", "val", "train", "test"), strict=True)
        )
    ]
    boxes = [
        (0, [5, 5, 20, 20]),
        (1, [50, 5, 20, 20]),
        (2, [5, 5, 0, 20]),
        (2, [1, 2, 30, 30]),
        (3, [1, 1, 9, 9]),
    ]
    annotations = [{"image_id": image, "category_id": 1, "bbox": box} for image, box in boxes]
    told = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "Kätzchen"}]}
    (tmp_path / "told.json").write_text(json.dumps(told), encoding="utf-8")
    return tmp_path


def opened(folder: Path) -> BoxedPictures:
    dataset = open_dataset(recognise(folder))
    assert isinstance(dataset, BoxedPictures)
    return dataset


def test_that_what_is_kept_is_what_was_read(folder: Path, read: list[int]) -> None:
    first = opened(folder)
    assert read == [1]  # recognised and opened
    second = opened(folder)
    assert read == [1]
    assert second.facts == first.facts
    assert second.classes == ("Kätzchen",)
    assert [second.name_of(i) for i in range(4)] == ["a.png", "b.png", "c.png", "d.png"]
    assert [second.boxes(i) for i in range(4)] == [first.boxes(i) for i in range(4)]
    assert np.array_equal(second.sizes, first.sizes)
    assert second.fixed_split is not None
    assert np.array_equal(second.fixed_split, first.fixed_split)
    assert second.skipped == first.skipped
    assert second.notes == first.notes
    assert second.usable.tolist() == first.usable.tolist() == [0, 1, 2]


def test_that_every_change_is_noticed(folder: Path, read: list[int]) -> None:
    opened(folder)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    told["annotations"].append({"image_id": 0, "category_id": 1, "bbox": [30, 5, 20, 20]})
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    assert len(opened(folder).boxes(0)) == 2
    Image.new("RGB", (60, 40), (90, 0, 0)).save(folder / "e.png")  # named, and missing so far
    assert len(opened(folder)) == 5
    Image.new("RGB", (60, 40), (90, 0, 0)).save(folder / "d.png")  # a picture now
    assert len(opened(folder).boxes(3)) == 1
    (folder / "a.png").unlink()
    assert len(opened(folder)) == 4
    assert len(read) == 5
    opened(folder)
    assert len(read) == 5


def test_that_drawn_boxes_count_at_once_wherever_they_are_kept(folder: Path, read: list[int]) -> None:
    drawing = Drawing.of_dataset(opened(folder))
    (folder / "annotations.lantern.coco.json").mkdir()  # so they go into Lantern's own folder
    for count in (0, 2):
        boxes = tuple(drawing.of("c.png")) * (count > 0)
        drawing = drawing.with_boxes("c.png", boxes, (40, 60))
        assert drawing.keep() != drawing.path
        assert len(opened(folder).boxes(2)) == len(boxes)


def test_that_a_damaged_copy_is_thrown_away(folder: Path, read: list[int]) -> None:
    opened(folder)
    (copy,) = (places.cache() / "annotations").iterdir()
    for content in (copy.read_bytes()[:200], b"", b"something else"):
        copy.write_bytes(content)
        assert len(opened(folder).boxes(0)) == 1
    assert len(read) == 4


@pytest.mark.skipif(os.name == "nt", reason="rights are given otherwise there")
def test_that_what_may_be_read_tomorrow_is_not_kept(
    folder: Path, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read today: no file changes when the right is given on a network drive."""
    from studio.data.boxes import picture_forms
    from studio.data.pictures.decoding import PictureError, why_unreadable

    form = picture_forms.picture_form

    def refused(path: Path) -> Any:
        if path.name == "a.png":
            raise PictureError(why_unreadable(path, PermissionError()))
        return form(path)

    monkeypatch.setattr(picture_forms, "picture_form", refused)
    assert opened(folder).usable.tolist() == [1, 2]
    monkeypatch.setattr(picture_forms, "picture_form", form)
    assert opened(folder).usable.tolist() == [0, 1, 2]
