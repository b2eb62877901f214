"""What is in an archive, one member after the other, whatever sort of archive it is."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

from studio.data.dataset import DataError
from studio.data.plain_files import open_plain

Kind = Literal["zip", "tar", "gz", "bz2", "xz", "rar", "7z"]

SUFFIXES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".rar", ".7z")
_MAX_HEADER = 1 << 20  # of a tar's long names: longer ones are there to fill the memory
_UTF8_FLAG = 0x800
_LOCKED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One thing in an archive. `why_not`: why it is left out, a sentence; `open` gives its bytes."""

    name: str
    is_folder: bool
    declared_bytes: int
    open: Callable[[], IO[bytes]]
    why_not: str = ""


def is_archive(path: Path) -> bool:
    """Whether a file is an archive or a packed file by its name. Office files are zips, too: they are not."""
    return path.name.lower().endswith(SUFFIXES)


def kind_of(path: Path) -> Kind | None:
    """By the first bytes, whatever the file is called; None for anything else. Raises OSError."""
    with open_plain(path) as file:
        head = file.read(265)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"BZh"):
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"Rar!"):
        return "rar"
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "7z"
    return "tar" if head[257:262] == b"ustar" or path.name.lower().endswith(".tar") else None


def members(path: Path, raw: IO[bytes]) -> Iterator[Member]:
    """The members of an archive; `raw` is the open file. Raises DataError, and what the modules raise."""
    kind = kind_of(path)
    if kind in ("rar", "7z"):
        raise DataError(
            f"“{path.name}” is a {kind.upper()} archive, which Lantern cannot open. Unpack it with the "
            "program that made it and choose the folder, or save it as ZIP."
        )
    if kind is None:
        raise DataError(f"“{path.name}” is no archive that Lantern knows, or it is damaged. Get it again.")
    if kind == "zip":
        yield from _zip_members(path, raw)
    elif kind == "tar" or _holds_tar(raw, kind):
        raw.seek(0)
        yield from _tar_members(raw, kind)
    else:
        raw.seek(0)
        yield _single(path, raw, kind)


def _zip_members(path: Path, raw: IO[bytes]) -> Iterator[Member]:
    with zipfile.ZipFile(raw) as archive:
        for info in archive.infolist():
            if info.flag_bits & _LOCKED_FLAG:
                raise DataError(
                    f"“{path.name}” is locked with a password. Unpack it with its password and choose the "
                    "folder.",
                    "locked",
                )
            is_link = info.create_system == 3 and (info.external_attr >> 16) & 0o170000 == 0o120000
            yield Member(
                _zip_name(info),
                info.is_dir() or info.filename.endswith("\\"),
                info.file_size,
                lambda info=info: archive.open(info),  # type: ignore[misc]
                "It is a link, and links are not followed." if is_link else "",
            )


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: Macs and Linux write UTF-8 without saying so."""
    name = info.orig_filename.split("\0")[0]
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


class _StrictInfo(tarfile.TarInfo):
    """A header that tells of damage, where the module would end as if the archive were over."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> _StrictInfo:
        info = super().frombuf(buf, encoding, errors)
        if info.size < 0 or (info.type in b"xgXLK" and info.size > _MAX_HEADER):
            raise tarfile.ReadError("the header of a name is too long")
        return info

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> _StrictInfo:
        try:
            return super().fromtarfile(tar)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise  # the mark at the end of every whole archive
        except tarfile.HeaderError as error:
            raise tarfile.ReadError("the archive ends too early") from error


def _tar_members(raw: IO[bytes], kind: Kind) -> Iterator[Member]:
    mode = "r:" if kind == "tar" else f"r:{kind}"
    opened: Any = tarfile.open(fileobj=raw, mode=mode, tarinfo=_StrictInfo)  # type: ignore[call-overload]  # noqa: SIM115
    with opened as archive:
        for info in archive:
            archive.members = []  # the module would keep all headers
            why_not = ""
            if info.islnk() or info.issym():
                why_not = "It is a link, and links are not followed."
            elif not (info.isreg() or info.isdir()):
                why_not = "It is a device or a pipe, no file."
            yield Member(
                _tar_name(info.name),
                info.isdir(),
                info.size,
                lambda info=info: cast(IO[bytes], archive.extractfile(info)),  # type: ignore[misc]
                why_not,
            )


def _tar_name(name: str) -> str:
    """Bytes that are no UTF-8 come as halves of letters: what Windows in the West would have meant."""
    if not any("\udc80" <= letter <= "\udcff" for letter in name):
        return name
    return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _holds_tar(raw: IO[bytes], kind: Kind) -> bool:
    raw.seek(0)
    head = _unpacking(raw, kind).read(512)
    return len(head) == 512 and head[257:262] == b"ustar"


def _single(path: Path, raw: IO[bytes], kind: Kind) -> Member:
    name = path.name
    for suffix in (".gz", ".bz2", ".xz"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return Member(name or "data", False, 0, lambda: _unpacking(raw, kind))


def _unpacking(raw: IO[bytes], kind: Kind) -> IO[bytes]:
    if kind == "gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if kind == "bz2":
        return cast(IO[bytes], bz2.BZ2File(raw))
    return cast(IO[bytes], lzma.LZMAFile(raw))
