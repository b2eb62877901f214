"""A table on the Data page: figures above its columns, order, filter, problem cells, the column editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.core.project import Column
from studio.ui.data_step.column_editor import ColumnEditor
from studio.ui.forms.editor import wrapped


def shop(folder: Path) -> Path:
    path = folder / "shop.csv"
    rows = ["when,price,member,sensor,town,rating"]
    for i in range(60):
        price = "" if i in (3, 41) else f"{(i * 7 % 60) + 0.5} €"
        sensor = "-999" if i % 20 == 7 else f"{10 + i % 9}.5"
        rows.append(
            f"{i % 28 + 1:02}.04.2021,{price},{('ja', 'nein')[i % 2]},{sensor},t{i % 4},{'ab'[i % 3 % 2]}"
        )
    path.write_text("\n".join(rows), "utf-8")
    return path


def opened(window: Any, qtbot: QtBot, path: Path) -> Any:
    window.files.new_from(str(path))
    document = window.document
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=10_000)
    page = window.page("data")
    grid = page.samples.table
    count = len(document.project.dataset.columns)
    qtbot.waitUntil(lambda: len(grid.header.summaries) == count and grid._gaps is not None, timeout=10_000)
    return page


def shown(grid: Any, column: int, rows: int) -> list[str]:
    return [grid.model().index(row, column).data() for row in range(rows)]


def select(page: Any, *names: str) -> None:
    page.columns.table.clearSelection()
    mode = page.columns.table.selectionModel().SelectionFlag
    for row, column in enumerate(page.columns.model.columns):
        if column.name in names:
            index = page.columns.model.index(row, 0)
            page.columns.table.selectionModel().select(index, mode.Select | mode.Rows)


def column(window: Any, name: str) -> Column:
    return next(c for c in window.document.project.dataset.columns if c.name == name)


def test_that_the_head_of_a_column_tells_its_figures(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    header = page.samples.table.header
    lines = header.words(1).splitlines()
    assert lines[:3] == ["price", "number", "smallest: 0.5"]
    assert "2 of 60 empty" in lines
    assert "ja: 30" not in header.words(2).splitlines()
    assert "yes: 30" in header.words(2).splitlines()


def test_that_a_click_sorts_up_down_and_not_at_all(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    grid = page.samples.table
    grid.header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: shown(grid, 1, 2) == ["0.5 €", "1.5 €"])
    grid.header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: shown(grid, 1, 2) == ["59.5 €", "58.5 €"])
    assert shown(grid, 1, 60)[-2:] == ["", ""]
    grid.header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: shown(grid, 1, 2) == ["0.5 €", "7.5 €"])


def test_that_rows_are_found_by_text(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    grid = page.samples.table
    box = window.findChild(QLineEdit, "tableFilter")
    qtbot.keyClicks(box, "T3")
    qtbot.waitUntil(lambda: grid.model().rowCount() == 15)
    assert set(shown(grid, 4, 15)) == {"t3"}
    qtbot.waitUntil(lambda: "15 of 60 rows" in window.findChild(QLabel, "problemCells").text())
    box.clear()
    qtbot.waitUntil(lambda: grid.model().rowCount() == 60)


def test_that_every_problem_cell_is_one_click_away(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    grid = page.samples.table
    assert window.findChild(QLabel, "problemCells").text() == "2 problem cells"
    places = []
    for _ in range(3):
        qtbot.mouseClick(window.findChild(QPushButton, "nextProblem"), Qt.MouseButton.LeftButton)
        places.append((grid.view.currentIndex().row(), grid.view.currentIndex().column()))
    assert places == [(3, 1), (41, 1), (3, 1)]
    qtbot.mouseClick(window.findChild(QPushButton, "previousProblem"), Qt.MouseButton.LeftButton)
    assert grid.view.currentIndex().row() == 41
    assert grid.model().index(3, 1).data(Qt.ItemDataRole.BackgroundRole) is not None
    assert grid.model().index(4, 1).data(Qt.ItemDataRole.BackgroundRole) is None


def test_that_the_evidence_is_shown_and_proposals_are_one_click(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    select(page, "when")
    evidence = window.findChild(QLabel, "columnEvidence")
    assert evidence.text() == "60 of 60 cells are dates like 01.04.2021."
    select(page, "sensor")
    assert evidence.text() == "60 of 60 cells are numbers. -999 may stand for an empty cell."
    button = page.columns.details.proposals.itemAt(0).widget()
    assert button.text() == "Count -999 as empty"
    button.click()
    assert column(window, "sensor").missing_codes == ("-999",)
    qtbot.waitUntil(lambda: window.document.dataset is not None and not window.document.opening_dataset)
    assert "3 empty cells in “sensor” get the mean of the training rows." in window.document.dataset.notes
    window.document.undo_stack.undo()
    assert column(window, "sensor").missing_codes == ()


def test_that_filling_shows_what_it_does_and_is_undone(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    select(page, "price")
    box = window.findChild(QComboBox, "columnMissing")
    told = window.findChild(QLabel, "columnMissingWords")
    qtbot.waitUntil(lambda: bool(told.text()), timeout=10_000)
    dataset = window.document.dataset
    train = dataset.numbers("price")[dataset.split().train]
    mean, median = np.nanmean(train), np.nanmedian(train)
    assert [box.itemText(i) for i in range(2)] == [f"mean ({mean:.4g} €)", f"median ({median:g} €)"]
    assert box.itemText(3) == "leave out the row"
    assert told.text() == f"2 empty cells get {mean:.4g} €, the mean of the training rows."
    assert box.itemData(3, Qt.ItemDataRole.ToolTipRole) == wrapped(
        "The 2 rows with an empty cell are left out: 58 rows remain."
    )
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert column(window, "price").missing == "median"
    tick = window.findChild(QCheckBox, "columnMissingInput")
    tick.click()
    assert column(window, "price").missing_input
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert column(window, "price") == Column("price", "number", unit="€")


def test_that_a_column_is_shown_before_and_after_with_other_rows_at_a_click(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    select(page, "price")
    examples = page.columns.details.examples
    qtbot.waitUntil(lambda: len(examples.shown) == 4, timeout=10_000)
    first = examples.shown
    assert first[0] == ("(empty)", "→ 0")
    assert all(cell.endswith(" €") for cell, _ in first[1:])
    qtbot.mouseClick(examples.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: examples.shown not in ([], first), timeout=10_000)
    select(page, "rating")  # the target: nothing is made of it
    assert examples.isHidden()


def test_that_many_columns_are_ignored_at_once(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window, qtbot, shop(tmp_path))
    select(page, "when", "town", "rating")
    page.columns.ignore.click()
    roles = {c.name: c.role for c in window.document.project.dataset.columns}
    assert roles == {
        "when": "ignore", "price": "feature", "member": "feature", "sensor": "feature", "town": "ignore",
        "rating": "target",
    }  # fmt: skip


def test_that_a_thousand_columns_are_searched(qtbot: QtBot) -> None:
    editor = ColumnEditor()
    qtbot.addWidget(editor)
    told: list[Any] = []
    editor.columns_changed.connect(told.append)
    editor.show_columns(
        tuple(Column(f"gene {i}", "number", "target" if i == 7 else "feature") for i in range(1000))
    )
    editor.search.setText("gene 99")
    editor.table.selectAll()
    assert [editor.model.columns[row].name for row in editor.selected] == ["gene 99"] + [
        f"gene 99{i}" for i in range(10)
    ]
    editor.ignore.click()
    assert sum(c.role == "ignore" for c in told[0]) == 11
