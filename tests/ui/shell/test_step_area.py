"""How a step shares out its room."""

from __future__ import annotations

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
