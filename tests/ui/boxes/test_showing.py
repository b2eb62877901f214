"""Boxes over the pictures of a dataset: in the grid, and one picture in large."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from studio.core.project import DatasetChoice
from studio.data.opening import open_dataset, recognise
from studio.ui.boxes.boxed_picture_dialog import BoxedPictureDialog
from studio.ui.boxes.painting import colour_of
from studio.ui.data_step.class_balance import ClassBalance
from studio.ui.data_step.picture_grid import PictureGrid
from studio.ui.data_step.picture_model import BOXES
from tests.ui.shell.choosing import choose


@pytest.fixture
def grid(qtbot: Any):
    made = PictureGrid()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    made.show_dataset(open_dataset(DatasetChoice("bundled", "clothes-scenes")))
    yield made
    made.stop()


def test_that_the_grid_tells_how_many_boxes_there_are_and_how_large(grid) -> None:
    assert grid._count.text() == (
        "600 pictures · 1,472 boxes · 2.5 in a picture, 4 at most · a typical one covers 6.8% of its picture"
    )
    assert not grid.draw.isVisible()  # made by a few lines: there is no file to correct


def test_that_a_class_shows_all_pictures_that_have_it(grid, qtbot) -> None:
    choose(grid.filter.label, "Bag", qtbot)
    qtbot.waitUntil(lambda: not grid.model.whole)
    shown = grid.model.shown()
    assert all("Bag" in grid._dataset.label_of(sample) for sample in shown)
    assert len(shown) == sum("Bag" in grid._dataset.label_of(i) for i in range(600))


def test_that_boxes_are_painted_in_the_colour_of_their_class(grid, qtbot) -> None:
    index = grid.model.index(0)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=10_000)
    size, boxes = index.data(BOXES)
    assert size == (96, 96)
    image = grid.view.viewport().grab().toImage()
    cell = grid.view.visualRect(index)
    near = 0
    colour = colour_of(boxes[0].class_index)
    for x in range(cell.left(), cell.right()):
        for y in range(cell.top(), cell.bottom()):
            here = image.pixelColor(x, y)
            far = max(abs(here.red() - colour.red()), abs(here.green() - colour.green()))
            near += max(far, abs(here.blue() - colour.blue())) < 24
    assert near >= 20  # points of its four lines


def test_that_a_picture_is_shown_in_large_and_leafed_through(grid, qtbot) -> None:
    grid.view.activated.emit(grid.model.index(3))
    dialog = grid.findChild(BoxedPictureDialog)
    samples, dataset = grid.model.shown(), grid._dataset
    assert dialog.sample == samples[3]
    assert dialog.words.text() == f"{dataset.label_of(samples[3])} (96 × 96 pixels)"
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.windowTitle() == dataset.name_of(samples[4])
    qtbot.waitUntil(lambda: dialog.canvas._boxes == dataset.boxes(samples[4]), timeout=10_000)
    assert dialog.correct.isHidden()
    dialog.reject()


def test_that_a_dataset_in_files_leads_to_drawing(tmp_path: Path, qtbot: Any) -> None:
    for name in ("a.png", "b.png"):
        Image.new("RGB", (60, 40), (90, 0, 0)).save(tmp_path / name)
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 60, "height": 40}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [5, 5, 20, 20]}],
        "categories": [{"id": 1, "name": "cat"}],
    }
    (tmp_path / "c.json").write_text(json.dumps(content))
    made = PictureGrid()
    qtbot.addWidget(made)
    made.show()
    dataset = open_dataset(recognise(tmp_path))
    made.show_dataset(dataset)
    assert made.draw.isVisible()
    with qtbot.waitSignal(made.correct_boxes_requested, timeout=2000) as told:
        made.draw.click()
    assert told.args == [dataset, -1]
    made.view.activated.emit(made.model.index(0))
    dialog = made.findChild(BoxedPictureDialog)
    with qtbot.waitSignal(made.correct_boxes_requested, timeout=2000) as told:
        dialog.correct.click()
    assert told.args == [dataset, 0]
    made.stop()


def test_that_the_class_balance_counts_boxes_and_shows_how_large_they_are(qtbot: Any) -> None:
    balance = ClassBalance()
    qtbot.addWidget(balance)
    balance.show_dataset(open_dataset(DatasetChoice("bundled", "clothes-scenes")))
    assert balance._note.text() == "How many boxes each class has."
    assert balance._bars.accessibleName().startswith("T-shirt/top: 294, Trouser: 297")
    figures = balance.boxes
    assert figures is not None
    assert figures.note.text() == (
        "The shorter side of a box has 4 to 44 points, 20 in the middle, in pictures of 96×96. Below 8 "
        "points things are hard to find."
    )
    figures.what.setCurrentIndex(1)
    assert figures.note.text() == "A picture has 1 to 4 boxes, 2.5 on average."
    assert figures.bars._counts.tolist() == [155, 156, 151, 138]
    qtbot.waitUntil(lambda: balance.sizes.note.text() == "All files have 96×96 pixels.", timeout=10_000)
    balance.show_dataset(open_dataset(recognise("digits")))
    balance.stop()
    assert figures.isHidden()
