"""The upright sizes of picture files: looked up in their headers once, kept on disk by size and time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core import places
from studio.data.dataset import Cancelled, Progress
from studio.data.pictures.decoding import PictureError, picture_form
from studio.data.pictures.decoding_pool import DecodingPool, Task
from studio.data.pictures.file_facts import path_keys
from studio.data.pictures.picture_keys import stamps_of

Form = tuple[tuple[int, int], int]  # (height, width) upright, and the EXIF orientation
_ROW = np.dtype(
    [("path", "<u8"), ("size", "<i8"), ("mtime_ns", "<i8"), ("height", "<i4"), ("width", "<i4"),
     ("turn", "u1")]
)  # fmt: skip
_VERSION = 1
_MOST_KEPT = 40
_WORTH = 500  # files; fewer are looked into faster than the cache is read
_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


def picture_forms(root: Path, names: Sequence[str], progress: Progress | None = None) -> list[Form | str]:
    """Of each picture its form, or why it cannot be read. Raises Cancelled."""
    rows = np.zeros(len(names), _ROW)
    known = np.zeros(len(names), np.bool_)
    if len(names) >= _WORTH:
        stamps = stamps_of([str(root / name) for name in names])
        rows["path"], rows["size"], rows["mtime_ns"] = path_keys(names), stamps[:, 0], stamps[:, 1]
        known = _recall(root, rows)
    reasons: dict[int, str] = {}
    missing = np.flatnonzero(~known)

    def look(place: int) -> None:
        index = int(missing[place])
        try:
            (height, width), turn = picture_form(root / names[index])
        except PictureError as error:
            reasons[index] = str(error)
            return
        rows["height"][index], rows["width"][index], rows["turn"][index] = height, width, turn

    def told(place: int | None, seconds: float) -> None:
        if progress is not None and not progress((place or 0) / max(1, len(missing))):
            raise Cancelled

    pool = DecodingPool()
    try:
        pool.finish(pool.start(Task(look, len(missing))), told)
    finally:
        pool.close()
    if len(names) >= _WORTH and len(missing):
        _keep(root, rows[rows["height"] > 0])
    forms = zip(rows["height"].tolist(), rows["width"].tolist(), rows["turn"].tolist(), strict=True)
    return [reasons.get(i, ((height, width), turn)) for i, (height, width, turn) in enumerate(forms)]


def _recall(root: Path, rows: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
    """Fills in what is kept of files that did not change since; which those are."""
    path = _file(root)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            kept: npt.NDArray[np.void] = arrays["rows"]
            version = int(arrays["version"])
        os.utime(path)
    except FileNotFoundError:
        return np.zeros(len(rows), np.bool_)
    except _DAMAGE:
        with contextlib.suppress(OSError):
            path.unlink()
        return np.zeros(len(rows), np.bool_)
    if version != _VERSION or kept.dtype != _ROW or not len(kept):
        return np.zeros(len(rows), np.bool_)
    at = np.minimum(np.searchsorted(kept["path"], rows["path"]), len(kept) - 1)
    same = np.ones(len(rows), np.bool_)
    for name in ("path", "size", "mtime_ns"):
        same &= kept[name][at] == rows[name]
    same &= (kept["height"][at] > 0) & (kept["width"][at] > 0) & (kept["turn"][at] <= 8)
    for name in ("height", "width", "turn"):
        rows[name][same] = kept[name][at[same]]
    return same


def _keep(root: Path, rows: npt.NDArray[np.void]) -> None:
    """For the next time. Never raises: this is a convenience."""
    path = _file(root)
    temporary = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = sorted(((e.stat().st_mtime, e.path) for e in os.scandir(path.parent)), reverse=True)
        for _, old in kept[_MOST_KEPT:]:
            Path(old).unlink(missing_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, rows=np.sort(rows, order="path"), version=_VERSION)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _file(root: Path) -> Path:
    name = hashlib.sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return places.cache() / "forms" / f"{name}.npz"
