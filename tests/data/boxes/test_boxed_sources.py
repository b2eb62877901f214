"""Pictures with boxes, as people have them: COCO, Pascal VOC, YOLO."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.data.boxes.box import Box
from studio.data.boxes.boxed_pictures import BoxedPictures
from studio.data.boxes.coco_reading import coco_files
from studio.data.boxes.voc_reading import looks_like_voc
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise

SIZE = (40, 30)  # width, height


def picture(path: Path, size: tuple[int, int] = SIZE, shade: int = 90, orientation: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", size, (shade, 20, len(path.name))).save(path, exif=exif)


def coco(path: Path, images: list[dict], boxes: list[tuple], names=("cat", "dog")) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "images": images,
        "annotations": [
            {"id": n, "image_id": image, "category_id": category, "bbox": box, "iscrowd": 0}
            for n, (image, category, box) in enumerate(boxes)
        ],
        "categories": [{"id": n * 10, "name": name} for n, name in enumerate(names, 1)],
    }
    path.write_text(json.dumps(content), encoding="utf-8")


def image(number: int, name: str, width: int = 40, height: int = 30) -> dict:
    return {"id": number, "file_name": name, "width": width, "height": height}


def opened(place: Path, source: str) -> BoxedPictures:
    choice = recognise(place)
    assert choice.source == source
    dataset = open_dataset(choice)
    assert isinstance(dataset, BoxedPictures)
    assert dataset.facts == choice.facts
    return dataset


def all_boxes(dataset: BoxedPictures) -> dict[str, tuple[Box, ...]]:
    return {dataset.name_of(i): dataset.boxes(i) for i in range(len(dataset))}


def test_that_coco_opens_with_its_pictures_in_a_folder_beside(tmp_path) -> None:
    for name in ("a.png", "b.png", "empty.png"):
        picture(tmp_path / "images" / name)
    coco(
        tmp_path / "annotations" / "instances.json",
        [image(1, "a.png"), image(2, "b.png"), image(3, "empty.png")],
        [(1, 10, [2, 3, 10, 5]), (1, 20, [0, 0, 40, 30]), (2, 20, [1.5, 2, 3, 4])],
    )
    dataset = opened(tmp_path, "coco")
    assert dataset.classes == ("cat", "dog")
    assert all_boxes(dataset) == {
        "images/a.png": (Box(0, 2, 3, 12, 8), Box(1, 0, 0, 40, 30)),
        "images/b.png": (Box(1, 1.5, 2, 4.5, 6),),
        "images/empty.png": (),
    }
    assert dataset.class_counts == (1, 2)
    assert dataset.facts.input_shape == (3, 30, 40)
    assert dataset.facts.boxes == 2
    assert dataset.label_of(2) == "nothing"
    assert opened(tmp_path / "annotations" / "instances.json", "coco").facts == dataset.facts
    assert dataset.samples().targets[0, 0].tolist() == [0, 2, 3, 12, 8]


def test_that_several_coco_files_are_kept_as_the_split(tmp_path) -> None:
    for part, count in (("train2017", 3), ("val2017", 2)):
        for n in range(count):
            picture(tmp_path / part / f"{n}.png", shade=n)  # the same names in both
        coco(
            tmp_path / "annotations" / f"instances_{part}.json",
            [image(n, f"{part}/{n}.png") for n in range(count)],
            [(n, 10, [1, 1, 5, 5]) for n in range(count)],
        )
    (tmp_path / "annotations" / "captions_val2017.json").write_text('{"images": [], "annotations": []}')
    dataset = opened(tmp_path, "coco")
    split = dataset.split()
    assert [dataset.name_of(i) for i in split.validation] == ["val2017/0.png", "val2017/1.png"]
    assert len(split.train) == 3
    assert dataset.skipped == ()


def test_that_coco_files_beside_the_pictures_of_each_part_are_read(tmp_path) -> None:
    for part in ("train", "valid", "test"):
        picture(tmp_path / part / "x.png")
        coco(tmp_path / part / "_annotations.coco.json", [image(0, "x.png")], [(0, 10, [1, 1, 5, 5])])
    dataset = opened(tmp_path, "coco")
    split = dataset.split()
    named = [[dataset.name_of(i) for i in part] for part in (split.train, split.validation, split.test)]
    assert named == [["train/x.png"], ["valid/x.png"], ["test/x.png"]]


def test_that_each_box_of_no_use_is_named_and_the_rest_opens(tmp_path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    picture(tmp_path / "other.png", (90, 30))
    coco(
        tmp_path / "boxes.json",
        [image(1, "a.png"), image(2, "gone.png"), image(3, "broken.png"), image(4, "other.png", 30, 90)],
        [
            (1, 10, [30, 20, 30, 30]),  # sticks out: cut
            (1, 10, [2, 2, 5, 5]),
            (1, 10, [2, 2, 5, 5]),
            (1, 20, [50, 50, 5, 5]),
            (1, 20, [5, 5, 0, 5]),
            (1, 20, [5, 5, -3, 5]),
            (1, 20, [float("nan"), 5, 3, 5]),
            (1, 99, [1, 1, 2, 2]),
            (2, 10, [1, 1, 2, 2]),
            (3, 10, [1, 1, 2, 2]),
            (4, 10, [1, 1, 2, 2]),
        ],
    )
    dataset = opened(tmp_path, "coco")
    assert all_boxes(dataset)["a.png"] == (Box(0, 30, 20, 40, 30), Box(0, 2, 2, 7, 7))
    assert {(s.name, s.reason) for s in dataset.skipped} == {
        ("gone.png", "“boxes.json” names this picture, but it is not there."),
        ("boxes.json", "1 box is of a class that the file does not name."),
        ("boxes.json", "1 box belongs to pictures that are not there."),
        ("a.png", "1 box lies outside the picture."),
        ("a.png", "2 boxes have no size."),
        ("a.png", "1 box has no corners that are numbers."),
        ("broken.png", "The file is no picture in a known format."),
        ("other.png", "The annotations are for a picture of 30×90 pixels, but this one has 90×30. Put "
         "the right picture there."),
    }  # fmt: skip
    assert "1 box sticks out of its picture and was cut off at the edge." in dataset.notes
    assert "1 box stands there twice; each counts once." in dataset.notes
    assert dataset.usable.tolist() == [0]
    before = dataset.skipped
    dataset.samples()
    assert set(dataset.skipped) == set(before)
    assert dataset.usable.tolist() == [0]


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_that_boxes_of_a_picture_on_its_side_are_turned_along(tmp_path, orientation) -> None:
    """The box is around the one bright spot, whichever way the picture is turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    spot = Image.new("RGB", SIZE)
    spot.paste((255, 255, 255), (4, 6, 14, 11))
    spot.save(tmp_path / "a.png", exif=exif)
    coco(tmp_path / "c.json", [image(1, "a.png")], [(1, 10, [4, 6, 10, 5])])
    dataset = opened(tmp_path, "coco")
    (box,) = dataset.boxes(0)
    assert dataset.size(0) == (40, 30)
    bright = Image.fromarray(dataset.full_picture(0)).getbbox()
    assert bright == (box.left, box.top, box.right, box.bottom)
    assert (
        "The boxes of 1 picture were made on pictures lying on their side and moved along." in dataset.notes
    )


