"""One step of the window: its page in the middle, its panels as docks around it, its own arrangement."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QTableView, QWidget
from typing_extensions import override

from studio.ui.page import Page, Panel

_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SMALL_WIDTH, SMALL_HEIGHT = 860, 430  # pixels; a 1366x768 screen at 200 % leaves some 600x310
_SHARE = {"left": 240, "right": 320, "bottom": 112}  # pixels at first, for a 1366x768 screen


class StepArea(QMainWindow):
    """A main window inside the window, so that every step keeps its own arrangement of docks."""

    def __init__(self, step_id: str, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setObjectName(f"area.{step_id}")
        self.step_id = step_id
        self.page = page
        self._floating: list[QDockWidget] = []
        self._docks: list[QDockWidget] = []
        self.setDockNestingEnabled(True)
        self.setDockOptions(self.dockOptions() & ~QMainWindow.DockOption.AnimatedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, self.tabPosition(_AREAS["left"]).North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        # What lies below leaves the corners to the long lists at both sides.
        self.setCorner(Qt.Corner.BottomLeftCorner, _AREAS["left"])
        self.setCorner(Qt.Corner.BottomRightCorner, _AREAS["right"])
        self.setCentralWidget(page)
        for panel in cast(Page, page).panels:
            self._add(panel)
        for table in self.findChildren(QTableView):
            table.setTabKeyNavigation(False)  # or Tab would walk through its cells and never leave it
        self._default = self.saveState()
        self._wanted = ""  # an arrangement of an earlier day, until there is a size to arrange in
        self._arranged = False
        self._small = False
        self._kept = QByteArray()  # the arrangement of a large window while the window is small

    @property
    def toggles(self) -> list[QAction]:
        """One checkable action per panel, for the View menu and the panel buttons."""
        return [dock.toggleViewAction() for dock in self._docks]

    @property
    def small(self) -> bool:
        """There is room for the page and one panel beside it, no more."""
        return self._small

    def reset(self) -> None:
        """Every panel back to where it was on the first day; on a small screen that is out of the way."""
        for dock in self._docks:
            dock.setFloating(False)
        self._wanted = ""
        self.restoreState(self._default)
        self._kept = QByteArray(self._default)
        for dock in self._docks:
            dock.setVisible(not self._small)
        if not self._small:
            self._arrange()

    def arrangement(self) -> str:
        """What `restore` takes; empty if this step was never seen nor restored on a large screen."""
        if not self._arranged or (self._small and self._kept.isEmpty()):
            return self._wanted
        state = self._kept if self._small else self.saveState()
        return bytes(state.toBase64().data()).decode("ascii")

    def restore(self, arrangement: str) -> None:
        """Ignores what is not an arrangement of these panels."""
        self._wanted = arrangement
        if not self._small:  # before the first frame, too: closed panels must not flash up
            self._arrange()

    def _add(self, panel: Panel) -> None:
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(f"{panel.widget.objectName()}Dock")
        dock.setWidget(panel.widget)
        for scrolled in (panel.widget, *panel.widget.findChildren(QScrollArea)):
            if not scrolled.accessibleName():  # what scrolls takes the keyboard, and must say what it is
                scrolled.setAccessibleName(panel.title)
        self.addDockWidget(_AREAS[panel.area], dock)
        dock.setProperty("area", panel.area)
        for other in self._docks:
            if panel.tabbed_with and other.objectName() == f"{panel.tabbed_with}Dock":
                self.tabifyDockWidget(other, dock)
                other.raise_()
        dock.toggleViewAction().toggled.connect(partial(self._on_toggled, dock))
        self._docks.append(dock)

    def _arrange(self) -> None:
        state = QByteArray.fromBase64(self._wanted.encode("ascii", "ignore"))
        if self._wanted and self.restoreState(state):
            return
        for area, extent in _SHARE.items():
            docks = [dock for dock in self._docks if dock.property("area") == area]
            orientation = Qt.Orientation.Vertical if area == "bottom" else Qt.Orientation.Horizontal
            if docks:
                self.resizeDocks(docks, [extent] * len(docks), orientation)

    def _arrange_first(self) -> None:
        self._arrange()
        QTimer.singleShot(0, self, lambda: self.setUpdatesEnabled(True))

    # -- small screens --------------------------------------------------------------------------------

    def _follow_size(self) -> None:
        """Under a certain size panels leave the room to the page, and come one at a time when called."""
        small = self.width() < SMALL_WIDTH or self.height() < SMALL_HEIGHT
        if small == self._small:
            return
        if small:
            if self._arranged:
                self._kept = self.saveState()
            self._small = True
            for dock in self._docks:
                if not dock.isFloating():
                    dock.hide()
        else:
            self._small = False
            if self._kept.isEmpty() or not self.restoreState(self._kept):
                for dock in self._docks:
                    dock.show()
                self._arrange()

    def _on_toggled(self, dock: QDockWidget, shown: bool) -> None:
        if not (shown and self._small and self.isVisible()) or dock.isFloating():
            return
        for other in self._docks:
            if other is not dock and not other.isFloating():
                other.hide()
        QTimer.singleShot(0, self, lambda: self._give_room(dock))  # once the layout knows of it

    def _give_room(self, dock: QDockWidget) -> None:
        area = str(dock.property("area"))
        if area == "bottom":
            self.resizeDocks([dock], [min(_SHARE[area], self.height() // 2)], Qt.Orientation.Vertical)
        else:
            self.resizeDocks([dock], [min(300, self.width() // 2)], Qt.Orientation.Horizontal)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks take their first widths once there is a real size to share out."""
        super().resizeEvent(event)
        if not self.isVisible():
            return
        self._follow_size()
        if not self._arranged:
            self._arranged = True
            if not self._small:
                self._arrange()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Floating panels are windows of their own: they must leave with their step."""
        self._floating = [dock for dock in self._docks if dock.isFloating() and dock.isVisible()]
        for dock in self._floating:
            dock.hide()
        super().hideEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_size()
        if not self._arranged:
            self._arranged = True
            if not self._small:
                # Qt shows tabs and widths of its own before ours: nothing is painted until they are right.
                self.setUpdatesEnabled(False)
                QTimer.singleShot(0, self, self._arrange_first)
        for dock in self._floating:
            dock.show()
        self._floating = []


def scrolling(widget: QWidget) -> QScrollArea:
    """A page that may be taller than a small screen."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    return area
