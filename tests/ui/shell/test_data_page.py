"""The Data step: choosing, seeing, splitting, varying."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QListWidget, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.data_step.picture_model import PictureModel
from tests.ui.shell.answers import Answers


def opened(window: Any, qtbot: QtBot, location: str) -> Any:
    window.files.new_from(location)
    qtbot.waitUntil(
        lambda: (
            window.document.dataset is not None
            and window.document.project.dataset.location in (location, str(Path(location).absolute()))
        ),
        timeout=10_000,
    )
    return window.page("data")


def text(window: Any, name: str) -> str:
    return str(window.findChild(QLabel, name).text())


def photos(folder: Path, classes: tuple[str, ...] = ("cat", "dog"), count: int = 6) -> Path:
    for label in classes:
        (folder / label).mkdir(parents=True)
        for number in range(count):
            Image.new("RGB", (40, 30), (number * 30, 10, 90)).save(folder / label / f"{number}.png")
    return folder


def test_that_facts_are_said_in_words(window: Any, qtbot: QtBot) -> None:
    opened(window, qtbot, "fashion-mnist")
    assert text(window, "datasetFacts") == "21,500 pictures in 10 classes, 28×28, grey"
    opened(window, qtbot, "penguins")
    assert text(window, "datasetFacts").startswith("344 rows in 3 classes, ")


def test_that_pictures_are_read_when_they_come_into_sight(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "digits")
    model: PictureModel = page.samples.pictures.model
    assert model.rowCount() == 1797
    qtbot.waitUntil(lambda: model.data(model.index(0), Qt.ItemDataRole.DecorationRole) is not None)
    assert len(model._pictures) < 200  # not all of them


def test_that_one_class_can_be_looked_at_alone(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "digits")
    box = window.findChild(QComboBox, "sampleClass")
    box.setCurrentText("7")
    model = page.samples.pictures.model
    assert {model.data(model.index(row)) for row in range(model.rowCount())} == {"7"}


def test_that_a_table_shows_its_rows_and_marks_the_target(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "iris")
    model = page.samples.table.model()
    assert model.rowCount() == 150
    headers = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert sum(header.endswith("→ predict") for header in headers) == 1


def test_that_another_bundled_dataset_is_one_undoable_click(window: Any, qtbot: QtBot) -> None:
    opened(window, qtbot, "iris")
    picker = window.findChild(QListWidget, "datasetList")
    item = next(picker.item(i) for i in range(picker.count()) if picker.item(i).text() == "Wine")
    qtbot.mouseClick(picker.viewport(), Qt.MouseButton.LeftButton, pos=picker.visualItemRect(item).center())
    document = window.document
    qtbot.waitUntil(lambda: document.project.dataset.location == "wine")
    assert document.project.graph.nodes  # still a network, for 13 columns now
    assert document.analysis.ok
    document.undo_stack.undo()
    assert document.project.dataset.location == "iris"


def test_that_the_split_is_typed_and_dragged(window: Any, qtbot: QtBot) -> None:
    opened(window, qtbot, "iris")
    document = window.document
    box = window.findChild(QSpinBox, "splitTest")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "20")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert document.project.dataset.splits.test == pytest.approx(0.2)
    assert document.project.dataset.splits.train == pytest.approx(0.65)
    steps = document.undo_stack.count()
    bar = window.findChild(QWidget, "splitBar")
    y, width = bar.height() // 2, bar.width()
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(width * 0.65), y))
    for share in (0.6, 0.55, 0.5):
        qtbot.mouseMove(bar, QPoint(round(width * share), y))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(width * 0.5), y))
    assert document.project.dataset.splits.train == pytest.approx(0.5, abs=0.02)
    assert document.undo_stack.count() == steps + 1  # one drag, one undo step


def test_that_augmentation_is_a_tick_and_can_be_undone(window: Any, qtbot: QtBot) -> None:
    opened(window, qtbot, "digits")
    document, dataset = window.document, window.document.dataset
    box = window.findChild(QCheckBox, "augmentation.rotate")
    box.click()
    assert [setting.type for setting in document.project.dataset.augmentations] == ["rotate"]
    assert document.dataset is dataset  # the data need not be read anew
    document.undo_stack.undo()
    assert document.project.dataset.augmentations == ()
    assert not box.isChecked()


def test_that_unreadable_pictures_are_listed_and_labels_stay_aligned(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "photos")
    (folder / "cat" / "3.png").write_bytes(b"no picture")
    page = opened(window, qtbot, str(folder))
    qtbot.waitUntil(lambda: len(window.document.dataset.skipped) == 1, timeout=5000)
    qtbot.waitUntil(lambda: page.skipped._tree.topLevelItemCount() == 1, timeout=5000)
    assert "3.png" in page.skipped._tree.topLevelItem(0).text(0)
    assert text(window, "datasetFacts").startswith("11 pictures in 2 classes")
    assert not window.document.modified


def test_that_a_moved_folder_can_be_shown_again(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "photos")
    opened(window, qtbot, str(folder))
    qtbot.waitUntil(lambda: window.document.dataset.decoded, timeout=5000)
    answers.save_to = tmp_path / "pets.lantern"
    assert window.files.save()
    window.files.close_project()
    moved = folder.rename(tmp_path / "elsewhere")
    window.files.open_path(tmp_path / "pets.lantern")
    button = window.findChild(QPushButton, "relinkButton")
    qtbot.waitUntil(button.isVisible, timeout=5000)
    assert "photos" in text(window, "datasetError")
    answers.folder = moved
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=5000)
    assert window.document.project.dataset.location == str(moved)


def test_that_another_target_makes_it_another_kind(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "houses.csv"
    rows = [f"{30 + i},{i % 4 + 1},{'city' if i % 2 else 'village'},{1000.5 + i * 37.25}" for i in range(60)]
    table.write_text("area,rooms,place,price\n" + "\n".join(rows), "utf-8")
    opened(window, qtbot, str(table))
    document = window.document
    assert document.project.kind == "tabular-regression"
    box = window.findChild(QComboBox, "targetColumn")
    box.setCurrentText("place")
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: document.project.kind == "tabular-classification", timeout=5000)
    assert document.project.dataset.facts.classes == ("city", "village")
    document.undo_stack.undo()
    assert document.project.kind == "tabular-regression"


def test_that_the_next_step_is_one_click_away(window: Any, qtbot: QtBot) -> None:
    opened(window, qtbot, "iris")
    qtbot.mouseClick(window.findChild(QPushButton, "toNetwork"), Qt.MouseButton.LeftButton)
    assert window.current_step == "network"


def test_that_the_examples_are_the_bundled_datasets(qtbot: QtBot) -> None:
    from studio.data.sources.bundled import BUNDLED
    from studio.ui.examples import examples

    assert [example.id for example in examples()] == list(BUNDLED.ids)
    assert [example.name for example in examples()] == [entry.name for entry in BUNDLED]
    for example in examples():
        pictures = BUNDLED[example.id].kind == "image-classification"
        assert example.icon == ("picture" if pictures else "table")
        assert example.picture.is_file()
