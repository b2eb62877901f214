"""Boxes drawn on pictures with the mouse and with the keys, kept beside the pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.core.safe_write import SaveError
from studio.data.boxes.box import Box
from studio.data.boxes.box_drawing import Drawing
from studio.data.boxes.boxed_pictures import BoxedPictures
from studio.data.opening import open_dataset, recognise
from studio.ui.boxes import drawing_saver, drawing_way
from studio.ui.boxes.draw_dialog import DrawDialog
from studio.ui.boxes.drawing_saver import DrawingSaver
from studio.ui.boxes.drawing_way import BoxCorrection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(4):
        Image.new("RGB", (60, 40), (40 * i, 80, 0)).save(place / f"p{i}.png")
    return place


@pytest.fixture
def dialog(folder: Path, qtbot: Any) -> DrawDialog:
    made = DrawDialog(Drawing.of_folder(folder))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    seen(made, qtbot)
    qtbot.keyClicks(made.name, "red fox")
    qtbot.keyClick(made.name, Qt.Key.Key_Return)
    return made


def seen(dialog: DrawDialog, qtbot: Any) -> None:
    """The picture has been read, in another thread."""
    qtbot.waitUntil(lambda: dialog.canvas.editable, timeout=10_000)


def at(dialog: DrawDialog, x: float, y: float) -> QPoint:
    """Where this point of the picture is on the canvas."""
    place, (height, width) = dialog.canvas.target(), dialog.canvas._size
    return QPointF(
        place.left() + x * place.width() / width, place.top() + y * place.height() / height
    ).toPoint()


def drag(dialog: DrawDialog, qtbot: Any, start: tuple, end: tuple) -> None:
    canvas, left = dialog.canvas, Qt.MouseButton.LeftButton
    first, last = at(dialog, *start), at(dialog, *end)
    qtbot.mousePress(canvas, left, pos=first)
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(last), canvas.mapToGlobal(QPointF(last)), left, left,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    canvas.mouseMoveEvent(event)
    qtbot.mouseRelease(canvas, left, pos=last)


def edges(box: Box) -> list[int]:
    return [round(n) for n in (box.left, box.top, box.right, box.bottom)]


def test_that_a_box_is_drawn_moved_resized_and_undone(dialog, qtbot) -> None:
    drag(dialog, qtbot, (10, 10), (30, 25))
    assert [edges(box) for box in dialog.boxes] == [[10, 10, 30, 25]]
    drag(dialog, qtbot, (20, 17), (25, 19))
    assert [edges(box) for box in dialog.boxes] == [[15, 12, 35, 27]]
    drag(dialog, qtbot, (35, 27), (50, 38))
    assert [edges(box) for box in dialog.boxes] == [[15, 12, 50, 38]]
    drag(dialog, qtbot, (30, 20), (90, 90))  # stops at the picture's edges
    assert [edges(box) for box in dialog.boxes] == [[25, 14, 60, 40]]
    for _ in range(3):
        qtbot.keyClick(dialog, Qt.Key.Key_Z)
    assert [edges(box) for box in dialog.boxes] == [[10, 10, 30, 25]]
    dialog.undo.click()
    assert dialog.boxes == ()
    assert dialog.says.text() == "p0.png: not looked at yet\n0 of 4 pictures looked through"


def test_that_escape_ends_what_the_mouse_is_doing(dialog, qtbot) -> None:
    qtbot.mousePress(dialog.canvas, Qt.MouseButton.LeftButton, pos=at(dialog, 10, 10))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.mouseRelease(dialog.canvas, Qt.MouseButton.LeftButton, pos=at(dialog, 30, 30))
    assert dialog.boxes == ()
    assert dialog.isVisible()


def test_that_boxes_are_drawn_with_the_keys_alone(dialog, qtbot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_N)
    assert [edges(box) for box in dialog.boxes] == [[21, 14, 39, 26]]
    for _ in range(5):
        qtbot.keyClick(dialog, Qt.Key.Key_Left)
    qtbot.keyClick(dialog, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [edges(box) for box in dialog.boxes] == [[16, 14, 34, 27]]
    qtbot.keyClicks(dialog.name, "owl")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert [box.class_index for box in dialog.boxes] == [1]  # the selected box is of the new class
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    assert [box.class_index for box in dialog.boxes] == [0]
    qtbot.keyClick(dialog, Qt.Key.Key_Delete)
    assert dialog.boxes == ()


def test_that_each_picture_is_on_the_disk_once_it_is_left(dialog, qtbot, folder) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    drag(dialog, qtbot, (10, 10), (30, 25))
    assert not dialog.drawing.path.exists()
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    written = json.loads(dialog.drawing.path.read_text(encoding="utf-8"))
    assert written["images"] == [{"id": 1, "file_name": "p0.png", "width": 60, "height": 40}]
    assert written["categories"] == [{"id": 1, "name": "red fox"}]
    seen(dialog, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_0)  # the second one shows none of the things
    assert dialog.file == "p2.png"
    dataset = open_dataset(recognise(folder))
    assert isinstance(dataset, BoxedPictures)
    assert [dataset.label_of(i) for i in range(len(dataset))] == ["red fox", "nothing"]
    assert edges(dataset.boxes(0)[0]) == [10, 10, 30, 25]
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.name in before}
    assert after == before


def test_that_the_way_out_keeps_what_was_drawn_and_using_it_tells_the_folder(dialog, qtbot, folder) -> None:
    assert not dialog.use.isEnabled()
    drag(dialog, qtbot, (10, 10), (30, 25))
    with qtbot.waitSignal(dialog.drawn_out, timeout=5000) as told:
        dialog.use.click()
    assert told.args == [folder]
    assert (folder / "annotations.lantern.coco.json").exists()


def test_that_a_class_is_asked_for_before_the_first_box(folder, qtbot) -> None:
    made = DrawDialog(Drawing.of_folder(folder))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    seen(made, qtbot)
    assert made.problem.text() == "Name what you want to find, such as “bird”."
    drag(made, qtbot, (10, 10), (30, 25))
    assert made.boxes == ()
    assert made.problem.text() == "Name a class first: what do you want to draw a box around?"


@pytest.mark.parametrize("many", [False, True])
def test_that_boxes_of_other_formats_are_corrected_beside_the_original(
    folder, qtbot, many, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "p0.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (folder / "p1.txt").write_text("1 0.25 0.5 0.25 0.5\n")
    (folder / "classes.txt").write_text("cat\ndog\n")
    choice = recognise(folder)
    assert choice.source == "yolo"
    dataset = open_dataset(choice)
    assert isinstance(dataset, BoxedPictures)
    changed: list[int] = []
    if many:
        monkeypatch.setattr(drawing_way, "_AT_ONCE", 0)
    parent = QWidget()
    qtbot.addWidget(parent)
    correction = BoxCorrection(parent)
    correction.begin(dataset, 1, lambda: changed.append(1))
    qtbot.waitUntil(lambda: parent.findChild(DrawDialog) is not None, timeout=10_000)
    dialog = parent.findChild(DrawDialog)
    assert dialog is not None
    assert dialog.file == "p1.png"
    seen(dialog, qtbot)
    dialog.canvas.show_boxes(dialog.boxes, dialog.drawing.classes, 0)
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    dialog.reject()
    correction.stop()
    assert changed == [1]
    again = open_dataset(choice)  # of the project that was made with the original
    assert again.facts.classes == ("cat", "dog")
    assert again.boxes(1) == (Box(0, 7.5, 10, 22.5, 30),)
    assert (folder / "p1.txt").read_text() == "1 0.25 0.5 0.25 0.5\n"


def test_that_sorting_leads_to_drawing(window: Any, qtbot: Any, folder: Path) -> None:
    from studio.ui.data_step.sort_dialog import SortDialog

    window.files.new_from(str(folder))
    qtbot.waitUntil(lambda: window.findChild(SortDialog) is not None, timeout=20_000)
    window.findChild(SortDialog).draw.click()
    qtbot.waitUntil(lambda: window.findChild(DrawDialog) is not None, timeout=5000)
    assert window.findChild(DrawDialog).drawing.files == ("p0.png", "p1.png", "p2.png", "p3.png")
    window.findChild(DrawDialog).reject()


def test_that_a_drawing_without_boxes_is_gone_on_with(window: Any, qtbot: Any, folder: Path) -> None:
    drawing = Drawing.of_folder(folder).with_class("owl").with_boxes("p1.png", (), (40, 60))
    drawing.path.write_text(drawing.coco(), encoding="utf-8")
    assert Drawing.of_folder(folder) == drawing
    window.files.new_from(str(folder))
    qtbot.waitUntil(lambda: window.findChild(DrawDialog) is not None, timeout=20_000)
    dialog = window.findChild(DrawDialog)
    assert dialog.drawing == drawing
    dialog.reject()


def test_that_a_picture_that_was_left_out_keeps_its_boxes(folder: Path) -> None:
    (folder / "p0.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (folder / "p1.txt").write_text("0 0.25 0.5 0.25 0.5\n")
    choice = recognise(folder)
    dataset = open_dataset(replace(choice, left_out=("p1.png",)))
    assert isinstance(dataset, BoxedPictures)
    assert dataset.usable.tolist() == [0, 2, 3]
    drawing = Drawing.of_dataset(dataset)
    assert drawing.of("p1.png") == (Box(0, 7.5, 10, 22.5, 30),)
    assert drawing.boxes["p3.png"] == ()


def test_that_nothing_is_drawn_on_a_picture_that_cannot_be_seen(folder: Path, qtbot: Any) -> None:
    (folder / "p0.png").write_bytes(b"no picture")
    made = DrawDialog(Drawing.of_folder(folder).with_class("owl"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.keyClick(made, Qt.Key.Key_N)  # it is not even read
    assert made.boxes == ()
    qtbot.waitUntil(lambda: "no picture in a known format" in made.problem.text(), timeout=10_000)
    for key in (Qt.Key.Key_N, Qt.Key.Key_0):
        qtbot.keyClick(made, key)
    assert made.drawing.boxes == {}
    assert made.file == "p0.png"
    qtbot.keyClick(made, Qt.Key.Key_PageDown)
    seen(made, qtbot)
    assert made.problem.text() == "Draw a box around a thing with the mouse, or press N."


def test_that_boxes_are_kept_elsewhere_where_their_folder_takes_none(folder: Path, qtbot: Any) -> None:
    in_the_way = folder / "annotations.lantern.coco.json"
    in_the_way.mkdir()  # a folder that takes no file, also from a user who may write anywhere
    made = DrawDialog(Drawing.of_folder(folder).with_class("owl"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    seen(made, qtbot)
    qtbot.keyClick(made, Qt.Key.Key_N)
    with qtbot.waitSignal(made.drawn_out, timeout=5000):
        made.use.click()
    choice = recognise(folder)
    assert choice.source == "coco"
    dataset = open_dataset(choice)
    assert isinstance(dataset, BoxedPictures)
    assert [edges(box) for box in dataset.boxes(0)] == [[21, 14, 39, 26]]
    again = DrawDialog(Drawing.of_dataset(dataset))
    again.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(again)
    again.show()
    seen(again, qtbot)
    qtbot.keyClick(again, Qt.Key.Key_N)
    qtbot.keyClick(again, Qt.Key.Key_Left)
    qtbot.keyClick(again, Qt.Key.Key_PageDown)
    assert again.problem.text().startswith("Nothing can be written into the folder of the pictures.")
    in_the_way.rmdir()
    seen(again, qtbot)
    qtbot.keyClick(again, Qt.Key.Key_N)
    again.reject()
    assert in_the_way.is_file()  # beside the pictures again, and there alone
    reopened = open_dataset(choice)
    assert isinstance(reopened, BoxedPictures)
    assert [len(reopened.boxes(index)) for index in range(2)] == [2, 1]


def test_that_many_boxes_are_saved_beside_the_window(
    folder: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one state is written, the last of those that come meanwhile waits; the end waits for all."""
    monkeypatch.setattr(drawing_saver, "_AT_ONCE", 0)
    first = Drawing.of_folder(folder).with_class("owl")
    states = [first]
    for place in range(4):
        states.append(states[-1].with_boxes(f"p{place}.png", (Box(0, 1, 1, 9, 9),), (40, 60)))
    saver = DrawingSaver(first)
    for state in states[1:4]:
        assert saver.save(state)
    qtbot.waitUntil(lambda: Drawing.of_folder(folder) == states[3], timeout=10_000)
    assert saver.finish(states[4])
    assert Drawing.of_folder(folder) == states[4]
    assert saver.finish(states[4])


def test_that_what_cannot_be_saved_is_said_until_it_can(
    folder: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = DrawDialog(Drawing.of_folder(folder).with_class("owl"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    seen(made, qtbot)
    qtbot.keyClick(made, Qt.Key.Key_N)
    keep = Drawing.keep

    def full(drawing: Drawing) -> Path:
        raise SaveError("The disk is full.")

    monkeypatch.setattr(Drawing, "keep", full)
    qtbot.keyClick(made, Qt.Key.Key_PageDown)
    assert made.problem.text() == "The disk is full."
    made.reject()
    assert made.isVisible()  # nothing is lost by closing
    monkeypatch.setattr(Drawing, "keep", keep)
    qtbot.keyClick(made, Qt.Key.Key_PageDown)
    assert made.problem.text() == ""
    made.reject()
    assert not made.isVisible()
    assert Drawing.of_folder(folder).count() == 1
