"""A film as pictures: two a second, of long films fewer, kept in the cache until the next film is read."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".wmv", ".mpg", ".mpeg", ".ogv", ".3gp"}
)
EVERY_MS = 500
MOST_FRAMES = 1000  # of one film
_LARGEST = 1280  # pixels of a side: networks see far less
_QUALITY = 92  # of JPEG
_PATIENCE_MS = 10_000  # for one picture, from a slow drive


def is_film(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def tr(text: str) -> str:
    return QCoreApplication.translate("Film", text)


class Film(QObject):
    """One that is open; tests have their own. `open` is answered by `opened` and a first `frame`, or by
    `failed`; `seek` by another frame, or by `ended`."""

    opened = Signal(int)  # how long it is, in milliseconds
    frame = Signal(QImage)
    ended = Signal()  # there is nothing at that place any more
    failed = Signal(str)  # a sentence without the film's name

    def open(self, path: Path) -> None:
        raise NotImplementedError

    def seek(self, at_ms: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class PlayedFilm(Film):
    """Through QtMultimedia, which is loaded only when a film is wanted."""

    def __init__(self, parent: QObject | None = None, load: Callable[[], Any] | None = None) -> None:
        """`load`: gives QtMultimedia; raises ImportError where it is not there."""
        super().__init__(parent)
        self._load = load or _multimedia
        self._player: Any = None
        self._sink: Any = None
        self._told = False

    def open(self, path: Path) -> None:
        try:
            library = self._load()
        except (ImportError, OSError) as error:
            self.failed.emit(_why_not(str(error)))
            return
        self._told = False
        self._player, self._sink = library.QMediaPlayer(self), library.QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(self._on_error)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.setSource(QUrl.fromLocalFile(str(path)))
        self._player.pause()  # shows the first picture

    def seek(self, at_ms: int) -> None:
        self._player.setPosition(at_ms)

    def close(self) -> None:
        if self._player is not None:
            self._player.stop()
            for part in (self._player, self._sink):
                part.deleteLater()
        self._player = self._sink = None

    def _on_status(self, status: Any) -> None:
        if status.name == "EndOfMedia":
            self.ended.emit()
        if status.name != "LoadedMedia" or self._told or self._player is None:
            return
        self._told = True
        if self._player.hasVideo():
            self.opened.emit(int(self._player.duration()))
        else:
            self.failed.emit(tr("There are no moving pictures in it. Choose another file."))

    def _on_frame(self, frame: Any) -> None:
        image = frame.toImage() if frame.isValid() else QImage()
        if self._told and not image.isNull():
            self.frame.emit(image)

    def _on_error(self, error: Any, message: str) -> None:
        if getattr(error, "name", "") != "NoError":
            words = tr("It cannot be played ({reason}). Save it as MP4 or WebM with another program, or save "
                       "pictures of it and choose those.")  # fmt: skip
            self.failed.emit(words.format(reason=message.rstrip(". ")))


class FilmFrames(QObject):
    """One film at a time; `finished` or `failed` ends it."""

    progressed = Signal(float)
    finished = Signal(object)  # Paths, in the film's order
    failed = Signal(str)

    def __init__(self, film: Film, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._film = film
        self._path = Path()
        self._folder = Path()
        self._places: Sequence[int] = ()
        self._kept: list[Path] = []
        self.busy = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_silence)
        film.opened.connect(self._on_opened)
        film.frame.connect(self._on_frame, Qt.ConnectionType.QueuedConnection)  # the window breathes between
        film.ended.connect(self._on_silence, Qt.ConnectionType.QueuedConnection)
        film.failed.connect(self._fail)

    def read(self, path: Path, folder: Path) -> None:
        """Into `folder`, which is emptied."""
        self.stop()
        self._path, self._folder, self._places, self._kept = path, folder, (), []
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            self._fail(_no_room())
            return
        self.busy = True
        self._patience.start()
        self._film.open(path)

    def stop(self) -> None:
        self._patience.stop()
        if self.busy:
            self.busy = False
            self._film.close()

    def _on_opened(self, duration_ms: int) -> None:
        step = max(EVERY_MS, math.ceil(duration_ms / MOST_FRAMES))
        self._places = range(0, max(1, duration_ms), step)

    def _on_frame(self, image: QImage) -> None:
        """The picture at the place that was asked for last; the first one comes unasked."""
        if not self.busy or not self._places:
            return
        at_ms = self._places[len(self._kept)]
        path = self._folder / f"{self._path.stem} {_time(at_ms)}.jpg"
        if not _modest(image).save(str(path), "JPEG", _QUALITY):  # type: ignore[call-overload]
            self._fail(_no_room())
            return
        self._kept.append(path)
        self.progressed.emit(len(self._kept) / len(self._places))
        if len(self._kept) == len(self._places):
            self._finish()
        else:
            self._patience.start()
            self._film.seek(self._places[len(self._kept)])

    def _on_silence(self) -> None:
        """A film may be shorter than it says; what came is what there is."""
        if not self.busy:
            return
        if self._kept:
            self._finish()
        else:
            self._fail(tr("No picture of it could be read. Save it as MP4 or WebM with another program."))

    def _finish(self) -> None:
        self.stop()
        self.finished.emit(tuple(self._kept))

    def _fail(self, sentence: str) -> None:
        self.stop()
        self.failed.emit(f"“{self._path.name}”: {sentence}")


def _time(at_ms: int) -> str:
    """ "0h01m02.5s": in the order of the film where names are sorted."""
    seconds = at_ms / 1000
    return f"{int(seconds // 3600)}h{int(seconds % 3600 // 60):02}m{seconds % 60:04.1f}s"


def _modest(image: QImage) -> QImage:
    if max(image.width(), image.height()) > _LARGEST:
        mode = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio, mode)
    return image.convertToFormat(QImage.Format.Format_RGB888)


def _no_room() -> str:
    return tr("There is no room on the disk for its pictures. Make some, then try again.")


def _why_not(reason: str) -> str:
    """`reason`: what Python says of a library that cannot be loaded."""
    if ".so" in reason and "PySide6" not in reason.split(":")[0]:
        words = tr(
            "Films need “{library}”, which this computer lacks. Install it (on Debian and Ubuntu: sudo apt "
            "install libpulse0) and start Lantern again, or save pictures of the film and choose those."
        )
        return words.format(library=reason.split(":")[0])
    return tr(
        "This Lantern came without its part for films. Add it with “pip install pyside6-addons” and start "
        "Lantern again, or save pictures of the film and choose those."
    )


def _multimedia() -> Any:
    from PySide6 import QtMultimedia

    return QtMultimedia
