"""Where well-known datasets lie on this computer: Lantern's folder, a lab's shared one, torchvision's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.core import places
from studio.core.settings import load_settings
from studio.data.downloads.entry import DownloadableDataset, RemoteFile

SHARED = "LANTERN_DATASETS"  # folders that somebody else fills, read only; separated as in PATH
PURPOSE = "datasets"  # of settings.last_folders: a folder the user pointed at
PART = ".part"  # behind the name of a file that is on its way


@dataclass(frozen=True, slots=True)
class State:
    """`have_bytes` of the dataset are here. "at-hand": all files, not yet unpacked: no network is needed."""

    kind: Literal["downloaded", "at-hand", "partial", "absent"]
    have_bytes: int = 0
    place: Path | None = None


def own_folder() -> Path:
    """Where Lantern puts datasets."""
    return places.user_data() / "datasets"


def roots() -> tuple[Path, ...]:
    """All folders of datasets, Lantern's own first."""
    shared = [
        Path(part).expanduser() for part in os.environ.get(SHARED, "").split(os.pathsep) if part.strip()
    ]
    chosen = load_settings().last_folders.get(PURPOSE, "")
    found = [own_folder(), *shared, *([Path(chosen)] if chosen else [])]
    return tuple(dict.fromkeys(found))


def incoming(entry: DownloadableDataset) -> Path:
    """Where its files arrive, and where people put them by hand on computers without a network."""
    return own_folder() / "files" / entry.folder


def find(entry: DownloadableDataset) -> Path | None:
    """The place with everything the reader needs, or None."""
    for root in roots():
        for place in entry.places:
            if is_whole(root / place, entry):
                return root / place
    return None


def is_whole(place: Path, entry: DownloadableDataset) -> bool:
    """Whether everything the reader needs is in this place."""
    return all(_exists(place / need) or _exists(place / f"{need}.gz") for need in entry.needs)


def at_hand(entry: DownloadableDataset, file: RemoteFile) -> Path | None:
    """A whole file of that name, not yet checked, in any folder of datasets."""
    for root in roots():
        for folder in (root / "files" / entry.folder, root / entry.folder, root / entry.id, root):
            path = folder / file.name
            if _is_file(path):
                return path
    return None


def state_of(entry: DownloadableDataset) -> State:
    """Looks at names and sizes only: quick enough for a whole gallery."""
    place = find(entry)
    if place is not None:
        return State("downloaded", entry.size_bytes, place)
    have, whole = 0, 0
    for file in entry.files:
        path = at_hand(entry, file)
        if path is not None:
            whole += 1
            have += min(_size(path), file.size_bytes)
        else:
            have += min(_size(incoming(entry) / f"{file.name}{PART}"), file.size_bytes)
    if whole == len(entry.files):
        return State("at-hand", have)
    return State("partial", have) if have else State("absent")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a shared drive that is gone
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
