"""The Data step: choosing, seeing, splitting, varying."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.ui.data_step.picture_model import PictureModel
from tests.ui.shell.answers import Answers
from tests.ui.shell.choosing import choose


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
    choose(box, "7", qtbot)
    model = page.samples.pictures.model
    qtbot.waitUntil(lambda: not model.whole, timeout=10_000)
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


def test_that_unreadable_pictures_are_listed_and_labels_stay_aligned(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "photos")
    (folder / "cat" / "3.png").write_bytes(b"no picture")
    page = opened(window, qtbot, str(folder))
    qtbot.waitUntil(lambda: len(window.document.dataset.skipped) == 1, timeout=5000)
    qtbot.waitUntil(lambda: page.skipped._list.count() == 1, timeout=5000)
    assert "3.png" in page.skipped._list.item(0).text()
    assert text(window, "datasetFacts").startswith("11 pictures in 2 classes")
    assert not window.document.modified


def test_that_a_moved_folder_can_be_shown_again(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "photos")
    opened(window, qtbot, str(folder))
    qtbot.waitUntil(lambda: not window.document._check.busy, timeout=5000)
    answers.save_to = tmp_path / "pets.lantern"
    assert window.files.save()
    window.files.close_project()
    moved = folder.rename(tmp_path / "elsewhere")
    window.files.open_path(tmp_path / "pets.lantern")
    button = window.findChild(QPushButton, "relinkButton")
    qtbot.waitUntil(button.isVisible, timeout=5000)
    assert "photos" in text(window, "datasetError")
    title = next(x for x in button.parent().findChildren(QLabel) if x.text() == "These data cannot be shown")
    qtbot.waitUntil(lambda: title.height() >= title.heightForWidth(title.width()), timeout=5000)
    shown = window.findChild(QWidget, "classBalance").findChildren(QLabel)
    assert not any("A number is predicted" in label.text() for label in shown)
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
        sort = BUNDLED[example.id].kind.split("-")[0]
        assert (
            example.icon
            == {"image": "picture", "tabular": "table", "text": "text", "object": "picture"}[sort]
        )
        assert example.picture.is_file()


def test_that_a_dataset_with_its_own_parts_shows_them(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "fashion-mnist")
    sizes = window.document.dataset.planned_split()
    whole = len(window.document.dataset)
    assert page.splits.test.value() == round(100 * len(sizes.test) / whole)
    assert page.splits.validation.value() == round(100 * len(sizes.validation) / whole)
    assert text(window, "splitSizes") == (
        f"{len(sizes.train):,} samples train, {len(sizes.validation):,} validate, {len(sizes.test):,} test."
    )


def test_that_other_parts_need_no_picture_read_again(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, str(photos(tmp_path / "photos", count=20)))
    opener, choice = window.document._opener, window.document.project.dataset
    qtbot.waitUntil(lambda: opener.remembered(choice) is not None)  # all its pictures have been read
    before = window.document.dataset
    page.splits.test.setValue(30)
    after = window.document.dataset
    assert not window.document.opening_dataset
    assert after is not before
    assert after.samples().inputs is before.samples().inputs
    assert (len(before.split().test), len(after.split().test)) == (6, 12)
    window.document.undo_stack.undo()
    assert window.document.dataset is before


def test_that_reading_on_keeps_the_class_that_is_looked_at(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, str(photos(tmp_path / "photos", count=20)))
    box = window.findChild(QComboBox, "sampleClass")
    choose(box, "dog", qtbot)
    qtbot.waitUntil(lambda: page.samples.pictures.model.rowCount() == 20, timeout=10_000)
    page.samples.show_dataset(window.document.dataset)  # as when all its pictures have been read
    assert box.currentText() == "dog (20)"
    assert page.samples.pictures.model.rowCount() == 20


def test_that_the_tab_tells_how_many_were_left_out(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    (folder / "cat" / "broken.jpg").write_bytes(b"no picture")
    opened(window, qtbot, str(folder))
    dock = window.findChild(QWidget, "skippedListDock")
    qtbot.waitUntil(lambda: dock.windowTitle() == "Left out (1)")
    shown = window.findChild(QListWidget, "skippedFiles")
    name, reason = shown.item(0).text().split("\n")
    assert name.endswith("broken.jpg")
    assert reason == "The file is no picture in a known format."
    dock.raise_()
    needed = shown.fontMetrics().horizontalAdvance(reason) / shown.viewport().width()
    lines = 1 + math.ceil(needed)  # the name, then the reason without a word cut off
    qtbot.waitUntil(
        lambda: shown.visualItemRect(shown.item(0)).height() >= lines * shown.fontMetrics().height()
    )
    opened(window, qtbot, "digits")
    assert dock.windowTitle() == "Left out"


def test_that_scrolling_past_a_number_does_not_change_it(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "iris")
    box = page.splits.test
    box.clearFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.value() == 15


def test_that_all_notes_on_a_table_can_be_read_without_a_mouse(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [f"{number * 7 % 13 or ''},{number % 4 or 'NA'},,{'AB'[number % 2]}" for number in range(60)]
    table = tmp_path / "missing.csv"
    table.write_text("\n".join(["width,depth,nothing,kind", *rows]))
    opened(window, qtbot, str(table))
    notes = window.document.dataset.notes
    assert len(notes) > 2
    more = window.findChild(QPushButton, "moreNotes")
    assert more.text() == f"… and {len(notes) - 2} more notes"
    more.setFocus()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert text(window, "datasetNotes") == "\n".join(notes)
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert text(window, "datasetNotes") == "\n".join(notes[:2])


def test_that_the_seed_can_be_chosen_where_validation_is_cut_from_train(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    photos(tmp_path / "photos" / "train", count=10)
    photos(tmp_path / "photos" / "test", count=5)
    page = opened(window, qtbot, str(tmp_path / "photos"))
    assert text(window, "splitSizes") == "16 samples train, 4 validate, 10 test."
    assert page.splits.seed.isEnabled()
    assert not page.splits.test.isEnabled()
    before = window.document.dataset.planned_split()
    page.splits.seed.setValue(3)
    after = window.document.dataset.planned_split()
    assert after.validation.tolist() != before.validation.tolist()
    assert after.test.tolist() == before.test.tolist()
    assert "the validation part is cut from “train”." in text(window, "datasetNotes")
