"""A block's file that is dropped onto the window goes into the user's palette."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow
    from studio.ui.pages.network_page import NetworkPage


class ArrivingBlocks(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def take(self, path: Path) -> str:
        """Returns why it cannot be taken, empty if it was."""
        from studio.ui.block_library import BlockLibrary

        window = self._window
        if window.document.project is not None:
            window.show_step("network")
            return cast("NetworkPage", window.page("network")).take_block(path)
        name, refused = BlockLibrary(window).take_in(path)
        if not refused:
            window.status.say(self.tr("“{name}” is among your blocks now.").format(name=name))
        return refused
