"""The Augmentation panel and the choice of normalisation: by mouse, by key, seen at once, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.project import Setting
from studio.data.pictures.augmentation_sets import AUGMENTATION_SETS
from studio.data.pictures.augmentations import AUGMENTATIONS
from tests.ui.shell.test_data_page import opened


def panel_of(window: Any, qtbot: QtBot, location: str = "fashion-mnist") -> Any:
    """The panel in front of the others, as after a click on its tab."""
    page = opened(window, qtbot, location)
    dock = page.variation.parentWidget()
    dock.show()
    dock.raise_()
    qtbot.waitUntil(page.variation.isVisible)
    return page.variation


def chosen(window: Any) -> list[str]:
    return [setting.type for setting in window.document.project.dataset.augmentations]


def click(window: Any, qtbot: QtBot, kind: type, name: str) -> None:
    qtbot.mouseClick(window.findChild(kind, name), Qt.MouseButton.LeftButton)


def seen(panel: Any, qtbot: QtBot) -> Any:
    """The preview's labels once it stands still."""
    qtbot.waitUntil(lambda: bool(panel.preview.grid.labels) and not panel.preview._waiting, timeout=20_000)
    return panel.preview.grid.labels


def test_that_a_change_is_added_from_the_menu_and_can_be_undone(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    document, dataset = window.document, window.document.dataset
    names = {a.objectName() for a in window.findChildren(QAction) if a.objectName().startswith("add.")}
    assert names == {f"add.{entry.id}" for entry in AUGMENTATIONS}
    window.findChild(QAction, "add.rotate").trigger()
    window.findChild(QAction, "add.noise").trigger()
    assert chosen(window) == ["rotate", "noise"]
    assert document.dataset is dataset  # the data need not be read anew
    window.findChild(QAction, "add.rotate").trigger()  # there already
    assert chosen(window) == ["rotate", "noise"]
    document.undo_stack.undo()
    assert chosen(window) == ["rotate"]
    assert [row.type for row in panel.augmentations.rows] == ["rotate"]


def test_that_switching_off_keeps_the_settings(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    window.findChild(QAction, "add.rotate").trigger()
    row = panel.augmentations.rows[0]
    row.slider.value_changed.emit(40.0, True)
    row.box.click()
    assert window.document.project.dataset.augmentations == (Setting("rotate", {"degrees": 40.0}, False),)
    assert not row.slider.isVisible()
    row.box.click()
    assert window.document.project.dataset.augmentations == (Setting("rotate", {"degrees": 40.0}, True),)
    row.box.click()
    window.findChild(QAction, "add.rotate").trigger()  # adding what is off switches it on again
    assert window.document.project.dataset.augmentations[0].params == {"degrees": 40.0}
    assert window.document.project.dataset.augmentations[0].enabled


def test_that_a_slider_drag_is_one_undo_step(window: Any, qtbot: QtBot) -> None:
    panel_of(window, qtbot)
    window.findChild(QAction, "add.rotate").trigger()
    steps = window.document.undo_stack.count()
    slider = window.findChild(QSlider, "strength.0")
    slider.setSliderDown(True)
    for value in (20, 30, 50):
        slider.setValue(value)
        assert window.document.project.dataset.augmentations[0].params["degrees"] == value * 1.8
    slider.setSliderDown(False)
    slider.sliderReleased.emit()
    assert window.document.undo_stack.count() == steps + 1
    window.document.undo_stack.undo()
    assert window.document.project.dataset.augmentations[0].params["degrees"] == 10.0


def test_that_keys_and_dragging_change_the_order(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    for name in ("rotate", "noise", "blur"):
        window.findChild(QAction, f"add.{name}").trigger()
    grip = panel.augmentations.rows[2].grip
    grip.setFocus()
    qtbot.keyClick(grip, Qt.Key.Key_Up)
    assert chosen(window) == ["rotate", "blur", "noise"]
    assert panel.augmentations.rows[1].grip.hasFocus()  # the moved row keeps it
    qtbot.keyClick(panel.augmentations.rows[1].grip, Qt.Key.Key_Up)
    assert chosen(window) == ["blur", "rotate", "noise"]
    qtbot.keyClick(panel.augmentations.rows[0].grip, Qt.Key.Key_Up)  # no further
    assert chosen(window) == ["blur", "rotate", "noise"]

    rows = panel.augmentations.rows
    qtbot.waitUntil(lambda: rows[2].y() > rows[1].y() > rows[0].y())
    grip, target = rows[0].grip, rows[2]
    end = grip.mapFromGlobal(target.mapToGlobal(QPoint(10, target.height() - 2)))
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=grip.rect().center())
    qtbot.mouseMove(grip, end)
    line = panel.findChild(object, "dropLine")
    assert line.isVisible()
    qtbot.keyClick(grip, Qt.Key.Key_Escape)
    assert not line.isVisible()
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    assert chosen(window) == ["blur", "rotate", "noise"]
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=grip.rect().center())
    qtbot.mouseMove(grip, end)
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    assert chosen(window) == ["rotate", "noise", "blur"]
    window.document.undo_stack.undo()
    assert chosen(window) == ["blur", "rotate", "noise"]


def test_that_a_row_is_taken_out_by_button_and_by_key(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    for name in ("rotate", "noise", "blur"):
        window.findChild(QAction, f"add.{name}").trigger()
    click(window, qtbot, QToolButton, "remove.1")
    assert chosen(window) == ["rotate", "blur"]
    qtbot.keyClick(panel.augmentations.rows[0].grip, Qt.Key.Key_Delete)
    assert chosen(window) == ["blur"]


def test_that_a_project_with_the_same_change_twice_shows_both(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    twice = (Setting("noise", {"amount": 0.1}), Setting("noise", {"amount": 0.2}), Setting("wormhole"))
    panel.augmentations.augmentations_changed.emit(twice, True, "test")
    values = [row.slider.box.value for row in panel.augmentations.rows[:2]]
    assert values == [0.1, 0.2]
    assert panel.augmentations.rows[2].slider is None
    panel.augmentations.rows[1].slider.value_changed.emit(0.5, True)
    assert [s.params.get("amount") for s in window.document.project.dataset.augmentations] == [0.1, 0.5, None]
    assert "no augmentation called “wormhole”" in panel.augmentations.rows[2].note.text()
    panel.augmentations.rows[2].fix.click()
    assert chosen(window) == ["noise", "noise"]


@pytest.mark.parametrize("name", AUGMENTATION_SETS.ids)
def test_that_a_ready_made_set_is_one_undoable_click(window: Any, qtbot: QtBot, name: str) -> None:
    panel_of(window, qtbot)
    window.findChild(QAction, "add.invert").trigger()
    button = window.findChild(QPushButton, f"augmentationSet.{name}")
    assert not button.isChecked()
    click(window, qtbot, QPushButton, f"augmentationSet.{name}")
    assert window.document.project.dataset.augmentations == AUGMENTATION_SETS[name].settings
    assert button.isChecked()
    click(window, qtbot, QPushButton, f"augmentationSet.{name}")  # once more changes nothing
    assert button.isChecked()
    window.document.undo_stack.undo()
    assert chosen(window) == ["invert"]


def test_that_mirrored_digits_are_warned_of_where_they_are_chosen(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot, "digits")
    window.findChild(QAction, "add.noise").trigger()
    window.findChild(QAction, "add.horizontal_flip").trigger()
    label = window.findChild(QLabel, "advice.1")
    assert label.isVisibleTo(panel)
    assert label.text().startswith("The classes look like digits or letters. Mirrored, a “b” becomes a “d”")
    assert not window.findChild(QLabel, "advice.0").isVisibleTo(panel)
    assert window.findChild(QPushButton, "adviceFix.1").text() == "Switch it off"
    click(window, qtbot, QPushButton, "adviceFix.1")
    assert [setting.enabled for setting in window.document.project.dataset.augmentations] == [True, False]
    assert not label.isVisibleTo(panel)
    window.document.undo_stack.undo()
    assert label.isVisibleTo(panel)


def test_that_the_preview_rolls_again_and_shows_mixed_classes(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    preview = panel.preview
    assert all(label == row[0] for row in seen(panel, qtbot) for label in row)
    window.findChild(QAction, "add.mixup").trigger()
    qtbot.waitUntil(lambda: any("%" in label for row in preview.grid.labels for label in row), timeout=20_000)
    before, originals = preview.grid.labels, [row[0].copy() for row in preview._answer[0]]
    click(window, qtbot, QPushButton, "previewAgain")
    qtbot.waitUntil(lambda: preview.grid.labels != before, timeout=20_000)
    assert [row[0] for row in preview._answer[0]] == originals  # the same pictures, changed another way
    before = preview.grid.labels
    panel.augmentations.rows[0].grip.setFocus()
    qtbot.keyClick(panel.augmentations.rows[0].grip, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: preview.grid.labels != before, timeout=20_000)


def test_that_keys_swap_a_picture_of_the_preview(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    preview = panel.preview
    seen(panel, qtbot)
    if len(preview.grid.labels) < 2:
        preview.set_rows(3)
    before = list(preview._samples)
    preview.grid.setFocus()
    qtbot.keyClick(preview.grid, Qt.Key.Key_Down)
    qtbot.keyClick(preview.grid, Qt.Key.Key_Space)
    assert preview._samples[1] != before[1]
    assert (preview._samples[0], preview._samples[2]) == (before[0], before[2])
    seen(panel, qtbot)


def test_that_the_train_page_leads_back_to_a_wrong_augmentation(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    wrong = (Setting("noise", {"amount": 7.0}),)
    panel.augmentations.augmentations_changed.emit(wrong, True, "test")
    assert [problem.message for problem in window.document.problems] == [
        "Noise: Strength: must be at most 1, received 7."
    ]
    train = window.page("train")
    window.show_step("train")
    click(window, qtbot, QPushButton, "trainButton")
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "showProblem") is not None, timeout=5000)
    assert train.isVisible()
    window.findChild(QPushButton, "showProblem").click()
    qtbot.waitUntil(lambda: window.page("data").isVisible(), timeout=5000)


def test_that_the_pictures_of_the_preview_can_be_chosen(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    preview = panel.preview
    seen(panel, qtbot)
    preview.classes.setCurrentText("Sandal")
    preview.classes.activated.emit(preview.classes.currentIndex())
    qtbot.waitUntil(lambda: {row[0] for row in preview.grid.labels} == {"Sandal"}, timeout=20_000)
    samples = list(preview._samples)
    train = set(window.document.dataset.planned_split().train.tolist())
    assert set(samples) <= train  # only training pictures are changed, so only they are shown
    seen(panel, qtbot)
    qtbot.mouseClick(preview.grid, Qt.MouseButton.LeftButton, pos=preview.grid.box(0, 0).center())
    qtbot.waitUntil(lambda: preview._samples[0] != samples[0] and not preview._waiting, timeout=20_000)
    assert preview._samples[1:] == samples[1:]
    click(window, qtbot, QToolButton, "previewOther")
    assert preview._samples != samples


def test_that_many_questions_at_once_become_two(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot)
    window.findChild(QAction, "add.rotate").trigger()
    seen(panel, qtbot)
    asked: list[Any] = []
    plain = panel.preview._host.ask
    panel.preview._host.ask = lambda request, answered: (asked.append(request), plain(request, answered))
    for degrees in range(20, 60):
        panel.augmentations.rows[0].slider.value_changed.emit(float(degrees), False)
    assert len(asked) == 1  # the others wait for its answer
    qtbot.waitUntil(lambda: len(asked) == 2 and not panel.preview._waiting, timeout=20_000)
    assert asked[1].project.dataset.augmentations[0].params["degrees"] == 59.0


def test_that_rows_of_a_table_have_no_augmentation(window: Any, qtbot: QtBot) -> None:
    panel = panel_of(window, qtbot, "iris")
    assert not panel.augmentations.isVisibleTo(panel)
    assert not panel.preview.isVisibleTo(panel)


def colour_photos(folder: Path) -> Path:
    for label in ("cat", "dog"):
        (folder / label).mkdir(parents=True)
        for number in range(6):
            pixels = np.random.default_rng(number).integers(0, 255, (12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{number}.png")
    return folder


def test_that_normalisation_is_a_clear_choice(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    opened(window, qtbot, str(colour_photos(tmp_path / "photos")))
    buttons = {
        way: window.findChild(QRadioButton, f"normalisation.{way}")
        for way in ("training", "imagenet", "none")
    }
    assert [button.text() for button in buttons.values()] == ["From the training part", "ImageNet's", "None"]
    assert buttons["training"].isChecked()
    buttons["imagenet"].click()
    assert window.document.project.dataset.normalisation == "imagenet"
    assert window.findChild(QLabel, "normalisationHelp").text().startswith("The fixed figures of ImageNet")
    window.document.undo_stack.undo()
    assert window.document.project.dataset.normalisation == "training"
    assert buttons["training"].isChecked()
    opened(window, qtbot, "digits")
    assert not buttons["imagenet"].isEnabled()
    assert "red, green and blue" in buttons["imagenet"].toolTip()
    opened(window, qtbot, "iris")
    assert buttons["imagenet"].isHidden()
    buttons["none"].click()
    assert window.document.project.dataset.normalisation == "none"
