"""Pictures that somebody collects into classes: a folder with one sub-folder per class, filled in the app.

Pictures are copied, originals stay as they are. What is taken out is never deleted: it lies in a hidden
folder inside, which no source of data reads. Each change is one step that can be taken back. In a folder
that was not begun here, what lay there before is the user's and stays where it is.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.data.pictures.collected_names import (
    MARK,
    REMOVED,
    CollectError,
    checked_name,
    free_in,
    is_picture,
    renamed,
    why_not,
)
from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES
from studio.data.pictures.picture_names import pictures_below
from studio.data.sources.folder_walk import natural_key
from studio.data.sources.split_folders import is_part

ENOUGH = 20  # pictures of a class that are enough for a first try
FEWEST = 2  # pictures of a class: one to learn from, one to test with
_CAMERA = "camera"
_MARK_TEXT = "The pictures in this folder were collected with Lantern: one folder for each class.\n"
_HELD = "is a file of yours, not a copy that was made here, so Lantern leaves it where it is."

Move = tuple[Path | None, Path | None]  # from, to; to nowhere: aside; from nowhere: an empty folder is made
_Step = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """`refused`: file names with the reason, in sentences."""

    count: int
    refused: tuple[tuple[str, str], ...] = ()


class Collecting:
    """One folder that is being filled. Nothing is written before the first class is made.

    Raises CollectError from everything that writes: a name that cannot be, a full disk, a read-only folder.
    """

    def __init__(self, folder: Path, offered: Iterable[Path] = ()) -> None:
        """`offered`: pictures from elsewhere that are to be sorted into its classes."""
        self.folder = folder
        self.offered = tuple(offered)
        self._back: list[_Step] = []
        self._forth: list[_Step] = []
        self._open: list[Move] | None = None  # pictures that are being recorded in one go
        self._made: set[Path] = set()  # files and folders that were made here since it was opened

    # -- what is there --------------------------------------------------------------------------------

    def classes(self) -> tuple[str, ...]:
        try:
            found = [entry.name for entry in self.folder.iterdir() if entry.is_dir()]
        except OSError:
            return ()
        return tuple(sorted((name for name in found if name[0] != "."), key=natural_key))

    def pictures(self, name: str) -> tuple[Path, ...]:
        """Those in the class's folder and below it, in the order of their names."""
        home = self.folder / name
        return tuple(home / file for file in sorted(pictures_below(home), key=natural_key))

    def counts(self) -> tuple[int, ...]:
        return tuple(len(self.pictures(name)) for name in self.classes())

    def unsorted(self) -> tuple[Path, ...]:
        """Pictures directly in the folder, and those offered, of which no class has a copy yet."""
        try:
            loose = [path for path in (*self.offered, *self.folder.iterdir()) if is_picture(path)]
        except OSError:
            loose = list(self.offered)
        if not loose:
            return ()
        sorted_in = {_look(path) for name in self.classes() for path in self.pictures(name)}
        left = (path for path in loose if _look(path) not in sorted_in)
        return tuple(sorted(left, key=lambda path: natural_key(path.name)))

    @property
    def begun_here(self) -> bool:
        """Whether all in the folder may be moved about; else it is the user's, but for what is added."""
        return (self.folder / MARK).exists() or not self.classes()

    def why_not_here(self) -> str:
        """Why pictures cannot be collected in this folder, in a sentence; empty if they can."""
        parts = [name for name in self.classes() if is_part(name)]
        if parts:
            return (
                f"“{self.folder.name}” is cut into parts such as “{parts[0]}”. Choose the folder inside it "
                "that holds the classes, or another folder."
            )
        if self.folder.exists() and not self.folder.is_dir():
            return f"“{self.folder.name}” is a file. Choose a folder."
        return ""

    # -- changes --------------------------------------------------------------------------------------

    def add_class(self, name: str) -> str:
        """Its name as it is written."""
        if wrong := self.why_not_here():
            raise CollectError(wrong)
        begun = self.begun_here
        name = checked_name(name, self.classes())
        place = self.folder / name
        with _told(f"The class “{name}” cannot be made in “{self.folder}”"):
            self.folder.mkdir(parents=True, exist_ok=True)
            if begun and not (self.folder / MARK).exists():
                (self.folder / MARK).write_text(_MARK_TEXT, encoding="utf-8")
            place.mkdir()
        self._made.add(place)
        self._done(((place, None),))
        return name

    def rename(self, old: str, new: str) -> str:
        new = checked_name(new, (name for name in self.classes() if name != old))
        if new != old:
            self._check_ours((self.folder / old,))
            with _told(f"“{old}” cannot be renamed"):
                self._done(self._carry_out(((self.folder / old, self.folder / new),)))
        return new

    def delete_class(self, name: str) -> None:
        """The class with its pictures goes into the hidden folder."""
        self._check_ours((self.folder / name,))
        with _told(f"“{name}” cannot be taken away"):
            self._done(self._carry_out(((self.folder / name, None),)))

    def add(self, name: str, paths: Iterable[Path], progress: Callable[[float], bool] | None = None) -> Added:
        """Copies of these pictures, and of those in these folders. `progress`: returns False to stop."""
        files = [file for path in paths for file in _files_in(path)]
        same = _Same(self.pictures(name))
        made: list[Path] = []
        refused = []
        for number, file in enumerate(files):
            if progress is not None and not progress(number / len(files)):
                break
            reason = why_not(file) or ("It is in this class already." if file in same else "")
            if not reason:
                place = self._free(name, file.name)
                try:
                    with _told(f"“{file.name}” cannot be copied"):
                        shutil.copyfile(file, place)
                    made.append(place)
                    same.add(place)
                except CollectError as error:
                    place.unlink(missing_ok=True)
                    reason = str(error)
            if reason:
                refused.append((file.name, reason))
        self._made.update(made)
        if made:
            self._done(tuple((place, None) for place in made))
        return Added(len(made), tuple(refused))

    def add_bytes(self, name: str, data: bytes, suffix: str, called: str = _CAMERA) -> Path:
        """A picture that was never a file: pasted, or of the camera."""
        place = self._free(name, f"{called}{suffix}", numbered=True)
        with _told("The picture cannot be saved"):
            place.write_bytes(data)
        self._made.add(place)
        if self._open is not None:
            self._open.append((place, None))
        else:
            self._done(((place, None),))
        return place

    def begin(self) -> None:
        """What is added from now on is one step, until `end`."""
        self._open = self._open if self._open is not None else []

    def end(self) -> None:
        moves, self._open = self._open, None
        if moves:
            self._done(tuple(moves))

    def remove(self, pictures: Sequence[Path]) -> None:
        """Out of the class, into the hidden folder."""
        self._check_ours(pictures)
        with _told("The pictures cannot be taken out"):
            self._done(self._carry_out(tuple((path, None) for path in pictures)))

    def move(self, pictures: Sequence[Path], name: str) -> None:
        """Into another class. Of one that is in no class yet, a copy goes there."""
        loose = [path for path in pictures if path.parent == self.folder or path in self.offered]
        if loose:
            self.add(name, loose)
            return
        self._check_ours(pictures)
        home = self.folder / name
        pairs: list[tuple[Path, Path]] = []
        for path in pictures:
            if path.parent != home:
                taken = {place for _, place in pairs}
                place = free_in(home, path.name)
                while place in taken:  # two of one name, from two classes
                    place = place.with_stem(f"{place.stem} 2")
                pairs.append((path, place))
        with _told("The pictures cannot be moved"):
            self._done(self._carry_out(tuple(pairs)))

    @property
    def can_undo(self) -> bool:
        return bool(self._back)

    @property
    def can_redo(self) -> bool:
        return bool(self._forth)

    def undo(self) -> None:
        """Takes the last step back. Files that are gone meanwhile are passed over."""
        self.end()
        if self._back:
            with _told("That cannot be taken back"):
                self._forth.append(self._carry_out(self._back.pop()))

    def redo(self) -> None:
        if self._forth:
            with _told("That cannot be done again"):
                self._back.append(self._carry_out(self._forth.pop()))

    # -----------------------------------------------------------------------------------------------

    def _carry_out(self, moves: Sequence[Move]) -> _Step:
        """What takes these moves back. Where one fails, those before it are taken back at once."""
        done: list[Move] = []
        try:
            for before, after in moves:
                done[:0] = self._carry_out_one(before, after)
        except OSError:
            for before, after in done:
                self._carry_out_one(before, after)
            raise
        return tuple(done)

    def _carry_out_one(self, before: Path | None, after: Path | None) -> list[Move]:
        if before is None:
            assert after is not None
            after.mkdir(exist_ok=True)
            self._made.add(after)
            return [(after, None)]
        if not before.exists():
            return []
        if after is None and before.is_dir() and not any(before.iterdir()):
            before.rmdir()  # an empty class
            return [(None, before)]
        if after is None:
            (self.folder / REMOVED).mkdir(exist_ok=True)
            after = free_in(self.folder / REMOVED, before.name)
        elif after.exists() and not _same_place(before, after):
            return []
        renamed(before, after)
        self._note_moved(before, after)
        return [(after, before)]

    def _note_moved(self, before: Path, after: Path) -> None:
        """What was made here stays known for it, wherever it goes, with all that lies in it."""
        for path in [path for path in self._made if path == before or before in path.parents]:
            self._made.discard(path)
            self._made.add(after / path.relative_to(before))

    def _check_ours(self, paths: Sequence[Path]) -> None:
        if (self.folder / MARK).exists():
            return
        for path in paths:
            if path not in self._made and not any(parent in self._made for parent in path.parents):
                raise CollectError(
                    f"“{path.name}” {_HELD} On the Data page, it can be given another class or left out."
                )

    def _free(self, name: str, file: str, numbered: bool = False) -> Path:
        folder = self.folder / name
        with _told(f"The folder of “{name}” cannot be made"):
            folder.mkdir(parents=True, exist_ok=True)
        return free_in(folder, file, numbered=numbered)

    def _done(self, step: _Step) -> None:
        if step:
            self._back.append(step)
            self._forth.clear()