def test_that_boxes_made_on_a_smaller_copy_move_along(tmp_path) -> None:
    picture(tmp_path / "a.png", (80, 60))
    coco(tmp_path / "c.json", [image(1, "a.png")], [(1, 10, [4, 6, 10, 5])])
    assert opened(tmp_path, "coco").boxes(0) == (Box(0, 8, 12, 28, 22),)


VOC = """<annotation><folder>x</folder><filename>{name}</filename>
<size><width>40</width><height>30</height><depth>3</depth></size>{objects}</annotation>"""
THING = """<object><name>{name}</name><part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin>
<xmax>2</xmax><ymax>2</ymax></bndbox></part><bndbox><xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox>
</object>"""


def voc(path: Path, name: str, *things: tuple) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    objects = "".join(THING.format(*edges, name=kind) for kind, *edges in things)
    path.write_text(VOC.format(name=name, objects=objects), encoding="utf-8")


def test_that_pascal_voc_opens_with_its_lists_as_the_split(tmp_path) -> None:
    for n in range(4):
        picture(tmp_path / "JPEGImages" / f"{n}.jpg")
        voc(tmp_path / "Annotations" / f"{n}.xml", f"{n}.jpg", ("dog", 3, 4, 10, 12), ("cat", 1, 1, 5, 5))
    lists = tmp_path / "ImageSets" / "Main"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("0\n1\n")
    (lists / "val.txt").write_text("2\n")
    (lists / "test.txt").write_text("3\n")
    dataset = opened(tmp_path, "pascal-voc")
    assert dataset.classes == ("cat", "dog")
    assert dataset.boxes(0) == (Box(1, 2, 3, 10, 12), Box(0, 0, 0, 5, 5))  # from 1, the last pixel inside
    split = dataset.split()
    assert [part.tolist() for part in (split.train, split.validation, split.test)] == [[0, 1], [2], [3]]


