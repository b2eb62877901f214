"""Reads the pictures that are in sight, the last asked for first, in several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from studio.ui.workers.background import BackgroundThread

_MOST_WAITING = 400  # more than fill a screen; who scrolled past need not be read
_MOST_THREADS = 4


class ThumbnailLoader(QObject):
    """`ask(index)` is answered by `loaded(index, picture)`; an unreadable picture by an empty one."""

    loaded = Signal(int, QImage)
    _read = Signal(object, int, QImage)  # the queue it was asked of: into the window's thread

    def __init__(self, parent: QObject | None = None, side: int = 168) -> None:
        """`side`: pixels that a thumbnail has at most, twice what it takes on an ordinary screen."""
        super().__init__(parent)
        self._side = side
        self._queue: _Queue | None = None
        self._threads: list[BackgroundThread] = []
        self._ended: list[BackgroundThread] = []
        self._read.connect(self._on_read)

    def set_dataset(self, dataset: Any) -> None:  # a Dataset with `picture(index)`, or None
        """Forgets what was asked of the last dataset."""
        self._retire()
        self._queue = _Queue(dataset) if dataset is not None else None

    def ask(self, index: int) -> None:
        if self._queue is None:
            return
        self._queue.put(index)
        if len(self._threads) < _thread_count():
            thread = BackgroundThread(self._reading(self._queue), "thumbnails")
            self._threads.append(thread)
            thread.start()

    def keep_only(self, wanted: Container[int]) -> list[int]:
        """What was asked for and is not `wanted` any more will not be read; returns it."""
        return self._queue.keep_only(wanted) if self._queue is not None else []

    def stop(self) -> None:
        """Ends the threads; one that hangs in a read is left to itself."""
        self._retire()
        for thread in self._ended:
            thread.join()
        self._ended.clear()

    def _retire(self) -> None:
        if self._queue is not None:
            self._queue.close()
            self._queue = None
        self._ended = [thread for thread in (*self._ended, *self._threads) if not thread.join(0)]
        self._threads.clear()

    def _reading(self, queue: _Queue) -> Callable[[Callable[[], bool]], None]:
        def work(is_stopped: Callable[[], bool]) -> None:
            while (index := queue.take()) is not None:
                self._read.emit(queue, index, _thumbnail(queue.dataset, index, self._side))

        return work

    def _on_read(self, queue: object, index: int, picture: QImage) -> None:
        if queue is self._queue:
            self.loaded.emit(index, picture)


class _Queue:
    """What is waited for; the last asked for is taken first."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        self._waiting: list[int] = []
        self._changed = threading.Condition()
        self._closed = False

    def put(self, index: int) -> None:
        with self._changed:
            self._waiting.append(index)
            del self._waiting[:-_MOST_WAITING]
            self._changed.notify()

    def take(self) -> int | None:
        """None: it is over."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return None if self._closed else self._waiting.pop()

    def keep_only(self, wanted: Container[int]) -> list[int]:
        with self._changed:
            dropped = [index for index in self._waiting if index not in wanted]
            self._waiting = [index for index in self._waiting if index in wanted]
            return dropped

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _thread_count() -> int:
    from studio.data.pictures.decoding_pool import cores

    return min(_MOST_THREADS, cores())


def _thumbnail(dataset: Any, index: int, side: int) -> QImage:
    try:
        image = as_image(dataset.picture(index))
    except Exception:  # noqa: BLE001  one bad picture must not end the others; the list of skipped names it
        return QImage()
    if max(image.width(), image.height()) <= side:
        return image
    mode = Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, mode)


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