def unfinished(folder: Path) -> bool:
    """Whether pictures were being collected there, too few so far to learn from."""
    return (folder / MARK).is_file()


def lacks(classes: Sequence[str], counts: Sequence[int]) -> str:
    """What keeps such a collection from being learnt from, in a sentence; empty if nothing does."""
    if not classes:
        return "Name the first class, then put pictures into it."
    if len(classes) < 2:
        return "Name another class: a network learns to tell at least two apart."
    fullest = sorted(range(len(classes)), key=lambda i: -counts[i])[:2]
    wanted = [f"{FEWEST - counts[i]} more for “{classes[i]}”" for i in sorted(fullest) if counts[i] < FEWEST]
    return f"Pictures still needed: at least {' and '.join(wanted)}." if wanted else ""


def advice(classes: Sequence[str], counts: Sequence[int]) -> str:
    """Whether there are enough, in a sentence."""
    if wanted := lacks(classes, counts):
        return wanted
    few = [(name, count) for name, count in zip(classes, counts, strict=True) if count < ENOUGH]
    if few:
        name, count = min(few, key=lambda one: one[1])
        return f"About {ENOUGH} pictures of each class make a good start: “{name}” has {count}."
    if max(counts) > 3 * min(counts):
        small, large = classes[counts.index(min(counts))], classes[counts.index(max(counts))]
        return f"Enough for a first try. “{large}” has many more than “{small}”: even numbers learn best."
    return "Enough for a first try. More pictures, from other sides and in other light, help."


class _Same:
    """Tells whether a file is one of these, by what is in it."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._by_size: dict[int, list[Path]] = {}
        for path in paths:
            self.add(path)

    def add(self, path: Path) -> None:
        self._by_size.setdefault(_size(path), []).append(path)

    def __contains__(self, path: Path) -> bool:
        try:
            return any(filecmp.cmp(path, other, False) for other in self._by_size.get(_size(path), ()))
        except OSError:
            return False


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


def _files_in(path: Path) -> list[Path]:
    """The pictures of a folder, readable or not; itself where there are none, to be refused."""
    if not path.is_dir():
        return [path]
    known = SUFFIXES | KNOWN_UNREADABLE.keys()
    return [path / file for file in sorted(pictures_below(path, suffixes=known))] or [path]


def _look(path: Path) -> tuple[str, int]:
    return path.name.casefold(), _size(path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _same_place(one: Path, other: Path) -> bool:
    """Another spelling of one name, where the system does not tell small letters from capitals."""
    try:
        return one.samefile(other)
    except OSError:
        return False