def test_that_flat_voc_that_counts_from_zero_is_taken_so(tmp_path) -> None:
    picture(tmp_path / "a.png")
    voc(tmp_path / "a.xml", "C:\\photos\\a.png", ("cat", 0, 0, 5, 5), ("cat", "x", 1, 2, 3))
    voc(tmp_path / "b.xml", "b.png", ("cat", 1, 1, 5, 5))
    (tmp_path / "c.xml").write_text("<annotation><object>")
    dataset = opened(tmp_path, "pascal-voc")
    assert dataset.boxes(0) == (Box(0, 0, 0, 5, 5),)
    assert {(s.name, s.reason) for s in dataset.skipped} == {
        ("a.xml", "Box 2 has no corners."),
        ("b.xml", "Its picture “b.png” is not there."),
        ("c.xml", "The file is damaged: it is no XML."),
    }


def test_that_xml_with_entities_is_refused_and_reaches_nothing(tmp_path) -> None:
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png")
    voc(tmp_path / "a.xml", "a.png", ("cat", 1, 1, 5, 5))
    secret = tmp_path / "secret.txt"
    secret.write_text("cat")
    (tmp_path / "b.xml").write_text(
        f'<?xml version="1.0"?><!DOCTYPE annotation [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        "<annotation><filename>b.png</filename><object><name>&x;</name></object></annotation>"
    )
    dataset = opened(tmp_path, "pascal-voc")
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("b.xml", "The file defines texts of its own (entities), which is not safe to read.")
    ]


def yolo(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")


def test_that_yolo_opens_with_its_parts_and_names(tmp_path) -> None:
    for part in ("train", "val"):
        for n in range(2):
            picture(tmp_path / "images" / part / f"{n}.png")
            yolo(tmp_path / "labels" / part / f"{n}.txt", "1 0.5 0.5 0.5 0.2", "0 0.1 0.1 0.1 0.1 0.93")
    picture(tmp_path / "images" / "train" / "none.png")
    (tmp_path / "data.yaml").write_text(
        "path: ../x  # where\ntrain: images/train\nval: images/val\nnc: 2\nnames:\n  0: cat\n  1: 'big dog'\n"
    )
    dataset = opened(tmp_path, "yolo")
    assert dataset.classes == ("cat", "big dog")
    assert dataset.boxes(0)[0] == Box(1, 10, 12, 30, 18)
    assert [len(part) for part in (dataset.split().train, dataset.split().validation)] == [3, 2]
    assert "1 picture has no label file: it counts as showing none of the things." in dataset.notes


def test_that_flat_yolo_tells_lines_that_are_no_box(tmp_path) -> None:
    picture(tmp_path / "a.png")
    yolo(tmp_path / "a.txt", "0 0.5 0.5 0.5 0.2", "cat 1 2", "7 0.5 0.5 0.1 0.1", "1 0 0 .5 0 .5 1 0 1")
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    dataset = opened(tmp_path, "yolo")
    assert dataset.boxes(0) == (Box(0, 10, 12, 30, 18), Box(1, 0, 0, 20, 30))  # the last is an outline
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("a.txt", "Line 2 is no box."),
        ("a.txt", "Line 3: there is no class with the number 7."),
    ]


def test_that_what_lantern_wrote_wins_over_the_original(tmp_path) -> None:
    picture(tmp_path / "a.png")
    voc(tmp_path / "a.xml", "a.png", ("cat", 1, 1, 5, 5))
    coco(tmp_path / "annotations.lantern.coco.json", [image(1, "a.png")], [(1, 10, [7, 7, 2, 2])], ("bird",))
    dataset = opened(tmp_path, "coco")
    assert (dataset.classes, dataset.boxes(0)) == (("bird",), (Box(0, 7, 7, 9, 9),))


def test_that_the_fingerprint_follows_every_box(tmp_path) -> None:
    picture(tmp_path / "a.png")
    coco(tmp_path / "c.json", [image(1, "a.png")], [(1, 10, [4, 6, 10, 5])])
    before = opened(tmp_path, "coco").facts.fingerprint
    coco(tmp_path / "c.json", [image(1, "a.png")], [(1, 10, [4, 6, 10, 5.5])])
    assert len(before) == 16
    assert opened(tmp_path, "coco").facts.fingerprint != before


