"""How well each class is known: one bar a class, the weakest easy to see."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.ui import theme

_ROW = 24


class ClassBars(QWidget):
    """Bars of recall: of all samples of a class, the share that was recognised."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classBars")
        self.setAccessibleName(self.tr("Recognised per class"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[str, float, Mapping[str, float]]] = []
        theme.theme().theme_changed.connect(self.update)

    def set_classes(self, per_class: Mapping[str, Mapping[str, float]]) -> None:
        self._rows = [(name, numbers.get("recall", 0.0), numbers) for name, numbers in per_class.items()]
        weakest = min(self._rows, key=lambda row: row[1], default=None)
        if weakest is not None:
            text = self.tr("The weakest class is “{name}” with {share} %.")
            self.setAccessibleDescription(text.format(name=weakest[0], share=f"{100 * weakest[1]:.1f}"))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, _ROW * max(1, len(self._rows)) + 4)

    @override
    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            row = event.pos().y() // _ROW
            if 0 <= row < len(self._rows):
                QToolTip.showText(event.globalPos(), self._tip(row), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def _tip(self, row: int) -> str:
        name, recall, numbers = self._rows[row]
        lines = [self.tr("{share} % of “{name}” were recognised.").format(
            share=f"{100 * recall:.1f}", name=name)]  # fmt: skip
        if "precision" in numbers:
            text = self.tr("When the network says “{name}”, it is right in {share} % of cases.")
            lines.append(text.format(name=name, share=f"{100 * numbers['precision']:.1f}"))
        return "\n".join(lines)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(name) for name, *_ in self._rows), default=0)
        names = min(longest + 16, round(self.width() * 0.4))
        value_width = metrics.horizontalAdvance("100.0 %") + 8
        room = max(20, self.width() - names - value_width - 8)
        for number, (name, recall, _) in enumerate(self._rows):
            top = number * _ROW
            painter.setPen(colours.text)
            painter.drawText(
                QRectF(0, top, names - 6, _ROW),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(name, Qt.TextElideMode.ElideRight, names - 8),
            )
            track = QRectF(names, top + 6, room, _ROW - 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(track, 5, 5)
            painter.setBrush(_bar_colour(recall))
            painter.drawRoundedRect(
                QRectF(track.left(), track.top(), max(4, room * recall), track.height()), 5, 5
            )
            painter.setPen(colours.muted)
            painter.drawText(
                QRectF(names + room + 4, top, value_width, _ROW),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                f"{100 * recall:.1f} %",
            )


def _bar_colour(recall: float) -> QColor:
    colours = theme.colours()
    if recall < 0.5:
        return colours.error
    return colours.warning if recall < 0.75 else colours.accent
