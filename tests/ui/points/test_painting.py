"""Painting points, with the mouse and the keys, up to the table that is learnt from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.data.opening import open_dataset, recognise
from studio.ui.points.paint_dialog import PaintDialog
from tests.ui.shell.answers import Answers

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Any:
    answers = Answers()
    answers.save_to = tmp_path / "my points.csv"
    made = PaintDialog(answers, tmp_path)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(dialog: PaintDialog, x: float, y: float) -> QPoint:
    return dialog.area.pixel(x, y).toPoint()


def click(qtbot: QtBot, dialog: PaintDialog, *places: tuple[float, float]) -> None:
    for x, y in places:
        qtbot.mouseClick(dialog.area, LEFT, pos=at(dialog, x, y))


def test_that_clicks_put_points_of_the_chosen_class_and_undo_takes_them_away(
    dialog: PaintDialog, qtbot: QtBot
) -> None:
    click(qtbot, dialog, (-0.5, 0.5))
    dialog.classes.button(2).click()
    click(qtbot, dialog, (0.5, -0.5))
    first, second = dialog.area.painting.points
    assert (first.x, first.y, first.code) == (pytest.approx(-0.5, abs=0.02), pytest.approx(0.5, abs=0.02), 0)
    assert (second.x, second.y, second.code) == (
        pytest.approx(0.5, abs=0.02), pytest.approx(-0.5, abs=0.02), 2,
    )  # fmt: skip
    dialog.undo.click()
    assert dialog.area.painting.counts() == {"A": 1}
    dialog.clear.click()
    assert dialog.area.painting.points == ()
    dialog.undo.click()
    assert dialog.area.painting.counts() == {"A": 1}


def test_that_a_drag_is_a_stroke_of_points_and_one_step_to_undo(dialog: PaintDialog, qtbot: QtBot) -> None:
    qtbot.mousePress(dialog.area, LEFT, pos=at(dialog, -0.8, 0))
    for i in range(1, 17):
        qtbot.mouseMove(dialog.area, at(dialog, -0.8 + i * 0.1, 0))
    dialog.area.mouseMoveEvent(_dragged(dialog, 0.9, 0))
    qtbot.mouseRelease(dialog.area, LEFT, pos=at(dialog, 0.9, 0))
    assert len(dialog.area.painting.points) >= 2
    dialog.undo.click()
    assert dialog.area.painting.points == ()
    assert not dialog.undo.isEnabled()


def _dragged(dialog: PaintDialog, x: float, y: float) -> Any:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    place = QPointF(at(dialog, x, y))
    modifiers = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, place, place, LEFT, LEFT, modifiers)


def test_that_the_eraser_takes_what_is_near_and_leaves_the_rest(dialog: PaintDialog, qtbot: QtBot) -> None:
    click(qtbot, dialog, (-0.5, 0.5), (0.5, 0.5))
    dialog.eraser.click()
    click(qtbot, dialog, (-0.47, 0.5), (0.0, -0.9))
    assert [round(point.x, 1) for point in dialog.area.painting.points] == [0.5]
    dialog.undo.click()
    assert len(dialog.area.painting.points) == 2
    dialog.classes.button(1).click()
    assert not dialog.eraser.isChecked()
    assert dialog.area.erasing is False


def test_that_keys_alone_paint_points(dialog: PaintDialog, qtbot: QtBot) -> None:
    area = dialog.area
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Space)
    qtbot.keyClick(area, Qt.Key.Key_2)
    for _ in range(4):
        qtbot.keyClick(area, Qt.Key.Key_Right)
    qtbot.keyClick(area, Qt.Key.Key_Space)
    assert [(p.x, p.y, p.code) for p in area.painting.points] == [(0.0, 0.0, 0), (0.2, 0.0, 1)]
    assert dialog.classes.checkedId() == 1
    qtbot.keyClick(area, Qt.Key.Key_Delete)
    assert area.painting.counts() == {"A": 1}
    qtbot.keyClick(area, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert area.painting.counts() == {"A": 1, "B": 1}


def test_that_too_few_points_are_said_and_cannot_be_used(dialog: PaintDialog, qtbot: QtBot) -> None:
    assert not dialog.use.isEnabled()
    click(qtbot, dialog, (-0.5, 0.5))
    assert dialog.says.text() == (
        "A: 1\nPaint points of at least two classes: with one there is nothing to tell apart."
    )
    dialog.choose_class(1)
    click(qtbot, dialog, (0.5, 0.5))
    assert dialog.says.text() == "A: 1, B: 1\nPaint at least five points of each class; A, B has fewer."


def paint_two_classes(dialog: PaintDialog) -> None:
    painting = dialog.area.painting
    for i in range(12):
        painting = painting.add(-0.5 + i * 0.05, 0.4, 0).add(-0.5 + i * 0.05, -0.4, 1)
    dialog.area.painting = painting
    dialog.area.changed.emit()


def test_that_the_painting_becomes_a_table_to_learn_from(
    dialog: PaintDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    paint_two_classes(dialog)
    with qtbot.waitSignal(dialog.painted) as told:
        dialog.use.click()
    assert told.args == [tmp_path / "my points.csv"]
    text = (tmp_path / "my points.csv").read_text(encoding="utf-8")
    assert text.startswith("x,y,class\n-0.5000,0.4000,A\n-0.5000,-0.4000,B\n")
    dataset = open_dataset(recognise(tmp_path / "my points.csv"))
    assert dataset.facts.classes == ("A", "B")
    assert dataset.class_counts == (12, 12)


def test_that_a_place_that_cannot_be_written_is_said_and_the_painting_stays(
    dialog: PaintDialog, tmp_path: Path
) -> None:
    paint_two_classes(dialog)
    dialog._dialogs.save_to = tmp_path / "gone" / "points.csv"  # type: ignore[attr-defined]
    dialog.use.click()
    assert dialog.isVisible()
    assert "“points.csv” could not be saved" in dialog.says.text()
    assert len(dialog.area.painting.points) == 24