def test_that_a_damaged_file_and_missing_pictures_are_said(tmp_path) -> None:
    (tmp_path / "c.json").write_text('{"images": [], "annotations": [')
    with pytest.raises(DataError, match=r"“c.json”: The file is damaged: it is no JSON."):
        recognise(tmp_path)
    coco(tmp_path / "c.json", [image(1, "a.png")], [(1, 10, [4, 6, 10, 5])])
    with pytest.raises(DataError, match="None of the pictures that the annotations in"):
        recognise(tmp_path)
    picture(tmp_path / "a.png")
    coco(tmp_path / "c.json", [image(1, "a.png")], [])
    with pytest.raises(DataError, match=r"leave no box to learn from. Draw some, or choose another folder."):
        recognise(tmp_path)


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        ([(1, 10, [400, 300, 10, 5])], "“a.png”: 1 box lies outside the picture."),
        ([(1, 10, [4, 6, 0, 5]), (1, 10, [4, 6, 9, -5])], "“a.png”: 2 boxes have no size."),
        ([(1, 99, [4, 6, 10, 5])], "“c.json”: 1 box is of a class that the file does not name."),
        ([(1, 10, ["x", 6, 10, 5])], "“c.json”: 1 box has no corners."),
    ],
)
def test_that_it_is_said_why_no_box_is_left(tmp_path, boxes, why) -> None:
    picture(tmp_path / "a.png")
    coco(tmp_path / "c.json", [image(1, "a.png")], boxes)
    with pytest.raises(DataError) as refused:
        recognise(tmp_path)
    assert str(refused.value) == (
        f"The annotations in “{tmp_path.name}” leave no box to learn from. {why} Draw some, or choose "
        "another folder."
    )


def test_that_ids_may_be_texts_or_have_a_point_and_classes_no_name(tmp_path) -> None:
    picture(tmp_path / "a.png")
    content = {
        "images": [image("1", "a.png")],
        "annotations": [
            {"image_id": 1, "category_id": "10", "bbox": [1, 1, 5, 5]},
            {"image_id": 1.0, "category_id": 20.0, "bbox": [9, 9, 5, 5]},
        ],
        "categories": [{"id": 10, "name": None}, {"id": "20", "name": "dog"}],
    }
    (tmp_path / "c.json").write_text(json.dumps(content))
    dataset = opened(tmp_path, "coco")
    assert dataset.classes == ("class 10", "dog")
    assert dataset.boxes(0) == (Box(0, 1, 1, 6, 6), Box(1, 9, 9, 14, 14))


def test_that_folders_of_classes_and_texts_stay_what_they_were(tmp_path) -> None:
    for name in ("cats", "dogs"):
        for n in range(2):
            picture(tmp_path / "p" / name / f"{n}.png")
            (tmp_path / "t" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "t" / name / f"{n}.txt").write_text(f"a text about {name} number {n}")
    (tmp_path / "p" / "notes.txt").write_text("1 2 3 4 5")
    (tmp_path / "p" / "settings.json").write_text('{"a": 1}')
    assert recognise(tmp_path / "p").source == "image-folder"
    assert recognise(tmp_path / "t").source == "text-folder"


def test_that_a_picture_named_twice_has_the_boxes_of_its_file_once(tmp_path) -> None:
    picture(tmp_path / "a.png")
    listed = [image(1, "a.png"), image(2, "a.png")]
    coco(tmp_path / "x.json", listed, [(1, 10, [1, 1, 5, 5]), (2, 20, [9, 9, 5, 5])])
    coco(tmp_path / "y.json", [image(7, "a.png")], [(7, 20, [20, 20, 5, 5])])
    dataset = opened(tmp_path, "coco")
    assert dataset.boxes(0) == (Box(0, 1, 1, 6, 6), Box(1, 9, 9, 14, 14))
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("a.png", "“y.json” names this picture once more; the first one counts."),
        ("y.json", "1 box belongs to pictures that are not there."),
    ]


@pytest.mark.parametrize("looks", [coco_files, looks_like_voc])
def test_that_looking_for_boxes_does_not_go_through_all_pictures_of_a_class(
    looks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cats").mkdir()
    for number in range(1200):
        (tmp_path / "cats" / f"{number}.png").touch()
    taken, scandir = [], os.scandir

    class Counting:
        def __init__(self, folder: Any) -> None:
            self.entries = scandir(folder)

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            self.entries.close()

        def __iter__(self) -> Any:
            for entry in self.entries:
                taken.append(entry.name)
                yield entry

    monkeypatch.setattr(os, "scandir", Counting)
    assert not looks(tmp_path)
    assert 100 < len(taken) < 600


def test_that_coco_s_file_is_found_among_many_pictures(tmp_path: Path) -> None:
    for folder in ("train", "mixed"):
        (tmp_path / folder).mkdir()
        for number in range(1200):
            (tmp_path / folder / f"{number}.png").touch()
        content = '{"images": [], "annotations": [], "categories": []}'
        (tmp_path / folder / "_annotations.coco.json").write_text(content)
    assert [path.parent.name for path in coco_files(tmp_path)] == ["mixed", "train"]
