"""Small files in the true IDX format, for tests."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

_CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array: np.ndarray) -> bytes:
    """An array as IDX has it: big-endian, its sizes first."""
    code = _CODES[array.dtype.str[1:]]
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write_idx(path: Path, array: np.ndarray) -> Path:
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_mnist(folder: Path, train: int = 20, test: int = 10, ending: str = "", prefix: str = "") -> None:
    """Four files as MNIST has them; picture i is filled with i % 10 * 20, its label is i % 10."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        numbers = np.arange(count) % 10
        pictures = np.broadcast_to((numbers * 20)[:, None, None], (count, 28, 28)).astype(np.uint8).copy()
        pictures[:, 0, 1] = 255  # so that a turned picture is noticed
        pictures[:, 27, 26:] = np.stack(
            [np.arange(count) // 250, np.arange(count) % 250], axis=1
        )  # all differ
        write_idx(folder / f"{prefix}{part}-images-idx3-ubyte{ending}", pictures)
        write_idx(folder / f"{prefix}{part}-labels-idx1-ubyte{ending}", numbers.astype(np.uint8))
