"""The keys of a picture dataset's samples, as they become known; of files, kept on disk by size and time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core import places
from studio.data.pictures.decoding_pool import DecodingPool, Task, Waiting
from studio.data.pictures.file_facts import load_facts, path_keys
from studio.data.plain_files import open_plain
from studio.data.sample_keys import KEY_BYTES, Keys

Stamps = npt.NDArray[np.int64]
WHOLE_BYTES = 64_000_000  # a file up to this size is read at once
_VERSION = 1
_MOST_KEPT = 40
_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)
_ROW = np.dtype([("path", "<u8"), ("size", "<i8"), ("mtime_ns", "<i8"), ("key", "<u8")])


class SampleKeys:
    """One key for each sample; safe to write to from many threads, each at its own places."""

    def __init__(self, count: int) -> None:
        self.values: Keys = np.zeros(count, np.uint64)
        self.known = np.zeros(count, np.bool_)
        self.stamps: Stamps = np.zeros((count, 2), np.int64)  # of files: size and time of last change

    @property
    def complete(self) -> bool:
        return bool(self.known.all())

    def known_key(self, index: int) -> bytes | None:
        """As it was put; None while it is not known."""
        return int(self.values[index]).to_bytes(KEY_BYTES, "little") if self.known[index] else None

    def put(self, index: int, key: bytes, stamp: tuple[int, int] | None = None) -> None:
        self.values[index] = int.from_bytes(key[:KEY_BYTES], "little")
        if stamp is not None:
            self.stamps[index] = stamp
        self.known[index] = True

    def fill(self, key_of: Callable[[int], bytes | None], waiting: Waiting | None = None) -> None:
        """Finds those that are missing, with all cores. `key_of` gives None where there is none to find."""
        missing = np.flatnonzero(~self.known)

        def work(place: int) -> None:
            index = int(missing[place])
            self.put(index, key_of(index) or b"")

        def told(place: int | None, seconds: float) -> None:
            if waiting is not None:
                waiting(int(missing[place]) if place is not None else None, seconds)

        pool = DecodingPool()
        try:
            pool.finish(pool.start(Task(work, len(missing))), told)
        finally:
            pool.close()


def key_of_bytes(data: bytes) -> bytes:
    """As the background check keeps them: the beginning of a digest of all bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()[:KEY_BYTES]


def key_of_file(path: str) -> bytes | None:
    """None: it cannot be read."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with open_plain(path) as file:
            while part := file.read(WHOLE_BYTES):
                digest.update(part)
    except OSError:
        return None
    return digest.digest()[:KEY_BYTES]


def stamps_of(paths: Sequence[str]) -> Stamps:
    """(n, 2): size and time of last change, -1 where there is no file."""
    found = np.full((len(paths), 2), -1, np.int64)
    for row, path in enumerate(paths):
        with contextlib.suppress(OSError):
            status = os.stat(path)  # noqa: PTH116
            found[row] = status.st_size, status.st_mtime_ns
    return found


def recall(keys: SampleKeys, root: str, names: Sequence[str], stamps: Stamps) -> None:
    """Fills in what is kept of files that did not change since."""
    numbers = path_keys(names)
    missing = ~keys.known
    keys.stamps[missing] = stamps[missing]
    rows = _load(root)
    if rows is not None:
        at = np.minimum(np.searchsorted(rows["path"], numbers), len(rows) - 1)
        same = (rows["path"][at] == numbers) & (rows["size"][at] == stamps[:, 0])
        same &= (rows["mtime_ns"][at] == stamps[:, 1]) & missing
        keys.values[same] = rows["key"][at[same]]
        keys.known |= same
    if not keys.complete:
        facts = load_facts(root, numbers)
        digests = np.ascontiguousarray(facts.rows["digest"]).view("<u8").reshape(-1, 2)
        same = facts.known & ~keys.known & digests.any(axis=1)
        same &= (facts.rows["size"] == stamps[:, 0]) & (facts.rows["mtime_ns"] == stamps[:, 1])
        keys.values[same] = digests[same, 0]
        keys.known |= same


def keep(keys: SampleKeys, root: str, names: Sequence[str]) -> None:
    """Keeps the keys for the next time. Never raises: this is a convenience."""
    path = _file(root)
    temporary = path.with_name(f"{uuid.uuid4().hex}.tmp")
    rows = np.zeros(len(names), _ROW)
    rows["path"], rows["key"] = path_keys(names), keys.values
    rows["size"], rows["mtime_ns"] = keys.stamps[:, 0], keys.stamps[:, 1]
    rows = np.sort(rows[keys.known & (keys.stamps[:, 0] > 0)], order="path")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = sorted(((e.stat().st_mtime, e.path) for e in os.scandir(path.parent)), reverse=True)
        for _, old in kept[_MOST_KEPT:]:
            Path(old).unlink(missing_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, rows=rows, version=_VERSION)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _load(root: str) -> npt.NDArray[np.void] | None:
    path = _file(root)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            rows: npt.NDArray[np.void] = arrays["rows"]
            version = int(arrays["version"])
        os.utime(path)
    except FileNotFoundError:
        return None
    except _DAMAGE:
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    return rows if version == _VERSION and rows.dtype == _ROW and len(rows) else None


def _file(root: str) -> Path:
    name = hashlib.sha256(root.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return places.cache() / "keys" / f"{name}.npz"
