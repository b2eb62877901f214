"""Makes archives for tests: good ones, and those that somebody made to do harm."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from pathlib import Path


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name  # unchanged: ZipInfo itself would make it harmless
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def make_tar(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def add_specials(path: Path, members: list[tarfile.TarInfo], files: dict[str, bytes]) -> Path:
    """A tar with links and devices before its files."""
    with tarfile.open(path, "w") as archive:
        for member in members:
            archive.addfile(member)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def locked_zip(path: Path) -> Path:
    """A zip whose entry says that it is encrypted."""
    make_zip(path, {"secret.txt": b"x" * 100})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        data[at + offset] |= 1
    path.write_bytes(data)
    return path


def lying_zip(path: Path, size: int, told: int) -> Path:
    """A zip whose headers tell of fewer bytes than come out."""
    make_zip(path, {"zeros.bin": b"\0" * size})
    data = bytearray(path.read_bytes())
    short, real = told.to_bytes(4, "little"), size.to_bytes(4, "little")
    checksum = zlib.crc32(b"\0" * told).to_bytes(4, "little")
    path.write_bytes(
        bytes(data).replace(real, short).replace(zlib.crc32(b"\0" * size).to_bytes(4, "little"), checksum)
    )
    return path
