"""Where archives are unpacked to."""

from __future__ import annotations

from pathlib import Path

from studio.core import places


def unpacked_folder() -> Path:
    """In Lantern's own folder. Not the cache: projects lead there."""
    return places.user_data() / "unpacked"
