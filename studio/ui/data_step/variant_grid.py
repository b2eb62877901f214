"""Pictures in rows: each original with a frame, then changed versions; what each is called below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.fitted_picture import paint_fitted

SIDE = 56
GAP = 6
_INDENT = 8  # between the original and its variants
_LABEL = 13  # pixels a line of a label


class VariantGrid(QWidget):
    """`swap_requested(row)`: the original in this row was clicked."""

    swap_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("variantGrid")
        self._rows: list[list[QImage]] = []
        self._labels: tuple[tuple[str, ...], ...] = ()
        self._lines = 0
        self._current = 0  # the row that keys act on
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        return self._labels

    def show_pictures(self, rows: list[list[QImage]], labels: tuple[tuple[str, ...], ...]) -> None:
        self._rows, self._labels = rows, labels
        self._lines = 2 if any("%" in label for row in labels for label in row) else 0
        self._current = min(self._current, max(0, len(rows) - 1))
        mixed = [label for row in labels for label in row[1:] if "%" in label]
        self.setAccessibleDescription("; ".join(mixed))
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(5 * (SIDE + GAP) + _INDENT, max(1, len(self._rows)) * self._pitch)

    @property
    def _pitch(self) -> int:
        return SIDE + GAP + self._lines * _LABEL

    def box(self, row: int, column: int) -> QRect:
        left = column * (SIDE + GAP) + (_INDENT if column else 0)
        return QRect(left, row * self._pitch, SIDE, SIDE)

    def _at(self, point: QPoint) -> tuple[int, int] | None:
        for row, pictures in enumerate(self._rows):
            for column in range(len(pictures)):
                if self.box(row, column).contains(point):
                    return row, column
        return None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        for row, pictures in enumerate(self._rows):
            for column, picture in enumerate(pictures):
                self._paint_picture(painter, self.box(row, column), picture)
                if column == 0:
                    self._paint_frame(painter, self.box(row, column), row == self._current)
                elif self._lines:
                    self._paint_label(painter, self.box(row, column), self._labels[row][column])

    def _paint_picture(self, painter: QPainter, box: QRect, picture: QImage) -> None:
        painter.fillRect(box, theme.colours().raised)
        paint_fitted(painter, box, picture)

    def _paint_frame(self, painter: QPainter, box: QRect, current: bool) -> None:
        painter.setPen(theme.colours().accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        if current and self.hasFocus():
            painter.drawRect(box.adjusted(1, 1, -2, -2))

    def _paint_label(self, painter: QPainter, box: QRect, label: str) -> None:
        painter.setPen(theme.colours().text)
        for line, part in enumerate(label.split(", ")[:2]):
            place = QRect(box.left() - 2, box.bottom() + 1 + line * _LABEL, box.width() + 4, _LABEL)
            text = painter.fontMetrics().elidedText(
                part.replace(" %", "%"), Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        over = at is not None and at[1] == 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if at is not None and at[1] == 0 and event.button() == Qt.MouseButton.LeftButton:
            self._current = at[0]
            self.swap_requested.emit(at[0])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self._current = max(0, self._current - 1)
            case Qt.Key.Key_Down:
                self._current = min(len(self._rows) - 1, self._current + 1)
            case Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.swap_requested.emit(self._current)
            case _:
                super().keyPressEvent(event)
                return
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(event.pos())
            if at is None:
                QToolTip.hideText()
            elif at[1] == 0:
                words = self.tr("{label}: the picture itself. Click for another one.")
                QToolTip.showText(event.globalPos(), words.format(label=self._labels[at[0]][0]), self)
            else:
                QToolTip.showText(event.globalPos(), self._labels[at[0]][at[1]], self)
            return True
        return super().event(event)
