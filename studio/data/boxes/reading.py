"""What annotation files say, before it is held against the pictures: gathered by a reader of one format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from studio.data.dataset import Skipped
from studio.data.pictures.picture_names import PictureNames
from studio.data.plain_files import open_plain

Edges = tuple[float, float, float, float]  # left, top, right, bottom; may be anything, also NaN


@dataclass(slots=True)
class Marked:
    """One picture. `name`: below the root; `size`: (height, width) that the file claims; `part`: TRAIN,
    VALIDATION, TEST, or None where nothing says; `relative`: the edges are shares of the picture's sides."""

    name: str
    size: tuple[int, int] | None = None
    boxes: list[tuple[int, Edges]] = field(default_factory=list)
    part: int | None = None
    relative: bool = False


@dataclass(slots=True)
class Reading:
    """`files`: annotation files that were read; `skipped`: what was of no use, and why."""

    root: Path
    names: PictureNames
    classes: list[str] = field(default_factory=list)
    pictures: dict[str, Marked] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @staticmethod
    def below(root: Path) -> Reading:
        return Reading(root, PictureNames(root))

    def find(self, called: str, *folders: str) -> str | None:
        """The picture that is meant: beside the annotations, in one of these folders, or anywhere below."""
        plain = called.strip().replace("\\", "/").removeprefix("./")
        for folder in folders:
            found = self.names.exact(f"{folder}/{plain}" if folder else plain)
            if found is not None:
                return found
        return self.names.find(plain)

    def class_number(self, name: str) -> int:
        if name not in self.classes:
            self.classes.append(name)
        return self.classes.index(name)

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, reason))

    def relative(self, path: Path) -> str:
        """What people call a file below the root."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name


def boxes_words(count: int) -> str:
    return "1 box" if count == 1 else f"{count:,} boxes"


def boxes_that(count: int, what: str) -> str:
    """“2 boxes have no size”, “1 box has no size”; `what` is in the plural."""
    verb, _, rest = what.partition(" ")
    single = {"have": "has", "are": "is"}.get(verb, f"{verb}s")
    return f"{boxes_words(count)} {single if count == 1 else verb} {rest}"


def pictures_words(count: int) -> str:
    return "1 picture" if count == 1 else f"{count:,} pictures"


def limited_text(path: Path, most_bytes: int) -> str | None:
    """A text file; None where it is larger than that. Raises OSError."""
    with open_plain(path) as file:
        data = file.read(most_bytes + 1)
    return None if len(data) > most_bytes else data.decode("utf-8-sig", errors="replace")
