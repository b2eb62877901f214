"""Opens files of the user's that are files: a pipe would be waited for, and a device is read without end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # opening a pipe waits for its other end, but not with this
NO_FILE = "it is no file, but a pipe or a device"


class NotAFileError(OSError):
    """A pipe, a socket or a device, perhaps behind a link with the name of a picture."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(errno.EINVAL, NO_FILE, str(path))


def open_plain(path: str | Path) -> BinaryIO:
    """The file's bytes. Raises OSError, NotAFileError among them."""
    return open(path, "rb", opener=_opened)


def read_plain(path: str | Path) -> bytes:
    """All of it. Raises OSError."""
    with open_plain(path) as file:
        return file.read()


def check_plain(path: str | Path) -> None:
    """For what opens the file itself. Raises OSError."""
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
        raise NotAFileError(path)


def _opened(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | _AT_ONCE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        os.close(descriptor)
        if is_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        raise NotAFileError(path)
    return descriptor
