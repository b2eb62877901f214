"""The files that are meant by what was chosen: themselves, and those in folders. Slow on big disks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.data.dataset import Cancelled
from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".xlsx", ".xlsm"})
MOST_FILES = 100_000  # beyond that somebody dropped a whole disk
_TELL_EVERY = 50  # folders


def files_inside(
    paths: Sequence[Path], pictures: bool, progress: Callable[[float], bool] = lambda fraction: True
) -> tuple[Path, ...]:
    """Files as they are, whatever they are: who uses them says what is wrong. Folders with all pictures
    (or tables) below them, by name; hidden ones are passed over. Raises Cancelled."""
    suffixes = SUFFIXES | KNOWN_UNREADABLE.keys() if pictures else TABLE_SUFFIXES
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(_below(path, suffixes, progress))
        else:
            files.append(path)
    return tuple(dict.fromkeys(files))[:MOST_FILES]


def _below(folder: Path, suffixes: frozenset[str], progress: Callable[[float], bool]) -> list[Path]:
    found: list[Path] = []
    # Links to folders are not followed: one that leads back would never end.
    for number, (place, folders, names) in enumerate(os.walk(folder)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        fitting = (n for n in names if not n.startswith(".") and Path(n).suffix.lower() in suffixes)
        found += [Path(place) / name for name in fitting]
        if number % _TELL_EVERY == 0 and not progress(-1.0):
            raise Cancelled
        if len(found) > MOST_FILES:
            break
    return found
