"""Walks a folder of pictures: names and folders only, nothing is opened. Compact, and in one fixed order."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES

MAX_DEPTH = 20  # of folders below the chosen one; deeper is a loop or a mistake
MOST_FOLDERS = 100_000  # more is a whole disk, perhaps behind a link
_IGNORED = frozenset({"thumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "lost+found"})
_COMMON_FIRST = (b".jpg", b".png", b".jpeg")  # a count each, until all files are told
_ENDINGS = tuple(
    suffix + b"\0"
    for suffix in (*_COMMON_FIRST, *sorted({s.encode() for s in SUFFIXES} - set(_COMMON_FIRST)))
)
_LONG = 240  # characters; Windows refuses paths of 260 unless they are written another way


@dataclass(frozen=True, slots=True)
class Visited:
    """A folder as it was when its names were read: another time of change means other names.

    `relative` to the root with "/" between the parts, empty for the root itself.
    """

    relative: str
    mtime_ns: int
    inode: int


@dataclass(slots=True)
class Listing:
    """What lies directly in one folder. `names`: of the pictures, in order, each ending in a NUL byte."""

    relative: str
    names: bytes = b""
    count: int = 0
    unreadable: list[str] = field(default_factory=list)  # pictures of formats that cannot be read
    others: int = 0
    children: list[Listing] = field(default_factory=list)
    closed: bool = False  # it may not be looked into

    @property
    def name(self) -> str:
        return self.relative.rpartition("/")[2]

    def below(self) -> list[Listing]:
        """This folder and all below it, a folder before those in it."""
        found, stack = [], [self]
        while stack:
            here = stack.pop()
            found.append(here)
            stack += reversed(here.children)
        return found

    def pictures(self) -> int:
        return sum(listing.count for listing in self.below())


def natural_key(name: str) -> tuple[object, ...]:
    """Sorts "class 9" before "class 10", without regard to case."""
    parts = re.split(r"([0-9]+)", unicodedata.normalize("NFC", name).casefold())
    return (tuple((0, int(p), "") if p.isdigit() and p.isascii() else (1, 0, p) for p in parts if p), name)


def walk(root: Path) -> tuple[Listing, tuple[Visited, ...]]:
    """All folders below `root`, in natural order, each real folder once per folder of the first level.

    The pictures of a folder come in the order of their names' code points, which is the same on every
    system. Raises DataError "missing", "unreadable": the root itself cannot be read.
    """
    top = Listing("")
    try:
        status = os.stat(reachable(str(root)))  # noqa: PTH116  a Path each is slow
        subfolders = _read(top, reachable(str(root)), has_folders=True)
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
    visited = [Visited("", status.st_mtime_ns, status.st_ino)]
    for name in subfolders:
        top.children.append(_walk_below(str(root), name, (status.st_dev, status.st_ino), visited))
    return top, tuple(visited)


def _check_count(root: str, folders: int) -> None:
    if folders > MOST_FOLDERS:
        raise DataError(
            f"“{Path(root).name or root}” holds more than {MOST_FOLDERS:,} folders. Choose the one inside it "
            "whose folders are the classes.",
            "too-large",
        )


def _walk_below(root: str, name: str, home: tuple[int, int], visited: list[Visited]) -> Listing:
    first = Listing(name)
    seen = {home}
    stack = [(first, 1)]
    while stack:
        here, depth = stack.pop()
        path = reachable(f"{root}{os.sep}{here.relative}")
        try:
            status = os.stat(path)  # noqa: PTH116
            key = (status.st_dev, status.st_ino)
            if depth > MAX_DEPTH or (status.st_ino and key in seen):
                continue  # a link that leads back up
            seen.add(key)
            subfolders = _read(here, path, has_folders=status.st_nlink != 2)
        except OSError:
            here.closed = True  # a folder that may not be entered holds nothing for us
            continue
        visited.append(Visited(here.relative, status.st_mtime_ns, status.st_ino))
        _check_count(root, len(visited))
        here.children = [Listing(f"{here.relative}/{sub}") for sub in subfolders]
        stack += [(child, depth + 1) for child in reversed(here.children)]
    return first


def _read(listing: Listing, path: str, *, has_folders: bool) -> list[str]:
    """Fills in the pictures of one folder; returns its sub-folders in natural order.

    `has_folders` False: Unix counts a link for each sub-folder and sees none. A link to a folder is still
    one, and some network drives do not count: what does not end like a picture is looked at all the same.
    """
    subfolders: list[str] = []
    if not has_folders and os.name != "nt":
        names = os.listdir(path)  # noqa: PTH208
        _sort_out(listing, names, path, subfolders)
        return sorted(subfolders, key=natural_key)
    with os.scandir(path) as entries:
        if os.name == "nt":
            names = [e.name for e in entries if not _hidden_on_windows(e) and not _is_folder(e, subfolders)]
        else:
            names = [e.name for e in entries if not e.is_dir() or subfolders.append(e.name)]  # type: ignore[func-returns-value]
    _sort_out(listing, names, "", [])
    return sorted((name for name in subfolders if not _hidden(name)), key=natural_key)


def _is_folder(entry: os.DirEntry[str], subfolders: list[str]) -> bool:
    if entry.is_dir():
        subfolders.append(entry.name)
        return True
    return False


def _sort_out(listing: Listing, names: list[str], path: str, subfolders: list[str]) -> None:
    """Which of the files are pictures. Whole folders of nothing else are told without a look at each.

    `path`: not empty where folders may be among them, which then go to `subfolders`.
    """
    if not names:
        return
    joined = "\0".join(names).encode("utf-8", "surrogatepass") + b"\0"
    split = joined[:-1].split(b"\0")
    array = np.array(split)
    first = array.view(np.uint8).reshape(len(split), -1)[:, 0]
    if not _all_pictures(joined.lower(), len(names)) or ((first == ord(".")) | (first == ord("~"))).any():
        split = [
            name.encode("utf-8", "surrogatepass")
            for name in names
            if _is_picture(name, listing, path, subfolders)
        ]
        listing.unreadable.sort()
        array = np.array(split)
    listing.count = len(split)
    listing.names = b"\0".join(_in_order(array)) + b"\0" if split else b""


def _all_pictures(lowered: bytes, count: int) -> bool:
    found = 0
    for ending in _ENDINGS:
        found += lowered.count(ending)
        if found == count:
            return True
    return False


def _is_picture(name: str, listing: Listing, path: str, subfolders: list[str]) -> bool:
    """Whether a single file is a picture; what else it is goes where it belongs."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    if _hidden(name):
        return False
    if suffix in SUFFIXES:
        return True
    if suffix in KNOWN_UNREADABLE:
        listing.unreadable.append(name)
    elif path and os.path.isdir(f"{path}{os.sep}{name}"):  # noqa: PTH112
        subfolders.append(name)
    else:
        listing.others += 1
    return False


