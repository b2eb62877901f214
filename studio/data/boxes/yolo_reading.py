"""YOLO's texts: one beside each picture, a line for each box: class number, middle, width, height as shares.

Source: docs.ultralytics.com, "Object detection datasets", "Ultralytics YOLO format".
"""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache
from pathlib import Path

from studio.data.boxes.reading import Edges, Marked, Reading, limited_text, pictures_words
from studio.data.boxes.yolo_names import YoloNames, read_yolo_names
from studio.data.dataset import DataError
from studio.data.part_words import part_of
from studio.data.pictures.decoding import SUFFIXES
from studio.data.plain_files import open_plain
from studio.data.splits import TEST, TRAIN, VALIDATION

_MOST_BYTES = 4_000_000  # of one picture's text
_MOST_NAMES = 20_000_000
_LOOKED_AT = 30
_MOST_NUMBER = 10_000
_PARTS = {"train": TRAIN, "val": VALIDATION, "test": TEST}
_NOT_LABELS = {"classes", "readme", "train", "val", "test", "license", "notes"}


def is_yolo(place: Path) -> bool:
    """Whether labels of this form lie in the folder, beside pictures or in a folder “labels”. Cheap."""
    try:
        folders = [place, *_label_folders(place)]
        return any(_holds_labels(folder) for folder in folders)
    except OSError:
        return False


def read_yolo(place: Path) -> Reading:
    """Raises DataError: there are no pictures, or no labels."""
    reading = Reading.below(place)
    told = _names_of(reading)
    listed = _listed(reading, told)
    without = 0
    largest = -1
    for name in reading.names.files:
        label = _label_of(place, name)
        marked = Marked(name, part=listed.get(name, _part_of(name)), relative=True)
        reading.pictures[name] = marked
        if label is None:
            without += 1
            continue
        largest = max(largest, _take(reading, label, marked, len(told.names)))
    if without == len(reading.pictures):
        raise DataError(f"“{place.name}” holds no labels in YOLO's format any more.", "missing")
    if without:
        have = "has no label file: it counts" if without == 1 else "have no label file: they count"
        reading.notes.append(f"{pictures_words(without)} {have} as showing none of the things.")
    last = max(told.names, default=largest)
    reading.classes = [told.names.get(number, f"class {number}") for number in range(last + 1)]
    if not told.names:
        reading.notes.append(
            "No file names the classes (data.yaml or classes.txt), so they have numbers only."
        )
    return reading


def _take(reading: Reading, label: Path, marked: Marked, classes: int) -> int:
    """The boxes of one picture; the largest class number met."""
    shown = reading.relative(label)
    try:
        text = limited_text(label, _MOST_BYTES)
    except OSError as error:
        reading.skip(shown, f"The file cannot be read ({error.strerror}).")
        return -1
    if text is None:
        reading.skip(shown, "The file is far too large for one picture.")
        return -1
    reading.files.append(label)
    largest = -1
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        box = _box(line)
        if box is None:
            reading.skip(shown, f"Line {number} is no box.")
        elif (classes and box[0] >= classes) or box[0] > _MOST_NUMBER:
            reading.skip(shown, f"Line {number}: there is no class with the number {box[0]}.")
        else:
            largest = max(largest, box[0])
            marked.boxes.append(box)
    return largest


def _box(line: str) -> tuple[int, Edges] | None:
    """Of a box (5 numbers, perhaps a sixth that says how sure), or around an outline (7 and more)."""
    try:
        numbers = [float(word) for word in line.split()]
    except ValueError:
        return None
    if len(numbers) < 5 or not numbers[0].is_integer() or numbers[0] < 0:
        return None
    if len(numbers) in (5, 6):
        across, down, width, height = numbers[1:5]
        edges = (across - width / 2, down - height / 2, across + width / 2, down + height / 2)
        return int(numbers[0]), edges
    if len(numbers) % 2 == 0:
        return None
    return int(numbers[0]), (min(numbers[1::2]), min(numbers[2::2]), max(numbers[1::2]), max(numbers[2::2]))


