"""The grid of pictures: where cells are, keys, filter, what is read and what is not any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from studio.data.dataset import SplitIndices
from studio.data.pictures.decoding import PictureError
from studio.ui.data_step.grid_view import GridView
from studio.ui.data_step.picture_grid import PictureGrid
from studio.ui.workers import background
from studio.ui.workers.thumbnail_loader import ThumbnailLoader
from tests.ui.shell.choosing import choose


class Facts:
    classes = ("cat", "dog", "cow")
    multi_label = False


class Many:
    """100,000 pictures that are made, not read."""

    facts = Facts()

    def __init__(self, count: int = 100_000) -> None:
        self.labels = np.arange(count) % 3
        self.read: list[int] = []
        self.hold = threading.Event()
        self.hold.set()

    def __len__(self) -> int:
        return len(self.labels)

    def label_of(self, index: int) -> str:
        return Facts.classes[int(self.labels[index])]

    def members(self, label: int) -> np.ndarray:
        return np.flatnonzero(self.labels == label)

    def planned_split(self) -> SplitIndices:
        rows = np.arange(len(self))
        return SplitIndices(rows[::2], rows[1::4], rows[3::4])

    def name_of(self, index: int) -> str:
        return f"{index}.png"

    def picture(self, index: int) -> np.ndarray:
        self.read.append(index)
        self.hold.wait(10)
        if index % 10 == 9:
            raise PictureError("The file is damaged.")
        return np.full((8, 8, 3), index % 256, np.uint8)


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[PictureGrid]:
    made = PictureGrid()
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()


def view_of(count: int, qtbot: QtBot) -> GridView:
    view = GridView(QSize(100, 50))
    view.setModel(QStandardItemModel(count, 1, view))
    qtbot.addWidget(view)
    view.resize(350, 220)
    view.show()
    return view


def test_that_every_cell_is_where_it_is_looked_for(qtbot: QtBot) -> None:
    view = view_of(100_000, qtbot)
    assert view.columns() == 3
    bar = view.verticalScrollBar()
    assert bar.maximum() == 33_334 * 50 - view.viewport().height()
    for value in (0, 77, 1_000_000, bar.maximum()):
        bar.setValue(value)
        first, last = view.seen()
        for row in (first, last):
            rect = view.visualRect(view.model().index(row, 0))
            assert rect.intersects(view.viewport().rect())
            assert view.indexAt(rect.center()).row() == row
    assert last == 99_999
    assert not view.indexAt(QPoint(345, 10)).isValid()  # right of the last column


def test_that_keys_move_by_cell_line_and_page(qtbot: QtBot) -> None:
    view = view_of(100, qtbot)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    rows = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_Up,
                Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_Up):  # fmt: skip
        qtbot.keyClick(view, key)
        rows.append(view.currentIndex().row())
    assert rows == [1, 4, 3, 15, 12, 99, 99, 0, 0]


def test_that_the_current_cell_is_scrolled_into_sight(qtbot: QtBot) -> None:
    view = view_of(1000, qtbot)
    index = view.model().index(600, 0)
    view.setCurrentIndex(index)
    assert view.viewport().rect().contains(view.visualRect(index))
    view.setCurrentIndex(view.model().index(0, 0))
    assert view.verticalScrollBar().value() == 0


def test_that_the_sample_at_the_top_stays_when_the_width_changes(qtbot: QtBot) -> None:
    view = view_of(10_000, qtbot)
    view.verticalScrollBar().setValue(1000 * 50)
    assert view.seen()[0] == 3000
    view.resize(550, 220)
    assert view.columns() == 5
    assert view.seen()[0] == 3000


def test_that_only_what_is_in_sight_is_read(grid: PictureGrid, qtbot: QtBot) -> None:
    many = Many()
    grid.show_dataset(many)  # type: ignore[arg-type]
    assert grid.model.rowCount() == 100_000
    qtbot.waitUntil(lambda: len(grid.model._pictures) >= 12)
    qtbot.waitUntil(lambda: not (grid.model._asked or grid.model._wanted))
    assert len(many.read) < 60
    assert len(set(many.read)) == len(many.read)


def test_that_pictures_scrolled_past_are_not_read(grid: PictureGrid, qtbot: QtBot) -> None:
    many = Many()
    many.hold.clear()
    grid.show_dataset(many)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(many.read) >= 1)
    bar = grid.view.verticalScrollBar()
    for value in range(0, 200_000, 10_000):
        bar.setValue(value)
        grid.view.viewport().repaint()
    first, last = grid.view.seen()
    many.hold.set()
    qtbot.waitUntil(lambda: not (grid.model._asked or grid.model._wanted))
    shown = {
        grid.model.data(grid.model.index(row), Qt.ItemDataRole.UserRole) for row in range(first, last + 1)
    }
    stray = set(many.read) - shown
    assert len(stray) <= 8  # what the threads had in their hands, at the start and since
    assert shown <= set(many.read)


def test_that_a_class_is_filtered_without_a_look_at_each_sample(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.show_dataset(Many())  # type: ignore[arg-type]
    choose(grid.filter.label, "dog", qtbot)
    model = grid.model
    qtbot.waitUntil(lambda: model.rowCount() != 100_000)
    assert model.rowCount() == 33_333
    assert {model.data(model.index(row)) for row in range(200)} == {"dog"}
    rows = {model.data(model.index(row), Qt.ItemDataRole.UserRole) for row in range(model.rowCount())}
    assert rows == set(range(1, 100_000, 3))


def test_that_the_first_screen_shows_every_class(grid: PictureGrid) -> None:
    grid.show_dataset(Many())  # type: ignore[arg-type]
    assert {grid.model.data(grid.model.index(row)) for row in range(20)} == {"cat", "dog", "cow"}


def test_that_a_large_picture_is_kept_small(qtbot: QtBot) -> None:
    class Large(Many):
        def picture(self, index: int) -> np.ndarray:
            return np.zeros((1000, 500, 3), np.uint8)

    loader = ThumbnailLoader()
    loader.set_dataset(Large(1))
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.ask(0)
    assert (loaded.args[1].width(), loaded.args[1].height()) == (84, 168)
    loader.stop()


def test_that_an_unreadable_picture_does_not_end_the_others(qtbot: QtBot) -> None:
    loader = ThumbnailLoader()
    loader.set_dataset(Many())
    seen: dict[int, bool] = {}
    loader.loaded.connect(lambda index, image: seen.__setitem__(index, image.isNull()))
    for index in (8, 9, 10, 19, 20):
        loader.ask(index)
    qtbot.waitUntil(lambda: len(seen) == 5)
    assert seen == {8: False, 9: True, 10: False, 19: True, 20: False}
    loader.stop()


def test_that_a_drive_that_hangs_does_not_hold_the_window(
    grid: PictureGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_JOIN_S", 0.05)
    many = Many()
    many.hold.clear()
    grid.show_dataset(many)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(many.read) >= 1)
    grid.show_dataset(None)
    grid.model.stop()
    assert not many.hold.is_set()  # it was not waited for
    many.hold.set()
