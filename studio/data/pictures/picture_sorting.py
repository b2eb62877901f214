"""Pictures that somebody sorts into classes one by one; the labels become a table, the pictures stay put."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.data.pictures.picture_names import PictureNames

MOST_CLASSES = 9  # one for each of the keys 1 to 9


@dataclass(frozen=True, slots=True)
class Sorting:
    """Every change gives another one: undo is the one before. `labels`: the class of each sorted file."""

    folder: Path
    files: tuple[str, ...]
    classes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(folder: Path) -> Sorting:
        return Sorting(folder, PictureNames(folder).files)

    def with_class(self, name: str) -> Sorting:
        """One more class; nothing changes for an empty name, one that is there, or one too many."""
        name = " ".join(name.split())
        if not name or name in self.classes or len(self.classes) >= MOST_CLASSES:
            return self
        return replace(self, classes=(*self.classes, name))

    def with_label(self, file: str, name: str) -> Sorting:
        return replace(self, labels={**self.labels, file: name})

    def counts(self) -> tuple[int, ...]:
        """Sorted pictures per class."""
        found = Counter(self.labels.values())
        return tuple(found[name] for name in self.classes)

    def next_unsorted(self, place: int) -> int:
        """The next picture after a place that is in no class, from the start again after the last;
        the place itself where there is none."""
        order = (*range(place + 1, len(self.files)), *range(place))
        return next((i for i in order if self.files[i] not in self.labels), place)

    def lacks(self) -> str:
        """What keeps it from being learnt from, in a sentence; empty if nothing does."""
        if sum(count > 1 for count in self.counts()) < 2:
            return "Sort at least two pictures into each of two classes."
        return ""

    def csv(self) -> str:
        """The columns file and class, in the order of the files."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("file", "class"))
        writer.writerows((file, self.labels[file]) for file in self.files if file in self.labels)
        return text.getvalue()


def labels_file(folder: Path) -> Path:
    """A free name for the labels beside the pictures: a file of the user's is never replaced."""
    names = ("labels.csv", *(f"labels {number}.csv" for number in range(2, 1000)))
    return next((folder / name for name in names if not (folder / name).exists()), folder / names[-1])


def may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
