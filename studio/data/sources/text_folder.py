"""A folder with one sub-folder of .txt files for each class; train and test folders stay what they are."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from studio.core.params import Params
from studio.core.project import DatasetChoice
from studio.data.dataset import Cancelled, DataError, Progress, Skipped
from studio.data.fingerprint import fingerprint
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.pictures.decoding import SUFFIXES as PICTURE_SUFFIXES
from studio.data.plain_files import open_plain
from studio.data.sources.folder_walk import MOST_FOLDERS, natural_key
from studio.data.sources.source import Source, absolute
from studio.data.tables.table_text import decode
from studio.data.texts.text_dataset import NO_TEXT, ReadTexts, TextDataset
from studio.data.texts.text_options import TEXT_PARAMS, checked_options

SUFFIXES = frozenset({".txt", ".text"})
MOST_BYTES = 1_000_000  # of one file: a whole novel; the network reads its first pages only
_LOOK_AT = 200  # names in a folder, to tell texts from pictures
_PARTS = {
    "train": TRAIN, "training": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION,
    "dev": VALIDATION, "test": TEST, "testing": TEST,
}  # fmt: skip


def _folders(root: Path) -> list[Path]:
    with os.scandir(root) as entries:
        found = [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False) and e.name[0] != "."]
    return sorted(found, key=lambda folder: natural_key(folder.name))


def _files(folder: Path) -> list[Path]:
    """All texts in a folder and below, in order. Links are not followed: they may lead in a circle."""
    found: list[Path] = []
    for number, (place, folders, names) in enumerate(os.walk(folder)):
        if number > MOST_FOLDERS:
            raise DataError(
                f"“{folder.name}” holds more than {MOST_FOLDERS:,} folders. Choose a folder with one folder "
                "of texts for each class.",
                "too-large",
            )
        folders.sort(key=natural_key)
        wanted = [n for n in names if Path(n).suffix.lower() in SUFFIXES and n[0] != "."]
        found += [Path(place, name) for name in sorted(wanted, key=natural_key)]
    return found


def _class_folders(root: Path) -> Iterator[tuple[Path, int | None]]:
    """Each class folder with its part, None where the data are not cut yet."""
    folders = _folders(root)
    parts = [folder for folder in folders if folder.name.casefold() in _PARTS]
    if any(_PARTS[p.name.casefold()] == TRAIN and _folders(p) for p in parts):
        for part in parts:
            for folder in _folders(part):
                yield folder, _PARTS[part.name.casefold()]
    else:
        for folder in folders:
            yield folder, None


def _read(root: Path, progress: Progress | None) -> ReadTexts:
    """Raises DataError: nothing to read. A file that cannot be read is skipped with the reason."""
    try:
        listed = [(f, part, path) for f, part in _class_folders(root) for path in _files(f)]
    except OSError as error:
        raise DataError(f"The folder “{root}” cannot be read: {error.strerror}.", "missing") from error
    taught = {_name(f) for f, part, _ in listed if part in (None, TRAIN)}
    texts, labels, names, parts, skipped, used = [], [], [], [], [], []
    notes: dict[str, None] = {}
    for number, (folder, part, path) in enumerate(listed):
        if progress is not None and number % 200 == 0 and not progress(0.5 * number / len(listed)):
            raise Cancelled
        shown = path.relative_to(root).as_posix()
        if _name(folder) not in taught:
            skipped.append(Skipped(shown, "Nothing in the training folder teaches this class."))
            continue
        try:
            text, told = read_text(path)
        except DataError as error:
            skipped.append(Skipped(shown, str(error)))
            continue
        notes |= dict.fromkeys(told)
        texts.append(text)
        labels.append(_name(folder))
        names.append(shown)
        parts.append(TRAIN if part is None else part)
        used.append(path)
    cut = any(part is not None for _, part, _ in listed)
    if not texts:
        raise DataError(f"There are no .txt files with text in the folders of “{root.name}”.", "empty")
    return ReadTexts(
        texts, labels, names, "class", fingerprint(used, root), tuple(skipped), tuple(notes),
        np.array(parts, np.uint8) if cut else None,
    )  # fmt: skip


def read_text(path: Path) -> tuple[str, tuple[str, ...]]:
    """A text file of any encoding, and notes. Raises DataError, without the file's name."""
    try:
        with open_plain(path) as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        raise DataError(f"It cannot be read: {error.strerror}.", "unreadable") from error
    if not data.strip(b" \r\n\t\0\xef\xbb\xbf\xff\xfe"):
        raise DataError(NO_TEXT, "empty")
    while data and len(data) == MOST_BYTES and data[-1] >= 0x80:  # do not cut a letter of UTF-8 in two
        data = data[:-1]
    try:
        text, _, notes = decode(data, path.name)
    except DataError:
        raise DataError("It does not hold text.", "unreadable") from None
    return text.lstrip("\ufeff"), notes


def _name(folder: Path) -> str:
    return unicodedata.normalize("NFC", folder.name).encode("utf-8", "replace").decode()


def _is_text_folder(text: str) -> bool:
    """More texts than pictures in the first sub-folders, two levels deep at most."""
    root = Path(text).expanduser()
    texts = pictures = 0
    try:
        if not root.is_dir():
            return False
        for folder, _ in list(_class_folders(root))[:20]:
            with os.scandir(folder) as entries:
                for _, entry in zip(range(_LOOK_AT), entries, strict=False):
                    suffix = Path(entry.name).suffix.lower()
                    texts += suffix in SUFFIXES
                    pictures += suffix in PICTURE_SUFFIXES
    except (OSError, ValueError):
        return False
    return texts > pictures


def open_text_folder(choice: DatasetChoice, progress: Progress | None = None) -> TextDataset:
    checked_options(TEXT_PARAMS, choice.options)
    return TextDataset(choice, _read(Path(choice.location), progress), progress)


def _choose(text: str, options: Params) -> DatasetChoice:
    return open_text_folder(DatasetChoice("text-folder", absolute(text), dict(options))).choice


SOURCE = Source(
    "text-folder",
    "Folder of texts",
    "A folder with one sub-folder of .txt files for each class.",
    recognises=_is_text_folder,
    choose=_choose,
    open=open_text_folder,
    params=TEXT_PARAMS,
)
