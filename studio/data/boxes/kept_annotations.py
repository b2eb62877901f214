"""What annotations said, kept on disk until a file below their folder changes: reading 100,000 boxes anew
takes seconds. Never raises: this is a convenience."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.core import places
from studio.data.boxes.box import BoxTable
from studio.data.boxes.coco_reading import own_file
from studio.data.boxes.settling import Settled
from studio.data.dataset import Skipped
from studio.data.pictures.picture_names import MAX_DEPTH

_VERSION = 1  # raise it when the same files are read another way
_MOST_KEPT = 20
_WORTH = 2_000  # boxes and pictures; fewer are read faster than the files are looked up
_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile, zlib.error)
# Reasons that may be gone tomorrow although no file changed: a drive that was away, missing rights.
_PASSING = ("cannot be read", "may not be read", "not there any more", "not enough memory")


@dataclass(frozen=True, slots=True)
class Mark:
    """`file`: where it is kept; `state`: of all files below the folder."""

    file: Path
    state: str


def mark_of(source: str, place: Path, root: Path) -> Mark:
    """A twentieth of a second for 20,000 files."""
    name = hashlib.sha256(f"{source}\0{place}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    digest = hashlib.sha256(f"{_VERSION}".encode())
    for line in sorted(_below(root)):
        digest.update(line.encode("utf-8", "surrogatepass") + b"\0")
    if (own := own_file(root)) is not None:  # it may lie elsewhere
        with contextlib.suppress(OSError):
            digest.update(_stamp(str(own), own.stat()).encode("utf-8", "surrogatepass"))
    return Mark(places.cache() / "annotations" / f"{name}.npz", digest.hexdigest())


def recall(mark: Mark) -> Settled | None:
    """None where nothing is kept, or something changed since."""
    try:
        with np.load(mark.file, allow_pickle=False) as arrays:
            if bytes(arrays["state"]).decode() != mark.state:
                return None
            told = json.loads(bytes(arrays["told"]))
            table = BoxTable(arrays["rows"].astype(np.float64), arrays["starts"].astype(np.int64))
            sizes, parts = arrays["sizes"].astype(np.int64), arrays["parts"].astype(np.uint8)
        os.utime(mark.file)
        return Settled(
            tuple(told["names"]),
            tuple(told["classes"]),
            table,
            sizes,
            parts if len(parts) else None,
            {int(index): str(why) for index, why in told["reasons"].items()},
            tuple(Skipped(name, reason) for name, reason in told["skipped"]),
            tuple(told["notes"]),
        )
    except FileNotFoundError:
        return None
    except _DAMAGE:
        with contextlib.suppress(OSError):
            mark.file.unlink()
        return None


def keep(mark: Mark, found: Settled) -> None:
    """For the next time."""
    whys = [*found.reasons.values(), *(skipped.reason for skipped in found.skipped)]
    small = len(found.names) + len(found.table.rows) < _WORTH
    if small or any(passing in why for why in whys for passing in _PASSING):
        return
    told = {
        "names": found.names,
        "classes": found.classes,
        "reasons": {str(index): why for index, why in found.reasons.items()},
        "skipped": [(skipped.name, skipped.reason) for skipped in found.skipped],
        "notes": found.notes,
    }
    arrays: dict[str, Any] = {
        "state": np.frombuffer(mark.state.encode(), np.uint8),
        "told": np.frombuffer(json.dumps(told).encode(), np.uint8),
        "rows": found.table.rows,
        "starts": found.table.starts,
        "sizes": found.sizes,
        "parts": found.parts if found.parts is not None else np.zeros(0, np.uint8),
    }
    temporary = mark.file.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        mark.file.parent.mkdir(parents=True, exist_ok=True)
        old = sorted(((e.stat().st_mtime, e.path) for e in os.scandir(mark.file.parent)), reverse=True)
        for _, path in old[_MOST_KEPT:]:
            Path(path).unlink(missing_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, **arrays)
        temporary.replace(mark.file)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _below(root: Path) -> list[str]:
    """A line for every file that may matter: annotations lie at most as deep as pictures."""
    lines, stack = list[str](), [("", 0)]
    while stack:
        relative, depth = stack.pop()
        try:
            with os.scandir(root / relative) as entries:
                for entry in entries:
                    name = f"{relative}/{entry.name}" if relative else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if depth <= MAX_DEPTH and entry.name[0] != ".":
                            stack.append((name, depth + 1))
                    else:
                        lines.append(_line(name, entry))
        except OSError:
            lines.append(f"{relative}\0?")
    return lines


def _line(name: str, entry: os.DirEntry[str]) -> str:
    try:
        return _stamp(name, entry.stat())
    except OSError:  # a link that leads nowhere
        return name


def _stamp(name: str, status: os.stat_result) -> str:
    # The change time tells of rights that were given; on Windows it is that of the making.
    return f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}"
