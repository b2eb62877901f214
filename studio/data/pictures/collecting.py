"""Pictures that somebody collects into classes: a folder with one sub-folder per class, filled in the app.

Pictures are copied, originals stay as they are. What is taken out is never deleted: it lies in a hidden
folder inside, which no source of data reads. Each change is one step that can be taken back.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.core.problems import LanternError
from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES, PictureError, picture_header
from studio.data.pictures.picture_names import PictureNames
from studio.data.sources.folder_walk import natural_key

ENOUGH = 20  # pictures of a class that are enough for a first try
REMOVED = ".lantern removed"
_LONGEST = 60  # letters of a class
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in names of folders, on one system or another
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
_CAMERA = "camera"


class CollectError(LanternError):
    """Something cannot be done, said in a sentence."""


@dataclass(slots=True)
class _Step:
    """What was done, to be taken back in the opposite order: files made, files and folders moved."""

    made: list[Path] = field(default_factory=list)
    moved: list[tuple[Path, Path]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Added:
    """`refused`: file names with the reason, in sentences."""

    count: int
    refused: tuple[tuple[str, str], ...] = ()


class Collecting:
    """One folder that is being filled. Nothing is written before the first class is made.

    Raises CollectError from everything that writes: a name that cannot be, a full disk, a read-only folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._steps: list[_Step] = []
        self._open: _Step | None = None  # pictures that are being recorded in one go

    # -- what is there --------------------------------------------------------------------------------

    def classes(self) -> tuple[str, ...]:
        try:
            found = [entry.name for entry in self.folder.iterdir() if entry.is_dir()]
        except OSError:
            return ()
        return tuple(sorted((name for name in found if name[0] != "."), key=natural_key))

    def pictures(self, name: str) -> tuple[Path, ...]:
        """Those directly in the class's folder, in the order of their names."""
        try:
            found = [path for path in (self.folder / name).iterdir() if _is_picture(path)]
        except OSError:
            return ()
        return tuple(sorted(found, key=lambda path: natural_key(path.name)))

    def counts(self) -> tuple[int, ...]:
        return tuple(len(self.pictures(name)) for name in self.classes())

    def loose(self) -> int:
        """Pictures directly in the folder, which are in no class."""
        try:
            return sum(_is_picture(path) for path in self.folder.iterdir())
        except OSError:
            return 0

    def lacks(self) -> str:
        """What keeps it from being learnt from, in a sentence; empty if nothing does."""
        if sum(count >= 2 for count in self.counts()) < 2:
            return "Collect at least two pictures of each of two classes."
        return ""

    def advice(self) -> str:
        """Whether there are enough, in a sentence."""
        classes, counts = self.classes(), self.counts()
        few = [(name, count) for name, count in zip(classes, counts, strict=True) if count < ENOUGH]
        if not classes:
            return "Name the first class, then put pictures into it."
        if len(classes) < 2:
            return "Name another class: a network learns to tell at least two apart."
        if few:
            name, count = min(few, key=lambda one: one[1])
            return f"About {ENOUGH} pictures of each class make a good start: “{name}” has {count}."
        if max(counts) > 3 * min(counts):
            small, large = classes[counts.index(min(counts))], classes[counts.index(max(counts))]
            return f"Enough for a first try. “{large}” has many more than “{small}”: even numbers learn best."
        return "Enough for a first try. More pictures, from other sides and in other light, help."

    # -- changes --------------------------------------------------------------------------------------

    def add_class(self, name: str) -> str:
        """Its name as it is written."""
        name = self._checked(name)
        folder = self.folder / name
        with _told(f"The class “{name}” cannot be made in “{self.folder}”"):
            folder.mkdir(parents=True)
        self._done(_Step(made=[folder]))
        return name

    def rename(self, old: str, new: str) -> str:
        new = self._checked(new, old)
        if new != old:
            with _told(f"“{old}” cannot be renamed"):
                (self.folder / old).rename(self.folder / new)
            self._done(_Step(moved=[(self.folder / old, self.folder / new)]))
        return new

    def add(self, name: str, paths: Iterable[Path], progress: Callable[[float], bool] | None = None) -> Added:
        """Copies of these pictures, and of those in these folders. `progress`: returns False to stop."""
        files = [file for path in paths for file in _files_in(path)]
        step, refused = _Step(), []
        for number, file in enumerate(files):
            if progress is not None and not progress(number / len(files)):
                break
            reason = _why_not(file)
            if reason:
                refused.append((file.name, reason))
                continue
            place = self._free(name, file.name)
            step.made.append(place)
            try:
                with _told(f"“{file.name}” cannot be copied"):
                    shutil.copyfile(file, place)
            except CollectError as error:
                place.unlink(missing_ok=True)
                step.made.pop()
                refused.append((file.name, str(error)))
        if step.made:
            self._done(step)
        return Added(len(step.made), tuple(refused))

    def add_bytes(self, name: str, data: bytes, suffix: str, called: str = _CAMERA) -> Path:
        """A picture that was never a file: pasted, or of the camera."""
        place = self._free(name, f"{called}{suffix}", numbered=True)
        with _told("The picture cannot be saved"):
            place.write_bytes(data)
        if self._open is not None:
            self._open.made.append(place)
        else:
            self._done(_Step(made=[place]))
        return place

    def begin(self) -> None:
        """What is added from now on is one step, until `end`."""
        self._open = self._open or _Step()

    def end(self) -> None:
        step, self._open = self._open, None
        if step is not None and step.made:
            self._steps.append(step)

    def remove(self, pictures: Sequence[Path]) -> None:
        """Out of the class, into the hidden folder."""
        self._move(pictures, self.folder / REMOVED)

    def move(self, pictures: Sequence[Path], name: str) -> None:
        """Into another class."""
        self._move(pictures, self.folder / name)

    @property
    def can_undo(self) -> bool:
        return bool(self._steps)

    def undo(self) -> None:
        """Takes the last step back. Files that are gone meanwhile are passed over."""
        self.end()
        if not self._steps:
            return
        step = self._steps.pop()
        with _told("That cannot be taken back"):
            for before, after in reversed(step.moved):
                if after.exists() and not before.exists():
                    after.rename(before)
            for path in reversed(step.made):
                if path.is_dir():
                    if not any(path.iterdir()):
                        path.rmdir()
                else:
                    path.unlink(missing_ok=True)

    # -----------------------------------------------------------------------------------------------

    def _move(self, pictures: Sequence[Path], folder: Path) -> None:
        step = _Step()
        with _told("The pictures cannot be moved"):
            folder.mkdir(exist_ok=True)
            for path in pictures:
                place = _free_in(folder, path.name)
                path.rename(place)
                step.moved.append((path, place))
                if step not in self._steps:
                    self._done(step)  # at once: if a later one fails, this can be taken back

    def _free(self, name: str, file: str, numbered: bool = False) -> Path:
        folder = self.folder / name
        with _told(f"The folder of “{name}” cannot be made"):
            folder.mkdir(parents=True, exist_ok=True)
        return _free_in(folder, file, numbered)

    def _done(self, step: _Step) -> None:
        self._steps.append(step)

    def _checked(self, name: str, old: str = "") -> str:
        """A name that can be a folder's on every system."""
        name = unicodedata.normalize("NFC", " ".join(name.split()))[:_LONGEST].strip()
        if not name:
            raise CollectError("Type a name for the class first.")
        wrong = _FORBIDDEN.search(name)
        if wrong is not None:
            raise CollectError(f"A class cannot have “{wrong.group()}” in its name. Leave it out.")
        if name[0] == "." or name[-1] == "." or name.split(".")[0].casefold() in _DEVICES:
            raise CollectError(f"“{name}” cannot be a folder’s name on every computer. Choose another name.")
        if name.casefold() in {one.casefold() for one in self.classes() if one != old}:
            raise CollectError(f"There is a class “{name}” already.")
        return name


class _told:
    """Turns an error of the system into a sentence."""

    def __init__(self, start: str) -> None:
        self._start = start

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            raise CollectError(f"{self._start}: {reason}. Choose another folder to collect in.") from error


def free_folder(parent: Path, name: str) -> Path:
    """A folder that is not there yet: "My pictures", "My pictures 2", …"""
    return _free_in(parent, name)


def _free_in(folder: Path, name: str, numbered: bool = False) -> Path:
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


def _is_picture(path: Path) -> bool:
    return path.name[0] != "." and path.suffix.lower() in SUFFIXES and path.is_file()


def _files_in(path: Path) -> list[Path]:
    return [path / file for file in PictureNames(path).files] if path.is_dir() else [path]


def _why_not(path: Path) -> str:
    """Why a file cannot be collected, in a sentence; empty if it can."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        return KNOWN_UNREADABLE.get(suffix, "This is no picture that Lantern reads.")
    try:
        picture_header(path)
    except PictureError as error:
        return str(error)
    return ""
