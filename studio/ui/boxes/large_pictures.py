"""Pictures in large, upright as the network sees them: read by Pillow away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.ui.workers.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from studio.data.pictures.decoding import PictureArray

Size = tuple[int, int]  # height, width of the upright picture
Read = Callable[[int], "tuple[PictureArray, Size]"]  # raises DataError

_LARGEST = 1600  # pixels of a side: what fits onto a screen
_KEPT = 6  # pictures: people leaf to and fro


class LargePictures(QObject):
    """`ask(place)` is answered by `loaded`, at once where the picture was read before."""

    loaded = Signal(int, QPixmap, object, str)  # place, picture, Size, why it is empty

    def __init__(self, read: Read, count: int, parent: QObject | None = None) -> None:
        """`read`: of a place, 0 to `count` - 1; called from other threads."""
        super().__init__(parent)
        self._count = count
        self._told = _Told(read)
        self._kept: dict[int, QPixmap] = {}
        self._asked = set[int]()
        self._loader = ThumbnailLoader(self, side=_LARGEST)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.set_dataset(self._told)

    def ask(self, place: int) -> None:
        """And for the next one, which most people look at next."""
        after = (place + 1) % self._count
        self._asked.difference_update(self._loader.keep_only({place, after}))
        for wanted in (after, place):  # the last asked for is read first
            if wanted not in self._kept and wanted not in self._asked:
                self._asked.add(wanted)
                self._loader.ask(wanted)
        if place in self._kept:
            self._tell(place)

    def stop(self) -> None:
        """Ends the threads."""
        self._loader.stop()

    def _on_loaded(self, place: int, image: QImage) -> None:
        self._asked.discard(place)
        self._kept[place] = QPixmap.fromImage(image)
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        self._tell(place)

    def _tell(self, place: int) -> None:
        size, problem = self._told.found.get(place, ((1, 1), ""))
        self.loaded.emit(place, self._kept[place], size, problem)


class _Told:
    """What the loader asks: the picture at a place; its size, or why it has none, is kept."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.found: dict[int, tuple[Size, str]] = {}

    def picture(self, place: int) -> PictureArray:
        from studio.core.problems import LanternError

        try:
            pixels, size = self._read(place)
        except LanternError as error:
            self.found[place] = (1, 1), str(error)
            raise
        self.found[place] = size, ""
        return pixels


def read_file(path: Path) -> tuple[PictureArray, Size]:
    """The picture, smaller if it is larger than a screen, and the size of its file. Raises PictureError."""
    import numpy as np

    from studio.data.pictures.decoding import picture_form, read_picture

    size, _ = picture_form(path)
    image = read_picture(path, (_LARGEST // 2, _LARGEST // 2)).convert("RGB")
    image.thumbnail((_LARGEST, _LARGEST))
    return np.asarray(image, np.uint8), size
