"""What the window remembers from one day to the next: its size, its panels, its colours, recent files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from studio.core import places
from studio.core.safe_write import SaveError, write_text_atomically
from studio.ui.step_area import StepArea
from studio.ui.theme import Scheme

_MOST_RECENT = 10
_FIRST_SIZE = (1280, 720)  # fits a 1366x768 screen with a task bar


class WindowMemory:
    """Read once, written at each change; a file that cannot be read or written is no reason to complain."""

    def __init__(self) -> None:
        self._file = places.user_config() / "window.json"
        self._known = _read(self._file)

    def recent(self) -> tuple[Path, ...]:
        """Newest first; files that are gone are left out."""
        paths = self._known.get("recent", [])
        known = paths if isinstance(paths, list) else []
        return tuple(Path(path) for path in known if isinstance(path, str) and Path(path).is_file())

    def remember(self, path: Path) -> None:
        kept = [str(path.resolve()), *(str(p) for p in self.recent() if p != path.resolve())]
        self._known["recent"] = kept[:_MOST_RECENT]
        self._write()

    def forget(self, path: Path) -> None:
        self._known["recent"] = [str(p) for p in self.recent() if p != path.resolve()]
        self._write()

    def scheme(self) -> Scheme:
        scheme = self._known.get("scheme")
        return cast(Scheme, scheme) if scheme in ("system", "light", "dark") else "system"

    def keep_scheme(self, scheme: Scheme) -> None:
        self._known["scheme"] = scheme
        self._write()

    def restore_window(self, window: QMainWindow) -> None:
        geometry = self._known.get("geometry")
        if not isinstance(geometry, str) or not window.restoreGeometry(_bytes(geometry)):
            window.resize(*_FIRST_SIZE)

    def restore_area(self, area: StepArea) -> None:
        areas = self._known.get("areas")
        arrangement = areas.get(area.step_id) if isinstance(areas, dict) else None
        if isinstance(arrangement, str):
            area.restore(arrangement)

    def keep(self, window: QMainWindow, areas: Iterable[StepArea]) -> None:
        """Called when the window closes."""
        self._known["geometry"] = bytes(window.saveGeometry().toBase64().data()).decode("ascii")
        before = self._known.get("areas")
        kept = dict(before) if isinstance(before, dict) else {}
        kept.update({area.step_id: area.arrangement() for area in areas})
        self._known["areas"] = kept
        self._write()

    def _write(self) -> None:
        try:
            write_text_atomically(self._file, json.dumps(self._known, indent=1))
        except SaveError:
            return  # a read-only home: the window works all the same


def _read(file: Path) -> dict[str, object]:
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))
