"""Finds the index of a folder again without walking through it: in memory, then on disk.

An index counts only as long as every folder in it has the time of change that it had then. Names change no
other way; what is in the files is looked at when they are read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
import uuid
import zlib
from collections import OrderedDict
from pathlib import Path

import numpy as np

from studio.core import places
from studio.data.dataset import Skipped
from studio.data.sources.folder_index import FolderIndex, read_folder
from studio.data.sources.folder_walk import FileNames, Visited, reachable

WORTH_FILES = 1_000  # smaller folders are walked through just as fast
_FORMAT = b"lantern index 1\n"
_MOST_KEPT = 40  # on disk
_LARGEST_BYTES = 200_000_000
# The window recognises, chooses and opens a folder in three calls from different threads; nothing but the
# process ties them together. Two, for comparing one folder with another.
_RECENT: OrderedDict[str, FolderIndex] = OrderedDict()
_MOST_RECENT = 2
_LOCK = threading.Lock()


def index_folder(root: Path) -> FolderIndex:
    """The pictures below `root` by class, read anew only if a folder changed since.

    Raises DataError: missing, empty, single-class, structure.
    """
    key = str(root)
    with _LOCK:
        recent = _RECENT.get(key)
    if recent is not None and unchanged(root, recent.visited):
        return recent
    index = load(root)
    if index is None:
        began_ns = time.time_ns()
        index = read_folder(root)
        if not index.whole or not all(_settled(folder, began_ns) for folder in index.visited):
            return index  # somebody is at work in there: the same time of change may mean other names
        if len(index) >= WORTH_FILES:
            store(index)
    with _LOCK:
        _RECENT[key] = index
        _RECENT.move_to_end(key)
        while len(_RECENT) > _MOST_RECENT:
            _RECENT.popitem(last=False)
    return index


def unchanged(root: Path, visited: tuple[Visited, ...]) -> bool:
    """Whether all folders are there, the same ones, with the time of change that they had."""
    home = str(root)
    try:
        for folder in visited:
            path = f"{home}{os.sep}{folder.relative}" if folder.relative else home
            status = os.stat(reachable(path))  # noqa: PTH116  a Path each is slow
            if status.st_mtime_ns != folder.mtime_ns or status.st_ino != folder.inode:
                return False
    except (OSError, ValueError):
        return False
    return True


def load(root: Path) -> FolderIndex | None:
    """The index as it was kept; None if there is none, it is damaged, or the folder changed."""
    path = _file(root)
    try:
        data = path.read_bytes()
        index = _from_bytes(data, root)
        if not unchanged(root, index.visited):
            return None
        os.utime(path)  # the least recently used go first
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    return index


def store(index: FolderIndex) -> None:
    """Keeps the index for the next start. Never raises: this is a convenience."""
    path = _file(index.root)
    temporary = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_room(path.parent)
        temporary.write_bytes(_to_bytes(index))
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _settled(folder: Visited, now_ns: int) -> bool:
    """Whether a change from now on would give the folder another time; file systems count in steps."""
    step_ns = 2_000_000_000 if folder.mtime_ns % 1_000_000_000 == 0 else 100_000_000
    return folder.mtime_ns < now_ns - step_ns


def _to_bytes(index: FolderIndex) -> bytes:
    names, starts = index.names, index.names.starts
    first = starts[:-1]  # of each folder: all its files have one label and one part
    head = {
        "root": str(index.root),
        "classes": index.classes,
        "folders": names.folders,
        "counts": np.diff(starts).tolist(),
        "labels": index.labels[first].tolist(),
        "parts": index.parts[first].tolist() if index.parts is not None else None,
        "skipped": [[one.name, one.reason] for one in index.skipped],
        "notes": index.notes,
        "visited": [[one.relative, one.mtime_ns, one.inode] for one in index.visited],
    }
    body = json.dumps(head, separators=(",", ":")).encode() + b"\n" + names.names
    return _FORMAT + b"%08x\n" % zlib.adler32(body) + body


def _from_bytes(data: bytes, root: Path) -> FolderIndex:
    """Raises ValueError, KeyError, TypeError: damaged, or of another folder."""
    start = len(_FORMAT) + 9
    if data[: len(_FORMAT)] != _FORMAT or int(data[len(_FORMAT) : start], 16) != zlib.adler32(data[start:]):
        raise ValueError("damaged")
    end = data.index(b"\n", start)
    head = json.loads(data[start:end])
    if head["root"] != str(root):
        raise ValueError("another folder")
    counts = np.array(head["counts"], np.int64)
    parts = head["parts"]
    return FolderIndex(
        root,
        tuple(head["classes"]),
        FileNames.of(tuple(head["folders"]), counts, data[end + 1 :]),
        np.repeat(np.array(head["labels"], np.int64), counts),
        np.repeat(np.array(parts, np.uint8), counts) if parts is not None else None,
        tuple(Skipped(name, reason) for name, reason in head["skipped"]),
        tuple(head["notes"]),
        tuple(Visited(*one) for one in head["visited"]),
    )


def _file(root: Path) -> Path:
    name = hashlib.sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return places.cache() / "indexes" / f"{name}.index"


def _make_room(folder: Path) -> None:
    """Deletes what was not used for longest."""
    kept = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(folder)]
    total = 0
    for place, (_, size, path) in enumerate(sorted(kept, reverse=True)):
        total += size
        if place >= _MOST_KEPT - 1 or total > _LARGEST_BYTES:
            with contextlib.suppress(OSError):  # on Windows, another window may be reading it
                Path(path).unlink()
