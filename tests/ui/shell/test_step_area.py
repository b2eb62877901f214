"""How a step shares out its room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget

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
