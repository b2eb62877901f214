"""Paints a picture as large as a box allows, in its middle."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap


def paint_fitted(painter: QPainter, box: QRect, picture: QPixmap | QImage) -> QRect:
    """Returns where the picture is, which keeps its shape. A small one keeps its pixels, too: that is what
    the network gets."""
    size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(0, 0, size.width(), size.height())
    target.moveCenter(box.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > box.width())
    if isinstance(picture, QPixmap):
        painter.drawPixmap(target, picture)
    else:
        painter.drawImage(target, picture)
    return target
