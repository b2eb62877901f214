"""Pascal VOC's XML: one small file for each picture, and lists that say which part a picture is in.

Source: host.robots.ox.ac.uk/pascal/VOC/voc2012, development kit, "Annotation".
"""

from __future__ import annotations

import contextlib
import os
from itertools import islice
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from studio.data.boxes.reading import Edges, Marked, Reading, limited_text
from studio.data.dataset import DataError
from studio.data.part_words import part_of
from studio.data.plain_files import open_plain
from studio.data.splits import TRAIN

_MOST_BYTES = 2_000_000  # of one picture's file
_MOST_DEPTH = 20
_MOST_SEEN = 200  # files of a folder, while looking whether it is in this format
_BOTH = "trainval"
_MOST_LIST = 20_000_000
_LOOKED_AT = 40
_LEAVES = {"filename", "width", "height", "name", "xmin", "ymin", "xmax", "ymax"}


class Annotation:
    """One file's content: texts as they stand there."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}  # filename, width, height
        self.objects: list[dict[str, str]] = []


def parse_annotation(data: bytes) -> Annotation:
    """Raises DataError: no XML, or XML that defines entities, points elsewhere, or is nested without end."""
    found, path, words = Annotation(), list[str](), list[str]()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> NoReturn:
        raise DataError("The file defines texts of its own (entities), which is not safe to read.")

    def start(name: str, _: object) -> None:
        path.append(name)
        words.clear()
        if len(path) > _MOST_DEPTH:
            raise DataError("The file is nested too deeply.")
        if len(path) == 1 and name != "annotation":
            raise DataError("The file holds no annotation in Pascal VOC's format.")
        if path[1:] == ["object"]:
            found.objects.append({})

    def end(name: str) -> None:
        text = "".join(words).strip()[:500]
        if name in _LEAVES:
            if path[1:2] != ["object"]:
                if path[1:] == ["filename"] or path[1:2] == ["size"]:
                    found.texts[name] = text
            elif path[2:] == ["name"] or path[2:3] == ["bndbox"]:  # parts of a body have boxes, too
                found.objects[-1][name] = text
        path.pop()
        words.clear()

    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DataError("The file is damaged: it is no XML.") from error
    return found


def voc_files(place: Path) -> list[Path]:
    """The annotation files: in “Annotations”, else beside the pictures, else in sub-folders. Never raises."""
    try:
        inner = [p for p in place.iterdir() if p.is_dir()]
        for folder in [p for p in inner if p.name.casefold() == "annotations"] + [place]:
            found = sorted(folder.glob("*.xml"))
            if _mostly_annotations(found):
                return found
        found = sorted(p for folder in inner for p in (*folder.glob("*.xml"), *folder.glob("*/*.xml")))
    except OSError:
        return []
    return found if _mostly_annotations(found) else []


def looks_like_voc(place: Path) -> bool:
    """Whether annotations are there, by a look at the first files of each folder: cheap, however many
    pictures there are. Never raises."""
    try:
        return _annotated(place, levels=2)
    except OSError:
        return False


def _annotated(folder: Path, levels: int) -> bool:
    """Also in folders below, down to so many levels."""
    with os.scandir(folder) as entries:
        first = list(islice(entries, _MOST_SEEN))
    if _mostly_annotations([folder / entry.name for entry in first if entry.name.endswith(".xml")]):
        return True
    return levels > 0 and any(_annotated(folder / e.name, levels - 1) for e in first if e.is_dir())


def read_voc(place: Path) -> Reading:
    """Raises DataError: there are none."""
    files = voc_files(place)
    if not files:
        raise DataError(f"“{place.name}” holds no annotations in Pascal VOC's format any more.", "missing")
    reading = Reading.below(place)
    parts = _listed_parts(place)
    told = list[tuple[Marked, list[tuple[str, Edges]]]]()
    for file in files:
        picture = _take(reading, file, parts)
        if picture is not None:
            told.append(picture)
    for name in sorted({name for _, boxes in told for name, _ in boxes}):
        reading.class_number(name)
    # Pascal counts pixels from 1 and the last one belongs to the box; many tools count from 0.
    from_one = all(min(edges[:2]) >= 1 for _, boxes in told for _, edges in boxes)
    for marked, boxes in told:
        marked.boxes = [
            (reading.classes.index(name), (e[0] - from_one, e[1] - from_one, e[2], e[3])) for name, e in boxes
        ]
    return reading


def _mostly_annotations(files: list[Path]) -> bool:
    """Whether the first of these begin like annotations."""
    return any(_begins_so(path) for path in files[:_LOOKED_AT])


def _begins_so(path: Path) -> bool:
    with contextlib.suppress(OSError), open_plain(path) as file:
        return b"<annotation" in file.read(1000)
    return False


def _take(
    reading: Reading, file: Path, parts: dict[str, int]
) -> tuple[Marked, list[tuple[str, Edges]]] | None:
    label = reading.relative(file)
    try:
        with open_plain(file) as opened:
            data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise DataError("The file is far too large for one picture.")
        found = parse_annotation(data)
    except OSError as error:
        reading.skip(label, f"The file cannot be read ({error.strerror}).")
        return None
    except DataError as error:
        reading.skip(label, str(error))
        return None
    reading.files.append(file)
    called = found.texts.get("filename", "")
    folder = reading.relative(file.parent) if file.parent != reading.root else ""
    # Files are renamed more often than what stands in them.
    name = reading.find(file.stem, folder, "JPEGImages") or reading.find(called, folder, "JPEGImages")
    if name is None:
        reading.skip(label, f"Its picture “{called or file.stem}” is not there.")
        return None
    if name in reading.pictures:
        reading.skip(label, f"“{name}” has annotations in another file already; those count.")
        return None
    size = _whole(found.texts.get("height")), _whole(found.texts.get("width"))
    part = parts.get(file.stem)
    if part is None:
        part = next((p for word in Path(label).parts[:-1] if (p := part_of(word)) is not None), None)
    marked = Marked(name, size if min(size) > 0 else None, part=part)
    reading.pictures[name] = marked
    return marked, _boxes(reading, label, found)


def _boxes(reading: Reading, label: str, found: Annotation) -> list[tuple[str, Edges]]:
    boxes = []
    for number, thing in enumerate(found.objects, 1):
        name = " ".join(thing.get("name", "").split())[:200]
        try:
            left, top, right, bottom = (float(thing[key]) for key in ("xmin", "ymin", "xmax", "ymax"))
        except (KeyError, ValueError):
            reading.skip(label, f"Box {number} has no corners.")
            continue
        if not name:
            reading.skip(label, f"Box {number} has no class.")
            continue
        boxes.append((name, (left, top, right, bottom)))
    return boxes


def _listed_parts(place: Path) -> dict[str, int]:
    """By the names of pictures: ImageSets/Main/train.txt and so on."""
    parts: dict[str, int] = {}
    for folder in (place / "ImageSets" / "Main", place / "ImageSets", place):
        # “trainval” says the least: what no other list names is for training.
        for path in sorted(folder.glob("*.txt"), key=lambda path: (path.stem == _BOTH, path)):
            part = TRAIN if path.stem == _BOTH else part_of(path.stem)
            if part is None:
                continue
            with contextlib.suppress(OSError):
                for line in (limited_text(path, _MOST_LIST) or "").splitlines():
                    stem = line.split()[0] if line.split() else ""
                    if stem:
                        parts.setdefault(Path(stem).stem if "/" in stem else stem.removesuffix(".jpg"), part)
        if parts:
            break
    return parts


def _whole(text: str | None) -> int:
    try:
        value = float(text or 0)
    except ValueError:
        return 0
    return int(value) if 0 < value < 1e6 else 0
