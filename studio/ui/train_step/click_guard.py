"""Keeps the second half of a double click from pressing what took the place of what was clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override


class ClickGuard(QObject):
    """For buttons that come and go where others were: whoever double-clicks Stop doesn't mean Train."""

    def __init__(self, *buttons: QAbstractButton) -> None:
        super().__init__(buttons[0])
        self._last: QObject | None = None
        self._where = QPointF()
        self._when_ms = 0
        for button in buttons:
            button.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if event.type() not in presses or not isinstance(event, QMouseEvent):
            return False
        hints = QGuiApplication.styleHints()
        moved = (event.globalPosition() - self._where).manhattanLength()
        since_ms = event.timestamp() - self._when_ms
        if (
            self._last not in (None, watched)
            and 0 <= since_ms < hints.mouseDoubleClickInterval()
            and moved <= hints.mouseDoubleClickDistance()
        ):
            return True
        self._last, self._where, self._when_ms = watched, event.globalPosition(), event.timestamp()
        return False
