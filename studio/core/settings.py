"""The user's settings: recent files, looks, last folders. Losing them must never stop anybody."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from studio.core import places
from studio.core.safe_write import SaveError, write_text_atomically

Theme = Literal["system", "light", "dark"]
EnginePlace = Literal["process", "window"]
MOST_RECENT_FILES = 10
_MOST_BYTES = 1_000_000
_MOST_MIB = 2**24


@dataclass(frozen=True, slots=True)
class Settings:
    """One user's settings on one computer; change with `replace`, keep with `save_settings`.

    `geometry`, `dock_state`: what Qt gave, as hexadecimal text. `last_folders`: by purpose ("project",
    "pictures", "checkpoint", "export"). `switches`: further yes-or-no choices by name (hints that were
    closed, smoothing on). `picture_memory_mib`: what decoded pictures may take; 0 is a share of what is
    free. `engine`: in which process training runs. `unknown`: settings of other versions, kept.
    """

    recent_files: tuple[str, ...] = ()
    theme: Theme = "system"
    language: str = ""  # empty: the system's
    geometry: str = ""
    dock_state: str = ""
    last_folders: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    picture_memory_mib: int = 0
    engine: EnginePlace = "process"
    unknown: Mapping[str, object] = field(default_factory=dict)

    def with_recent_file(self, path: str | Path) -> Settings:
        """With this file first in the list; each file is there once."""
        text = str(path)
        others = tuple(p for p in self.recent_files if p != text)
        return replace(self, recent_files=(text, *others)[:MOST_RECENT_FILES])

    def without_recent_file(self, path: str | Path) -> Settings:
        return replace(self, recent_files=tuple(p for p in self.recent_files if p != str(path)))

    def with_last_folder(self, purpose: str, folder: str | Path) -> Settings:
        return replace(self, last_folders={**self.last_folders, purpose: str(folder)})

    def with_switch(self, name: str, on: bool) -> Settings:
        return replace(self, switches={**self.switches, name: on})


def load_settings(path: Path | None = None) -> Settings:
    """The settings in the file; those that are damaged or missing are at their defaults. Never raises."""
    data: object = None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        file = path or places.settings_file()
        if file.stat().st_size <= _MOST_BYTES:
            data = json.loads(file.read_text(encoding="utf-8-sig"))
    if not isinstance(data, dict):
        return Settings()
    names = {f.name for f in dataclasses.fields(Settings)} - {"unknown"}
    known = {name: good for name in names & data.keys() if (good := _good(name, data[name])) is not None}
    unknown = {name: value for name, value in data.items() if name not in names}
    return Settings(**known, unknown=unknown)


def save_settings(settings: Settings, path: Path | None = None) -> bool:
    """Writes the settings; False where that is impossible (a read-only home), which costs only comfort."""
    data = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings) if f.name != "unknown"}
    try:
        write_text_atomically(
            path or places.settings_file(),
            json.dumps({**settings.unknown, **data}, ensure_ascii=False, indent=1, default=dict) + "\n",
        )
    except (SaveError, TypeError, ValueError):
        return False
    return True


def _good(name: str, value: object) -> Any:
    """The value as its field holds it, or None where it is damaged."""
    if name == "recent_files":
        return tuple(_texts(value))[:MOST_RECENT_FILES] if isinstance(value, list) else None
    if name == "theme":
        return value if value in get_args(Theme) else None
    if name == "engine":
        return value if value in get_args(EnginePlace) else None
    if name == "last_folders":
        return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else None
    if name == "switches":
        return {k: v for k, v in value.items() if isinstance(v, bool)} if isinstance(value, dict) else None
    if name == "picture_memory_mib":
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if 0 <= value <= _MOST_MIB else None
    return value if isinstance(value, str) else None


def _texts(values: list[object]) -> list[str]:
    return list(dict.fromkeys(v for v in values if isinstance(v, str) and v))
