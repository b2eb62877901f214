"""Names inside archives, made safe for every file system; those that lead out of the folder are refused."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from studio.data.dataset import DataError

MAX_DEPTH = 60  # folders in folders; more is a mistake or an attack
_MAX_PART_BYTES = 180  # file systems take 255; a suffix like " (2)" needs room
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f\ud800-\udfff]')  # on Windows; and halves of letters
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)
_LITTER = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})  # what systems leave behind


class UnsafeName(DataError):
    """A name that leads out of the folder."""


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and the file of a member's name, each safe to be made; empty for the root itself.

    Backslashes separate, too: some Windows programs write them.
    Raises: UnsafeName: absolute, with a drive letter, with "..", or far too deep.
    """
    plain = name.replace("\\", "/")
    raw = [part for part in plain.split("/") if part not in ("", ".")]
    if plain.startswith("/") or (raw and re.match(r"^[A-Za-z]:", raw[0])) or ".." in raw:
        raise UnsafeName(f"A file in it wants to be written outside its folder (“{_shown(name)}”)")
    if len(raw) > MAX_DEPTH:
        raise UnsafeName(f"A file in it lies in more than {MAX_DEPTH} folders (“{_shown(name)}”)")
    return tuple(_safe_part(part) for part in raw)


def is_litter(name: str) -> bool:
    """Whether this is something that an operating system left behind, not data."""
    parts = [part for part in name.replace("\\", "/").casefold().split("/") if part]
    return any(part in _LITTER or part.startswith("._") for part in parts)


class NameBook:
    """Gives each member a place of its own, also where capitals and accents do not count.

    Folders keep one spelling; a second one that a Mac or Windows would take for the same gets " (2)",
    so that two classes never run into one another. The very same name twice is the same place.
    """

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], dict[str, str]] = {}  # folder -> folded name -> name as given
        self._files: set[tuple[str, ...]] = set()
        self._folders: set[tuple[str, ...]] = set()

    def place(self, parts: tuple[str, ...], is_folder: bool) -> tuple[str, ...]:
        """Where this member goes, as parts below the folder."""
        placed: tuple[str, ...] = ()
        for depth, part in enumerate(parts):
            folder = is_folder or depth < len(parts) - 1
            placed = self._claim(placed, part, folder)
        return placed

    def _claim(self, parent: tuple[str, ...], part: str, folder: bool) -> tuple[str, ...]:
        names = self._taken.setdefault(parent, {})
        number = 1
        while True:
            wanted = part if number == 1 else _numbered(part, number)
            key = unicodedata.normalize("NFC", wanted).casefold()
            path = (*parent, wanted)
            other = path in self._files if folder else path in self._folders
            if names.setdefault(key, wanted) == wanted and not other:
                (self._folders if folder else self._files).add(path)
                return path
            number += 1


def _numbered(part: str, number: int) -> str:
    stem, dot, suffix = part.rpartition(".")
    return f"{stem} ({number}).{suffix}" if dot and stem else f"{part} ({number})"


def _safe_part(part: str) -> str:
    safe = _FORBIDDEN.sub("_", part)
    safe = safe.rstrip(" .") or "_"  # Windows drops them, and two names become one
    if safe.split(".")[0].rstrip(" ").casefold() in _RESERVED:
        safe = f"_{safe}"
    if len(safe.encode("utf-8")) <= _MAX_PART_BYTES:
        return safe
    mark = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    stem, dot, suffix = safe.rpartition(".")
    ending = f".{suffix}" if dot and stem and len(suffix) <= 10 else ""
    kept = safe.encode("utf-8")[: _MAX_PART_BYTES - 30].decode("utf-8", "ignore")
    return f"{kept}~{mark}{ending}"


def _shown(name: str) -> str:
    safe = _FORBIDDEN.sub("_", name)
    return safe if len(safe) <= 60 else safe[:57] + "…"
