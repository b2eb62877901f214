"""Names and cells that look like HTML: shown as they are, nowhere taken for it. Else Qt would fetch pictures
from wherever a cell says, when the mouse rests on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget
from pytestqt.qtbot import QtBot

EVIL = '<img src="file:///etc/hostname">'
ROWS = 40
TIP = Qt.ItemDataRole.ToolTipRole


def is_plain(text: str) -> bool:
    """Whether there is nothing in it that Qt could take for a picture to fetch."""
    return "<img" not in text


def tips_of(model: QAbstractItemModel) -> list[str]:
    rows = min(20, model.rowCount())
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    cells = [model.index(row, column).data(TIP) for row in range(rows) for column in range(columns)]
    return [tip for tip in cells if isinstance(tip, str)]


def rich_ones(window: QWidget) -> list[str]:
    found = []
    for widget in window.findChildren(QWidget):
        if not is_plain(widget.toolTip()):
            found.append(f"tooltip of {widget.objectName() or type(widget).__name__}: {widget.toolTip()}")
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            found += [f"label {widget.objectName()}: {widget.text()}"] if not is_plain(widget.text()) else []
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += [f"{widget.objectName()}: {tip}" for tip in tips_of(widget.model()) if not is_plain(tip)]
    return found


def opened(window: Any, qtbot: QtBot, path: Path) -> None:
    window.files.new_from(str(path))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.document.checking_pictures, timeout=20_000)
    for step in ("data", "network", "train", "use"):
        window.page(step)


def test_that_cells_and_columns_of_a_table_are_no_html(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    cell = EVIL.replace('"', "'")
    rows = [f"{cell},{i},{(cell, 'plain')[i % 2]},{i % 7}" for i in range(ROWS)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join((f"name,number,species,<img src='x'>{cell}", *rows)))
    opened(window, qtbot, path)
    grid = window.page("data").samples.table
    assert cell in [grid.model().index(row, 0).data() for row in range(5)]
    grid.view.selectRow(2)
    qtbot.keyClick(grid.view, Qt.Key.Key_2)
    assert rich_ones(window) == []


def test_that_names_of_classes_and_files_are_no_html(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    names = ["a <b>cat", "a <img src=x> dog"]
    for number, name in enumerate(names):
        folder = tmp_path / "<img src=y> pets" / name
        folder.mkdir(parents=True)
        for i in range(6):
            file = folder / f"<img src=z> {i}.png"
            Image.new("RGB", (12, 12), (40 * i, 100 * number, 9)).save(file)
        (folder / "<img src=w> broken.png").write_bytes(b"no picture")
    opened(window, qtbot, tmp_path / "<img src=y> pets")
    assert window.document.dataset.facts.classes == ("a <b>cat", "a <img src=x> dog")
    assert rich_ones(window) == []


def test_that_texts_are_no_html(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    cell = EVIL.replace('"', "'")
    rows = [f"{cell} letter number {i} is quite nice,{(cell, 'good')[i % 2]}" for i in range(ROWS)]
    (tmp_path / "letters.csv").write_text("\n".join(("text,mood", *rows)))
    opened(window, qtbot, tmp_path / "letters.csv")
    assert rich_ones(window) == []
