"""The head of a table's columns: name and type, a small histogram, how much is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget
from typing_extensions import override

from studio.core.project import Column
from studio.ui import theme
from studio.ui.data_step.column_words import BADGES, share_in_words, summary_in_words

if TYPE_CHECKING:
    from studio.data.tables.column_summary import ColumnSummary

_CHART = 26  # pixels
_MARGIN = 6


class TableHeader(QHeaderView):
    """Figures come in while they are computed; a column without them yet shows its name and type."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self._low = False
        self.columns: tuple[Column, ...] = ()
        self.summaries: dict[int, ColumnSummary] = {}

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.summaries = {}
        self.viewport().update()

    def set_low(self, low: bool) -> None:
        """Names only, where the rows need the room; the figures are in the tooltip."""
        if low != self._low:
            self._low = low
            self.geometriesChanged.emit()
            self.viewport().update()

    def show_summaries(self, found: dict[int, ColumnSummary]) -> None:
        self.summaries |= found
        self.viewport().update()

    def words(self, section: int) -> str:
        """The tooltip of a column."""
        summary = self.summaries.get(section)
        name = self.columns[section].name if section < len(self.columns) else ""
        return f"{name}\n{summary_in_words(summary)}" if summary is not None else name

    @override
    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        height = line + 2 * _MARGIN if self._low else 2 * line + _CHART + 3 * _MARGIN
        return QSize(super().sizeHint().width(), height)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        if logicalIndex >= len(self.columns) or not rect.isValid():
            super().paintSection(painter, rect, logicalIndex)
            return
        colours, column = theme.colours(), self.columns[logicalIndex]
        painter.save()
        option = QStyleOptionHeader()
        self.initStyleOption(option)
        option.rect = rect  # type: ignore[attr-defined]
        self.style().drawControl(QStyle.ControlElement.CE_HeaderSection, option, painter, self)
        used = column.role != "ignore"
        colour = colours.accent if column.role == "target" else colours.text if used else colours.muted
        inside = rect.adjusted(_MARGIN, 4, -_MARGIN, -4)
        line = self.fontMetrics().height()
        self._paint_name(
            painter, QRect(inside.left(), inside.top(), inside.width(), line), logicalIndex, colour
        )
        summary = self.summaries.get(logicalIndex)
        if summary is not None and not self._low:
            chart = QRect(inside.left(), inside.top() + line + 3, inside.width(), _CHART)
            _paint_chart(painter, chart, summary, colour)
            below = QRect(inside.left(), chart.bottom() + 3, inside.width(), line)
            self._paint_share(painter, below, summary, colours)
        painter.restore()

    def _paint_name(self, painter: QPainter, line: QRect, section: int, colour: QColor) -> None:
        column, metrics = self.columns[section], self.fontMetrics()
        badge = BADGES[column.type]
        width = metrics.horizontalAdvance(badge) + 8
        box = QRectF(line.left(), line.top() + 1, width, line.height() - 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().raised)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colours().muted)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge)
        arrow = 14 if self.isSortIndicatorShown() and self.sortIndicatorSection() == section else 0
        rest = line.adjusted(width + 5, 0, -arrow, 0)
        painter.setPen(colour)
        text = metrics.elidedText(column.name, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if arrow:
            rising = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "▲" if rising else "▼"
            )

    def _paint_share(
        self, painter: QPainter, line: QRect, summary: ColumnSummary, colours: theme.Colours
    ) -> None:
        words = share_in_words(summary.missing_share)
        painter.setPen(colours.warning if summary.missing and summary.role != "ignore" else colours.muted)
        if not words:
            words = self.tr("{count} different").format(count=f"{summary.unique:,}")
        text = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _paint_chart(painter: QPainter, area: QRect, summary: ColumnSummary, colour: QColor) -> None:
    """A histogram, or a bar for each of the most frequent values."""
    counts = summary.counts or tuple(count for _, count in summary.common)
    if not counts:
        return
    largest = max(counts) or 1
    tint = QColor(colour)
    tint.setAlphaF(0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    width = min(area.width() / len(counts), 24.0)
    for i, count in enumerate(counts):
        height = max(1.0 if count else 0.0, area.height() * count / largest)
        bar = QRectF(area.left() + i * width, area.bottom() - height, max(1.0, width - 1), height)
        painter.drawRect(bar)
