"""The two kinds of button beside Qt's own: the one obvious next thing, and the quiet ones around it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from studio.ui import theme


class PrimaryButton(QPushButton):
    """The obvious next action; at most one is seen at a time."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("primary", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(36)


class QuietButton(QPushButton):
    """An action that is there when wanted."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("quiet", True)
        self.setMinimumHeight(34)
        if icon:
            self.setIcon(theme.icon(icon))
            self.setIconSize(QSize(24, 16))  # wider than the picture: room between it and the words
