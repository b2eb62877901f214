"""The project files that were open last, for the welcome page and the menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.ui.window_memory import WindowMemory


class RecentProjects(QObject):
    """Kept in the window's memory; `changed` tells all that are still there, newest first."""

    changed = Signal(tuple)

    def __init__(self, memory: WindowMemory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory

    def remember(self, path: Path) -> None:
        self._memory.remember(path)
        self.tell()

    def forget(self, path: Path) -> None:
        self._memory.forget(path)
        self.tell()

    def tell(self) -> None:
        self.changed.emit(self._memory.recent())
