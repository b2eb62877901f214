"""Opens zip and tar archives and single packed files safely: nothing leaves the folder, nothing explodes.

Written for files from anywhere. Links and devices are never made, names are made safe, what is unpacked
is counted while it is written, and the folder appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import lzma
import shutil
import struct
import tarfile
import time
import uuid
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio.data.archives.members import Member, is_archive, members
from studio.data.archives.names import NameBook, UnsafeName, is_litter, parts_of
from studio.data.dataset import Cancelled, DataError, Progress, Skipped
from studio.data.plain_files import open_plain

__all__ = ["Limits", "Unpacked", "is_archive", "put_in_place", "unpack", "unpack_into"]

_CHUNK = 1 << 18
_HELD_S = 5.0  # as long as scanners take for a folder of pictures
_AGAIN_S = 0.1
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError, struct.error,
    UnicodeError, OverflowError, IndexError, KeyError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may grow to. Whatever the disk has is a limit, too."""

    total_bytes: int = 100_000_000_000
    members: int = 3_000_000
    ratio: int = 250  # unpacked to packed; pictures have 1, text 10, an MNIST 5
    harmless_bytes: int = 300_000_000  # below this the ratio does not matter
    free_bytes: int = 500_000_000  # stays free on the disk


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`folder` holds the files; `left_out` are links, devices and their like, with the reason."""

    folder: Path
    files: int
    total_bytes: int
    left_out: tuple[Skipped, ...] = ()


class _Position(Protocol):
    def tell(self) -> int: ...


def unpack(
    archive: Path, folder: Path, progress: Progress | None = None, limits: Limits | None = None
) -> Unpacked:
    """Unpacks into `folder`, which must not exist; it appears at the end, whole, or not at all.

    Raises: DataError: damaged, locked, unsafe, too large, disk full; Cancelled.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.with_name(f".{folder.name[:40]}-{uuid.uuid4().hex[:8]}.unpacking")
    try:
        staging.mkdir()
        done = unpack_into(archive, staging, progress, limits)
        put_in_place(staging, folder)
    except OSError as error:
        if folder.is_dir():  # another window was quicker
            return Unpacked(folder, 0, 0)
        raise _from_system(archive, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Unpacked(folder, done.files, done.total_bytes, done.left_out)


def put_in_place(staging: Path, folder: Path) -> None:
    """One step makes it the folder. A virus scanner on Windows holds new files for a moment: tried again."""
    deadline = time.monotonic() + _HELD_S
    while True:
        try:
            staging.replace(folder)
        except PermissionError:
            if folder.exists() or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def unpack_into(
    archive: Path, folder: Path, progress: Progress | None = None, limits: Limits | None = None
) -> Unpacked:
    """Unpacks into a folder that the caller throws away if this raises. Raises as `unpack` does."""
    name = archive.name
    try:
        with open_plain(archive) as raw:
            work = _Work(archive, folder, limits or Limits(), raw, progress)
            for member in members(archive, raw):
                work.take(member)
    except UnsafeName as error:
        raise DataError(
            f"“{name}” is not safe and was not opened. {error}. Do not use it.", "unsafe"
        ) from error
    except (RuntimeError, NotImplementedError) as error:  # zipfile's words for a method it lacks
        raise DataError(
            f"“{name}” is packed in a way that Lantern cannot read. Unpack it with another program and "
            "choose the folder."
        ) from error
    except _DAMAGE as error:
        raise DataError(f"“{name}” is damaged or cut off. Get it again.") from error
    except OSError as error:
        raise _from_system(archive, error) from error
    if not work.files:
        raise DataError(f"“{name}” holds no files.", "empty")
    return Unpacked(folder, work.files, work.written, tuple(work.left_out))


class _Work:
    """One unpacking: where names go, how much was written, what was left out."""

    def __init__(
        self, archive: Path, folder: Path, limits: Limits, raw: _Position, progress: Progress | None
    ) -> None:
        self._archive, self._folder, self._limits = archive, folder, limits
        self._raw, self._progress = raw, progress
        self._packed = max(1, archive.stat().st_size)
        self._room = shutil.disk_usage(folder).free - limits.free_bytes
        self._names = NameBook()
        self._made: set[Path] = set()
        self._seen = 0
        self.files = 0
        self.written = 0
        self.left_out: list[Skipped] = []

    def take(self, member: Member) -> None:
        self._seen += 1
        if self._seen > self._limits.members:
            raise self._refused(f"It holds more than {self._limits.members:,} files")
        parts = parts_of(member.name)
        if not parts or is_litter(member.name):
            return
        if member.why_not:
            self.left_out.append(Skipped("/".join(parts), member.why_not))
            return
        place = self._folder.joinpath(*self._names.place(parts, member.is_folder))
        self._make(place if member.is_folder else place.parent)
        if not member.is_folder:
            self._refuse_size(member.declared_bytes)
            self._write(member, place)
            self.files += 1
        self._tell()

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)

    def _write(self, member: Member, place: Path) -> None:
        with member.open() as source, place.open("wb") as target:
            while chunk := source.read(_CHUNK):
                self.written += len(chunk)
                self._refuse_size(0)  # what the header says may be a lie
                target.write(chunk)
                if self.written % (8 * _CHUNK) < len(chunk):
                    self._tell()

    def _refuse_size(self, more: int) -> None:
        total = self.written + more
        if total > self._limits.total_bytes:
            raise self._refused(f"It unpacks to more than {_size(self._limits.total_bytes)}")
        if total > self._limits.harmless_bytes and total > self._limits.ratio * self._packed:
            raise self._refused(f"It unpacks to more than {self._limits.ratio} times its size")
        if total > self._room:
            raise DataError(
                f"“{self._archive.name}” needs more room than the disk has. Free at least "
                f"{_size(max(1, total - max(0, self._room)))} and try again.",
                "disk-full",
            )

    def _refused(self, why: str) -> DataError:
        return DataError(
            f"“{self._archive.name}” was not opened. {why}, as files do that are made to fill a disk. If you "
            "trust it, unpack it yourself and choose the folder.",
            "too-large",
        )

    def _tell(self) -> None:
        if self._progress is None:
            return
        with contextlib.suppress(ValueError, OSError):
            if not self._progress(min(1.0, self._raw.tell() / self._packed)):
                raise Cancelled


def _from_system(archive: Path, error: OSError) -> DataError:
    name = archive.name
    if isinstance(error, FileNotFoundError) and not archive.exists():
        return DataError(f"“{name}” is not there any more. Choose it again.", "missing")
    if isinstance(error, PermissionError):
        return DataError(f"“{name}” may not be read or unpacked here; check the permissions of its folder.")
    if error.errno in (28, 122, 112):  # ENOSPC, EDQUOT, and Windows' own number
        return DataError(f"The disk is full. Free some room and open “{name}” again.", "disk-full")
    reason = error.strerror or "it is damaged or cut off"
    return DataError(f"“{name}” cannot be unpacked: {reason}. Get it again, or unpack it yourself.")


def _size(count: int) -> str:
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"
