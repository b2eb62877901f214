"""What a folder of pictures holds: classes, labels, perhaps parts. Found by its names, nothing is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError, Skipped
from studio.data.pictures.decoding import KNOWN_UNREADABLE
from studio.data.sources.folder_walk import FileNames, Listing, Visited, natural_key, walk
from studio.data.sources.split_folders import NOT_TAUGHT, SplitFolders, is_part, shown, split_folders


@dataclass(frozen=True, slots=True, eq=False)
class FolderIndex:
    """The pictures of a folder: class by class (in parts: part by part), the pictures of a folder before
    those in its sub-folders.

    `labels` are class numbers. `parts`: 0 train, 1 validation, 2 test, where folders say so. `skipped` are
    picture files of formats that cannot be read. `visited` are all folders that were looked into;
    `whole` is False where one could not be.
    """

    root: Path
    classes: tuple[str, ...]
    names: FileNames
    labels: npt.NDArray[np.int64]
    parts: npt.NDArray[np.uint8] | None
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    visited: tuple[Visited, ...]
    whole: bool = True

    def __len__(self) -> int:
        return len(self.names)


def read_folder(root: Path) -> FolderIndex:
    """The pictures below `root` by class. Raises DataError: missing, empty, single-class, structure."""
    top, visited = walk(root)
    parts = split_folders(top.children)
    if parts is not None:
        return _index_of_parts(root, top, parts, visited)
    folders = top.children
    _refuse_folders_of_folders(root, folders)
    full = [folder for folder in folders if folder.pictures()]
    if not full:
        raise _no_pictures(root, top)
    _refuse_bare_parts(root, full)
    if len(full) == 1:
        raise _single_class(root, full[0], [folder.name for folder in folders if folder.closed])
    listings = [(listing, label, 0) for label, one in enumerate(full) for listing in one.below()]
    notes = _notes(top, full)
    return _index(root, tuple(shown(f.name) for f in full), listings, top, notes, visited, in_parts=False)


def _index_of_parts(
    root: Path, top: Listing, parts: SplitFolders, visited: tuple[Visited, ...]
) -> FolderIndex:
    taught = [name for name, label in parts.classes.items() if label != NOT_TAUGHT]
    if len(taught) < 2:
        train = next(one for one in top.children if one.name == parts.train[0])
        only = [child for child in train.children if child.pictures()]
        raise _single_class(root / train.name, only[0])
    listings = [
        (listing, label, part)
        for folder, label, part in parts.folders
        if label != NOT_TAUGHT
        for listing in folder.below()
    ]
    others = sum(one.others for one in top.below())
    notes = (*parts.notes, *_loose_note(top.count), *_left_out_notes(others, top))
    return _index(root, tuple(taught), listings, top, notes, visited, in_parts=parts.several)


def _index(
    root: Path,
    classes: tuple[str, ...],
    listings: Sequence[tuple[Listing, int, int]],
    top: Listing,
    notes: tuple[str, ...],
    visited: tuple[Visited, ...],
    *,
    in_parts: bool,
) -> FolderIndex:
    filled = [one for one in listings if one[0].count]
    counts = np.array([listing.count for listing, _, _ in filled], np.int64)
    names = FileNames.of(
        tuple(listing.relative for listing, _, _ in filled),
        counts,
        b"".join(listing.names for listing, _, _ in filled),
    )
    return FolderIndex(
        root,
        classes,
        names,
        np.repeat(np.array([label for _, label, _ in filled], np.int64), counts),
        np.repeat(np.array([part for _, _, part in filled], np.uint8), counts) if in_parts else None,
        tuple(
            Skipped(f"{listing.relative}/{name}", KNOWN_UNREADABLE[_suffix(name)])
            for listing, _, _ in listings
            for name in listing.unreadable
        ),
        notes,
        visited,
        not any(listing.closed for listing in top.below()),
    )


def _suffix(name: str) -> str:
    return name[name.rindex(".") :].lower()


def _single_class(root: Path, only: Listing, closed: Sequence[str] = ()) -> DataError:
    """`closed`: folders beside it that may not be opened."""
    if closed:
        return DataError(
            f"Only one class of “{root.name}” can be read, “{only.name}”: {_named(closed)} may not be "
            "opened. Change the permissions, or copy the pictures to where you may read them.",
            "single-class",
        )
    return DataError(
        f"All pictures in “{root.name}” lie in one folder, “{only.name}”, so there is nothing to tell "
        "apart. Make a second folder beside it with pictures of something else.",
        "single-class",
    )


def _refuse_bare_parts(root: Path, full: Sequence[Listing]) -> None:
    """Raises DataError: train and test are no classes, where there is nothing else."""
    if len(full) < 2 or not all(is_part(one.name) and one.count == one.pictures() for one in full):
        return
    names = " and ".join(f"“{one.name}”" for one in full[:3])
    raise DataError(
        f"“{root.name}” holds the folders {names}, whose pictures lie in no folder of a class, so nothing "
        "says what they show. Make one folder for each class inside them, or put a CSV table beside them, "
        "with a column of file names and one of classes.",
        "unsorted",
    )


def _refuse_folders_of_folders(root: Path, folders: Sequence[Listing]) -> None:
    """Raises DataError where the classes seem to lie one level further down."""
    full = [folder for folder in folders if folder.pictures()]
    nested = [folder for folder in full if folder.children and not folder.count]
    if len(nested) != len(full) or not full:
        return
    shared = set.intersection(*({child.name for child in folder.children} for folder in nested))
    if len(nested) > 1 and len(shared) > 1:
        what = " and ".join(f"“{folder.name}”" for folder in nested[:3])
        raise DataError(
            f"“{root.name}” contains folders of folders: {what} each hold folders of pictures. "
            f"Choose “{nested[0].name}” instead; Lantern sets samples aside for validation and test by "
            "itself. Or call the folder with the pictures to learn from “train”.",
            "structure",
        )
    if len(nested) == 1 and len(nested[0].children) > 1:
        only = nested[0].name
        raise DataError(
            f"“{root.name}” holds only the folder “{only}”, and the classes are folders inside that. "
            f"Choose “{only}” instead.",
            "structure",
        )


def _no_pictures(root: Path, top: Listing) -> DataError:
    advice = "Make one sub-folder for each class, named after it, and put its pictures inside."
    if top.count:
        return DataError(
            f"The {top.count:,} pictures in “{root.name}” do not lie in sub-folders, so nothing says what "
            f"they show. {advice} Or put a CSV table beside them, with a column of file names and one of "
            "classes.",
            "unsorted",
        )
    unreadable = [name for listing in top.below() for name in listing.unreadable]
    if unreadable:
        reason = KNOWN_UNREADABLE[_suffix(unreadable[0])]
        return DataError(
            f"None of the {len(unreadable):,} pictures in “{root.name}” can be used. {reason}", "empty"
        )
    if any(listing.closed for listing in top.below()):
        return DataError(
            f"The folders in “{root.name}” may not be opened. Change their permissions, or copy them.",
            "unreadable",
        )
    if top.children:
        return DataError(f"There are no pictures in the sub-folders of “{root.name}”. {advice}", "empty")
    return DataError(f"The folder “{root.name}” is empty. {advice}", "empty")


def _notes(top: Listing, full: Sequence[Listing]) -> tuple[str, ...]:
    others = sum(listing.others for folder in top.children for listing in folder.below())
    notes = [*_loose_note(top.count)]
    empty = [folder.name for folder in top.children if not folder.pictures() and not folder.closed]
    if empty:
        notes.append(f"Without pictures, and so not a class: {_named(empty)}.")
    notes += _left_out_notes(others, top)
    single = [folder.name for folder in full if folder.pictures() == 1]
    if single:
        notes.append(f"Only one picture, which is used for training: {_named(single)}. Add more.")
    return tuple(notes)


def _loose_note(loose: int) -> tuple[str, ...]:
    if not loose:
        return ()
    shows = "it shows" if loose == 1 else "they show"
    what = _count(loose, "picture")
    return (f"{what} left out, outside of the class folders: nothing says what {shows}.",)


def _left_out_notes(others: int, top: Listing) -> tuple[str, ...]:
    notes = []
    if others:
        what = "not a picture" if others == 1 else "not pictures"
        notes.append(f"{_count(others, 'file')} left out: {what}.")
    closed = [listing.relative for listing in top.below() if listing.closed]
    if closed:
        what = "This folder" if len(closed) == 1 else "These folders"
        notes.append(f"{what} may not be opened, so what is in there was left out: {_named(closed)}.")
    return tuple(notes)


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:5]) + (", …" if len(names) > 5 else "")


def _count(number: int, noun: str) -> str:
    return f"1 {noun} was" if number == 1 else f"{number:,} {noun}s were"


__all__ = ["FolderIndex", "natural_key", "read_folder"]
