"""Archives that the user chose: unpacked once into Lantern's own folder, found again by content."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from studio.data.archives.extraction import is_archive, unpack
from studio.data.archives.kept import archive_of, note_unpacked, put_back_own
from studio.data.archives.names import is_litter, parts_of
from studio.data.archives.places import unpacked_folder
from studio.data.data_files import only_data_file
from studio.data.dataset import Cancelled, DataError, Progress
from studio.data.plain_files import open_plain

_WHOLE_BYTES = 512_000_000  # up to here the content alone decides; above, samples and the time of change
_CHUNK = 1 << 20
_SAMPLES = 64
_HASHING = 0.1  # the share of the progress that looking for an earlier copy gets

__all__ = ["data_inside", "is_archive", "unpacked_again", "unpacked_folder"]


def data_inside(archive: Path, progress: Progress | None = None) -> Path:
    """The folder or the single file in an archive, unpacked now or an earlier time.

    Raises: DataError: see studio.data.archives.extraction; Cancelled.
    """
    mark = _content_mark(archive, _part(progress, 0.0, _HASHING))
    home = unpacked_folder() / mark
    target = home / _plain_name(archive)
    done = None
    if not target.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        try:
            done = unpack(archive, target, _part(progress, _HASHING, 1.0))
        except BaseException:
            with contextlib.suppress(OSError):
                home.rmdir()
            raise
        put_back_own(home, target)
    note_unpacked(home, target, archive, done)
    return innermost(target)


def unpacked_again(location: str, progress: Progress | None = None) -> None:
    """Data that were unpacked once and deleted since are unpacked anew; any other place is left alone.

    Raises: DataError: the archive is gone, or another one by now; Cancelled.
    """
    if os.path.exists(location):  # noqa: PTH110
        return
    archive = archive_of(location)
    if archive is None:
        return
    name = archive.name
    if not archive.is_file():
        raise DataError(
            f"These data were unpacked from “{archive}”, which is not there any more, and the unpacked files "
            "were deleted. Put it back, or show where the data are now.",
            "missing",
        )
    data_inside(archive, progress)
    if not os.path.exists(location):  # noqa: PTH110
        raise DataError(
            f"“{name}” has changed since these data were unpacked from it. Choose it anew on the Data page.",
            "missing",
        )


def innermost(folder: Path) -> Path:
    """Past folders that hold nothing but one folder of folders, to what people meant by the archive.

    A single file (an array), or the only table beside a read-me, is itself what was meant. A single folder
    of pictures stays where it is: its name is a class.
    """
    while True:
        entries = [entry for entry in _entries(folder) if not is_litter(entry.name)]
        if len(entries) != 1:
            return _only_table(folder, entries) or folder
        only = Path(entries[0].path)
        if not only.is_dir():
            return only
        inner = _entries(only)
        if not any(entry.is_dir() for entry in inner) and _looks_like_class(inner):
            return folder
        folder = only


def _only_table(folder: Path, entries: list[os.DirEntry[str]]) -> Path | None:
    plain = not any(entry.is_dir() or _is_picture(entry) for entry in entries)
    return only_data_file(folder) if plain else None


def _is_picture(entry: os.DirEntry[str]) -> bool:
    from studio.data.pictures.decoding import SUFFIXES

    return Path(entry.name).suffix.lower() in SUFFIXES


def _looks_like_class(entries: list[os.DirEntry[str]]) -> bool:
    """A folder of nothing but pictures, no labels beside them."""
    files = [entry for entry in entries if not is_litter(entry.name)]
    return bool(files) and all(map(_is_picture, files))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def _plain_name(archive: Path) -> str:
    """The archive's name without its endings, as a folder's name."""
    name = archive.name
    for suffix in (".gz", ".bz2", ".xz", ".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return (parts_of(name) or ("archive",))[-1]


def _content_mark(archive: Path, progress: Progress | None) -> str:
    """16 digits that are the same for the same content."""
    digest = hashlib.sha256()
    try:
        status = archive.stat()
        size = status.st_size
        digest.update(str(size).encode())
        with open_plain(archive) as file:
            if size <= _WHOLE_BYTES:
                _hash_whole(file.read, digest.update, size, progress)
            else:
                digest.update(str(status.st_mtime_ns).encode())
                for sample in range(_SAMPLES):
                    file.seek(sample * (size - _CHUNK) // (_SAMPLES - 1))
                    digest.update(file.read(_CHUNK))
    except FileNotFoundError:
        raise DataError(f"“{archive.name}” is not there any more. Choose it again.", "missing") from None
    except OSError as error:
        raise DataError(
            f"“{archive.name}” cannot be read: {error.strerror or error}. Copy it to this computer and try "
            "again."
        ) from error
    return digest.hexdigest()[:16]


def _hash_whole(
    read: Callable[[int], bytes], update: Callable[[bytes], None], size: int, progress: Progress | None
) -> None:
    done = 0
    while chunk := read(_CHUNK):
        update(chunk)
        done += len(chunk)
        if progress is not None and not progress(done / max(1, size)):
            raise Cancelled


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A share of the whole progress."""
    if progress is None:
        return None
    return lambda fraction: progress(start + (end - start) * min(1.0, fraction))
