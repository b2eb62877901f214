"""From the welcome page, the picker and the Data page into the dialog, and from it to data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from studio.ui.collecting.collect_dialog import CollectDialog
from tests.ui.collecting.conftest import FakeCamera

LEFT = Qt.MouseButton.LeftButton


def shown(window: Any, qtbot: Any) -> CollectDialog:
    def there() -> list[CollectDialog]:
        return [dialog for dialog in window.findChildren(CollectDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(there()), timeout=20_000)
    return there()[-1]


def wait(dialog: CollectDialog, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not dialog._worker.busy, timeout=20_000)


@pytest.fixture
def here(window: Any) -> Any:
    window.files.collecting.camera = FakeCamera
    return window


def many(folder: Path, count: int = 12) -> Path:
    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (folder / name).mkdir(parents=True)
        for i in range(count):
            pixels = rng.integers(0, 255, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{name} {i}.png")
    return folder


def test_that_collected_pictures_become_a_project(here: Any, qtbot: Any, photos: Path) -> None:
    qtbot.mouseClick(here.findChild(QPushButton, "collectPictures"), LEFT)
    dialog = shown(here, qtbot)
    assert dialog.collecting.folder.name == "Lantern pictures"
    assert not dialog.collecting.folder.exists()
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    dialog.parts.use.click()
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    assert here.document.project.dataset.source == "image-folder"
    assert here.document.project.dataset.location == str(dialog.collecting.folder)
    assert here.document.dataset.class_counts == (3, 3)
    assert here.current_step == "data"


def test_that_added_pictures_leave_the_others_in_their_part(
    here: Any, qtbot: Any, tmp_path: Path, photos: Path
) -> None:
    data = many(tmp_path / "data")
    here.files.new_from(str(data))
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    before = here.document.dataset
    parts_before = parts(before)
    page = here.page("data")
    assert page.add_pictures.isVisible()
    page.add_pictures.click()
    dialog = shown(here, qtbot)
    assert dialog.collecting.folder == data
    dialog.add_files([("cats", [photos / "cats"])])
    wait(dialog, qtbot)
    dialog.parts.use.click()
    qtbot.waitUntil(lambda: here.document.dataset not in (None, before), timeout=20_000)
    assert here.document.dataset.class_counts == (15, 12)
    assert here.document.project.dataset.facts.samples == 27
    after = parts(here.document.dataset)
    moved = {name for name, part in parts_before.items() if after[name] != part}
    assert len(moved) <= 3  # one a new picture at most crosses a border, to keep the shares
    assert not any(name.startswith("dogs") for name in moved)
    assert not here.document.undo_stack.canUndo()  # nothing that anybody chose


def parts(dataset: Any) -> dict[str, int]:
    split = dataset.split()
    return {
        dataset.name_of(int(index)): number
        for number, part in enumerate((split.train, split.validation, split.test))
        for index in part
    }


def test_that_a_new_class_makes_the_network_follow(
    here: Any, qtbot: Any, tmp_path: Path, photos: Path
) -> None:
    here.files.new_from(str(many(tmp_path / "data")))
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    here.page("data").add_pictures.click()
    dialog = shown(here, qtbot)
    dialog.add_class("birds")
    dialog.add_files([("birds", [photos / "dogs"])])
    wait(dialog, qtbot)
    dialog.parts.use.click()
    qtbot.waitUntil(lambda: here.document.project.dataset.facts.classes == ("birds", "cats", "dogs"),
                    timeout=20_000)  # fmt: skip


def test_that_adding_is_offered_for_folders_of_classes_only(here: Any, qtbot: Any) -> None:
    here.files.new_from("digits")
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    page = here.page("data")
    assert not page.add_pictures.isVisible()
    page.picker.collect.click()
    dialog = shown(here, qtbot)
    assert dialog.collecting.classes() == ()
    dialog.reject()


def test_that_a_collection_with_too_little_in_it_is_opened_to_go_on(
    here: Any, qtbot: Any, photos: Path
) -> None:
    here.files.new_from_collected()
    dialog = shown(here, qtbot)
    dialog.take_as_classes([photos / "cats"])
    wait(dialog, qtbot)
    folder = dialog.collecting.folder
    dialog.reject()
    qtbot.waitUntil(lambda: str(folder) in here.status.currentMessage(), timeout=5000)
    here.files.open_path(folder)
    dialog = shown(here, qtbot)
    assert [(one.name, one.picture_count) for one in dialog.row.bins] == [("cats", 3)]
    dialog.take_as_classes([photos / "dogs"])
    wait(dialog, qtbot)
    dialog.parts.use.click()
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    assert here.document.dataset.class_counts == (3, 3)


def test_that_boxes_can_be_drawn_on_collected_pictures(here: Any, qtbot: Any, photos: Path) -> None:
    from studio.ui.boxes.draw_dialog import DrawDialog

    here.files.new_from_collected()
    dialog = shown(here, qtbot)
    assert not dialog.parts.draw.isEnabled()
    dialog.take_as_classes([photos / "cats"])
    wait(dialog, qtbot)
    dialog.parts.draw.click()
    drawing = here.findChild(DrawDialog)
    assert drawing.drawing.files == ("cats/cat 0.png", "cats/cat 1.png", "cats/cat 2.png")
    qtbot.keyClicks(drawing.name, "cat")
    qtbot.keyClick(drawing.name, Qt.Key.Key_Return)
    for place in range(3):
        drawing.go(place)
        qtbot.waitUntil(lambda: drawing.canvas.editable, timeout=20_000)  # it is read elsewhere
        qtbot.keyClick(drawing, Qt.Key.Key_N)
    drawing.use.click()
    qtbot.waitUntil(lambda: here.document.dataset is not None, timeout=20_000)
    assert here.document.project.kind == "object-detection"


def test_that_closing_the_window_closes_the_dialog_with_its_threads_and_its_camera(
    window: Any, qtbot: Any, photos: Path
) -> None:
    camera = FakeCamera()
    window.files.collecting.camera = lambda: camera
    window.files.new_from_collected()
    dialog = shown(window, qtbot)
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    dialog.parts.camera_button.click()
    camera.show()
    assert dialog.camera.ready
    window.close()
    assert camera.stopped == 1
    assert not dialog.isVisible()
