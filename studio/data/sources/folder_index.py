"""Finds the pictures in a folder with one sub-folder per class: quickly, without opening any."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from studio.data.dataset import DataError, Skipped
from studio.data.pictures import KNOWN_UNREADABLE, SUFFIXES

MAX_DEPTH = 20  # of folders below a class; deeper is a loop or a mistake
_IGNORED = frozenset({"thumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "lost+found"})
_SPLIT_NAMES = frozenset({"train", "training", "val", "valid", "validation", "test", "testing", "dev"})


@dataclass(frozen=True, slots=True)
class FolderIndex:
    """The pictures of a folder. `paths` are grouped by class, in natural order; `labels` are their
    class numbers. `skipped` are picture files of formats that cannot be read."""

    root: Path
    classes: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: tuple[int, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    pictures: list[Path]
    unreadable: list[Path]
    others: int = 0
    subfolders: list[str] | None = None  # directly below the class folder


def natural_key(name: str) -> tuple[object, ...]:
    """Sorts "picture 9" before "picture 10", without regard to case."""
    parts = re.split(r"([0-9]+)", unicodedata.normalize("NFC", name).casefold())
    return (tuple((0, int(p), "") if p.isdigit() and p.isascii() else (1, 0, p) for p in parts if p), name)


def index_folder(root: Path) -> FolderIndex:
    """The pictures below `root` by class. Raises DataError: missing, empty, single-class, structure."""
    folders, loose = _top_level(root)
    found = {name: _walk(root / name) for name in folders}
    _refuse_folders_of_folders(root, found)
    classes = [name for name in folders if found[name].pictures]
    if not classes:
        raise _no_pictures(root, folders, loose, found)
    if len(classes) == 1:
        raise DataError(
            f"All pictures in “{root.name}” lie in one folder, “{classes[0]}”, so there is nothing to tell "
            "apart. Make a second folder beside it with pictures of something else.",
            "single-class",
        )
    paths: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        paths += found[name].pictures
        labels += [label] * len(found[name].pictures)
    skipped = [
        Skipped(path.relative_to(root).as_posix(), KNOWN_UNREADABLE[path.suffix.lower()])
        for name in folders
        for path in found[name].unreadable
    ]
    shown = tuple(unicodedata.normalize("NFC", name) for name in classes)
    notes = _notes(folders, loose, found)
    return FolderIndex(root, shown, tuple(paths), tuple(labels), tuple(skipped), notes)


def _top_level(root: Path) -> tuple[list[str], int]:
    """Names of the sub-folders in natural order, and how many pictures lie beside them."""
    folders, loose = [], 0
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if _hidden(entry):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122  a Path each is slow
                    loose += 1
    except FileNotFoundError:
        raise DataError(
            f"The folder “{root}” is not there any more. Choose where it is now.", "missing"
        ) from None
    except NotADirectoryError:
        raise DataError(
            f"“{root}” is a file. Choose the folder that holds one folder of pictures per class.", "missing"
        ) from None
    except OSError as error:
        raise DataError(f"The folder “{root}” cannot be read: {error.strerror}.", "unreadable") from error
    return sorted(folders, key=natural_key), loose


def _walk(folder: Path) -> _Found:
    """All pictures below a class folder, in natural order of their paths; each real folder once."""
    found = _Found([], [], subfolders=[])
    visited: set[tuple[int, int]] = set()
    stack = [(folder, 0)]
    while stack:
        here, depth = stack.pop()
        try:
            status = here.stat()
            key = (status.st_dev, status.st_ino)
            if depth > MAX_DEPTH or (status.st_ino and key in visited):
                continue  # a link that leads back up
            visited.add(key)
            with os.scandir(here) as entries:
                for entry in entries:
                    if _hidden(entry):
                        continue
                    if entry.is_dir():
                        stack.append((here / entry.name, depth + 1))
                        if depth == 0 and found.subfolders is not None:
                            found.subfolders.append(entry.name)
                        continue
                    suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122  a Path each is slow
                    if suffix in SUFFIXES:
                        found.pictures.append(here / entry.name)
                    elif suffix in KNOWN_UNREADABLE:
                        found.unreadable.append(here / entry.name)
                    else:
                        found.others += 1
        except OSError:
            continue  # a folder that may not be entered holds nothing for us
    prefix = len(str(folder)) + 1
    found.pictures.sort(key=lambda path: natural_key(str(path)[prefix:]))
    found.unreadable.sort(key=lambda path: natural_key(str(path)[prefix:]))
    return found


def _hidden(entry: os.DirEntry[str]) -> bool:
    """Files and folders that systems leave about."""
    name = entry.name
    if name.startswith((".", "~$")) or name.casefold() in _IGNORED:
        return True
    if os.name != "nt":
        return False
    try:  # on Windows the answer is already there, no call needed
        attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return True
    return bool(attributes & (stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM))


def _refuse_folders_of_folders(root: Path, found: dict[str, _Found]) -> None:
    """Refuses what would be read wrongly: train/cat, train/dog, test/cat, ... or one folder too high."""
    full = {name: f for name, f in found.items() if f.pictures}
    nested = {
        name: sorted(f.subfolders or [], key=natural_key)
        for name, f in full.items()
        if f.subfolders and not any(p.parent == root / name for p in f.pictures)
    }
    if len(nested) != len(full) or not full:
        return
    split_names = [name for name in nested if name.casefold() in _SPLIT_NAMES]
    shared = set.intersection(*(set(names) for names in nested.values()))
    if split_names or (len(nested) > 1 and len(shared) > 1):
        best = next((n for n in split_names if n.casefold().startswith("train")), next(iter(nested)))
        what = " and ".join(f"“{name}”" for name in list(nested)[:3])
        raise DataError(
            f"“{root.name}” contains folders of folders: {what} each hold folders of pictures. "
            f"Choose “{best}” instead; Lantern sets samples aside for validation and test by itself.",
            "structure",
        )
    only = next(iter(nested))
    if len(nested) == 1 and len(nested[only]) > 1:
        raise DataError(
            f"“{root.name}” holds only the folder “{only}”, and the classes are folders inside that. "
            f"Choose “{only}” instead.",
            "structure",
        )


def _no_pictures(root: Path, folders: list[str], loose: int, found: dict[str, _Found]) -> DataError:
    advice = "Make one sub-folder for each class, named after it, and put its pictures inside."
    if loose:
        return DataError(
            f"The {loose:,} pictures in “{root.name}” do not lie in sub-folders, so nothing says what they "
            f"show. {advice}",
            "structure",
        )
    unreadable = sum(len(f.unreadable) for f in found.values())
    if unreadable:
        path = next(p for f in found.values() for p in f.unreadable)
        reason = KNOWN_UNREADABLE[path.suffix.lower()]
        return DataError(
            f"None of the {unreadable:,} pictures in “{root.name}” can be used. {reason}", "empty"
        )
    if folders:
        return DataError(f"There are no pictures in the sub-folders of “{root.name}”. {advice}", "empty")
    return DataError(f"The folder “{root.name}” is empty. {advice}", "empty")


def _notes(folders: list[str], loose: int, found: dict[str, _Found]) -> tuple[str, ...]:
    notes = []
    if loose:
        shows = "it shows" if loose == 1 else "they show"
        notes.append(
            f"{_count(loose, 'picture')} left out, outside of the class folders: nothing says what {shows}."
        )
    empty = [name for name in folders if not found[name].pictures]
    if empty:
        names = ", ".join(f"“{name}”" for name in empty[:5]) + (", …" if len(empty) > 5 else "")
        notes.append(f"Without pictures, and so not a class: {names}.")
    others = sum(f.others for f in found.values())
    if others:
        what = "not a picture" if others == 1 else "not pictures"
        notes.append(f"{_count(others, 'file')} left out: {what}.")
    single = [name for name in folders if len(found[name].pictures) == 1]
    if single:
        names = ", ".join(f"“{name}”" for name in single[:5]) + (", …" if len(single) > 5 else "")
        notes.append(f"Only one picture, which is used for training: {names}. Add more.")
    return tuple(notes)


def _count(number: int, noun: str) -> str:
    return f"1 {noun} was" if number == 1 else f"{number:,} {noun}s were"
