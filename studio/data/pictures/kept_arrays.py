"""Arrays that are kept on disk for the next time, one file each; what is damaged counts as not kept."""

from __future__ import annotations

import contextlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[np.generic]]
_DAMAGE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)


def load(path: Path, names: tuple[str, ...]) -> tuple[Arrays, dict[int, str]] | None:
    """The arrays of those names, and why some pictures are missing, by index. None if nothing is kept, or
    damaged; then it is deleted."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in names}
            failed = [int(i) for i in kept["failed"]]
            reasons = [str(reason) for reason in kept["reasons"]]
        os.utime(path)  # the least recently used go first
        return arrays, dict(zip(failed, reasons, strict=True))
    except FileNotFoundError:
        return None
    except _DAMAGE:
        with contextlib.suppress(OSError):
            path.unlink()
        return None


def store(path: Path, arrays: Arrays, reasons: Mapping[int, str]) -> None:
    """Never raises OSError: this is a convenience."""
    temporary = path.parent / f"{uuid.uuid4().hex}.tmp"
    failed = sorted(reasons)
    told = {
        "failed": np.array(failed, np.int64),
        "reasons": np.array([reasons[i] for i in failed], np.str_),
    }
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays, **told)  # type: ignore[arg-type]  # its stubs want allow_pickle alone
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
