"""Where things lie on this computer: what Lantern ships, and what belongs to the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

_HOME = "LANTERN_HOME"  # one folder instead of the system's three: for tests, and for a USB stick
_NAME = "Lantern"


def resources() -> Path:
    """The folder of icons, sample data and lessons, from the source tree and when frozen."""
    frozen = getattr(sys, "_MEIPASS", None)  # where PyInstaller unpacks
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root / "resources"


def user_data() -> Path:
    """The user's own files that are no documents: runs, backups. Made on the way."""
    return _made(_home() or Path(platformdirs.user_data_dir(_NAME, appauthor=False)))


def user_config() -> Path:
    """The folder of the settings file. Made on the way."""
    return _made(_home() or Path(platformdirs.user_config_dir(_NAME, appauthor=False)))


def cache() -> Path:
    """What may be deleted at any time: thumbnails, decoded pictures. Made on the way."""
    home = _home()
    return _made(home / "cache" if home else Path(platformdirs.user_cache_dir(_NAME, appauthor=False)))


def pictures() -> Path:
    """Where people look for pictures of their own. It need not exist."""
    home = _home()
    return home / "pictures" if home else Path(platformdirs.user_pictures_dir())


def settings_file() -> Path:
    """The file of `studio.core.settings`; it need not exist."""
    return user_config() / "settings.json"


def runs_folder(project_id: str) -> Path:
    """The folder of a project's runs. Made on the way.

    Raises: ValueError: the id would lead out of the folder of runs. It comes from a project file,
    which anybody may have written.
    """
    if not project_id or not project_id.isascii() or not all(c.isalnum() or c in "-_" for c in project_id):
        raise ValueError(f"not a project id: {project_id!r}")
    return _made(user_data() / "runs" / project_id[:100])


def backups() -> Path:
    """Project files as they were before a newer Lantern rewrote them. Made on the way."""
    return _made(user_data() / "backups")


def _home() -> Path | None:
    override = os.environ.get(_HOME)
    return Path(override).expanduser().resolve() if override else None


def _made(folder: Path) -> Path:
    """The folder, made where that is possible; who writes into it says what is wrong where it is not."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return folder
    return folder
