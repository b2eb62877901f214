"""Unpacked archives as they lie in Lantern's own folder: how much they take, deleted, unpacked anew.

Beside each unpacked folder lies a note with the archive it came from. What was put into the folder later,
such as labels or boxes of the user's, outlives the deletion and is there again with the data.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from studio.core.safe_write import SaveError, write_text_atomically
from studio.data.archives.extraction import Unpacked
from studio.data.archives.places import unpacked_folder

_NOTE = "archive.json"
_OWN = "kept"  # what is the user's in a folder that was deleted
_MOST_BYTES = 100_000
_A_DAY_S = 86_400  # longer than any unpacking
_OURS = ".lantern."  # in the names of files that Lantern writes beside data


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """`home`: its folder in Lantern's; `archive`: where it came from, and may lie still; `used_s`: when it
    was last opened, in seconds since 1970."""

    home: Path
    name: str
    archive: Path
    files: int
    total_bytes: int
    used_s: float

    @property
    def can_be_unpacked_again(self) -> bool:
        return self.archive.is_file()

    def holds(self, location: str) -> bool:
        """Whether these data lie in it."""
        return Path(location).is_relative_to(self.home)


def note_unpacked(home: Path, folder: Path, archive: Path, done: Unpacked | None) -> None:
    """Writes down what was unpacked, or used again. Never raises: without a note it is only not listed."""
    old = _note(home)
    files, size = (done.files, done.total_bytes) if done is not None and done.files else (-1, -1)
    if files < 0:
        files, size = _number(old, "files"), _number(old, "bytes")
    if files < 0:
        files, size = _measured(folder)
    made = time.time_ns() if done is not None or "made_ns" not in old else _number(old, "made_ns")
    note = {"archive": str(archive.absolute()), "folder": folder.name, "files": files, "bytes": size,
            "made_ns": made}  # fmt: skip
    with contextlib.suppress(SaveError, OSError, ValueError):
        write_text_atomically(home / _NOTE, json.dumps(note) + "\n")


def archive_of(location: str | Path) -> Path | None:
    """The archive that a place in Lantern's folder was unpacked from; None for any other place."""
    home = _home_of(location)
    text = _note(home).get("archive") if home is not None else None
    return Path(text) if isinstance(text, str) and text else None


def kept_archives() -> tuple[KeptArchive, ...]:
    """All that are unpacked, the largest first."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(unpacked_folder()):
            home = Path(entry.path)
            note = _note(home)
            name, archive = note.get("folder"), note.get("archive")
            if not isinstance(name, str) or not isinstance(archive, str) or not _plain(name):
                continue
            if (home / name).is_dir():
                used = (home / _NOTE).stat().st_mtime
                size = max(0, _number(note, "bytes"))
                found.append(
                    KeptArchive(home, name, Path(archive), max(0, _number(note, "files")), size, used)
                )
    return tuple(sorted(found, key=lambda one: -one.total_bytes))


def delete_unpacked(kept: KeptArchive) -> None:
    """Deletes the unpacked files, but not what is the user's, nor the archive. Raises OSError: some are held
    open by another program; then all is as it was."""
    folder = kept.home / kept.name
    gone = kept.home / f".{uuid.uuid4().hex[:8]}.deleted"
    folder.replace(gone)  # in one step: half a dataset is none
    made = _number(_note(kept.home), "made_ns")
    for path in _files(gone):
        with contextlib.suppress(OSError):
            if _OURS in path.name or path.stat().st_mtime_ns > made >= 0:
                target = kept.home / _OWN / path.relative_to(gone)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
    shutil.rmtree(gone, ignore_errors=True)


def delete_leftovers(older_s: float = _A_DAY_S) -> None:
    """Halves of unpackings that were killed, and of deletions that something held up. Never raises."""
    with contextlib.suppress(OSError):
        for home in list(unpacked_folder().iterdir()):
            for path in list(home.glob(".*")) if home.is_dir() else ():
                is_half = path.name.endswith((".unpacking", ".deleted"))
                if is_half and path.is_dir() and time.time() - path.stat().st_mtime > older_s:
                    shutil.rmtree(path, ignore_errors=True)


def put_back_own(home: Path, folder: Path) -> None:
    """What was the user's in a deleted folder, into the one that was unpacked anew."""
    own = home / _OWN
    for path in _files(own):
        target = folder / path.relative_to(own)
        with contextlib.suppress(OSError):
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)


def _home_of(location: str | Path) -> Path | None:
    root = unpacked_folder()
    try:
        parts = Path(location).relative_to(root).parts
    except ValueError:
        return None
    return root / parts[0] if len(parts) > 1 and ".." not in parts else None


def _note(home: Path) -> dict[str, object]:
    try:
        path = home / _NOTE
        if path.stat().st_size <= _MOST_BYTES:
            note = json.loads(path.read_text("utf-8"))
            return note if isinstance(note, dict) else {}
    except (OSError, ValueError, RecursionError):
        pass
    return {}


def _number(note: dict[str, object], name: str) -> int:
    value = note.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _plain(name: str) -> bool:
    """A folder of that name lies in its home, not elsewhere."""
    return bool(name) and name not in (".", "..") and not any(sign in name for sign in "/\\\0")


def _measured(folder: Path) -> tuple[int, int]:
    files = _files(folder)
    sizes = []
    for path in files:
        with contextlib.suppress(OSError):
            sizes.append(path.stat().st_size)
    return len(files), sum(sizes)


def _files(folder: Path) -> list[Path]:
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]
