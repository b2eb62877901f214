"""Points through the window: chosen, seen, trained on, and what the network says of the plane."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from studio.ui.points.choice_dialog import PointsDialog
from studio.ui.points.paint_dialog import PaintDialog

LEFT = Qt.MouseButton.LeftButton


def choose(window: Any, qtbot: Any, name: str) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, "playWithPoints"), LEFT)
    dialog = window.findChild(PointsDialog)
    for row in range(dialog.list.count()):
        if dialog.list.item(row).data(Qt.ItemDataRole.UserRole) == name:
            dialog.list.setCurrentRow(row)
    assert dialog.help.text() == dialog.list.currentItem().toolTip()
    qtbot.mouseClick(dialog.use, LEFT)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)


def test_that_points_are_chosen_and_seen_as_a_picture_or_a_table(window: Any, qtbot: Any) -> None:
    choose(window, qtbot, "circles")
    page = window.page("data")
    assert page._title.text() == "Circles"
    rows = page.samples.rows
    assert rows.plot.isVisible()
    assert rows.plot.accessibleDescription() == "A: 200, B: 200"
    rows.as_table.click()
    assert page.samples.table.isVisible()
    assert not rows.plot.isVisible()
    window.files.new_from("iris")
    qtbot.waitUntil(
        lambda: window.document.dataset is not None and len(window.document.dataset) == 150, timeout=20_000
    )
    assert not rows.as_table.isVisible()
    assert page.samples.table.isVisible()


def test_that_another_number_of_classes_changes_the_points_and_the_network(window: Any, qtbot: Any) -> None:
    choose(window, qtbot, "blobs")
    window.page("data")._edits.set_option("classes", 5, final=True)
    qtbot.waitUntil(lambda: window.document.project.dataset.facts.classes == tuple("ABCDE"), timeout=20_000)
    last = [node for node in window.document.project.graph.nodes if node.type == "linear"][-1]
    assert last.params["out_features"] == 5


@pytest.mark.parametrize("name", ["moons", "parabola"])
def test_that_results_show_what_the_network_says_everywhere(window: Any, qtbot: Any, name: str) -> None:
    choose(window, qtbot, name)
    window.show_step("train")
    window.page("train")
    window.run.start(window.document.project)
    qtbot.waitUntil(lambda: not window.run.state.active and window.run.model is not None, timeout=120_000)
    window.show_step("results")
    page = window.page("results")
    qtbot.waitUntil(lambda: page.report is not None and page.report.plane is not None, timeout=30_000)
    card = page.report.plane
    words = {
        "moons": "The ground shows which class the network would say there; the stronger, the surer.",
        "parabola": "The line is what the network says; the dots are the data.",
    }
    qtbot.waitUntil(lambda: card.says.text() == words[name], timeout=30_000)
    if name == "moons":
        codes, sureness = card.plot._answers
        assert codes.shape == (64, 64)
        assert sorted(np.unique(codes)) == [0, 1]
        assert codes[-1, 10] == 0  # class A is the upper moon
        assert sureness.min() >= 0.5
    else:
        x, y = card.plot._curve.getData()
        assert len(x) == 300
        assert y[0] > y[150] < y[-1]  # a bowl


def test_that_points_are_painted_from_the_welcome_page_to_a_project(
    window: Any,
    answers: Any,
    qtbot: Any,
    tmp_path: Path,
) -> None:
    answers.save_to = tmp_path / "painted.csv"
    qtbot.mouseClick(window.findChild(QPushButton, "playWithPoints"), LEFT)
    window.findChild(PointsDialog).paint.click()
    dialog = window.findChild(PaintDialog)
    qtbot.waitExposed(dialog)
    for code, y in enumerate((0.6, -0.6)):
        dialog.choose_class(code)
        for i in range(12):
            spot: QPoint = dialog.area.pixel(-0.8 + i * 0.13, y).toPoint()
            qtbot.mouseClick(dialog.area, LEFT, pos=spot)
    qtbot.mouseClick(dialog.use, LEFT)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.dataset.class_counts == (12, 12)
    assert window.document.project.dataset.location == str(tmp_path / "painted.csv")


def test_that_axes_tell_numbers_as_they_are(qtbot: Any) -> None:
    """Values below 1 were written in thousandths: 900 for 0.9."""
    from studio.data.opening import open_dataset, recognise
    from studio.data.points.plane import plane_of
    from studio.ui.points.plot import PointPlot
    from studio.ui.results_step.regression_plots import RegressionPlots

    plot, pairs = PointPlot(), RegressionPlots()
    for widget in (plot, pairs):
        qtbot.addWidget(widget)
        widget.show()
    plot.show_plane(plane_of(open_dataset(recognise("spirals"))))
    numbers = np.array([0.1, 0.2, 0.3], np.float32)
    pairs.set_pairs(numbers, numbers * 1.1, "y")
    for shown in (plot, pairs._against, pairs._residuals):
        for side in ("left", "bottom"):
            shown.grab()
            assert shown.getAxis(side).autoSIPrefixScale == 1.0
