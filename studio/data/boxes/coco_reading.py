"""COCO's JSON: pictures, categories and boxes as lists in one file, or in one file for each part.

Source: cocodataset.org, "Data format", "Object detection".
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from studio.core.places import user_data
from studio.data.boxes.reading import Edges, Marked, Reading, boxes_that
from studio.data.dataset import DataError
from studio.data.part_words import part_of
from studio.data.plain_files import open_plain, read_plain
from studio.data.splits import TEST, TRAIN, VALIDATION

OWN_FILE = "annotations.lantern.coco.json"  # where Lantern writes what was drawn in it
PART_NAMES = {TRAIN: "train", VALIDATION: "validation", TEST: "test"}
_MOST_BYTES = 1_500_000_000
_LOOK_BYTES = 65_536
_MOST_FOLDERS = 30
_MOST_SEEN = 500  # files of a folder that is most likely a class
_USUAL = ("_annotations.coco.json", "annotations.json", "instances.json", "coco.json", "labels.json")
_WORDS = (b'"images"', b'"annotations"', b'"categories"')


def own_file(folder: Path) -> Path | None:
    """What was drawn in Lantern for the pictures of a folder: beside them, or in Lantern's own folder where
    nothing can be written beside them. Never raises."""
    return next((path for path in (stand_in(folder), folder / OWN_FILE) if path.is_file()), None)


def stand_in(folder: Path) -> Path:
    """Where boxes go when their folder takes none. As long as it is there, it is what counts."""
    name = hashlib.sha256(str(folder.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return user_data() / "boxes" / f"{name}.coco.json"


def coco_files(place: Path) -> list[Path]:
    """The annotation files of a folder: Lantern's own alone, else those beside the pictures, in a folder
    of annotations, or one in each sub-folder. Never raises."""
    if place.is_file():
        return [place] if _looks_like_coco(place) else []
    own = own_file(place)
    if own is not None:
        return [own]
    try:
        folders = sorted(p for p in place.iterdir() if p.is_dir() and p.name[0] != ".")[:_MOST_FOLDERS]
        found = _json_files(place)
        found += [p for folder in folders for p in _json_files(folder, _holds_annotations(folder))]
    except OSError:
        return []
    found = [path for path in found if _looks_like_coco(path)]
    # COCO itself comes with captions and key points of the same pictures beside the boxes.
    instances = [path for path in found if path.name.startswith("instances")]
    return instances or found


def _json_files(folder: Path, whole: bool = True) -> list[Path]:
    """Sorted. Not `whole`: among the first files and by their usual names only, because looking through
    100,000 pictures for a file that is hardly ever there takes a quarter of a second."""
    with os.scandir(folder) as entries:
        seen = entries if whole else islice(entries, _MOST_SEEN)
        names = {entry.name for entry in seen if entry.name.endswith(".json")}
    usual = () if whole else (name for name in _USUAL if (folder / name).is_file())
    return [folder / name for name in sorted(names.union(usual))]


def _holds_annotations(folder: Path) -> bool:
    """By its name: a part of the data, or a folder of annotations; other folders are mostly classes."""
    return part_of(folder.name) is not None or folder.name.casefold() in ("annotations", "labels")


def coco_root(place: Path) -> Path:
    """Below which the pictures lie."""
    if place.is_dir():
        return place
    folder = place.parent
    return folder.parent if folder.name.casefold() in ("annotations", "labels") else folder


def read_coco(place: Path) -> Reading:
    """Raises DataError: there is no such file, or none can be read."""
    files = coco_files(place)
    if not files:
        raise DataError(f"“{place.name}” holds no annotations in COCO's JSON format any more.", "missing")
    reading = Reading.below(coco_root(place))
    problem = ""
    for file in files:
        try:
            content = _load(file)
        except DataError as error:
            problem = problem or f"“{file.name}”: {error}"
            reading.skip(reading.relative(file), str(error))
            continue
        reading.files.append(file)
        _Taking(reading, file, content).take(_part_told_by(file, len(files)))
    if not reading.files:
        raise DataError(problem)
    return reading


def _looks_like_coco(path: Path) -> bool:
    try:
        with open_plain(path) as file:
            head = file.read(_LOOK_BYTES)
            file.seek(max(0, path.stat().st_size - _LOOK_BYTES))
            both = head + file.read(_LOOK_BYTES)
    except OSError:
        return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and sum(w in both for w in _WORDS) >= 2


def _load(path: Path) -> dict[str, object]:
    """Raises DataError."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError("The file is larger than 1.5 GB. Split it into smaller ones.", "too-large")
        content = json.loads(read_plain(path))
    except OSError as error:
        raise DataError(f"The file cannot be read ({error.strerror}).") from error
    except MemoryError as error:
        raise DataError("There is not enough memory for the file. Split it into smaller ones.") from error
    except (ValueError, RecursionError) as error:
        raise DataError("The file is damaged: it is no JSON.") from error
    if not isinstance(content, dict):
        raise DataError("The file holds no annotations in COCO's format.")
    return content


