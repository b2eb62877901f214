"""NumPy's .npz and .npy files: pictures, or rows of a table, with labels."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from studio.core.params import Params
from studio.core.project import DatasetChoice
from studio.core.safe_write import write_atomically
from studio.data.archives.unpacked import unpacked_folder
from studio.data.arrays.array_choice import Found, find_pairs, is_samples_name
from studio.data.arrays.array_files import SUFFIXES, read_array
from studio.data.arrays.label_arrays import class_values, numbered
from studio.data.dataset import DataError, Progress
from studio.data.fingerprint import fingerprint
from studio.data.sources.array_pictures import ArrayPictures, PictureArrays, layout_of, span_of
from studio.data.sources.image_folder import PARAMS
from studio.data.sources.source import Source, absolute

_MOST_CELLS = 50_000_000  # of a table that is turned into a CSV file
_MOST_ENTRIES = 100  # of a folder of arrays; with more it is a folder of something else
_TARGET = "label"


def choose_arrays(text: str, options: Params) -> DatasetChoice:
    """Pictures are read from the file; rows become a table of Lantern's own, opened as any table is."""
    location = Path(absolute(text))
    location = _array_file_in(location) or location
    found = find_pairs(location)
    inputs = found.pairs[0].inputs
    if layout_of(inputs.shape) is None:
        if len(inputs.shape) != 2:
            raise DataError(
                f"The array {inputs} in “{location.name}” holds neither pictures (samples×height×width, "
                "perhaps ×3 colours) nor rows (samples×features). Save it in one of these forms.",
                "structure",
            )
        from studio.data.sources.csv_table import choose_table

        return choose_table(str(_as_table(location, found)), {}, target=_TARGET)
    return open_arrays(DatasetChoice("arrays", str(location), dict(options))).choice


def open_arrays(choice: DatasetChoice, progress: Progress | None = None) -> ArrayPictures:
    """Raises DataError: missing, damaged, no labels, labels that are no classes."""
    location = Path(choice.location)
    if not location.exists():
        raise DataError(f"“{location}” is not there any more. Choose where it is now.", "missing")
    found = find_pairs(location)
    layout = layout_of(found.pairs[0].inputs.shape)
    if layout is None:
        raise DataError(f"“{location.name}” holds no pictures any more. Choose the data again.", "columns")
    blocks = [read_array(pair.inputs) for pair in found.pairs]
    labels, parts = [], []
    for pair in found.pairs:
        values = class_values(read_array(pair.labels))
        if values is None:
            raise DataError(
                f"The labels {pair.labels} in “{location.name}” are no classes: whole numbers, texts, or "
                "rows with a single 1 are. Save them again in one of these forms.",
                "columns",
            )
        labels.append(values)
        parts.append(np.full(len(values), pair.part or 0, np.uint8))
    numbers, classes = numbered(np.concatenate(labels), found.class_names or None)
    pictures = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    span, note = span_of(pictures)
    fixed = np.concatenate(parts) if len(parts) > 1 else None
    notes = (note,) if note else ()
    arrays = PictureArrays(pictures, layout, numbers, classes, fixed, span, _TARGET, notes)
    files = sorted({head.path for pair in found.pairs for head in (pair.inputs, pair.labels)})
    return ArrayPictures(choice, arrays, fingerprint(files, location.parent))


def _as_table(location: Path, found: Found) -> Path:
    """The rows with their labels as a CSV file beside the unpacked archives, made once."""
    width = found.pairs[0].inputs.shape[1]
    rows = sum(pair.inputs.shape[0] for pair in found.pairs)
    if rows * (width + 1) > _MOST_CELLS:
        raise DataError(
            f"“{location.name}” holds {rows:,} rows of {width:,} numbers, more than Lantern turns into a "
            "table. Save a part of the rows.",
            "too-large",
        )
    files = sorted({head.path for pair in found.pairs for head in (pair.inputs, pair.labels)})
    mark = hashlib.sha256(fingerprint(files, location.parent).encode()).hexdigest()[:16]
    target = unpacked_folder() / mark / f"{location.stem}.csv"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, lambda file: _write_rows(file, found))
    return target


def _write_rows(file: BinaryIO, found: Found) -> None:
    """A header, then each sample with its label last."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    width = found.pairs[0].inputs.shape[1]
    names = found.feature_names if len(found.feature_names) == width else ()
    writer.writerow([*(names or [f"feature {i + 1}" for i in range(width)]), _TARGET])
    for pair in found.pairs:
        inputs, labels = read_array(pair.inputs), _label_texts(read_array(pair.labels), found.class_names)
        for row, label in zip(inputs, labels, strict=True):
            writer.writerow([*map(str, row.tolist()), label])
    text.detach()  # or the file would be closed with it


def _label_texts(labels: npt.NDArray[np.generic], names: tuple[str, ...]) -> list[str]:
    values = class_values(labels)
    if values is None:
        flat = np.asarray(labels)
        if flat.ndim == 2 and flat.shape[1] != 1:
            raise DataError(
                f"The labels have {flat.shape[1]} numbers a sample, and only one can be predicted. Save the "
                "one you want.",
                "columns",
            )
        return [str(value) for value in flat.reshape(-1).tolist()]
    if names and values.dtype.kind in "iu" and int(values.min()) >= 0 and int(values.max()) < len(names):
        return [names[int(value)] for value in values]
    return [str(value) for value in values.tolist()]


def _is_arrays(text: str) -> bool:
    """One of the files, or a folder of nothing but such files and what explains them."""
    path = Path(text).expanduser()
    try:
        if path.is_dir():
            return _array_file_in(path) is not None
        return path.suffix.lower() in SUFFIXES and path.is_file()
    except OSError:
        return False


def _array_file_in(folder: Path) -> Path | None:
    """The file that a folder of arrays is opened by: its only .npz, or the samples beside their labels."""
    if not folder.is_dir():
        return None
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if len(names) > _MOST_ENTRIES or entry.is_dir():
                return None
            names.append(entry.name)
    packed = [name for name in names if name.lower().endswith(".npz")]
    if len(packed) == 1:
        return folder / packed[0]
    single = sorted(folder / name for name in names if name.lower().endswith(".npy"))
    samples = [path for path in single if is_samples_name(path.stem)]
    return samples[0] if samples and len(single) > 1 and not packed else None


SOURCE = Source(
    "arrays",
    "NumPy arrays",
    "An .npz file with samples X and labels y (or x_train, y_train, x_test, y_test), or .npy files beside "
    "one another.",
    recognises=_is_arrays,
    choose=choose_arrays,
    open=open_arrays,
    params=PARAMS,
)
