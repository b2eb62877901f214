"""Whatever stands in an annotation file, it is read, named or refused; nothing else happens."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.boxes.coco_reading import read_coco
from studio.data.boxes.settling import settled
from studio.data.boxes.voc_reading import parse_annotation
from studio.data.boxes.yolo_names import read_yolo_names
from studio.data.boxes.yolo_reading import read_yolo
from studio.data.dataset import DataError

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["a.png", "b.png", "../a.png", "", "gone.png"])
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(0, 3) | JSON, "image_id": st.integers(0, 3) | JSON, "file_name": NAMES | JSON,
        "category_id": st.integers(0, 3) | JSON, "name": st.sampled_from(["cat", "dog"]) | JSON,
        "bbox": st.lists(st.floats(-50, 50) | st.integers(), min_size=4, max_size=4) | JSON,
        "segmentation": st.lists(st.lists(st.floats(), max_size=8), max_size=2) | JSON,
        "width": st.integers(-1, 50) | JSON, "height": JSON, "iscrowd": JSON, "split": JSON,
    },
)  # fmt: skip
ENTRIES = st.lists(ENTRY | JSON, max_size=6) | JSON


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (40, 30)).save(tmp_path / name)
    return tmp_path


def read_or_told(read):
    """What was read; None where a sentence says why it cannot be."""
    try:
        return read()
    except DataError as error:
        told = str(error)
    assert told.endswith(".")
    return None


def inside(found) -> bool:
    rows = found.table.rows
    height, width = found.sizes[found.table.pictures].T
    return bool(
        (rows[:, 1] >= 0).all() and (rows[:, 2] >= 0).all() and (rows[:, 3] <= width).all()
        and (rows[:, 4] <= height).all() and (rows[:, 3] > rows[:, 1]).all()
        and (rows[:, 4] > rows[:, 2]).all() and (rows[:, 0] < len(found.classes)).all()
    )  # fmt: skip


@QUICK
@given(images=ENTRIES, annotations=ENTRIES, categories=ENTRIES)
def test_that_any_coco_gives_boxes_inside_their_pictures_or_a_sentence(
    folder, images, annotations, categories
) -> None:
    content = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "c.json").write_text(json.dumps(content))
    found = read_or_told(lambda: settled(read_coco(folder)))
    if found is not None:
        assert inside(found)
        assert all(skipped.reason.endswith(".") for skipped in found.skipped)


NUMBER = st.floats(-1, 2).map(str) | st.sampled_from(["nan", "inf", "1e400", "0", "1", "x", "-0"])
LINE = st.lists(NUMBER, max_size=12).map(" ".join)


@QUICK
@given(st.lists(LINE, max_size=6))
def test_that_any_yolo_text_gives_boxes_inside_their_pictures_or_a_sentence(folder, lines) -> None:
    (folder / "a.txt").write_text("\n".join(lines))
    found = read_or_told(lambda: settled(read_yolo(folder)))
    if found is not None:
        assert inside(found)


PIECES = st.sampled_from([
    "<annotation>", "</annotation>", "<object>", "</object>", "<bndbox>", "</bndbox>", "<xmin>1</xmin>",
    "<ymin>2</ymin>", "<xmax>9</xmax>", "<name>cat</name>", "<filename>a.png</filename>", "<!DOCTYPE a>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&amp;", "<size>", "</size>", "<width>4</width>", "\x00", "é",
    "]]>",
])  # fmt: skip


@QUICK
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
def test_that_any_xml_is_parsed_or_refused(text) -> None:
    found = read_or_told(lambda: parse_annotation(text.encode("utf-8", "surrogatepass")))
    if found is not None:
        assert "<!ENTITY" not in text
        assert all(isinstance(thing, dict) for thing in found.objects)


def test_that_xml_nested_without_end_is_refused() -> None:
    with pytest.raises(DataError, match="nested too deeply"):
        parse_annotation(b"<annotation>" + b"<object>" * 5000)


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["names:", " - a", "\n", "[", "]", "0: b", ",", "'", "#"])).map("".join)
)
def test_that_any_yaml_is_passed_over_or_understood(text) -> None:
    found = read_yolo_names(text)
    assert all(isinstance(name, str) and name for name in found.names.values())


@pytest.mark.parametrize(
    "text",
    [
        "names: ['cat', \"big dog\", bird]",
        "nc: 3\nnames:\n  - cat\n  - big dog  # a comment\n  - bird\ntrain: images/train\n",
        "names:\n  0: cat\n  1: big dog\n  2: 'bird'\n",
        "names: {0: cat, 1: 'big dog', 2: bird}",
        "names: [\n  'cat',\n  'big dog',\n  'bird'\n]\n",
        "names:\n- cat\n- big dog\n- bird\n",
    ],
)
def test_that_each_way_to_write_class_names_is_understood(text) -> None:
    assert read_yolo_names(text).names == {0: "cat", 1: "big dog", 2: "bird"}


def test_that_places_of_the_parts_are_understood() -> None:
    found = read_yolo_names("train: ../train/images\nval:\n  - a/b\n  - c\nvalid: d\ntest: [e, 'f']\n")
    assert found.places == {"train": ["../train/images"], "val": ["a/b", "c", "d"], "test": ["e", "f"]}
