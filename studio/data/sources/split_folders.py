"""Folders called train, val and test: the parts of a dataset as its makers cut it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.data.sources.folder_walk import Listing, natural_key

TRAIN, VALIDATION, TEST = range(3)
NOT_TAUGHT = -1  # the class number of what only lies in the validation or test folder
_PARTS = {
    "train": TRAIN, "training": TRAIN,
    "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "dev": VALIDATION,
    "test": TEST, "testing": TEST,
}  # fmt: skip
_CALLED = ("training", "validation", "test")


@dataclass(frozen=True, slots=True)
class SplitFolders:
    """`folders`: class folders with class number and part. `classes`: numbers by name, NOT_TAUGHT where
    nothing teaches a class. `train`: the training folders' names. `several`: there are other parts, too."""

    folders: tuple[tuple[Listing, int, int], ...]
    classes: Mapping[str, int]
    train: tuple[str, ...]
    several: bool
    notes: tuple[str, ...]


def shown(name: str) -> str:
    """A class as it is called, however the system writes its accents."""
    return unicodedata.normalize("NFC", name)


def is_part(name: str) -> bool:
    """Whether a folder of that name is a part of the data rather than a class."""
    return name.casefold() in _PARTS


def split_folders(folders: Sequence[Listing]) -> SplitFolders | None:
    """The parts, where there is a folder for training whose sub-folders are classes; else None."""
    full = [folder for folder in folders if folder.pictures()]
    parts = [folder for folder in full if folder.name.casefold() in _PARTS]
    train = [f for f in parts if _part(f) == TRAIN and not f.count]
    if not train or any(f.count for f in parts if _part(f) == TRAIN):
        return None  # pictures directly in “train”: perhaps a class of trains
    if len(train) == len(parts) and len(full) > len(parts):
        return None
    parts.sort(key=lambda folder: (_part(folder), natural_key(folder.name)))
    spelling = _Spelling(parts)
    taught = {spelling(c.name) for f in train for c in f.children if c.pictures()}
    found = {spelling(c.name) for f in parts for c in f.children if c.pictures()}
    classes = {name: number for number, name in enumerate(sorted(taught, key=natural_key))}
    classes |= dict.fromkeys(sorted(found - taught, key=natural_key), NOT_TAUGHT)
    listed = tuple(
        (child, classes[spelling(child.name)], _part(folder))
        for folder in parts
        for child in sorted(folder.children, key=lambda c: natural_key(spelling(c.name)))
        if child.pictures()
    )
    notes = (
        *_kept_as(parts),
        *_not_alike(parts, classes, listed),
        *_outside(parts, [f for f in full if f not in parts]),
    )
    several = any(_part(folder) != TRAIN and any(c.pictures() for c in folder.children) for folder in parts)
    return SplitFolders(listed, classes, tuple(f.name for f in train), several, notes)


def _part(folder: Listing) -> int:
    return _PARTS[folder.name.casefold()]


class _Spelling:
    """One name for a class whose folders are written “Cat” in one part and “cat” in another."""

    def __init__(self, parts: Sequence[Listing]) -> None:
        self._known: dict[str, str] = {}
        self._apart: set[str] = set()  # written both ways in one part: they are two classes
        for folder in parts:
            here = [shown(child.name) for child in folder.children if child.pictures()]
            folded = [name.casefold() for name in here]
            self._apart |= {name for name, times in Counter(folded).items() if times > 1}
            for name in here:
                self._known.setdefault(name.casefold(), name)

    def __call__(self, name: str) -> str:
        name = shown(name)
        return name if name.casefold() in self._apart else self._known.get(name.casefold(), name)


def _kept_as(parts: Sequence[Listing]) -> tuple[str, ...]:
    used = [folder for folder in parts if any(c.pictures() for c in folder.children)]
    there = sorted({_part(folder) for folder in used})
    names = _and([f"“{folder.name}”" for folder in used])
    if there == [TRAIN]:
        return (f"The classes are the folders inside {names}; validation and test are cut from it.",)
    kept = f"The folders {names} are kept as the {_and([_CALLED[part] for part in there])} parts"
    if VALIDATION not in there:
        train = _and([f"“{folder.name}”" for folder in used if _part(folder) == TRAIN])
        return (f"{kept}; the validation part is cut from {train}.",)
    return (f"{kept}{'' if TEST in there else '; there is no test folder'}.",)


def _not_alike(
    parts: Sequence[Listing], classes: Mapping[str, int], listed: Sequence[tuple[Listing, int, int]]
) -> tuple[str, ...]:
    notes = []
    strange = [name for name, label in classes.items() if label == NOT_TAUGHT]
    if strange:
        count = sum(folder.pictures() for folder, label, _ in listed if label == NOT_TAUGHT)
        what = "1 picture was" if count == 1 else f"{count:,} pictures were"
        shows = "it shows" if count == 1 else "they show"
        notes.append(
            f"{what} left out, because nothing in the training folder teaches the network what {shows}: "
            f"{_and([f'“{name}”' for name in strange[:5]])}{', …' if len(strange) > 5 else ''}."
        )
    for part in sorted({_part(folder) for folder in parts} - {TRAIN}):
        here = {label for _, label, at in listed if at == part}
        missing = [name for name, label in classes.items() if label not in here and label != NOT_TAUGHT]
        if here and missing:
            named = _and([f"“{name}”" for name in missing[:5]]) + (", …" if len(missing) > 5 else "")
            notes.append(f"The {_CALLED[part]} folder has no pictures of {named}.")
    return tuple(notes)


def _outside(parts: Sequence[Listing], others: Sequence[Listing]) -> tuple[str, ...]:
    notes = []
    for folder in parts:
        if folder.count:
            what = "1 picture was" if folder.count == 1 else f"{folder.count:,} pictures were"
            shows = "it shows" if folder.count == 1 else "they show"
            notes.append(f"{what} left out, directly in “{folder.name}”: nothing says what {shows}.")
    if others:
        names = _and([f"“{folder.name}”" for folder in others[:5]])
        notes.append(f"Left out, because it belongs to no part: {names}.")
    return tuple(notes)


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
