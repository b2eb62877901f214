"""The Help menu: a first walk through the window, the keys, what Lantern is made of."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget


class HelpActions(QObject):
    """Opens one dialog each; they don't stop the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def quick_start(self) -> None:
        from studio.ui.dialogs.quick_start_dialog import QuickStartDialog

        QuickStartDialog(self._window).open()

    def shortcuts(self) -> None:
        from studio.ui.dialogs.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    def about(self) -> None:
        from studio.ui.dialogs.about_dialog import AboutDialog

        AboutDialog(self._window).open()