def _in_order(array: npt.NDArray[np.bytes_]) -> list[bytes]:
    """Sorted by code points. All are different."""
    if len(array) < 2:
        return list(array.tolist())
    letters = array.view(np.uint8).reshape(len(array), -1)
    first = 0
    while (letters[:, first] == letters[0, first]).all():
        first += 1  # ends before the width does, for no two names are the same
    # Eight bytes after what all names begin with are one number; numbers are sorted ten times faster.
    keys = np.zeros((len(array), 8), np.uint8)
    told = letters[:, first : first + 8]
    keys[:, : told.shape[1]] = told
    numbers = keys.view(">u8").reshape(-1).astype(np.uint64)
    order = np.argsort(numbers)
    ordered = numbers[order]
    if (ordered[1:] == ordered[:-1]).any():
        order = np.argsort(array)
    return list(array[order].tolist())


def _hidden(name: str) -> bool:
    """Files and folders that systems leave about."""
    return name.startswith((".", "~$")) or name.casefold() in _IGNORED


def _hidden_on_windows(entry: os.DirEntry[str]) -> bool:
    try:  # the answer is already there, no call needed
        attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & 0x2)  # FILE_ATTRIBUTE_HIDDEN


def reachable(path: str, windows: bool = os.name == "nt") -> str:
    """The path as the system takes it: on Windows, very long ones only with a mark in front."""
    if not windows or len(path) < _LONG or path.startswith("\\\\?\\"):
        return path
    path = path.replace("/", "\\")
    return "\\\\?\\UNC" + path[1:] if path.startswith("\\\\") else "\\\\?\\" + path


@dataclass(frozen=True, slots=True, eq=False)
class FileNames:
    """Many files in some folders, in a few bytes each. Files of folder k: starts[k] up to starts[k + 1]."""

    folders: tuple[str, ...]
    starts: npt.NDArray[np.int64]
    names: bytes  # UTF-8, each ending in a NUL byte
    ends: npt.NDArray[np.int64]  # where those NUL bytes are

    @staticmethod
    def of(folders: tuple[str, ...], counts: npt.NDArray[np.int64], names: bytes) -> FileNames:
        """Raises ValueError: there are not as many names as `counts` says."""
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        ends = np.flatnonzero(np.frombuffer(names, np.uint8) == 0)
        if len(ends) != starts[-1] or len(folders) != len(counts) or (names and names[-1]):
            raise ValueError("names and counts do not agree")
        return FileNames(folders, starts, names, ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, index: int) -> str:
        """The path relative to the root, with "/" between its parts."""
        folder = int(np.searchsorted(self.starts, index, side="right")) - 1
        begin = int(self.ends[index - 1]) + 1 if index else 0
        name = self.names[begin : int(self.ends[index])].decode("utf-8", "surrogatepass")
        return f"{self.folders[folder]}/{name}" if self.folders[folder] else name

    def key(self) -> bytes:
        """All names, for a fingerprint: the same on every system."""
        folders = zip(self.folders, np.diff(self.starts).tolist(), strict=True)
        return repr(list(folders)).encode("utf-8", "surrogatepass") + self.names
