"""What a mouse may do to a box, and that what was drawn comes back from the disk."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.boxes.box import Box
from studio.data.boxes.box_drawing import Drawing, drawn, moved, resized
from studio.data.opening import open_dataset, recognise

SIZE = (30, 40)  # height, width
ANY = st.floats(-200, 200)


@st.composite
def boxes(draw):
    left, top = draw(st.floats(0, 36)), draw(st.floats(0, 26))
    return Box(0, left, top, draw(st.floats(left + 3, 40)), draw(st.floats(top + 3, 30)))


def inside(box: Box) -> bool:
    return 0 <= box.left < box.right <= 40.000001 and 0 <= box.top < box.bottom <= 30.000001


@given(ANY, ANY, ANY, ANY)
def test_that_a_drawn_box_lies_in_the_picture_and_is_no_slip(x, y, to_x, to_y) -> None:
    box = drawn(0, (x, y), (to_x, to_y), SIZE)
    assert box is None or (inside(box) and min(box.width, box.height) >= 3)
    assert box == drawn(0, (to_x, to_y), (x, y), SIZE)


@given(boxes(), ANY, ANY)
def test_that_a_moved_box_keeps_its_size_and_stays_inside(box, across, down) -> None:
    after = moved(box, across, down, SIZE)
    assert (after.width, after.height) == pytest.approx((box.width, box.height))
    assert after.left >= -1e-9
    assert after.right <= 40 + 1e-9
    assert after.top >= -1e-9
    assert after.bottom <= 30 + 1e-9


@given(boxes(), st.sampled_from(["l", "t", "r", "b", "lt", "rt", "lb", "rb"]), ANY, ANY)
def test_that_a_resized_box_never_turns_inside_out(box, edges, x, y) -> None:
    after = resized(box, edges, x, y, SIZE)
    assert inside(after)
    kept = {"l": box.left, "t": box.top, "r": box.right, "b": box.bottom}
    now = {"l": after.left, "t": after.top, "r": after.right, "b": after.bottom}
    assert all(now[edge] == kept[edge] for edge in "ltrb" if edge not in edges)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(boxes(), min_size=1, max_size=4), st.text(min_size=1, max_size=12))
def test_that_what_was_drawn_comes_back(tmp_path, found, name) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "ä b.png")
    drawing = Drawing(tmp_path, ("ä b.png",))
    drawing = drawing.with_class(name).with_class("other")
    if len(drawing.classes) < 2:
        return  # nothing but spaces
    drawing = drawing.with_boxes("ä b.png", tuple(found), SIZE)
    drawing.path.write_text(drawing.coco(), encoding="utf-8")
    dataset = open_dataset(recognise(tmp_path))
    assert dataset.facts.classes == drawing.classes
    back = dataset.boxes(0)
    assert 1 <= len(back) <= len(found)  # the same box twice counts once
    assert back[0].left == pytest.approx(found[0].left, abs=0.002)
    assert back[0].bottom == pytest.approx(found[0].bottom, abs=0.002)


def test_that_parts_of_the_original_are_kept(tmp_path) -> None:
    for number in range(3):
        Image.new("RGB", (40, 30), (number, 0, 0)).save(tmp_path / f"{number}.png")
    drawing = Drawing(
        tmp_path, ("0.png", "1.png", "2.png"), ("cat",), {}, {}, {"0.png": 0, "1.png": 1, "2.png": 2}
    )
    for name in drawing.files:
        drawing = drawing.with_boxes(name, (Box(0, 1, 1, 9, 9),), SIZE)
    drawing.path.write_text(drawing.coco(), encoding="utf-8")
    split = open_dataset(recognise(tmp_path)).split()
    assert [part.tolist() for part in (split.train, split.validation, split.test)] == [[0], [1], [2]]
