"""Dialogs beside the work: settings, a first walk through the window, keys, what Lantern is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow


class HelpActions(QObject):
    """Opens one dialog each; they don't stop the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def quick_start(self) -> None:
        from studio.ui.dialogs.quick_start_dialog import QuickStartDialog

        QuickStartDialog(self._window).open()

    def shortcuts(self) -> None:
        from studio.ui.dialogs.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    def settings(self) -> None:
        from studio.ui.dialogs.settings_dialog import SettingsDialog

        window = self._window
        SettingsDialog(window.memory, window, window.files.gallery.show_archives).open()

    def about(self) -> None:
        from studio.ui.dialogs.about_dialog import AboutDialog

        AboutDialog(self._window).open()
