"""Labels of rows, texts, and pictures with several labels or numbers, corrected in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from studio.data.label_files import NAME
from studio.engine.events import Evaluation, Prediction
from studio.ui.labelling.dialogs import LabelsDialog, NumbersDialog
from studio.ui.labelling.sample_dialog import SampleDialog
from studio.ui.results_step.mistake_card import MistakeCard
from studio.ui.results_step.samples import MeasuredSamples
from studio.ui.use_step.dice import Dice
from studio.ui.use_step.drawn_label import DrawnLabel
from studio.ui.use_step.random_sample import RandomSample
from studio.ui.use_step.uses import Uses
from tests.data.test_labelled_pictures import pictures, table
from tests.data.test_relabelled_kinds import write_flowers, write_letters


def opened(window: Any, qtbot: QtBot, path: Path) -> Any:
    window.files.new_from(str(path))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.document.checking_pictures, timeout=20_000)
    return window.page("data")


def target(window: Any, qtbot: QtBot, page: Any, name: str) -> None:
    page._edits.set_target(name)
    qtbot.waitUntil(
        lambda: window.document.dataset is not None and window.document.dataset.facts.target == name,
        timeout=20_000,
    )


def labelled(folder: Path, head: str, told: list[str]) -> Path:
    pictures(folder, 0)
    for i in range(len(told)):
        Image.new("RGB", (16, 12), (9 * i, 10, 200 - 9 * i)).save(folder / f"p{i:02}.png")
    names = sorted(path.name for path in folder.glob("*.png"))
    return table(folder / "labels.csv", head, [f"{n},{t}" for n, t in zip(names, told, strict=True)])


# -- rows -----------------------------------------------------------------------------------------------


@pytest.fixture
def flowers(window: Any, qtbot: QtBot, tmp_path: Path) -> Any:
    page = opened(window, qtbot, write_flowers(tmp_path / "flowers.csv"))
    target(window, qtbot, page, "species")
    return page


def test_that_the_class_of_rows_is_corrected_by_a_key_kept_and_undone(
    window: Any, flowers: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    grid, document = flowers.samples.table, window.document
    before = document.project.dataset.facts.fingerprint
    grid.view.selectRow(4)
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000) as kept:
        qtbot.keyClick(grid.view, Qt.Key.Key_1)
    assert kept.args == [f"Your labels are kept in “flowers.{NAME}” beside the data."]
    cell = grid.model().index(4, 2)
    assert cell.data() == "rose"
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == ("<p>rose (changed by you; the data say “tulip”)</p>")
    assert cell.data(Qt.ItemDataRole.BackgroundRole) is not None
    assert grid.model().index(6, 2).data() == "tulip"
    assert document.undo_stack.undoText() == "Change a label to “rose”"
    assert document.dataset.class_counts == (21, 19)
    assert document.project.dataset.facts.fingerprint != before
    assert [index.row() for index in grid.view.selectionModel().selectedRows()] == [4]
    assert flowers._notes.text().startswith("1 label was changed by you.")
    assert (tmp_path / f"flowers.{NAME}").read_text().startswith("sample,label,content,column\nrow 6 ")
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000):
        document.undo_stack.undo()
    assert cell.data() == "tulip"
    assert document.project.dataset.facts.fingerprint == before


def test_that_rows_are_taken_back_by_the_button(window: Any, flowers: Any, qtbot: QtBot) -> None:
    grid, document = flowers.samples.table, window.document
    assert grid.take_back.isHidden()
    grid.view.selectRow(4)
    qtbot.keyClick(grid.view, Qt.Key.Key_1)
    grid.view.selectRow(6)
    qtbot.keyClick(grid.view, Qt.Key.Key_1)
    assert document.dataset.relabelled.tolist() == [4, 6]
    assert not grid.take_back.isHidden()
    grid.take_back.click()
    assert document.dataset.relabelled.tolist() == [4]
    grid.view.clearSelection()
    grid.take_back.click()
    assert document.dataset.relabelled.tolist() == []
    assert grid.take_back.isHidden()


def test_that_a_new_class_of_rows_makes_a_network_for_it(window: Any, flowers: Any, qtbot: QtBot) -> None:
    grid, document = flowers.samples.table, window.document
    grid.view.selectRow(5)
    dialog = window.files.relabelling.ask(document.dataset, flowers.row_labels.samples(), flowers)
    assert isinstance(dialog, QInputDialog)
    assert dialog.labelText() == "What is it really? A new name makes a new class."
    dialog.setTextValue("lily")
    dialog.accept()
    assert document.project.dataset.facts.classes == ("rose", "tulip", "lily")
    assert not [p for p in document.problems if p.severity == "error"]


def test_that_the_number_of_a_row_is_typed_and_what_is_none_is_said(
    window: Any, flowers: Any, qtbot: QtBot
) -> None:
    target(window, qtbot, flowers, "price")
    grid, document = flowers.samples.table, window.document
    grid.view.selectRow(2)
    qtbot.keyClick(grid.view, Qt.Key.Key_7)
    dialog = grid.view.findChild(NumbersDialog)
    (field,) = dialog.fields
    assert field.text() == "7"
    qtbot.keyClicks(field, "x")
    dialog.accept()
    assert dialog.problem.text() == "“7x” is no number."
    field.setText("7,25")
    dialog.accept()
    assert document.dataset.label_of(2) == "7.25"
    assert grid.model().index(2, 3).data() == "7.25"
    assert document.undo_stack.undoText() == "Change a label to “7.25”"


def test_that_a_row_that_is_not_learnt_from_cannot_be_corrected(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(window, qtbot, write_flowers(tmp_path / "flowers.csv", ("1,2,,3",)))
    target(window, qtbot, page, "species")
    view = page.samples.table.view
    view.selectRow(0)
    assert page.row_labels.samples() == []
    with qtbot.waitSignal(window.files.relabelling.said) as said:
        view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
    assert said.args == ["Nothing is learnt from this, so there is no label to correct: it has none."]
    page.samples.table.view.selectRow(1)
    assert page.row_labels.samples() == [0]


def test_that_a_mistake_among_rows_is_corrected_where_results_show_it(
    window: Any, flowers: Any, qtbot: QtBot
) -> None:
    document = window.document
    samples = MeasuredSamples(document, window, window.files.relabelling)
    samples.follow(document.project)
    card = MistakeCard(samples, lambda true, predicted: "")
    qtbot.addWidget(card)
    worst = ((4, 1, 0, 0.9), (6, 1, 0, 0.8))
    confusion = np.array([[18, 0], [2, 20]])
    evaluation = Evaluation({}, "test", 40, ("rose", "tulip"), confusion, worst=worst)
    card.show_evaluation(evaluation, document.project)
    rows = card.rows.table
    assert [rows.item(i, 1).text() for i in range(2)] == ["tulip", "tulip"]
    rows.selectRow(0)
    qtbot.keyClick(rows, Qt.Key.Key_1)
    assert document.dataset.relabelled.tolist() == [4]
    assert [rows.item(i, 1).text() for i in range(2)] == ["tulip, now rose", "tulip"]
    assert rows.currentRow() == 0
    document.undo_stack.undo()
    assert rows.item(0, 1).text() == "tulip"
    of_more_rows = replace(evaluation, worst=((296, 1, 0, 0.9),))  # while other data are being opened
    card.show_evaluation(of_more_rows, document.project)
    assert rows.item(0, 1).text() == "tulip"
    samples.stop()


def test_that_the_label_of_a_drawn_row_is_corrected_where_the_network_answers(
    window: Any, flowers: Any, qtbot: QtBot
) -> None:
    document, relabelling = window.document, window.files.relabelling
    uses, dice = Uses(window.files.dialogs, window), Dice(document, window)
    DrawnLabel(document, relabelling, dice, uses, window)
    use = uses.row_use()
    qtbot.addWidget(use)
    use.set_preprocessing(document.dataset.fitted())
    answer = Prediction("row", "rose", {"rose": 0.9, "tulip": 0.1})
    use.show_prediction(answer)
    assert use.answer.correct.isHidden()
    dice.drawn.emit(RandomSample("row 6", "tulip", 4, row=document.dataset.row(4)))
    use.fill(document.dataset.row(4), "tulip")
    use.show_prediction(answer)
    assert use.answer._sure.text().endswith("In truth it is “tulip”.")
    assert not use.answer.correct.isHidden()
    relabelling.set_label(document.dataset, [4], "rose")
    assert document.dataset.label_of(4) == "rose"
    assert use.answer._sure.text().endswith("In truth it is “rose”. ✓")
    document.undo_stack.undo()
    assert use.answer._sure.text().endswith("In truth it is “tulip”.")


# -- texts ----------------------------------------------------------------------------------------------


def test_that_a_text_is_corrected_in_the_list_and_in_large(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, write_letters(tmp_path / "letters.csv"))
    grid, document = page.samples.texts, window.document
    index = grid.model.index(3)
    sample = grid.model.sample_at(3)
    was = document.dataset.label_of(sample)
    key, other = (Qt.Key.Key_2, "good") if was == "bad" else (Qt.Key.Key_1, "bad")
    grid.view.setCurrentIndex(index)
    qtbot.keyClick(grid.view, key)
    assert document.dataset.label_of(sample) == other
    assert index.data(Qt.ItemDataRole.UserRole) == f"{other} (changed by you; the data say “{was}”)"
    assert [i.row() for i in grid.view.selectionModel().selectedIndexes()] == [3]
    assert not grid.take_back.isHidden()
    qtbot.keyClick(grid.view, Qt.Key.Key_Return)
    dialog = grid.findChild(SampleDialog)
    assert dialog.large.toPlainText() == document.dataset.text(sample)
    assert f": {other} (the data say “{was}”)" in dialog.says.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    following = grid.model.sample_at(4)
    assert dialog.large.toPlainText() == document.dataset.text(following)
    dialog.reject()
    grid.take_back.click()
    assert document.dataset.label_of(sample) == was


# -- pictures with several labels, or numbers -------------------------------------------------------------


def test_that_labels_of_a_picture_are_put_and_taken_by_keys_and_ticks(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    tags = ["cat;dog", "cat", "dog", "bird", "bird;cat", "dog;cat"] * 3
    page = opened(window, qtbot, labelled(tmp_path / "pictures", "file,tags", tags).parent)
    grid, document = page.samples.pictures, window.document
    relabelling = window.files.relabelling
    assert document.dataset.facts.learns == "labels"
    assert document.dataset.label_of(0) == "cat, dog"
    (row,) = grid.model.rows_of([0])
    grid.view.setCurrentIndex(grid.model.index(row))
    qtbot.keyClick(grid.view, Qt.Key.Key_1)
    assert document.dataset.label_of(0) == "bird, cat, dog"
    qtbot.keyClick(grid.view, Qt.Key.Key_2)
    assert document.dataset.label_of(0) == "bird, dog"
    texts = [a.text() for a in relabelling.menu(document.dataset, [0], page).actions()]
    assert texts == [
        "It is really …", "bird\t1", "cat\t2", "dog\t3", "", "Several labels…\tF2",
        "Take back: it was “cat, dog”",
    ]  # fmt: skip
    dialog = relabelling.ask(document.dataset, [0, 1], page)
    assert isinstance(dialog, LabelsDialog)
    states = [dialog.list.item(i).checkState() for i in range(3)]
    partly = Qt.CheckState.PartiallyChecked
    assert states == [partly, partly, partly]
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    dialog.new.setText(" fox ")
    dialog.accept()
    assert [document.dataset.label_of(i) for i in (0, 1)] == ["dog, fox", "cat, fox"]
    assert document.project.dataset.facts.classes == ("bird", "cat", "dog", "fox")
    document.undo_stack.undo()
    assert [document.dataset.label_of(i) for i in (0, 1)] == ["bird, dog", "cat"]


def test_that_the_number_of_a_picture_is_corrected(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    told = [f"{i * 1.5},{i * 3.25 + 1}" for i in range(18)]
    page = opened(window, qtbot, labelled(tmp_path / "pictures", "file,x,y", told).parent)
    document = window.document
    assert document.dataset.facts.learns == "numbers"
    dialog = window.files.relabelling.ask(document.dataset, [2], page)
    assert isinstance(dialog, NumbersDialog)
    assert [field.text() for field in dialog.fields] == ["3", "7.5"]
    dialog.fields[0].setText("")
    dialog.accept()
    assert dialog.problem.text() == "A number is missing."
    dialog.fields[0].setText("100,5")
    dialog.accept()
    assert document.dataset.label_of(2) == "x 100.5, y 7.5"
    texts = [a.text() for a in window.files.relabelling.menu(document.dataset, [2], page).actions()]
    assert texts == ["It is really …", "Another number…\tF2", "Take back: it was “x 3, y 7.5”"]
