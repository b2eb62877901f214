"""Saving that never harms the old file: temporary file, flush, fsync, replace, fsync of the folder."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.core.problems import LanternError

_RETRY_S = 3.0  # a virus scanner holds a new file on Windows for about a second
_TEMPORARY = ".tmp"
_LEFTOVER = re.compile(rf"\..*-[0-9a-f]{{8}}{re.escape(_TEMPORARY)}", re.DOTALL)
_LEFT_S = 3600.0  # no save takes so long
_MAX_STEM = 40  # letters; file systems take 255 bytes, a letter can be 4, and the rest needs room


class SaveError(LanternError):
    """A file could not be written; the old one, if there was one, is as it was."""


def write_text_atomically(path: Path | str, text: str) -> None:
    """Writes UTF-8 text with plain line ends. Raises: SaveError."""
    write_atomically(path, lambda file: _put(file, text.encode("utf-8")))


def write_atomically(path: Path | str, write: Callable[[BinaryIO], None]) -> None:
    """Has `write` fill a temporary file beside `path`, then puts it in the place of `path` at once.

    Whoever reads `path` finds the old file or the new one, never half of one, also after a power cut.
    Follows symbolic links and keeps the file's permissions. What `write` raises that is no
    operating-system error passes through unchanged, with the old file intact.

    Raises: SaveError: the disk is full, the folder is gone or read-only, the name too long.
    """
    try:
        target = Path(os.path.realpath(path))  # a link stays a link; the file behind it is replaced
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        _replace_whole(target, write)
    except OSError as error:
        raise SaveError(_sentence(Path(path), error)) from error


def clear_away(folder: Path) -> None:
    """Removes what saves left in this folder that were cut off by a crash or a power cut, long ago."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{_TEMPORARY}"):
            if _LEFTOVER.fullmatch(path.name) and time.time() - path.stat().st_mtime > _LEFT_S:
                path.unlink()


def _put(file: BinaryIO, data: bytes) -> None:
    """All of it: a raw file may take only a part at a time."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _replace_whole(target: Path, write: Callable[[BinaryIO], None]) -> None:
    mode = _mode_of(target)
    temporary = target.with_name(f".{target.stem[:_MAX_STEM]}-{secrets.token_hex(4)}{_TEMPORARY}")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())  # or the name could reach the disk before the contents
        if mode is not None:
            temporary.chmod(mode)
        _replace(temporary, target)
    except BaseException:  # also Ctrl+C: nothing half-written stays behind
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _mode_of(target: Path) -> int | None:
    """The old file's permissions, None where there is no old file.

    Raises: PermissionError: the old file is marked as read-only. Replacing needs only the folder's
    permission, but whoever protects a file means it.
    """
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(target))
    return mode


def _replace(temporary: Path, target: Path) -> None:
    """Moves the file, patiently where another program holds the old one open (Windows)."""
    deadline = time.monotonic() + _RETRY_S
    wait_s = 0.01
    while True:
        try:
            temporary.replace(target)
        except PermissionError:
            if not _on_windows() or time.monotonic() + wait_s > deadline:
                raise
            time.sleep(wait_s)
            wait_s *= 2
        else:
            return


def _on_windows() -> bool:
    return os.name == "nt"


def _sync_folder(folder: Path) -> None:
    """Makes the new name last. Windows and some network drives cannot, and the file is whole anyway."""
    if _on_windows():
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_WIN_DISK_FULL = {39, 112}
_WIN_HELD_OPEN = {32, 33}


def _sentence(path: Path, error: OSError) -> str:
    """What went wrong with saving, in words, with a way out."""
    start = f"“{path.name}” could not be saved"
    windows = getattr(error, "winerror", None)
    if error.errno in _DISK_FULL or windows in _WIN_DISK_FULL:
        return f"{start}: the disk is full. Make some room, or save it on another disk."
    if windows in _WIN_HELD_OPEN:
        return f"{start}: another program has it open. Close that program and save again."
    if error.errno == errno.ENAMETOOLONG:
        return f"{start}: its name or folder is too long. Choose a shorter name."
    if error.errno == errno.EISDIR:
        return f"{start}: there is a folder of that name. Choose another name."
    if error.errno in {errno.ENOENT, errno.ENOTDIR} and path.parent.is_dir():  # /proc answers like that
        return f"{start}: the folder “{path.parent}” cannot hold files. Choose another folder."
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return f"{start}: the folder “{path.parent}” is not there. Choose another folder."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        if path.is_file() and not os.access(path, os.W_OK):
            return f"{start}: the file is read-only. Save it under another name."
        return (
            f"{start}: the folder “{path.parent}” is read-only. Save it in another folder, such as Documents."
        )
    return f"{start}: {(error.strerror or str(error)).lower()}. Save it in another folder."
