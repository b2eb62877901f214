"""Reads the pictures that are in sight, the last asked for first, away from the window's thread."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage
from typing_extensions import override

_MOST_WAITING = 400  # more than fill a screen; who scrolled past need not be read


class ThumbnailLoader(QObject):
    """`ask(index)` is answered by `loaded(index, picture)`; an unreadable picture by an empty one."""

    loaded = Signal(int, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _LoaderThread | None = None
        self._ended: list[_LoaderThread] = []

    def set_dataset(self, dataset: Any) -> None:  # a Dataset with `picture(index)`, or None
        """Forgets what was asked of the last dataset."""
        self._retire()
        if dataset is not None:
            self._thread = _LoaderThread(dataset)
            self._thread.loaded.connect(self._on_loaded)

    def ask(self, index: int) -> None:
        if self._thread is not None:
            self._thread.ask(index)

    def stop(self) -> None:
        """Ends the thread and joins it."""
        self._retire()
        for thread in self._ended:
            thread.wait()
        self._ended.clear()

    def _retire(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._ended = [thread for thread in self._ended if thread.isRunning()]
            self._ended.append(self._thread)
            self._thread = None

    def _on_loaded(self, thread: object, index: int, picture: QImage) -> None:
        if thread is self._thread:
            self.loaded.emit(index, picture)


class _LoaderThread(QThread):
    loaded = Signal(object, int, QImage)

    def __init__(self, dataset: Any) -> None:
        super().__init__()
        self.setObjectName("thumbnails")
        self._dataset = dataset
        self._waiting: list[int] = []
        self._changed = threading.Condition()
        self._stopped = False

    def ask(self, index: int) -> None:
        with self._changed:
            self._waiting.append(index)
            del self._waiting[:-_MOST_WAITING]
            self._changed.notify()
        if not self.isRunning():
            self.start(QThread.Priority.LowPriority)

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()

    @override
    def run(self) -> None:
        while (index := self._next()) is not None:
            self.loaded.emit(self, index, self._read(index))

    def _next(self) -> int | None:
        with self._changed:
            while not self._waiting and not self._stopped:
                self._changed.wait()
            return None if self._stopped else self._waiting.pop()

    def _read(self, index: int) -> QImage:
        try:
            return as_image(self._dataset.picture(index))
        except Exception:  # noqa: BLE001  one bad picture must not end the others; the list of skipped names it
            return QImage()


def as_image(picture: Any) -> QImage:
    """uint8 (height, width, 1 or 3 channels) as a picture of its own."""
    height, width, channels = picture.shape
    if channels == 1:
        form, line = QImage.Format.Format_Grayscale8, width
    else:
        form, line = QImage.Format.Format_RGB888, width * 3
        picture = picture[:, :, :3]
    data = picture.tobytes()
    return QImage(data, width, height, line, form).copy()  # a copy: `data` ends with this function
