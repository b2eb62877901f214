"""Pictures that somebody sorts into classes one by one; the labels become a table, the pictures stay put."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.data.pictures.picture_names import pictures_below

_MOST_BYTES = 20_000_000  # of a table that somebody made by clicking
MOST_CLASSES = 9  # one for each of the keys 1 to 9


@dataclass(frozen=True, slots=True)
class Sorting:
    """Every change gives another one: undo is the one before. `labels`: the class of each sorted file.
    `table`: where they were kept another day, to be kept again."""

    folder: Path
    files: tuple[str, ...]
    classes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    table: Path | None = None

    @staticmethod
    def of(folder: Path) -> Sorting:
        """With what was sorted another day, where that was begun here and nothing else wrote the table."""
        files = tuple(sorted(pictures_below(folder)))
        return _begun(Sorting(folder, files)) or Sorting(folder, files)

    @property
    def unfinished(self) -> bool:
        """It was begun another day, and pictures are left."""
        return self.table is not None and len(self.labels) < len(self.files)

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


def _begun(empty: Sorting) -> Sorting | None:
    """A table that holds exactly what this module writes, so that writing it again loses nothing."""
    for table in sorted(empty.folder.glob("labels*.csv")):
        try:
            if table.stat().st_size > _MOST_BYTES:
                continue
            text = table.read_text(encoding="utf-8")
            rows = list(csv.reader(io.StringIO(text)))[1:]
        except (OSError, UnicodeDecodeError, csv.Error):
            continue
        if not rows or any(len(row) != 2 for row in rows):
            continue
        labels = {row[0]: row[1] for row in rows}
        found = replace(empty, classes=tuple(dict.fromkeys(labels.values())), labels=labels, table=table)
        if len(found.classes) <= MOST_CLASSES and found.csv() == text:
            return found
    return None


def labels_file(folder: Path) -> Path:
    """A free name for the labels beside the pictures: a file of the user's is never replaced."""
    names = ("labels.csv", *(f"labels {number}.csv" for number in range(2, 1000)))
    return next((folder / name for name in names if not (folder / name).exists()), folder / names[-1])


def may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
