"""The numbers in a MATLAB 5 file (.mat): numeric arrays only, no objects, nothing that runs."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError

_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_MATRIX, _COMPRESSED = 14, 15
_HEADER = 128
_MOST_BYTES = 8_000_000_000  # of one variable, unpacked
_MOST_RATIO = 1100  # zlib can do no better than 1032


def read_mat(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The numeric variables by name, in MATLAB's order of axes; others are passed over. Raises DataError."""
    try:
        data = path.read_bytes()
        order = {b"IM": "<", b"MI": ">"}[data[126:128]]
        found = {}
        for kind, body in _elements(memoryview(data)[_HEADER:], order):
            if kind == _COMPRESSED:
                kind, body = next(_elements(memoryview(_unpacked(body)), order))
            if kind == _MATRIX:
                variable = _matrix(body, order)
                if variable is not None:
                    found[variable[0]] = variable[1]
    except FileNotFoundError:
        raise DataError(f"“{path.name}” is not there any more.", "missing") from None
    except (OSError, KeyError, ValueError, struct.error, zlib.error, StopIteration, MemoryError) as error:
        raise DataError(f"“{path.name}” is damaged or no MATLAB 5 file.") from error
    return found


def _elements(data: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Each element's type and content; small ones lie in their own tag."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind >> 16:
            kind, size = kind & 0xFFFF, kind >> 16
            if size > 4:
                raise ValueError(size)
            yield kind, data[at + 4 : at + 4 + size]
            at += 8
            continue
        body = data[at + 8 : at + 8 + size]
        if len(body) != size:
            raise ValueError("the file ends too early")
        yield kind, body
        at += 8 + size + (0 if kind == _COMPRESSED else -size % 8)


def _unpacked(body: memoryview) -> bytes:
    most = min(_MOST_BYTES, _MOST_RATIO * max(64, len(body)))
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(body, most)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("too large, or cut off")
    return data


def _matrix(body: memoryview, order: str) -> tuple[str, npt.NDArray[np.generic]] | None:
    """Name and numbers; None for what holds no plain numbers."""
    parts = _elements(body, order)
    _, flags = next(parts)
    (word,) = struct.unpack_from(f"{order}I", flags)
    _, sizes = next(parts)
    _, name = next(parts)
    wanted = _CLASSES.get(word & 0xFF)
    if wanted is None or word & 0x800:  # cells, texts, objects; complex numbers
        return None
    kind, numbers = next(parts)
    shape = struct.unpack(f"{order}{len(sizes) // 4}i", sizes)
    if any(size < 0 for size in shape):
        raise ValueError(shape)
    values = np.frombuffer(numbers, f"{order}{_NUMBERS[kind]}", math.prod(shape))
    return bytes(name).decode("ascii", "replace"), values.astype(wanted, copy=False).reshape(shape, order="F")
