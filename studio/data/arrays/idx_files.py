"""The IDX format of MNIST: a header of sizes, then numbers; plain or packed with gzip."""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.plain_files import open_plain

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_LARGEST_PACKED = 8_000_000_000  # bytes that a .gz may unpack to: it all lies in memory
_MARK = re.compile(r"[-_.]?idx\d[-_.]?(ubyte|byte|short|int|float|double)?", re.IGNORECASE)
_WHAT = re.compile(r"[-_.]?(images?|pictures?|labels?)[-_.]?", re.IGNORECASE)
_PART = re.compile(r"(^|[-_.])(train(ing)?|t10k|test(ing)?|val(id(ation)?)?)(?=$|[-_.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IdxHeader:
    path: Path
    dtype: str
    shape: tuple[int, ...]
    packed: bool

    @property
    def offset(self) -> int:
        return 4 + 4 * len(self.shape)

    @property
    def data_bytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def family(self) -> str:
        """What the files of one dataset have in common in their names: "" for MNIST, "emnist-letters"."""
        return _PART.sub("", _stem(self.path)).strip("-_.").lower()

    @property
    def part(self) -> str:
        """ "train", "validation" or "test", by the name."""
        found = _PART.search(_stem(self.path))
        word = found.group(2).lower() if found else "train"
        return "test" if word.startswith(("t10k", "test")) else "validation" if word[0] == "v" else "train"


def read_header(path: Path) -> IdxHeader | None:
    """The header, or None where this is no whole IDX file. Never raises."""
    try:
        with open_plain(path) as file:
            packed = file.read(2) == b"\x1f\x8b"
        with _open(path, packed) as source:
            head = source.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not 1 <= head[3] <= 4:
                return None
            sizes = source.read(4 * head[3])
            shape = struct.unpack(f">{head[3]}I", sizes)
    except (OSError, EOFError, zlib.error, struct.error):
        return None
    header = IdxHeader(path, _TYPES[head[2]], shape, packed)
    if not math.prod(shape) or (not packed and path.stat().st_size != header.offset + header.data_bytes):
        return None
    return header


def read_idx(header: IdxHeader) -> npt.NDArray[np.generic]:
    """The numbers; memory-mapped where the file is not packed. Raises DataError."""
    name = header.path.name
    try:
        if not header.packed:
            array: npt.NDArray[np.generic] = np.memmap(
                header.path, header.dtype, "r", header.offset, header.shape
            )
            return array
        if header.data_bytes > min(_LARGEST_PACKED, 1100 * header.path.stat().st_size):
            raise DataError(f"“{name}” says that it is far larger than it can be. Get it again.")
        with _open(header.path, True) as source:
            data = source.read(header.offset + header.data_bytes + 1)
    except (OSError, EOFError, zlib.error, ValueError, MemoryError) as error:
        raise DataError(f"“{name}” is damaged or cut off. Get it again.") from error
    if len(data) != header.offset + header.data_bytes:
        raise DataError(f"“{name}” is damaged or cut off. Get it again.")
    return np.frombuffer(data, header.dtype, offset=header.offset).reshape(header.shape)


def looks_like_idx(name: str) -> bool:
    """By its name: quick, for folders with many files."""
    lower = name.lower()
    return bool(re.search(r"idx\d", lower)) or lower.removesuffix(".gz").endswith(
        ("-ubyte", ".ubyte", ".idx")
    )


def _stem(path: Path) -> str:
    name = path.name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    return _WHAT.sub("-", _MARK.sub("", name)).strip("-_.")


def _open(path: Path, packed: bool) -> IO[bytes]:
    return gzip.open(path, "rb") if packed else open_plain(path)  # type: ignore[return-value]
