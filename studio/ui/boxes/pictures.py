"""Pictures for the screen, upright as the network sees them: read by Pillow, not by Qt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QPixmap

from studio.ui.workers.thumbnail_loader import as_image

_LARGEST = 1000  # pixels of a side: a photo is decoded in a smaller size at once


def read_pixmap(path: Path) -> tuple[QPixmap, tuple[int, int]]:
    """The picture and the (height, width) of its file, upright; an empty one where it cannot be read."""
    import numpy as np

    from studio.data.dataset import DataError
    from studio.data.pictures.decoding import picture_form, read_picture

    try:
        size, _ = picture_form(path)
        image = read_picture(path, (_LARGEST // 2, _LARGEST // 2)).convert("RGB")
    except DataError:
        return QPixmap(), (1, 1)
    image.thumbnail((_LARGEST, _LARGEST))
    return QPixmap.fromImage(as_image(np.asarray(image))), size
