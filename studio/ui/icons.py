"""SVG icons that take the text colour of the moment and stay sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from studio.core import places


class TintedIcon(QIconEngine):
    """Draws one SVG of resources/icons in a colour; without one, in the palette's text colour,
    asked anew at every painting, so that icons follow a change of the theme by themselves."""

    def __init__(self, name: str, colour: QColor | None = None) -> None:
        super().__init__()
        self._name = name
        self._colour = QColor(colour) if colour is not None else None

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatio() if painter.device() else 1.0
        painter.drawPixmap(rect, self._drawn(rect.size() * scale, mode))

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._drawn(size, mode)

    @override
    def clone(self) -> QIconEngine:
        return TintedIcon(self._name, self._colour)

    @override
    def key(self) -> str:
        return f"lantern:{self._name}"

    def _drawn(self, size: QSize, mode: QIcon.Mode) -> QPixmap:
        return _pixmap(self._name, self._tint(mode).rgba(), size.width(), size.height())

    def _tint(self, mode: QIcon.Mode) -> QColor:
        palette = QGuiApplication.palette()
        if mode is QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        if mode is QIcon.Mode.Selected and self._colour is None:
            return palette.color(QPalette.ColorRole.HighlightedText)
        return self._colour or palette.color(QPalette.ColorRole.WindowText)


@lru_cache(maxsize=1024)
def _pixmap(name: str, rgba: int, width: int, height: int) -> QPixmap:
    """The SVG's shape filled with one colour, `width` x `height` device pixels, proportions kept."""
    if width <= 0 or height <= 0:
        return QPixmap()
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    renderer = _renderer(name)
    side = min(width, height)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if renderer is not None:
        renderer.render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(image.rect(), QColor.fromRgba(rgba))
    painter.end()
    return QPixmap.fromImage(image)


@lru_cache(maxsize=512)
def _renderer(name: str) -> QSvgRenderer | None:
    """None where the file is missing: a missing picture must not stop the window."""
    path = places.resources() / "icons" / f"{name}.svg"
    if not path.is_file():
        return None
    renderer = QSvgRenderer(str(path))
    return renderer if renderer.isValid() else None
