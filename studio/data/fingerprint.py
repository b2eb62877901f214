"""A short text that changes when the data change, for the record of a run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from studio.data.plain_files import read_plain

SMALL_BYTES = 20_000_000
SMALL_COUNT = 2_000


def fingerprint(paths: Iterable[Path | str], root: Path | None = None) -> str:
    """16 hexadecimal digits.

    Small data: from names and contents, the same on every computer. Large data: from names, sizes and
    times of last change, because reading everything would take as long as training. A single file's
    name does not count. Files that vanish meanwhile count as empty.
    """
    files = list(paths)
    sizes = [_size_and_time(path) for path in files]
    small = len(files) <= SMALL_COUNT and sum(size for size, _ in sizes) <= SMALL_BYTES
    digest = hashlib.sha256()
    for path, (size, time_ns) in zip(files, sizes, strict=True):
        name = Path(path).relative_to(root).as_posix() if root else ""
        digest.update(f"{name}\0{size}\0{'' if small else time_ns}\0".encode("utf-8", "surrogatepass"))
        if small:
            digest.update(_content(Path(path)))
    return digest.hexdigest()[:16]


def folder_fingerprint(paths: Sequence[str], names: bytes) -> str:
    """16 hexadecimal digits, by the same rules, for very many files.

    Args: paths: where they lie; names: what all of them are called, in order.
    """
    stamps = np.array([_size_and_time(path) for path in paths], np.int64).reshape(-1, 2)
    digest = hashlib.sha256(names + b"\0" + stamps[:, 0].astype("<i8").tobytes())
    if len(paths) <= SMALL_COUNT and int(stamps[:, 0].sum()) <= SMALL_BYTES:
        for path in paths:
            digest.update(_content(Path(path)))
    else:
        digest.update(stamps[:, 1].astype("<i8").tobytes())
    return digest.hexdigest()[:16]


def _size_and_time(path: Path | str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116  a Path each is slow
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _content(path: Path) -> bytes:
    try:
        return read_plain(path)
    except OSError:
        return b""
