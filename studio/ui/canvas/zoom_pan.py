"""A graphics view that zooms around the mouse and pans by wheel and fingers, on a grid of dots."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QWidget
from typing_extensions import override

from studio.ui.canvas.background import paint_grid

MIN_ZOOM, MAX_ZOOM = 0.1, 4.0


class ZoomPanView(QGraphicsView):
    """Knows nothing of networks."""

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)

    @property
    def zoom(self) -> float:
        return self.transform().m11()

    def zoom_to(self, zoom: float, around: QPoint | None = None) -> None:
        """Sets the scale; the scene point under `around` (default: the middle) stays where it is."""
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        if abs(zoom - self.zoom) < 1e-6:
            return
        anchor = around if around is not None else self.viewport().rect().center()
        before = self.mapToScene(anchor)
        self.resetTransform()
        self.scale(zoom, zoom)
        away = self.mapFromScene(before) - anchor
        self.pan_by(-away)
        self.zoom_changed.emit(zoom)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        self.zoom_to(self.zoom * factor, around)

    def pan_by(self, pixels: QPoint) -> None:
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() - pixels.x())
        vertical.setValue(vertical.value() - pixels.y())

    def show_rect(self, rect: QRectF, smallest: float) -> None:
        if rect.isEmpty():
            self.zoom_to(1.0)
            return
        rect = rect.adjusted(-32, -24, 32, 24)
        port = self.viewport().rect()
        wanted = min(port.width() / rect.width(), port.height() / rect.height(), 1.0)
        self.zoom_to(max(wanted, smallest))
        centre = rect.center()
        shown = port.height() / self.zoom
        if rect.height() > shown:
            centre.setY(rect.top() + shown / 2)
        self.centerOn(centre)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y() or event.pixelDelta().y()
            self.zoom_by(math.pow(1.0015, turned), event.position().toPoint())
        else:
            pixels = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not pixels.x():
                pixels = QPoint(pixels.y(), 0)
            self.pan_by(pixels)
        event.accept()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        pinched = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinched:
            self.zoom_by(1.0 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    @override
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawBackground(painter, rect)
        paint_grid(painter, QRectF(rect), self.zoom)
