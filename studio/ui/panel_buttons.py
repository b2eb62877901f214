"""A button for each panel of the step that is shown: closed ones are one click away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QToolButton, QWidget

from studio.ui import theme
from studio.ui.layouts import clear


class PanelButtons(QWidget):
    """Lies at the end of the menu bar; where the system shows the menus elsewhere, in the status bar."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("panelButtons")
        self.setAccessibleName(self.tr("Panels"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 4, 0)
        self._row.setSpacing(2)
        self._window = window
        if window.menuBar().isNativeMenuBar():
            window.statusBar().insertPermanentWidget(0, self)
        else:
            window.menuBar().setCornerWidget(self, Qt.Corner.TopRightCorner)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def show_toggles(self, toggles: Sequence[QAction]) -> None:
        """The panels of the step that is shown; none on the welcome page."""
        clear(self._row)
        for toggle in toggles:
            button = QToolButton(self)
            button.setDefaultAction(toggle)
            button.setObjectName(f"panel.{toggle.text()}")
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(self.tr("Show or close “{panel}”").format(panel=toggle.text()))
            self._row.addWidget(button)
            button.show()
        self.setVisible(bool(toggles))
        if not self._window.menuBar().isNativeMenuBar():
            self.adjustSize()
            self._window.menuBar().setCornerWidget(self, Qt.Corner.TopRightCorner)  # makes it lay out anew
            self.setVisible(bool(toggles))

    def _retint(self) -> None:
        colours = theme.colours()
        a = colours.accent
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 1px 6px;"
            f" color: {colours.muted.name()}; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {a.name()}; }}"
            f"QToolButton:checked {{ color: {colours.text.name()};"
            f" background: rgba({a.red()}, {a.green()}, {a.blue()}, 34); }}"
        )
