"""Health of the data in the window: found beside the work, shown with its evidence, mended, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot


def table(path: Path) -> Path:
    random = np.random.default_rng(4)
    kinds = random.integers(0, 2, 120)
    lines = [
        f"{random.normal(40, 5) + 3 * kind:.3f},{random.normal(170, 9):.3f},{('a', 'b')[kind]}"
        for kind in kinds
    ]
    lines[5] = "40.125,-170.5,a"
    path.write_text("\n".join(["mass,height,kind", *lines]) + "\n", encoding="utf-8")
    return path


def folder(root: Path) -> Path:
    random = np.random.default_rng(1)
    for name in ("cat", "dog"):
        (root / name).mkdir(parents=True)
        for i in range(12):
            Image.fromarray(random.integers(0, 256, (24, 24, 3), np.uint8)).save(root / name / f"{i:02}.png")
    (root / "dog" / "zz.png").write_bytes((root / "cat" / "03.png").read_bytes())
    return root


def opened(window: Any, qtbot: QtBot, location: Path | str) -> Any:
    window.files.new_from(str(location))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    health = window.page("data").health
    qtbot.waitUntil(lambda: health._all is not None, timeout=20_000)
    return health


def codes(health: Any) -> list[str]:
    return [row.finding.code for row in health.list.rows]


def press(qtbot: QtBot, row: Any, name: str) -> None:
    qtbot.mouseClick(row.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_that_healthy_data_get_a_friendly_line(window: Any, qtbot: QtBot) -> None:
    health = opened(window, qtbot, "iris")
    assert codes(health) == []
    assert health.list.note.text() == "Nothing wrong was found. These data look healthy."
    assert health.parentWidget().windowTitle() == "Health"


def test_that_a_value_which_cannot_be_right_is_shown_left_out_and_brought_back(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    health = opened(window, qtbot, table(tmp_path / "t.csv"))
    page = window.page("data")
    assert codes(health) == ["out-of-range"]
    assert health.parentWidget().windowTitle() == "Health (1)"
    press(qtbot, health.list.rows[0], "showEvidence")
    rows = page.samples.table.model()
    qtbot.waitUntil(lambda: rows.rowCount() == 1, timeout=20_000)
    assert rows.index(0, 1).data() == "-170.5"
    assert page.samples.table.filter.problem.currentText() == "Values that cannot be: height (1)"
    qtbot.mouseClick(page.samples.table.filter.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows.rowCount() == 120, timeout=20_000)
    press(qtbot, health.list.rows[0], "fixButton")
    qtbot.waitUntil(lambda: codes(health) == [], timeout=20_000)
    assert window.document.project.dataset.facts.samples == 119
    assert len(window.document.dataset) == 119
    assert page.skipped.parentWidget().windowTitle() == "Left out (1)"
    assert page.skipped._list.item(0).text() == "row 7\nLeft out by you."
    assert window.document.undo_stack.undoText() == "Leave out 1 row"
    qtbot.mouseClick(page.skipped.wanted_again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: codes(health) == ["out-of-range"], timeout=20_000)
    assert window.document.project.dataset.left_out == ()


def test_that_what_is_called_fine_is_set_aside_and_can_be_shown_again(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    health = opened(window, qtbot, table(tmp_path / "t.csv"))
    press(qtbot, health.list.rows[0], "settle")
    assert codes(health) == []
    assert health.list.note.text() == "Nothing else was found. These data are ready."
    assert health.list.again.text() == "1 is set aside as fine. Show it again"
    assert window.document.project.dataset.settled == ("out-of-range: height",)
    qtbot.mouseClick(health.list.again, Qt.MouseButton.LeftButton)
    assert codes(health) == ["out-of-range"]


def test_that_a_picture_with_two_labels_is_found_once_the_files_were_looked_into(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    health = opened(window, qtbot, folder(tmp_path / "pictures"))
    page = window.page("data")
    assert codes(health) == ["contradictions"]
    press(qtbot, health.list.rows[0], "showEvidence")
    model = page.samples.pictures.model
    qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=20_000)
    names = {model.index(row).data(Qt.ItemDataRole.ToolTipRole) for row in range(model.rowCount())}
    assert names == {"<p>cat<br>cat/03.png</p>", "<p>dog<br>dog/zz.png</p>"}
    press(qtbot, health.list.rows[0], "fixButton")
    qtbot.waitUntil(lambda: codes(health) == [] and not health.watch.busy, timeout=20_000)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: codes(health) == ["contradictions"], timeout=20_000)


def test_that_nobody_looks_while_a_network_trains(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    health = window.page("data").health
    window.document.dataset_changed.connect(lambda: window.document.hold_check(True))
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: health.watch._thread is not None, timeout=20_000)
    assert health._all is None
    window.document.hold_check(False)
    qtbot.waitUntil(lambda: health._all == (), timeout=20_000)
