"""Where a picture is dropped, and where it is then seen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui import theme

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")


class DropZone(QWidget):
    """Click, Enter or drop. `suffixes`: what it takes; folders too."""

    dropped = Signal(list)  # paths
    chosen = Signal()  # clicked: ask for a file

    def __init__(self, text: str, suffixes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dropZone")
        self.setAccessibleName(text)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._text = text
        self._suffixes = suffixes
        self._over = False
        self._picture: QPixmap | None = None
        theme.theme().theme_changed.connect(self.update)

    def set_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(340, 300)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, 180)

    def _paths(self, event: QDropEvent) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return [path for path in paths if path.is_dir() or path.suffix.lower() in self._suffixes]

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._paths(event):
            event.acceptProposedAction()
            self._over = True
            self.update()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        paths = self._paths(event)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        fill = QColor(colours.accent) if self._over else QColor(colours.surface)
        if self._over:
            fill.setAlpha(40)
        active = self._over or self.hasFocus()
        style = Qt.PenStyle.SolidLine if self._picture is not None else Qt.PenStyle.DashLine
        painter.setPen(QPen(colours.accent if active else colours.border, 2, style))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, 10, 10)
        if self._picture is not None:
            self._draw_picture(painter, frame.adjusted(10, 10, -10, -10))
            return
        painter.setPen(colours.muted)
        symbol = QRectF(0, 0, 48, 48)
        symbol.moveCenter(frame.center())
        symbol.translate(0, -30)
        theme.icon("picture", colours.muted).paint(painter, symbol.toRect())
        words = frame.adjusted(20, frame.height() / 2 + 6, -20, -10)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._text)

    def _draw_picture(self, painter: QPainter, room: QRectF) -> None:
        assert self._picture is not None
        size = self._picture.size()
        scaled = QSize(size).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, scaled.width(), scaled.height())
        target.moveCenter(room.center())
        enlarged = scaled.width() > size.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not enlarged or size.width() > 200)
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
