"""Readers of well-known datasets that come as picture files, with lists that say what is where."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from studio.data.archives.names import UnsafeName, parts_of
from studio.data.dataset import DataError
from studio.data.downloads.contents import PictureFiles
from studio.data.downloads.matlab import read_mat
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.sources.folder_index import natural_key

Sample = tuple[str, int, int]  # path below the root, class number, part


def read_class_folders(root: Path, names: Mapping[str, str] | None = None) -> PictureFiles:
    """One folder per class, without parts: EuroSAT."""
    folders = _folders(root)
    samples = [
        (path, number, TRAIN) for number, folder in enumerate(folders) for path in _files(root, folder)
    ]
    classes = [(names or {}).get(folder, folder) for folder in folders]
    return _files_of(root, samples, classes, parted=False)


def read_part_folders(root: Path, parts: Mapping[str, int], names: Mapping[str, str]) -> PictureFiles:
    """Folders of parts with one folder per class in each: Imagenette."""
    folders = _folders(root / next(iter(parts)))
    samples = [
        (path, number, part)
        for part_folder, part in parts.items()
        for number, folder in enumerate(folders)
        for path in _files(root, f"{part_folder}/{folder}")
    ]
    return _files_of(root, samples, [names.get(folder, folder) for folder in folders])


def read_flowers(root: Path, classes: tuple[str, ...]) -> PictureFiles:
    """Flowers-102: class numbers and parts in MATLAB files, picture files by number."""
    labels = read_mat(root / "imagelabels.mat").get("labels")
    sets = read_mat(root / "setid.mat")
    if labels is None or not {"trnid", "valid", "tstid"} <= sets.keys():
        raise _wrong("“imagelabels.mat” or “setid.mat”")
    numbers = labels.reshape(-1).astype(int)
    samples = []
    for name, part in (("trnid", TRAIN), ("valid", VALIDATION), ("tstid", TEST)):
        for number in sets[name].reshape(-1).astype(int).tolist():
            if not 1 <= number <= len(numbers):
                raise _wrong("“setid.mat”")
            samples.append((f"jpg/image_{number:05d}.jpg", int(numbers[number - 1]) - 1, part))
    return _files_of(root, samples, classes)


def read_pets(root: Path) -> PictureFiles:
    """Oxford-IIIT Pet: lines of "Abyssinian_100 1 1 1" (picture, breed, cat or dog, breed within it)."""
    samples, names = [], {}
    for list_name, part in (("trainval.txt", TRAIN), ("test.txt", TEST)):
        for cells in _lines(root / "annotations" / list_name):
            if len(cells) < 2 or not cells[1].isdigit():
                raise _wrong(f"“{list_name}”")
            number = int(cells[1]) - 1
            names[number] = cells[0].rpartition("_")[0].replace("_", " ").title()
            samples.append((f"images/{cells[0]}.jpg", number, part))
    return _files_of(root, samples, _in_order(names))


def read_food(root: Path) -> PictureFiles:
    """Food-101: JSON lists of pictures by class."""
    samples: list[Sample] = []
    classes: list[str] = []
    for list_name, part in (("train.json", TRAIN), ("test.json", TEST)):
        try:
            listed = json.loads((root / "meta" / list_name).read_text(encoding="utf-8"))
            classes = classes or sorted(listed)
            samples += [
                (f"images/{path}.jpg", classes.index(name), part)
                for name, paths in sorted(listed.items())
                for path in paths
            ]
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise _wrong(f"“{list_name}”") from error
    return _files_of(root, samples, [name.replace("_", " ") for name in classes])


def read_textures(root: Path) -> PictureFiles:
    """DTD: lists of "banded/banded_0001.jpg"; of its ten divisions the first."""
    lists = (("train1.txt", TRAIN), ("val1.txt", VALIDATION), ("test1.txt", TEST))
    listed = [(cells[0], part) for name, part in lists for cells in _lines(root / "labels" / name)]
    classes = sorted({path.partition("/")[0] for path, _ in listed})
    if len(classes) < 2:
        raise _wrong("“train1.txt”")
    samples = [(f"images/{path}", classes.index(path.partition("/")[0]), part) for path, part in listed]
    return _files_of(root, samples, classes)


def read_signs(root: Path, classes: tuple[str, ...]) -> PictureFiles:
    """GTSRB: training pictures in folders 00000 to 00042, test pictures with a list."""
    training = root / "GTSRB" / "Training"
    samples: list[Sample] = []
    for folder in _folders(training):
        if folder.isdigit():
            samples += [(path, int(folder), TRAIN) for path in _files(root, f"GTSRB/Training/{folder}")]
    try:
        with (root / "GT-final_test.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";", skipinitialspace=True):
                samples.append((f"GTSRB/Final_Test/Images/{row['Filename']}", int(row["ClassId"]), TEST))
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise _wrong("“GT-final_test.csv”") from error
    return _files_of(root, samples, classes)


def _files_of(
    root: Path, samples: Iterable[Sample], classes: Iterable[str], parted: bool = True
) -> PictureFiles:
    """Checked: no listed path leaves the folder, every class number has a name."""
    names, listed = tuple(classes), list(samples)
    if not listed or not all(0 <= number < len(names) for _, number, _ in listed):
        raise _wrong("One of its lists")
    try:
        paths = tuple(root.joinpath(*parts_of(path)) for path, _, _ in listed)
    except UnsafeName as error:
        raise _wrong("A list leads out of its folder; it") from error
    labels = np.array([number for _, number, _ in listed], np.int64)
    parts = np.array([part for _, _, part in listed], np.uint8) if parted else None
    return PictureFiles(root, paths, labels, names, parts)


def _in_order(names: Mapping[int, str]) -> list[str]:
    if sorted(names) != list(range(len(names))):
        raise _wrong("One of its lists")
    return [names[number] for number in range(len(names))]


def _lines(file: Path) -> Iterable[list[str]]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _wrong(f"“{file.name}”") from error
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _folders(root: Path) -> list[str]:
    try:
        with os.scandir(root) as entries:
            return sorted((e.name for e in entries if e.is_dir()), key=natural_key)
    except OSError as error:
        raise _wrong(f"“{root.name}”") from error


def _files(root: Path, folder: str) -> list[str]:
    """Picture files, in natural order, as paths below the root."""
    from studio.data.pictures.decoding import SUFFIXES

    try:
        with os.scandir(root / folder) as entries:
            names = [e.name for e in entries if Path(e.name).suffix.lower() in SUFFIXES]
    except OSError as error:
        raise _wrong(f"“{folder}”") from error
    return [f"{folder}/{name}" for name in sorted(names, key=natural_key)]


def _wrong(what: str) -> DataError:
    return DataError(f"{what} is damaged or not what it should be.")
