"""Readers of well-known datasets that keep their pictures in arrays of their own formats."""

from __future__ import annotations

import bz2
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.downloads.contents import ArrayContents
from studio.data.downloads.matlab import read_mat
from studio.data.fixed_split import TEST, TRAIN, Parts
from studio.data.sources.array_pictures import Layout, PictureArrays
from studio.data.sources.idx import read_family

Bytes = npt.NDArray[np.uint8]
_MOST_LINE = 100_000  # characters; a USPS line has 5,000
DIGITS = tuple("0123456789")


def read_idx_family(
    folder: Path, family: str = "", names: Mapping[int, str] | Sequence[str] | None = None
) -> ArrayContents:
    arrays, files = read_family(folder, family, names)
    return ArrayContents(arrays, files)


def read_cifar(
    folder: Path, train: tuple[str, ...], test: str, names_file: str, label_bytes: int
) -> ArrayContents:
    """CIFAR's binary version: for each picture its label bytes (the last counts), then 3×32×32 bytes.

    Source: www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
    """
    classes = tuple(line for line in _text(folder / names_file).split() if line)
    blocks, files = [], (*(folder / name for name in train), folder / test)
    for file in files:
        blocks.append(_records(file, label_bytes + 3072))
    parts = _parts(sum(map(len, blocks[:-1])), len(blocks[-1]))
    records = np.concatenate(blocks)
    labels = records[:, label_bytes - 1].astype(np.int64)
    pictures = records[:, label_bytes:].reshape(-1, 3, 32, 32)
    return _contents(pictures, "nchw", labels, classes, parts, (*files, folder / names_file))


def read_stl10(folder: Path) -> ArrayContents:
    """STL-10's binary version: 3×96×96 bytes a picture, column by column; labels 1 to 10."""
    classes = tuple(line for line in _text(folder / "class_names.txt").split() if line)
    pictures, labels = [], []
    for part in ("train", "test"):
        block = _mapped(folder / f"{part}_X.bin", 3 * 96 * 96).reshape(-1, 3, 96, 96).transpose(0, 1, 3, 2)
        pictures.append(block)
        labels.append(_records(folder / f"{part}_y.bin", 1)[:, 0].astype(np.int64) - 1)
        _same_length(len(block), len(labels[-1]))
    files = tuple(folder / f"{part}_{what}.bin" for part in ("train", "test") for what in "Xy")
    parts = _parts(len(pictures[0]), len(pictures[1]))
    return _contents(np.concatenate(pictures), "nchw", np.concatenate(labels), classes, parts, files)


def read_svhn(folder: Path) -> ArrayContents:
    """Street View House Numbers: 32×32×3×n bytes in MATLAB files; the label 10 stands for the digit 0."""
    pictures, labels = [], []
    files = (folder / "train_32x32.mat", folder / "test_32x32.mat")
    for file in files:
        variables = read_mat(file)
        block, numbers = variables.get("X"), variables.get("y")
        if block is None or numbers is None or block.ndim != 4 or block.shape[:3] != (32, 32, 3):
            raise _wrong(f"“{file.name}”")
        pictures.append(block.transpose(3, 0, 1, 2).astype(np.uint8))
        labels.append(numbers.reshape(-1).astype(np.int64) % 10)
        _same_length(len(pictures[-1]), len(labels[-1]))
    parts = _parts(len(pictures[0]), len(pictures[1]))
    return _contents(np.concatenate(pictures), "nhwc", np.concatenate(labels), DIGITS, parts, files)


def read_usps(folder: Path) -> ArrayContents:
    """Digits from letters of the US mail, in LIBSVM's text format: a label 1 to 10, then 256 values -1 to "
    "1."""
    files = (folder / "usps.bz2", folder / "usps.t.bz2")
    blocks, labels = [], []
    for file in files:
        rows, numbers = _libsvm(file)
        blocks.append(rows)
        labels.append(numbers - 1)
    values = np.concatenate(blocks).reshape(-1, 16, 16)
    pictures = np.rint(np.clip((values + 1) * 127.5, 0, 255)).astype(np.uint8)
    parts = _parts(len(blocks[0]), len(blocks[1]))
    return _contents(pictures, "nhw", np.concatenate(labels), DIGITS, parts, files)


def read_semeion(folder: Path) -> ArrayContents:
    """Handwritten digits of 80 people: 256 values 0 or 1, then which of ten digits it is."""
    file = folder / "semeion.data"
    rows = [line.split() for line in _text(file).splitlines() if line.strip()]
    try:
        values = np.array([[float(cell) for cell in row] for row in rows])
    except ValueError as error:
        raise _wrong(f"“{file.name}”") from error
    if values.ndim != 2 or values.shape[1] != 266:
        raise _wrong(f"“{file.name}”")
    pictures = (values[:, :256].reshape(-1, 16, 16) * 255).astype(np.uint8)
    return _contents(pictures, "nhw", values[:, 256:].argmax(1), DIGITS, None, (file,))


def _contents(
    pictures: npt.NDArray[np.generic], layout: Layout, labels: npt.NDArray[np.int64],
    classes: tuple[str, ...], parts: Parts | None, files: tuple[Path, ...],
) -> ArrayContents:  # fmt: skip
    if not len(labels) or labels.min() < 0 or labels.max() >= len(classes):
        raise _wrong(f"“{files[0].name}”")
    return ArrayContents(PictureArrays(pictures, layout, labels, classes, parts), files)


def _parts(train: int, test: int) -> Parts:
    return np.repeat(np.array([TRAIN, TEST], np.uint8), (train, test))


def _records(file: Path, width: int) -> Bytes:
    try:
        data = np.fromfile(file, np.uint8)
    except OSError as error:
        raise _wrong(f"“{file.name}”") from error
    if not len(data) or len(data) % width:
        raise _wrong(f"“{file.name}”")
    return data.reshape(-1, width)


def _mapped(file: Path, width: int) -> Bytes:
    try:
        data: Bytes = np.memmap(file, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise _wrong(f"“{file.name}”") from error
    if len(data) % width:
        raise _wrong(f"“{file.name}”")
    return data


def _libsvm(file: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    rows, labels = [], []
    try:
        with bz2.open(file, "rt", encoding="ascii") as lines:
            while line := lines.readline(_MOST_LINE):
                label, *cells = line.split()
                labels.append(int(label))
                rows.append([float(cell.partition(":")[2]) for cell in cells])
        values = np.array(rows, np.float64)
    except (OSError, EOFError, ValueError) as error:
        raise _wrong(f"“{file.name}”") from error
    if values.ndim != 2 or values.shape[1] != 256:
        raise _wrong(f"“{file.name}”")
    return values, np.array(labels, np.int64)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _wrong(f"“{file.name}”") from error


def _same_length(pictures: int, labels: int) -> None:
    if pictures != labels:
        raise _wrong(f"A file with {pictures:,} pictures and {labels:,} labels")


def _wrong(what: str) -> DataError:
    return DataError(f"{what} is damaged or not what it should be.")
