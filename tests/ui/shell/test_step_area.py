"""How a step shares out its room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QTabBar

from studio.ui.document import Document
from studio.ui.pages.network_page import NetworkPage
from studio.ui.step_area import StepArea


def test_that_the_canvas_has_most_of_a_small_screens_height_and_the_sides_all_of_it(qtbot):
    document = Document()
    area = StepArea("network", NetworkPage(document))
    qtbot.addWidget(area)
    area.resize(1274, 700)  # what a 1366x768 screen leaves
    area.show()
    qtbot.waitExposed(area)
    docks = {d.objectName(): d for d in area.findChildren(QDockWidget)}
    problems, palette = docks["problemListDock"], docks["layerPaletteDock"]
    qtbot.waitUntil(lambda: problems.height() <= 130, timeout=3000)
    assert palette.height() > 650
    assert problems.x() > palette.geometry().right()
    assert area.page.height() > 500
    assert area.corner(Qt.Corner.BottomRightCorner) == Qt.DockWidgetArea.RightDockWidgetArea
    document.stop()


def test_that_nothing_is_painted_before_tabs_and_widths_are_right(window, qtbot):
    window.resize(1280, 720)
    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.current_step == "data", timeout=20_000)
    area = window._areas["data"]
    frames = []

    def look():
        QApplication.processEvents()
        if area.updatesEnabled():
            tabs = [bar for bar in area.findChildren(QTabBar) if bar.isVisible()]
            frames.append((len(tabs), area.page.width()))
        return len(frames) > 5

    qtbot.waitUntil(look)
    assert {count for count, _ in frames} == {2}  # one over each pair of panels, no ghosts
    assert len({width for _, width in frames}) == 1


@pytest.mark.qt_log_ignore(  # the offscreen platform has no window manager to ask
    "propagateSizeHints", "support raise", "QFont::setPointSizeF", extend=True
)
def test_that_a_panel_that_floated_on_a_larger_screen_comes_back_into_sight(qtbot):
    document = Document()
    first = StepArea("network", NetworkPage(document))
    qtbot.addWidget(first)
    first.resize(1274, 700)
    first.show()
    qtbot.waitExposed(first)
    inspector = next(d for d in first.findChildren(QDockWidget) if d.objectName() == "inspectorDock")
    inspector.setFloating(True)
    inspector.move(5000, 4000)  # a second screen that is gone tomorrow
    kept = first.arrangement()
    again = StepArea("network", NetworkPage(document))
    qtbot.addWidget(again)
    again.restore(kept)
    again.resize(1274, 700)
    again.show()
    qtbot.waitExposed(again)
    floating = next(d for d in again.findChildren(QDockWidget) if d.objectName() == "inspectorDock")
    qtbot.waitUntil(floating.isFloating)
    assert again.screen().availableGeometry().intersects(floating.frameGeometry())
    again.reset()
    assert not floating.isFloating()
    assert floating.isVisible()
    document.stop()
