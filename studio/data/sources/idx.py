"""IDX files, as MNIST and its relatives come: pictures and labels in files of their own."""

from __future__ import annotations

import os
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.params import Params
from studio.core.project import DatasetChoice
from studio.data.arrays.idx_files import IdxHeader, looks_like_idx, read_header, read_idx
from studio.data.arrays.label_arrays import numbered
from studio.data.dataset import DataError, Progress
from studio.data.fingerprint import fingerprint
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.sources.array_pictures import ArrayPictures, PictureArrays, span_of
from studio.data.sources.image_folder import PARAMS
from studio.data.sources.source import Source, absolute

_MOST_ENTRIES = 400  # of a folder that is looked through for IDX files
_PART_NUMBERS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_CASELESS = frozenset("cijklmopsuvwxyz")  # letters whose capitals look alike: EMNIST merges them
_MERGED = string.digits + string.ascii_uppercase + "".join(
    letter for letter in string.ascii_lowercase if letter not in _CASELESS
)  # fmt: skip
EMNIST_CLASSES: Mapping[str, Mapping[int, str]] = {
    "emnist-letters": dict(enumerate(string.ascii_lowercase, 1)),
    "emnist-balanced": dict(enumerate(_MERGED)),
    "emnist-bymerge": dict(enumerate(_MERGED)),
    "emnist-byclass": dict(enumerate(string.digits + string.ascii_uppercase + string.ascii_lowercase)),
}


def read_family(
    folder: Path, family: str, names: Mapping[int, str] | Sequence[str] | None = None
) -> tuple[PictureArrays, tuple[Path, ...]]:
    """All parts of one dataset in a folder, and the files they are in. Raises DataError."""
    headers = [header for header in _headers(folder) if header.family == family]
    pairs = _pairs(headers)
    pictures: list[npt.NDArray[np.generic]] = []
    labels: list[npt.NDArray[np.generic]] = []
    parts: list[npt.NDArray[np.uint8]] = []
    for picture_file, label_file in pairs:
        array = read_idx(picture_file)
        values = read_idx(label_file)
        pictures.append(array.transpose(0, 2, 1) if family.startswith("emnist") else array)
        labels.append((values if values.ndim == 1 else values[:, 0]).astype(np.int64))
        parts.append(np.full(len(array), _PART_NUMBERS[picture_file.part], np.uint8))
    known = names if names is not None else EMNIST_CLASSES.get(family)
    numbers, classes = numbered(np.concatenate(labels), known)
    stacked = pictures[0] if len(pictures) == 1 else np.concatenate(pictures)
    span, note = span_of(stacked)
    arrays = PictureArrays(
        stacked, "nhw", numbers, classes, np.concatenate(parts) if len(pairs) > 1 else None, span, "label",
        (note,) if note else (),
    )  # fmt: skip
    return arrays, tuple(header.path for pair in pairs for header in pair)


def choose_idx(text: str, options: Params) -> DatasetChoice:
    return open_idx(DatasetChoice("idx", absolute(text), dict(options))).choice


def open_idx(choice: DatasetChoice, progress: Progress | None = None) -> ArrayPictures:
    """Raises DataError: missing, no labels, sizes that do not fit, several datasets in one folder."""
    location = Path(choice.location)
    if not location.exists():
        raise DataError(f"“{location}” is not there any more. Choose where it is now.", "missing")
    if location.is_dir():
        folder, family = location, _only_family(location)
    else:
        header = read_header(location)
        if header is None:
            raise DataError(f"“{location.name}” is no IDX file any more, or it is damaged. Get it again.")
        folder, family = location.parent, header.family
    arrays, files = read_family(folder, family)
    return ArrayPictures(choice, arrays, fingerprint(files, folder))


def is_idx(text: str) -> bool:
    """A folder with IDX files, or one of them."""
    path = Path(text).expanduser()
    try:
        if path.is_dir():
            return any(read_header(file) is not None for file in _candidates(path))
        return path.is_file() and read_header(path) is not None
    except OSError:
        return False


def _only_family(folder: Path) -> str:
    families = sorted({header.family for header in _headers(folder) if len(header.shape) == 3})
    if not families:
        broken = [path.name for path in _candidates(folder) if read_header(path) is None]
        if broken:
            raise DataError(
                f"“{broken[0]}” is damaged or cut off: it is not as long as it says. Get it again."
            )
        raise DataError(f"“{folder.name}” holds no pictures in IDX files. Choose another folder.", "empty")
    if len(families) > 1:
        listed = ", ".join(f"“{family or 'train, t10k'}”" for family in families[:8])
        raise DataError(
            f"“{folder.name}” holds several datasets: {listed}. Choose the file with the pictures of the one "
            "you want.",
            "structure",
        )
    return families[0]


def _pairs(headers: list[IdxHeader]) -> list[tuple[IdxHeader, IdxHeader]]:
    """Pictures with their labels, training first. A plain file goes before its packed copy."""
    ordered = sorted(headers, key=lambda header: (header.packed, header.path.name), reverse=True)
    pictures = {header.part: header for header in ordered if len(header.shape) == 3}
    labels = {header.part: header for header in ordered if len(header.shape) < 3 and "f" not in header.dtype}
    pairs = []
    for part in _PART_NUMBERS:
        if part not in pictures:
            continue
        if part not in labels:
            raise DataError(
                f"“{pictures[part].path.name}” holds pictures without labels. Put the file with their labels "
                "beside it; its name has “labels” where this one has “images”.",
                "structure",
            )
        _check_pair(pictures[part], labels[part])
        pairs.append((pictures[part], labels[part]))
    if not pairs:
        raise DataError(
            "These IDX files hold labels, but no pictures. Put the pictures beside them.", "empty"
        )
    if len({pair[0].shape[1:] for pair in pairs}) > 1:
        sizes = " and ".join("×".join(map(str, pair[0].shape[1:])) for pair in pairs)
        raise DataError(f"The parts have pictures of different sizes: {sizes}. Get the files again.")
    return pairs


def _check_pair(pictures: IdxHeader, labels: IdxHeader) -> None:
    if pictures.shape[0] != labels.shape[0]:
        raise DataError(
            f"“{pictures.path.name}” has {pictures.shape[0]:,} pictures, but “{labels.path.name}” has "
            f"{labels.shape[0]:,} labels. They do not belong together, or one is damaged."
        )


def _headers(folder: Path) -> list[IdxHeader]:
    return [header for file in _candidates(folder) if (header := read_header(file)) is not None]


def _candidates(folder: Path) -> list[Path]:
    found = []
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number > _MOST_ENTRIES:
                return []  # a folder of pictures: looking at all of it would take long
            if looks_like_idx(entry.name) and entry.is_file():
                found.append(Path(entry.path))
    return sorted(found)


SOURCE = Source(
    "idx",
    "IDX files",
    "Pictures and labels as MNIST has them: files called …-images-idx3-ubyte and …-labels-idx1-ubyte, plain "
    "or packed.",
    recognises=is_idx,
    choose=choose_idx,
    open=open_idx,
    params=PARAMS,
    reads_packed=True,
)
