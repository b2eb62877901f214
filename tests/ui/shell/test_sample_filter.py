"""Filters on the Data page: combined, counted, cleared, remembered, by keys, beside the window."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.data import sifting
from studio.data.health.finding import Finding
from studio.data.sifting import ANY_PROBLEM, Wanted
from studio.ui.data_step import sample_filter
from studio.ui.data_step.picture_grid import PictureGrid
from tests.ui.shell.choosing import choose
from tests.ui.shell.test_picture_grid import Many


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[PictureGrid]:
    made = PictureGrid()
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    qtbot.waitExposed(made)
    made.show_dataset(Many(1200))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: made.filter.label.count() > 0, timeout=10_000)
    yield made
    made.stop()


def entries(box: Any) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


def test_that_choices_tell_their_counts_and_combine(grid: PictureGrid, qtbot: QtBot) -> None:
    one = grid.filter
    assert entries(one.label) == ["All classes", "cat (400)", "dog (400)", "cow (400)"]
    assert entries(one.part) == ["All parts", "Training (600)", "Validation (300)", "Test (300)"]
    assert one.problem.isHidden()
    assert one.clear.isHidden()
    choose(one.label, "dog", qtbot)
    choose(one.part, "validation", qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 100, timeout=10_000)
    assert all(i % 3 == 1 and i % 4 == 1 for i in grid.model.shown())
    assert grid._count.text() == "100 of 1,200 pictures"
    assert entries(one.label) == ["All classes", "cat (100)", "dog (100)", "cow (100)"]
    assert entries(one.part) == ["All parts", "Training (200)", "Validation (100)", "Test (100)"]
    assert one.part.currentText() == "Validation (100)"
    qtbot.mouseClick(one.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 1200, timeout=10_000)
    assert (one.label.currentText(), one.part.currentText()) == ("All classes", "All parts")
    assert one.clear.isHidden()


def test_that_problems_come_when_they_are_known(grid: PictureGrid, qtbot: QtBot) -> None:
    one = grid.filter
    one.show_findings((Finding("duplicates", "note", "…", (9, 4, 2)), Finding("empty-class", "warning", "…")))
    choose(one.problem, ANY_PROBLEM, qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 3, timeout=10_000)
    assert entries(one.problem) == [
        "Fine or not", "With a problem (3)", "Without a problem (1,197)", "There twice (3)",
    ]  # fmt: skip
    choose(one.problem, "duplicates", qtbot)
    qtbot.waitUntil(lambda: grid.model.shown() == [9, 4, 2], timeout=10_000)
    choose(one.label, "dog", qtbot)
    qtbot.waitUntil(lambda: grid.model.shown() == [4], timeout=10_000)
    one.show_findings(())
    qtbot.waitUntil(lambda: grid.model.rowCount() == 400, timeout=10_000)
    assert one.wanted == Wanted("dog")


def test_that_nothing_left_is_said_and_one_click_leads_back(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.filter.show_findings((Finding("duplicates", "note", "…", (4,)),))
    grid.filter.choose(Wanted("cat", problem="duplicates"))
    qtbot.waitUntil(lambda: grid.model.rowCount() == 0, timeout=10_000)
    assert grid._count.text() == "No picture is all of this at once."
    qtbot.mouseClick(grid.filter.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: grid._count.text() == "1,200 pictures", timeout=10_000)


def test_that_the_window_does_not_wait_for_a_slow_look(
    grid: PictureGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, where = threading.Event(), []

    def slowly(*args: Any) -> sifting.Sifted:
        where.append(threading.current_thread() is threading.main_thread())
        assert may.wait(20)
        return sifting.sift(*args)

    monkeypatch.setattr(sample_filter, "sift", slowly)
    choose(grid.filter.label, "dog", qtbot)
    assert grid.model.rowCount() == 1200  # as it was, until the answer is there
    choose(grid.filter.label, "cow", qtbot)
    may.set()
    qtbot.waitUntil(lambda: grid.model.rowCount() == 400, timeout=20_000)
    assert {i % 3 for i in grid.model.shown()} == {2}  # the first choice was overtaken
    assert not any(where)


def test_that_the_choices_are_reached_and_changed_by_keys(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.filter.label.setFocus()
    qtbot.keyClick(grid.filter.label, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 400, timeout=10_000)
    assert grid.filter.label.currentText() == "cat (400)"
    qtbot.keyClick(grid.filter.label, Qt.Key.Key_Tab)
    assert grid.filter.part.hasFocus()
    qtbot.keyClick(grid.filter.part, Qt.Key.Key_Tab)
    assert grid.filter.clear.hasFocus()
    qtbot.keyClick(grid.filter.clear, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 1200, timeout=10_000)


def table(path: Path) -> Path:
    lines = [f"{i},{i % 7 + i * 0.25},{'ab'[i % 2]}" for i in range(80)]
    lines[5] = "5,-4000.5,b"
    path.write_text("\n".join(["nr,mass,kind", *lines, "81,3.5,"]) + "\n", encoding="utf-8")
    return path


def opened(window: Any, qtbot: QtBot, location: str) -> Any:
    window.files.new_from(location)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    page = window.page("data")
    qtbot.waitUntil(lambda: page.health._all is not None, timeout=20_000)
    return page


def test_that_rows_are_filtered_beside_the_search_and_the_order(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(window, qtbot, str(table(tmp_path / "t.csv")))
    grid, rows = page.samples.table, page.samples.table.model()
    assert rows.rowCount() == 81  # the row without an answer is shown, too
    choose(grid.filter.label, "a", qtbot)
    qtbot.waitUntil(lambda: rows.rowCount() == 40, timeout=10_000)
    assert {rows.index(i, 2).data() for i in range(40)} == {"a"}
    grid._on_sort(0)
    grid._on_sort(0)
    qtbot.waitUntil(lambda: rows.index(0, 0).data() == "78", timeout=10_000)
    assert rows.rowCount() == 40
    grid.filter_text.setText("7")
    qtbot.waitUntil(lambda: rows.rowCount() < 40, timeout=10_000)
    assert {rows.index(i, 2).data() for i in range(rows.rowCount())} == {"a"}
    qtbot.mouseClick(grid.filter.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "b" in {rows.index(i, 2).data() for i in range(rows.rowCount())}, timeout=10_000)
    assert all("7" in "".join(rows.index(i, c).data() for c in range(2)) for i in range(rows.rowCount()))


def test_that_a_choice_is_remembered_until_the_project_is_closed(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "films.jsonl"
    said = [{"text": f"film {i} was good", "mood": "up" if i % 3 else "down"} for i in range(30)]
    path.write_text("\n".join(map(json.dumps, said)), encoding="utf-8")
    page = opened(window, qtbot, str(path))
    grid = page.samples.texts
    choose(grid.filter.label, "down", qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 10, timeout=10_000)
    splits = replace(window.document.project.dataset.splits, seed=5)
    before = window.document.dataset
    page._edits.set_splits(splits, True)
    qtbot.waitUntil(lambda: window.document.dataset not in (None, before), timeout=10_000)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 10, timeout=10_000)
    assert grid.filter.wanted == Wanted("down")
    window.document.undo_stack.setClean()
    opened(window, qtbot, str(path))
    qtbot.waitUntil(lambda: grid.model.rowCount() == 30, timeout=10_000)
    assert grid.filter.wanted is None
