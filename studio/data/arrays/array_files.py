"""NumPy's .npy and .npz files: what is in them, and the arrays. Never their pickles."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.plain_files import check_plain, open_plain

SUFFIXES = (".npz", ".npy")
MEMORY_SHARE = 0.5  # of the free memory, for what one .npz unpacks to
_DAMAGE = (
    EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, SyntaxError, TypeError, MemoryError,
    NotImplementedError, RuntimeError, OverflowError, tokenize.TokenError,
)  # fmt: skip
_GOOD_KINDS = "biufUS"


@dataclass(frozen=True, slots=True)
class ArrayHead:
    """An array's name, form and number type, without its content. `inside`: its member in the .npz."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    inside: str = ""

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __str__(self) -> str:
        return f"“{self.name}” ({'×'.join(map(str, self.shape)) or 'a single value'} {self.dtype})"


_HARMLESS_BYTES = 500_000_000  # below this the ratio does not matter
_RATIO = 250


def heads_of(path: Path) -> tuple[ArrayHead, ...]:
    """What is in the file. Raises DataError: damaged, or with Python objects in it."""
    try:
        if path.suffix.lower() == ".npy":
            with open_plain(path) as file:
                return (_checked(path, path.stem, file, ""),)
        check_plain(path)
        with zipfile.ZipFile(path) as archive:
            found = []
            for member in archive.namelist():
                if member.endswith(".npy"):
                    with archive.open(member) as opened:
                        found.append(_checked(path, member[:-4], opened, member))
    except FileNotFoundError:
        raise DataError(f"“{path}” is not there any more. Choose where it is now.", "missing") from None
    except (OSError, *_DAMAGE) as error:
        raise _damaged(path) from error
    if not found:
        raise DataError(f"“{path.name}” holds no arrays.", "empty")
    return tuple(found)


def read_array(head: ArrayHead) -> npt.NDArray[np.generic]:
    """The array; of a .npy file memory-mapped. Raises DataError."""
    try:
        if not head.inside:
            mapped: npt.NDArray[np.generic] = np.load(head.path, mmap_mode="r", allow_pickle=False)
            return mapped
        _refuse_too_large(head)
        with np.load(head.path, allow_pickle=False) as arrays:
            loaded: npt.NDArray[np.generic] = arrays[head.inside[:-4]]
    except (OSError, *_DAMAGE) as error:
        raise _damaged(head.path) from error
    if loaded.shape != head.shape:
        raise _damaged(head.path)
    return loaded


def by_name(heads: tuple[ArrayHead, ...]) -> Mapping[str, ArrayHead]:
    return {head.name.casefold(): head for head in heads}


def _checked(path: Path, name: str, file: IO[bytes], inside: str) -> ArrayHead:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version in ((2, 0), (3, 0)):
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError(version)
    if dtype.hasobject:
        raise DataError(
            f"The array “{name}” in “{path.name}” holds Python objects, which can run programs; Lantern "
            "never opens them. Save it again with plain numbers or texts.",
            "unsafe",
        )
    return ArrayHead(path, name, tuple(int(n) for n in shape), dtype, inside)


def plain(head: ArrayHead) -> bool:
    """Whether it holds numbers, truths or texts, at least one."""
    return head.dtype.kind in _GOOD_KINDS and head.dtype.names is None and math.prod(head.shape) > 0


def _refuse_too_large(head: ArrayHead) -> None:
    packed = head.path.stat().st_size
    if head.nbytes > _HARMLESS_BYTES and head.nbytes > _RATIO * packed:
        raise DataError(
            f"The array {head} was not opened. It unpacks to more than {_RATIO} times its size, as files do "
            "that are made to fill the memory. If you trust it, save it as a .npy file of its own.",
            "too-large",
        )
    import psutil  # a tenth of a second that the window's start does not need

    free = psutil.virtual_memory().available
    if head.nbytes > MEMORY_SHARE * free:
        raise DataError(
            f"The array {head} needs {head.nbytes / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free. "
            "Save it as a .npy file of its own, which is read bit by bit.",
            "too-large",
        )


def _damaged(path: Path) -> DataError:
    return DataError(f"“{path.name}” is damaged or cut off. Get it again.")