def _part_told_by(file: Path, files: int) -> int | None:
    """“instances_val2017.json” and “valid/_annotations.coco.json” say what their pictures are for."""
    if files == 1:
        return None
    words = [*file.stem.replace("-", "_").split("_"), file.parent.name]
    return next((part for word in words if (part := part_of(word.rstrip("0123456789"))) is not None), None)


class _Taking:
    """One file's content into the reading."""

    def __init__(self, reading: Reading, file: Path, content: dict[str, object]) -> None:
        self.reading, self.content = reading, content
        self.label = reading.relative(file)
        beside = file.parent == reading.root or not file.is_relative_to(reading.root)
        self.folder = "" if beside else reading.relative(file.parent)
        self.known: dict[str, Marked] = {}  # pictures by their id
        self.mine = set[str]()  # names of pictures that this file is the first to tell of

    def take(self, part: int | None) -> None:
        numbers = self._categories()
        self._pictures(part)
        lost: Counter[str] = Counter()
        for entry in self._entries("annotations"):
            picture = self.known.get(_key(entry.get("image_id")))
            number = numbers.get(_key(entry.get("category_id")))
            if picture is None:
                lost["belong to pictures that are not there"] += 1
            elif number is None:
                lost["are of a class that the file does not name"] += 1
            elif entry.get("iscrowd") in (1, True):
                lost["mark a crowd instead of one thing"] += 1
            elif (edges := _edges(entry)) is None:
                lost["have no corners"] += 1
            else:
                picture.boxes.append((number, edges))
        for reason, count in lost.items():
            self.reading.skip(self.label, f"{boxes_that(count, reason)}.")

    def _entries(self, name: str) -> Iterator[dict[str, object]]:
        listed = self.content.get(name)
        return (entry for entry in (listed if isinstance(listed, list) else []) if isinstance(entry, dict))

    def _categories(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        named = sorted(
            self._entries("categories"),
            key=lambda e: (not isinstance(e.get("id"), int), str(e.get("id")).zfill(9)),
        )
        for entry in named:
            told = entry.get("name")
            name = " ".join(told.split())[:200] if isinstance(told, str) else ""
            number = _key(entry.get("id"))
            numbers[number] = self.reading.class_number(name or f"class {number}")
        return numbers

    def _pictures(self, part: int | None) -> None:
        reading = self.reading
        for entry in self._entries("images"):
            called = entry.get("file_name")
            if not isinstance(called, str) or not called.strip():
                reading.skip(self.label, "A picture in it has no file name.")
                continue
            found = reading.find(
                called, *dict.fromkeys((self.folder, "", f"{self.folder}/images".strip("/")))
            )
            if found is None:
                reading.skip(called[:200], f"“{self.label}” names this picture, but it is not there.")
                continue
            told = entry.get("split")
            own = part_of(told) if isinstance(told, str) else None
            key = _key(entry.get("id"))
            if found in reading.pictures:
                seen = reading.pictures[found]
                if found in self.mine:
                    self.known[key] = seen  # listed twice in one file: the boxes of both count
                else:
                    reading.skip(found, f"“{self.label}” names this picture once more; the first one counts.")
                continue
            size = (_whole(entry.get("height")), _whole(entry.get("width")))
            picture = Marked(found, size if min(size) > 0 else None, part=own if own is not None else part)
            reading.pictures[found] = self.known[key] = picture
            self.mine.add(found)


def _key(value: object) -> str:
    """Ids are whole numbers, but some tools write them as text, or with a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value).strip()  # type: ignore[call-overload]


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 < value < 1e6 else 0


def _edges(entry: dict[str, object]) -> Edges | None:
    """Of `bbox`; where there is none, around the outline. Values may be NaN."""
    box = entry.get("bbox")
    if isinstance(box, list) and len(box) == 4 and all(map(_is_number, box)):
        left, top, width, height = (float(n) for n in box)
        return left, top, left + width, top + height
    outline = entry.get("segmentation")
    if not isinstance(outline, list):
        return None
    flat = [n for part in outline if isinstance(part, list) for n in part]
    if len(flat) < 6 or len(flat) % 2 or not all(map(_is_number, flat)):
        return None
    across, down = [float(n) for n in flat[::2]], [float(n) for n in flat[1::2]]
    return min(across), min(down), max(across), max(down)


def _is_number(value: object) -> bool:
    """Also NaN, which is told of later; nothing endless or far too large."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) > 1e9
