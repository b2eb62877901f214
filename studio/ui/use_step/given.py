"""What people drop or paste: files, folders, a picture from a browser, a table from a spreadsheet."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage


@dataclass(frozen=True, slots=True)
class Given:
    """`paths` to look at; `refused` is a sentence where there are none."""

    paths: tuple[Path, ...] = ()
    refused: str = ""
    pasted: bool = False  # one picture that has no file of its own


def local_paths(mime: QMimeData) -> tuple[Path, ...]:
    """The files and folders of a drag or of the clipboard."""
    return tuple(Path(url.toLocalFile()) for url in _urls(mime) if url.isLocalFile())


def is_for(mime: QMimeData, pictures: bool) -> bool:
    """Whether what is dragged is something to ask a network about; a project or a checkpoint is not."""
    paths = local_paths(mime)
    if not paths:
        return mime.hasUrls() or mime.hasImage() or mime.hasText()
    from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES
    from studio.ui.use_step.files_inside import TABLE_SUFFIXES
    from studio.ui.use_step.film_frames import SUFFIXES as FILMS

    mine = SUFFIXES | KNOWN_UNREADABLE.keys() | FILMS if pictures else TABLE_SUFFIXES
    return any(path.suffix.lower() in mine or (pictures and path.is_dir()) for path in paths)


def accept_copy(event: QDropEvent) -> None:
    """Where a move was proposed, the program that is dragged from might take its files away afterwards."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def are_pictures(paths: Sequence[Path]) -> bool:
    """Whether all of these are picture files, and there are any."""
    from studio.data.pictures.decoding import KNOWN_UNREADABLE, SUFFIXES

    known = SUFFIXES | KNOWN_UNREADABLE.keys()
    return bool(paths) and all(path.suffix.lower() in known and path.is_file() for path in paths)


def read_given(mime: QMimeData, pictures: bool) -> Given:
    """The files in `mime`. Pictures and tables that are no files are written into the cache first."""
    paths = local_paths(mime)
    if paths:
        return Given(paths)
    if pictures and mime.hasImage():
        return _picture(mime)
    if any(url.scheme() in ("http", "https", "ftp") for url in _urls(mime)):
        return Given(
            refused=_tr(
                "That is a link to the internet. Save the file on this computer first, then drop or paste it."
            )
        )
    text = mime.text().strip() if mime.hasText() else ""
    if not pictures and ("\t" in text or "\n" in text):
        return _table(text)
    return Given(
        refused=_tr("There is no picture in it. Copy a picture or picture files, then try again.")
        if pictures
        else _tr("There is no table in it. Copy rows with their column names, or a table file.")
    )


def _urls(mime: QMimeData) -> list[QUrl]:
    """Also addresses that came as plain text, one a line."""
    if mime.hasUrls():
        return list(mime.urls())
    if not mime.hasText():
        return []
    lines = mime.text().strip().splitlines()[:1000]
    known = ("file:", "http:", "https:", "ftp:")
    return [QUrl(line.strip()) for line in lines] if lines and all(s.startswith(known) for s in lines) else []


def _picture(mime: QMimeData) -> Given:
    image = mime.imageData()
    if not isinstance(image, QImage) or image.isNull():
        return Given(refused=_tr("That picture could not be read. Save it as a file and choose the file."))
    from studio.core.places import cache

    path = cache() / "pasted.png"
    if not image.save(str(path)):
        return Given(refused=_tr("There is no room on the disk for the picture. Make some, then try again."))
    return Given((path,), pasted=True)


def _table(text: str) -> Given:
    from studio.core.places import cache

    path = cache() / "pasted.tsv"
    with contextlib.suppress(OSError):
        path.write_text(text + "\n", encoding="utf-8")
        return Given((path,), pasted=True)
    return Given(refused=_tr("There is no room on the disk for the table. Make some, then try again."))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Given", text)
