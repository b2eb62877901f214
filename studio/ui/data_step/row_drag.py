"""The gesture that moves a row of a list to another place: press its grip, drag, let go; Esc cancels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from studio.ui import theme

_DISTANCE = 6  # pixels; less is a click


class RowDrag(QObject):
    """Watches the grips of rows that stand one below the other in `area`."""

    dropped = Signal(int, int)  # from which place to which, counted as after the move

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self._rows: Sequence[QWidget] = ()
        self._grips: list[QWidget] = []
        self._held: int | None = None
        self._pressed = QPoint()
        self._moving = False
        self._line = QFrame(area)
        self._line.setObjectName("dropLine")
        self._line.setAutoFillBackground(True)
        self._line.hide()

    def watch(self, rows: Sequence[QWidget], grips: Sequence[QWidget]) -> None:
        self._end()
        self._rows, self._grips = rows, list(grips)
        for grip in grips:
            grip.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched not in self._grips:
            return False
        if isinstance(event, QMouseEvent):
            at = event.globalPosition().toPoint()
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._held, self._pressed = self._grips.index(watched), at
                self._grips[self._held].setFocus(Qt.FocusReason.MouseFocusReason)
                return True
            if event.type() == QEvent.Type.MouseMove and self._held is not None:
                self._move(at)
                return True
            if event.type() == QEvent.Type.MouseButtonRelease and self._held is not None:
                self._drop(at)
                return True
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.KeyPress and self._moving:
            self._end()
            return True
        return False

    def _move(self, at: QPoint) -> None:
        if not self._moving and (at - self._pressed).manhattanLength() < _DISTANCE:
            return
        self._moving = True
        gap = self._gap(at)
        below = gap < len(self._rows)
        edge = self._rows[gap].geometry().top() - 3 if below else self._rows[-1].geometry().bottom() + 2
        palette = self._line.palette()
        palette.setColor(self._line.backgroundRole(), theme.colours().accent)
        self._line.setPalette(palette)
        self._line.setGeometry(QRect(0, edge, self._area.width(), 2))
        self._line.show()
        self._line.raise_()

    def _drop(self, at: QPoint) -> None:
        held, moving = self._held, self._moving
        self._end()
        if held is None or not moving:
            return
        gap = self._gap(at)
        target = gap if gap <= held else gap - 1
        if target != held:
            self.dropped.emit(held, target)

    def _gap(self, at: QPoint) -> int:
        """How many rows are above the point."""
        y = self._area.mapFromGlobal(at).y()
        return sum(row.geometry().center().y() < y for row in self._rows)

    def _end(self) -> None:
        self._held, self._moving = None, False
        self._line.hide()
