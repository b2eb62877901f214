"""Dialogs beside the work: settings, a first walk through the window, keys, what Lantern is made of."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.window_memory import WindowMemory


class HelpActions(QObject):
    """Opens one dialog each; they don't stop the window."""

    def __init__(self, window: QWidget, memory: WindowMemory) -> None:
        super().__init__(window)
        self._window, self._memory = window, memory

    def quick_start(self) -> None:
        from studio.ui.dialogs.quick_start_dialog import QuickStartDialog

        QuickStartDialog(self._window).open()

    def shortcuts(self) -> None:
        from studio.ui.dialogs.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    def settings(self) -> None:
        from studio.ui.dialogs.settings_dialog import SettingsDialog

        SettingsDialog(self._memory, self._window).open()

    def about(self) -> None:
        from studio.ui.dialogs.about_dialog import AboutDialog

        AboutDialog(self._window).open()
