"""Names in a folder that is filled in the app: of classes, and of files that keep out of others' way."""

from __future__ import annotations

import os
import re
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from studio.core.problems import LanternError
from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES, PictureError, picture_header
from studio.data.sources.split_folders import is_part

MARK = ".lantern collected"  # in a folder that was begun here: all in it may be moved about
REMOVED = ".lantern removed"  # what was taken out: nothing is ever deleted
_TRIES, _PAUSE_S = 10, 0.05  # to move a file that somebody reads
LONGEST = 60  # letters of a class
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in names of folders, on one system or another
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


class CollectError(LanternError):
    """Something cannot be done, said in a sentence."""


def checked_name(name: str, others: Iterable[str]) -> str:
    """A class's name that can be a folder's on every system. Raises CollectError."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))[:LONGEST].strip()
    if not name:
        raise CollectError("Type a name for the class first.")
    wrong = _FORBIDDEN.search(name)
    if wrong is not None:
        raise CollectError(f"A class cannot have “{wrong.group()}” in its name. Leave it out.")
    if name[0] == "." or name[-1] == "." or name.split(".")[0].casefold() in _DEVICES:
        raise CollectError(f"“{name}” cannot be a folder’s name on every computer. Choose another name.")
    if is_part(name):
        raise CollectError(
            f"A folder called “{name}” means a part of the data, not a class. Choose another name, such as "
            f"“{name}s”."
        )
    if name.casefold() in {other.casefold() for other in others}:
        raise CollectError(f"There is a class “{name}” already.")
    return name


def free_folder(parent: Path, name: str) -> Path:
    """A folder that is not there yet: "My pictures", "My pictures 2", …"""
    return free_in(parent, name)


def free_in(folder: Path, name: str, *, numbered: bool = False) -> Path:
    """A place that no file takes. `numbered`: "camera 0001.jpg" from the first on."""
    stem, suffix = Path(name).stem, Path(name).suffix
    if numbered:
        taken = {path.stem for path in folder.glob(f"{stem} *")}
        number = len(taken) + 1
        while f"{stem} {number:04}" in taken:
            number += 1
        return folder / f"{stem} {number:04}{suffix}"
    place, number = folder / name, 2
    while place.exists():
        place = folder / f"{stem} {number}{suffix}"
        number += 1
    return place


def renamed(before: Path, after: Path) -> None:
    """On Windows a file that somebody reads, such as a virus scanner, cannot be moved for a moment."""
    for _ in range(_TRIES):
        try:
            before.rename(after)
            return
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(_PAUSE_S)
    before.rename(after)


def is_picture(path: Path) -> bool:
    return path.name[0] != "." and path.suffix.lower() in SUFFIXES and path.is_file()


def why_not(path: Path) -> str:
    """Why a file cannot be collected, in a sentence; empty if it can."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return "There are no pictures in this folder that Lantern reads."
    if suffix not in SUFFIXES:
        return KNOWN_UNREADABLE.get(suffix, "This is no picture that Lantern reads.")
    try:
        picture_header(path)
    except PictureError as error:
        return str(error)
    return ""