def _label_of(place: Path, name: str) -> Path | None:
    """images/train/a.jpg has labels/train/a.txt; else a.txt beside it."""
    stem = os.path.splitext(name)[0]  # noqa: PTH122  relative and many
    parts = stem.split("/")
    for at in range(len(parts) - 2, -1, -1):
        if parts[at].casefold() in ("images", "jpegimages"):
            label = place.joinpath(*parts[:at], "labels", *parts[at + 1 :])
            found = label.with_name(label.name + ".txt")
            if found.is_file():
                return found
    beside = place / f"{stem}.txt"
    if beside.is_file():
        return beside
    below = place.joinpath("labels", *parts[-1:])
    found = below.with_name(below.name + ".txt")
    return found if found.is_file() else None


def _part_of(name: str) -> int | None:
    return _part_of_folder(name.rpartition("/")[0])


@lru_cache(maxsize=1000)
def _part_of_folder(folder: str) -> int | None:
    words = folder.split("/") if folder else []
    return next((p for word in words if (p := part_of(word.rstrip("0123456789"))) is not None), None)


def _names_of(reading: Reading) -> YoloNames:
    """From data.yaml, or the only other .yaml; class names also from classes.txt or a .names file."""
    place = reading.root
    found = YoloNames()
    with contextlib.suppress(OSError):
        yamls = sorted(
            (*place.glob("*.yaml"), *place.glob("*.yml")), key=lambda p: (p.stem != "data", p.name)
        )
        for path in yamls[:5]:
            found = read_yolo_names(limited_text(path, _MOST_NAMES) or "")
            if found.names:
                reading.files.append(path)
                return found
        lists = [place / "classes.txt", place / "labels" / "classes.txt"]
        lists += [folder / "classes.txt" for folder in _label_folders(place)]
        for path in [*lists, *sorted(place.glob("*.names"))]:
            if path.is_file():
                lines = [
                    " ".join(line.split())[:200]
                    for line in (limited_text(path, _MOST_NAMES) or "").splitlines()
                ]
                while lines and not lines[-1]:
                    lines.pop()
                found.names = {n: line or f"class {n}" for n, line in enumerate(lines[:_MOST_NUMBER])}
                if found.names:
                    reading.files.append(path)
                    return found
    return found


def _listed(reading: Reading, told: YoloNames) -> dict[str, int]:
    """The part of pictures that data.yaml tells by a folder, or by a file that lists them."""
    parts: dict[str, int] = {}
    for key, part in _PARTS.items():
        for place in told.places.get(key, []):
            plain = place.replace("\\", "/").strip("/")
            while plain.startswith(("./", "../")):
                plain = plain.removeprefix("./").removeprefix("../")
            if plain.endswith(".txt"):
                with contextlib.suppress(OSError):
                    for line in (
                        limited_text(reading.root / Path(plain).name, _MOST_NAMES) or ""
                    ).splitlines():
                        found = reading.find(line)
                        if found is not None:
                            parts.setdefault(found, part)
                continue
            for name in reading.names.files:
                folder = name.rpartition("/")[0]
                if folder and plain and (folder == plain or folder.startswith(plain + "/")):
                    parts.setdefault(name, part)
    return parts


def _label_folders(place: Path) -> list[Path]:
    """Folders called labels, and those in them or in folders of parts."""
    found = list[Path]()
    for folder in sorted(p for p in place.iterdir() if p.is_dir())[:_LOOKED_AT]:
        if folder.name.casefold() == "labels":
            found += [folder, *sorted(p for p in folder.iterdir() if p.is_dir())[:_LOOKED_AT]]
        elif (folder / "labels").is_dir():
            found.append(folder / "labels")
    return found


def _holds_labels(folder: Path) -> bool:
    """Whether the first texts hold boxes, and, beside no folder “labels”, lie beside pictures."""
    texts, pictures = list[Path](), False
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122
            if suffix == ".txt" and Path(entry.name).stem.casefold() not in _NOT_LABELS:
                texts.append(Path(entry.path))
            pictures |= suffix in SUFFIXES
            if number > 2000 or (len(texts) >= _LOOKED_AT and pictures):
                break
    if not pictures and folder.name.casefold() != "labels" and folder.parent.name.casefold() != "labels":
        return False
    told = 0
    for path in texts[:_LOOKED_AT]:
        with open_plain(path) as file:
            lines = file.read(2000).decode("utf-8", errors="replace").splitlines()
        lines = [line for line in lines[:3] if line.strip()]
        if lines and all(_box(line) is not None and len(line.split()) >= 5 for line in lines[:1]):
            told += 1
        elif lines:
            told -= 1
    return told > 0
