"""How well each class is known: one bar a class, the weakest easy to see."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.plots.quantities import count_text

_ROW = 24
_UNKNOWN = -1.0  # recall of a class of which there is no sample


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
        self._rows = [(name, _recall(numbers), numbers) for name, numbers in per_class.items()]
        measured = [row for row in self._rows if row[1] != _UNKNOWN]
        weakest = min(measured, key=lambda row: row[1], default=None)
        text = ""
        if weakest is not None:
            text = self.tr("The weakest class is “{name}” with {share} %.").format(
                name=weakest[0], share=f"{100 * weakest[1]:.1f}"
            )
        self.setAccessibleDescription(text)
        self.setFixedHeight(self.sizeHint().height())  # a hint alone reaches no layout that is two up
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
        if recall == _UNKNOWN:
            return self.tr("There is no “{name}” among these samples.").format(name=name)
        lines = [self.tr("{share} % of “{name}” were recognised.").format(
            share=f"{100 * recall:.1f}", name=name)]  # fmt: skip
        if "samples" in numbers:
            lines.append(self.tr("Samples: {count}.").format(count=count_text(int(numbers["samples"]))))
        if numbers.get("precision", _UNKNOWN) >= 0:
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
        unknown = any(recall == _UNKNOWN for _, recall, _ in self._rows)
        widest = self.tr("no sample") if unknown else "100.0 %"
        value_width = metrics.horizontalAdvance(widest) + 8
        room = max(20, self.width() - names - value_width - 8)
        for number, (name, recall, _) in enumerate(self._rows):
            top = number * _ROW
            painter.setPen(colours.text)
            painter.drawText(
                QRectF(0, top, names - 6, _ROW),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, names - 8),
            )
            track = QRectF(names, top + 6, room, _ROW - 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(track, 5, 5)
            if recall != _UNKNOWN:
                painter.setBrush(_bar_colour(recall))
                filled = QRectF(track.left(), track.top(), max(4, room * recall), track.height())
                painter.drawRoundedRect(filled, 5, 5)
            painter.setPen(colours.muted)
            painter.drawText(
                QRectF(names + room + 4, top, value_width, _ROW),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                self.tr("no sample") if recall == _UNKNOWN else f"{100 * recall:.1f} %",
            )


def _recall(numbers: Mapping[str, float]) -> float:
    """A class without samples was neither recognised nor missed."""
    recall = numbers.get("recall", 0.0)
    return _UNKNOWN if numbers.get("samples") == 0 or not math.isfinite(recall) else recall


def _bar_colour(recall: float) -> QColor:
    colours = theme.colours()
    if recall < 0.5:
        return colours.error
    return colours.warning if recall < 0.75 else colours.accent
