"""A small picture of the learning rate over the whole run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.plots.quantities import setting_text


class SchedulePreview(QWidget):
    """Own drawing rather than a plot: 60 pixels high and there before pyqtgraph is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedulePreview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rates: tuple[float, ...] = ()
        self.setAccessibleName(self.tr("Learning rate over the run"))

    def set_rates(self, rates: Sequence[float]) -> None:
        self._rates = tuple(rates)
        if self._rates:
            text = self.tr("From {first} to {last}, at most {most}").format(
                first=setting_text(self._rates[0]),
                last=setting_text(self._rates[-1]),
                most=setting_text(max(self._rates)),
            )
            self.setToolTip(text)
            self.setAccessibleDescription(text)
        self.update()

    @property
    def rates(self) -> tuple[float, ...]:
        return self._rates

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 72)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.border))
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(frame, 6, 6)
        painter.setFont(theme.font("small"))
        if len(self._rates) < 2:
            painter.setPen(colours.muted)
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self.tr("Learning rate over the run"))
            return
        inner = frame.adjusted(10, 20, -10, -8)
        highest = max(self._rates) or 1.0
        points = [
            QPointF(
                inner.left() + inner.width() * i / (len(self._rates) - 1),
                inner.bottom() - inner.height() * rate / highest,
            )
            for i, rate in enumerate(self._rates)
        ]
        area = QColor(colours.accent)
        area.setAlpha(36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(area)
        painter.drawPolygon(QPolygonF([inner.bottomLeft(), *points, inner.bottomRight()]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.accent, 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(colours.muted)
        head = frame.adjusted(10, 3, -10, 0)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, setting_text(self._rates[0]))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, "→ " + _end_text(self._rates))


def _end_text(rates: Sequence[float]) -> str:
    """A rate that is a millionth of the largest is 0 for everybody."""
    return "0" if rates[-1] < 1e-6 * max(rates) else setting_text(rates[-1])
