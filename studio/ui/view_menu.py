"""The View menu: the panels of the current step, light or dark."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from studio.ui import theme
from studio.ui.panel_buttons import PanelButtons
from studio.ui.step_area import StepArea
from studio.ui.window_memory import WindowMemory


class ViewMenu(QObject):
    """Fills a menu that already holds "Reset layout"."""

    def __init__(self, window: QMainWindow, menu: QMenu, memory: WindowMemory) -> None:
        super().__init__(window)
        self._memory = memory
        self._panels = menu.addMenu(self.tr("&Panels"))
        self._panels.setObjectName("menu.panels")
        self._panels.setEnabled(False)
        self._buttons = PanelButtons(window)
        self._buttons.show_toggles(())
        menu.addSeparator()
        self._appearance = menu.addMenu(self.tr("&Appearance"))
        self._appearance.setObjectName("menu.appearance")
        self._appearance.aboutToShow.connect(self._show_chosen)
        group = QActionGroup(self)
        chosen = memory.scheme()
        theme.theme().choose(chosen)
        for scheme, text in (
            ("system", self.tr("As the &system")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        ):
            action = QAction(text, self)
            action.setObjectName(f"actionScheme.{scheme}")
            action.setCheckable(True)
            action.setChecked(scheme == chosen)
            action.triggered.connect(lambda _=False, scheme=scheme: self._on_chosen(scheme))
            group.addAction(action)
            self._appearance.addAction(action)

    def show_toggles(self, area: StepArea | None) -> None:
        """The panels of the step that is shown."""
        self._panels.clear()
        for toggle in area.toggles if area is not None else ():
            self._panels.addAction(toggle)
        self._panels.setEnabled(not self._panels.isEmpty())
        self._buttons.show_toggles(area.toggles if area is not None else ())

    def _show_chosen(self) -> None:
        """It may have been changed in the settings."""
        for action in self._appearance.actions():
            action.setChecked(action.objectName() == f"actionScheme.{self._memory.scheme()}")

    def _on_chosen(self, scheme: str) -> None:
        theme.theme().choose(cast(theme.Scheme, scheme))
        self._memory.keep_scheme(cast(theme.Scheme, scheme))
