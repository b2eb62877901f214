"""Small pictures of files, read in other threads when they are first painted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.ui.workers.thumbnail_loader import ThumbnailLoader

_SIDE = 132  # pixels: twice what a thumbnail takes on an ordinary screen
_KEPT = 3000


class _Files:
    """What the loader reads from: a list that only grows."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def picture(self, index: int) -> Any:
        import numpy as np

        from studio.data.pictures.decoding import read_picture

        image = read_picture(self.paths[index], (_SIDE, _SIDE))
        image.thumbnail((_SIDE, _SIDE))
        return np.asarray(image.convert("RGB"))


class Thumbnails(QObject):
    """One for all bins of a dialog. `loaded(path)`: there is a picture of it now."""

    loaded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = _Files()
        self._asked: dict[Path, int] = {}
        self._kept: dict[Path, QPixmap] = {}
        self._loader = ThumbnailLoader(self, _SIDE)
        self._loader.set_dataset(self._files)
        self._loader.loaded.connect(self._on_loaded)

    def of(self, path: Path) -> QPixmap | None:
        """None: it is being read; empty: it cannot be."""
        found = self._kept.get(path)
        if found is None and path not in self._asked:
            self._asked[path] = len(self._files.paths)
            self._files.paths.append(path)
            self._loader.ask(self._asked[path])
        return found

    def forget(self, paths: Iterable[Path]) -> None:
        """They are gone; what comes in their place is another picture."""
        for path in paths:
            self._asked.pop(path, None)
            self._kept.pop(path, None)

    def stop(self) -> None:
        self._loader.stop()

    def _on_loaded(self, index: int, image: QImage) -> None:
        path = self._files.paths[index]
        if self._asked.get(path) != index:
            return  # of a file that was there before
        while len(self._kept) >= _KEPT:
            first = next(iter(self._kept))
            self.forget((first,))
        self._kept[path] = QPixmap.fromImage(image)
        self.loaded.emit(path)
