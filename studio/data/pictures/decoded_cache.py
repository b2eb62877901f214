"""Keeps decoded pictures on disk between runs: photos take minutes to decode, seconds to read back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from studio.core import places
from studio.data.pictures import kept_arrays
from studio.data.pictures.decoding import PictureArray

DECODER = 1  # raise it when pictures come out differently for the same file and options
LARGEST_BYTES = 2_000_000_000  # all that is kept together
WORTH_S = 1.5  # what decodes faster than this is not kept


def cache_key(fingerprint: str, shape: tuple[int, ...], fit: str) -> str:
    """A file name for pictures of that content, prepared like that, by this version of the decoders."""
    pillow = getattr(Image, "__version__", "")
    return hashlib.sha256(repr((DECODER, pillow, fingerprint, shape, fit)).encode()).hexdigest()[:32]


def load(key: str, count: int, shape: tuple[int, ...]) -> tuple[PictureArray, dict[int, str]] | None:
    """The pictures (count, *shape) and why some are missing, by index; None if not kept or damaged."""
    kept = kept_arrays.load(_folder() / f"{key}.npz", ("pictures",))
    if kept is None:
        return None
    pictures, reasons = kept[0]["pictures"], kept[1]
    if pictures.shape != (count, *shape) or pictures.dtype != np.uint8:
        return None
    return pictures.astype(np.uint8, copy=False), reasons


def store(key: str, pictures: PictureArray, reasons: Mapping[int, str]) -> None:
    """Keeps the pictures if there is room. Never raises: this is a convenience."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if pictures.nbytes > LARGEST_BYTES // 2 or pictures.nbytes * 4 > shutil.disk_usage(folder).free:
            return
        _make_room(folder, pictures.nbytes)
    except OSError:
        return
    kept_arrays.store(folder / f"{key}.npz", {"pictures": pictures}, reasons)


def _folder() -> Path:
    return places.cache() / "decoded"


def _make_room(folder: Path, needed: int) -> None:
    """Deletes what was not used for longest until the new pictures fit."""
    kept = sorted(
        ((entry.stat().st_mtime, entry.stat().st_size, Path(entry.path)) for entry in os.scandir(folder)),
        reverse=True,
    )
    total = needed
    for _, size, path in kept:
        total += size
        if total > LARGEST_BYTES:
            with contextlib.suppress(OSError):  # on Windows, another window may be reading it
                path.unlink()
