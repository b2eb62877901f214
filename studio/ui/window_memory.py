"""What the window remembers from one day to the next: its size, its panels, its colours, recent files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow

from studio.core.settings import EnginePlace, Settings, load_settings, save_settings
from studio.ui.step_area import StepArea
from studio.ui.theme import Scheme

_FIRST_SIZE = (1280, 720)
_FRAME = (16, 48)  # what a title bar and borders add; known for sure only once the window is shown


class WindowMemory:
    """Reads the settings when asked and changes them on disk at once: other parts keep theirs there, too."""

    def recent(self) -> tuple[Path, ...]:
        """Newest first; files that are gone are left out."""
        return tuple(path for path in map(Path, load_settings().recent_files) if path.is_file())

    def remember(self, path: Path) -> None:
        _change(lambda settings: settings.with_recent_file(path.resolve()))

    def forget(self, path: Path) -> None:
        _change(lambda settings: settings.without_recent_file(path.resolve()))

    def scheme(self) -> Scheme:
        return load_settings().theme

    def keep_scheme(self, scheme: Scheme) -> None:
        _change(lambda settings: replace(settings, theme=scheme))

    def picture_memory_mib(self) -> int:
        """What decoded pictures may take; 0 is a share of what is free."""
        return load_settings().picture_memory_mib

    def keep_picture_memory(self, mib: int) -> None:
        _change(lambda settings: replace(settings, picture_memory_mib=mib))

    def engine(self) -> EnginePlace:
        return load_settings().engine

    def keep_engine(self, where: EnginePlace) -> None:
        _change(lambda settings: replace(settings, engine=where))

    def kept_folder(self, purpose: str) -> Path | None:
        """The folder that was used last for this, if it is still there."""
        kept = load_settings().last_folders.get(purpose, "")
        return Path(kept) if kept and Path(kept).is_dir() else None

    def keep_folder(self, purpose: str, folder: Path) -> None:
        _change(lambda settings: settings.with_last_folder(purpose, folder))

    def restore_window(self, window: QMainWindow) -> None:
        geometry = load_settings().geometry
        if not geometry or not window.restoreGeometry(QByteArray.fromHex(geometry.encode("ascii", "ignore"))):
            window.resize(*_FIRST_SIZE)

    def fit_to_screen(self, window: QMainWindow) -> None:
        """Fills a screen that is too small for window and frame: no button may lie under a task bar."""
        screen = window.screen().availableSize()
        if window.width() + _FRAME[0] > screen.width() or window.height() + _FRAME[1] > screen.height():
            window.resize(
                min(window.width(), screen.width() - _FRAME[0]),
                min(window.height(), screen.height() - _FRAME[1]),
            )
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def restore_area(self, area: StepArea) -> None:
        arrangement = _arrangements(load_settings()).get(area.step_id)
        if isinstance(arrangement, str):
            area.restore(arrangement)

    def keep(self, window: QMainWindow, areas: Iterable[StepArea]) -> None:
        """Called when the window closes."""
        geometry = bytes(window.saveGeometry().toHex().data()).decode("ascii")
        arrangements = {area.step_id: known for area in areas if (known := area.arrangement())}

        def change(settings: Settings) -> Settings:
            kept = {**_arrangements(settings), **arrangements}
            return replace(settings, geometry=geometry, dock_state=json.dumps(kept))

        _change(change)


def _change(change: Callable[[Settings], Settings]) -> None:
    save_settings(change(load_settings()))


def _arrangements(settings: Settings) -> dict[str, object]:
    """By step; the settings know them as one text."""
    try:
        known = json.loads(settings.dock_state or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
