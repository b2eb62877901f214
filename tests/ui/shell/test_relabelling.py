"""Labels corrected in the window: by mouse and keys, undone, kept beside the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from studio.data.label_files import NAME
from studio.data.sifting import CHANGED
from studio.ui.labelling.sample_dialog import SampleDialog
from tests.ui.shell.choosing import choose as choose_entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(1)
    root = tmp_path / "pets"
    for name in ("cat", "dog"):
        (root / name).mkdir(parents=True)
        for i in range(12):
            Image.fromarray(random.integers(0, 256, (24, 24, 3), np.uint8)).save(root / name / f"{i:02}.png")
    return root


@pytest.fixture
def page(window: Any, qtbot: QtBot, folder: Path) -> Any:
    window.files.new_from(str(folder))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.document.checking_pictures, timeout=20_000)
    return window.page("data")


def choose(page: Any, *names: str) -> list[int]:
    """Selects the pictures of these names in the grid."""
    dataset, grid = page._document.dataset, page.samples.pictures
    samples = [i for i in range(len(dataset)) if dataset.name_of(i) in names]
    select = QItemSelectionModel.SelectionFlag
    grid.view.selectionModel().clear()
    for row in grid.model.rows_of(samples):
        grid.view.selectionModel().setCurrentIndex(grid.model.index(row), select.Select)
    return samples


def test_that_a_key_corrects_labels_which_are_kept_beside_and_undone(
    window: Any, page: Any, qtbot: QtBot, folder: Path
) -> None:
    grid = page.samples.pictures
    chosen = choose(page, "cat/03.png", "cat/05.png")
    before = window.document.project.dataset.facts.fingerprint
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000) as kept:
        qtbot.keyClick(grid.view, Qt.Key.Key_2)
    assert kept.args == [f"Your labels are kept in “{NAME}” beside the data."]
    dataset = window.document.dataset
    assert [dataset.label_of(i) for i in chosen] == ["dog", "dog"]
    assert window.document.undo_stack.undoText() == "Change 2 labels to “dog”"
    assert window.document.project.dataset.facts.fingerprint != before
    lines = (folder / NAME).read_text().splitlines()
    assert [line.rpartition(",")[0] for line in lines[1:]] == ["cat/03.png,dog", "cat/05.png,dog"]
    assert all(len(line.rpartition(",")[2]) == 16 for line in lines[1:])
    classes = grid.filter.label
    qtbot.waitUntil(lambda: classes.itemText(1) == "Changed labels (2)", timeout=20_000)
    assert sorted(page.labels.samples()) == chosen
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000):
        window.document.undo_stack.undo()
    assert window.document.dataset.class_counts == (12, 12)
    assert (folder / NAME).read_text() == "file,class,content\n"
    assert window.document.project.dataset.facts.fingerprint == before
    qtbot.waitUntil(lambda: classes.itemText(1) == "cat (12)", timeout=20_000)


def test_that_the_menu_offers_the_classes_and_the_way_back(window: Any, page: Any) -> None:
    relabelling = window.files.relabelling
    chosen = choose(page, "cat/03.png")
    menu = relabelling.menu(window.document.dataset, chosen, page)
    assert [a.text() for a in menu.actions()] == [
        "It is really …",
        "cat\t1",
        "dog\t2",
        "",
        "Another class…\tF2",
    ]
    assert menu.actions()[1].isChecked()
    menu.actions()[2].trigger()
    menu = relabelling.menu(window.document.dataset, chosen, page)
    assert menu.actions()[-1].text() == "Take back: it was “cat”"
    menu.actions()[-1].trigger()
    assert window.document.project.dataset.relabelled == ()
    assert window.document.undo_stack.undoText() == "Take a label back"


def test_that_a_typed_class_is_a_new_one_and_the_network_follows(
    window: Any, page: Any, qtbot: QtBot
) -> None:
    chosen = choose(page, "cat/03.png", "dog/05.png")
    dialog = window.files.relabelling.ask(window.document.dataset, chosen, page)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("  red   fox ")
    dialog.accept()
    facts = window.document.project.dataset.facts
    assert facts.classes == ("cat", "dog", "red fox")
    assert not [p for p in window.document.problems if p.severity == "error"]
    assert page.balance.isVisibleTo(page) or window.document.dataset.class_counts == (11, 11, 2)


def test_that_changed_labels_are_shown_and_taken_back(window: Any, page: Any, qtbot: QtBot) -> None:
    grid = page.samples.pictures
    chosen = choose(page, "cat/03.png", "cat/04.png")
    qtbot.keyClick(grid.view, Qt.Key.Key_2)
    choose_entry(grid.filter.label, CHANGED, qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 2, timeout=20_000)
    told = grid.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert told.startswith("<p>dog (changed by you; the data say “cat”)<br>cat/0")
    assert page._notes.text().startswith("2 labels were changed by you.")
    grid.view.selectionModel().clear()
    grid.take_back.click()
    assert [window.document.dataset.label_of(i) for i in chosen] == ["cat", "cat"]
    qtbot.waitUntil(lambda: grid.model.rowCount() == 24, timeout=20_000)
    assert grid.filter.wanted is None


def test_that_a_picture_is_seen_in_large_and_corrected_there(window: Any, page: Any, qtbot: QtBot) -> None:
    grid = page.samples.pictures
    choose(page, "cat/03.png")
    qtbot.keyClick(grid.view, Qt.Key.Key_Return)
    dialog = grid.findChild(SampleDialog)
    qtbot.waitUntil(lambda: not dialog.large.whole.isNull(), timeout=20_000)
    place = dialog.place + 1
    assert dialog.says.text() == f"cat/03.png: cat\n{place} of 24"
    qtbot.keyClick(dialog, Qt.Key.Key_2)
    assert dialog.says.text() == f"cat/03.png: dog (the data say “cat”)\n{place} of 24"
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert f"\n{place % 24 + 1} of 24" in dialog.says.text()
    dialog.reject()


def test_that_labels_changed_by_another_project_count_here_too(
    window: Any, page: Any, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    project = window.document.project
    (folder / NAME).write_text("file,class\ncat/00.png,dog\n")
    window.document.open_project(project, None)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.dataset.class_counts == (11, 13)
    assert [one.sample for one in window.document.project.dataset.relabelled] == ["cat/00.png"]
    assert not window.document.modified


def test_that_a_frame_drawn_over_the_grid_selects_what_it_touches(page: Any, qtbot: QtBot) -> None:
    view = page.samples.pictures.view
    view.resize(420, 300)  # four in a row
    assert view.columns() == 4
    corner = view.visualRect(view.model().index(1, 0)).center()
    end = view.visualRect(view.model().index(6, 0)).center()
    view.setSelection(QRect(corner, end), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert sorted(i.row() for i in view.selectionModel().selectedIndexes()) == [1, 2, 5, 6]
    view.setSelection(QRect(QPoint(0, 0), QPoint(5000, 0)), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert sorted(i.row() for i in view.selectionModel().selectedIndexes()) == [0, 1, 2, 3]


def test_that_a_digit_means_the_class_of_that_name(window: Any, qtbot: QtBot) -> None:
    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    page = window.page("data")
    grid = page.samples.pictures
    grid.view.setCurrentIndex(grid.model.index(0))
    sample = grid.model.sample_at(0)
    wanted = "3" if window.document.dataset.label_of(sample) != "3" else "4"
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000) as kept:
        qtbot.keyClick(grid.view, wanted)
    assert window.document.dataset.label_of(sample) == wanted
    assert kept.args[0].startswith("Your labels are kept in Lantern’s own folder, because")
    with qtbot.waitSignal(window.files.relabelling.kept, timeout=20_000):
        window.document.undo_stack.undo()


def test_that_a_mistake_is_corrected_where_results_show_it(window: Any, page: Any, qtbot: QtBot) -> None:
    from studio.ui.results_step.mistakes import Mistakes
    from studio.ui.results_step.samples import MeasuredSamples

    document = window.document
    samples = MeasuredSamples(document, window, window.files.relabelling)
    samples.follow(document.project)
    shown = Mistakes(window)
    shown.follow_labels(samples)

    def show() -> None:
        mistakes = [(2, 0, 1, 0.9), (3, 0, 1, 0.8)]
        classes, dataset = ("cat", "dog"), samples.dataset
        assert dataset is not None
        shown.show_mistakes(mistakes, classes, dataset.picture, dataset.name_of, samples.now)

    samples.changed.connect(show)
    show()
    shown.setCurrentRow(0)
    qtbot.keyClick(shown, Qt.Key.Key_2)
    assert document.project.dataset.relabelled[0].sample == "cat/02.png"
    assert shown.item(0).text() == "dog (90 %)\nis cat\nnow dog"
    assert shown.item(1).text() == "dog (80 %)\nis cat"
    shown.setCurrentRow(1)
    qtbot.keyClick(shown, Qt.Key.Key_2)
    assert document.dataset.class_counts == (10, 14)
    document.undo_stack.undo()
    assert shown.item(1).text() == "dog (80 %)\nis cat"
    samples.stop()
