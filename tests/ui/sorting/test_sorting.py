"""Unlabelled pictures: offered to be sorted, by keys and clicks, into a table beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from studio.data.pictures.picture_sorting import Sorting, labels_file
from studio.ui.data_step import sort_dialog
from studio.ui.data_step.sort_dialog import SortDialog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(6):
        Image.new("RGB", (30, 20), (40 * i, 0, 0)).save(place / f"p{i}.png")
    return place


def open_dialog(window: Any, qtbot: Any, folder: Path) -> SortDialog:
    window.files.new_from(str(folder))
    qtbot.waitUntil(lambda: window.findChild(SortDialog) is not None, timeout=20_000)
    return window.findChild(SortDialog)


def name_classes(dialog: SortDialog, qtbot: Any) -> None:
    for name in ("red fox", "owl"):
        qtbot.keyClicks(dialog.name, name)
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)  # nothing more to name: the keys 1 to 9 are at work
    assert not dialog.name.hasFocus()


def test_that_unlabelled_pictures_are_sorted_by_keys_and_opened(
    window: Any, qtbot: Any, folder: Path
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    dialog = open_dialog(window, qtbot, folder)
    assert dialog.says.text() == "p0.png: not sorted yet\n0 of 6 sorted"
    name_classes(dialog, qtbot)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_7, Qt.Key.Key_1):
        qtbot.keyClick(dialog, key)
    assert dialog.says.text() == "p4.png: not sorted yet\n4 of 6 sorted"
    assert dialog.bins[0].text() == "1  red fox  (2)"
    dialog.bins[1].click()
    qtbot.keyClick(dialog, Qt.Key.Key_Backspace)
    assert len(dialog.sorting.labels) == 4
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    written = (folder / "labels.csv").read_text(encoding="utf-8")
    assert written == "file,class\np0.png,red fox\np1.png,owl\np2.png,owl\np3.png,red fox\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "labels.csv"])
    dataset = window.document.dataset
    assert dataset.facts.classes == ("owl", "red fox")
    assert [skipped.name for skipped in dataset.skipped] == ["p4.png", "p5.png"]


def test_that_closing_keeps_what_was_sorted(window: Any, qtbot: Any, folder: Path) -> None:
    dialog = open_dialog(window, qtbot, folder)
    name_classes(dialog, qtbot)
    assert not dialog.use.isEnabled()
    assert dialog.problem.text() == "Sort at least two pictures into each of two classes."
    dialog.put(0)
    dialog.reject()
    assert (folder / "labels.csv").read_text(encoding="utf-8") == "file,class\np0.png,red fox\n"


def test_that_a_half_sorted_folder_is_gone_on_with_where_it_was_left(
    window: Any, qtbot: Any, folder: Path
) -> None:
    first = open_dialog(window, qtbot, folder)
    name_classes(first, qtbot)
    first.put(0)
    first.put(0)
    first.reject()
    qtbot.waitUntil(lambda: window.findChild(SortDialog) is None)
    dialog = open_dialog(window, qtbot, folder)  # with one class it would be nothing to learn from
    assert dialog.says.text() == "p2.png: not sorted yet\n2 of 6 sorted"
    assert dialog.sorting.classes == ("red fox",)
    qtbot.keyClicks(dialog.name, "owl")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    for _ in range(2):
        dialog.put(1)
    dialog.use.click()
    qtbot.waitUntil(lambda: window.findChild(SortDialog) is None)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert sorted(path.name for path in folder.glob("*.csv")) == ["labels.csv"]  # no second one
    page = window.page("data")
    window.show_step("data")
    assert page.add_pictures.text() == "Sort the rest…"
    page.add_pictures.click()
    rest = window.findChild(SortDialog)
    assert rest.says.text() == "p4.png: not sorted yet\n4 of 6 sorted"
    before = window.document.dataset
    rest.put(1)
    rest.put(1)
    rest.use.click()
    qtbot.waitUntil(lambda: window.document.dataset not in (None, before), timeout=20_000)
    assert window.document.dataset.class_counts == (4, 2)
    assert not page.add_pictures.isVisible()


def test_that_a_table_which_somebody_changed_is_not_gone_on_with(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,class\np0.png,fox\n", encoding="utf-8")
    assert Sorting.of(folder).table == folder / "labels.csv"
    assert Sorting.of(folder).unfinished
    for text in (
        "file,class\np0.png,fox,red\n", "name,class\np0.png,fox\n", "file,class\ngone.png,fox\n",
        "file,class\np1.png,fox\np0.png,fox\n", "file,class\n" + "x" * 140_000 + ",a\n", "",
    ):  # fmt: skip
        (folder / "labels.csv").write_text(text, encoding="utf-8")
        assert Sorting.of(folder).table is None


def test_that_labels_of_a_read_only_folder_are_saved_elsewhere(
    window: Any, answers: Any, qtbot: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sort_dialog, "may_write", lambda _: False)
    answers.save_to = tmp_path / "elsewhere.csv"
    dialog = open_dialog(window, qtbot, folder)
    name_classes(dialog, qtbot)
    for number in (0, 0, 1, 1, 1, 0):
        dialog.put(number)
    dialog.use.click()
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert answers.proposed == ["photos labels.csv"]
    assert not (folder / "labels.csv").exists()
    assert window.document.dataset.class_counts == (3, 3)
    assert window.document.project.dataset.options["folder"] == str(folder)


def test_that_a_file_of_the_users_is_never_replaced(folder: Path) -> None:
    (folder / "labels.csv").write_text("mine", encoding="utf-8")
    assert labels_file(folder) == folder / "labels 2.csv"


def test_that_after_the_last_picture_the_first_unsorted_comes(folder: Path) -> None:
    sorting = Sorting.of(folder).with_class(" a  b ").with_class("c").with_class("c")
    assert sorting.classes == ("a b", "c")
    done = sorting.with_label("p0.png", "c").with_label("p2.png", "c")
    assert [done.next_unsorted(place) for place in (0, 1, 5)] == [1, 3, 1]
