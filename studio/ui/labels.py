"""Labels with a rank: titles, headings, quiet notes. Colours follow the palette by themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui import theme


class Title(QLabel):
    """The one large line of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("title"))
        self.setWordWrap(True)


class Heading(QLabel):
    """The first line of a group of things."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("heading"))
        self.setWordWrap(True)


class Note(QLabel):
    """A sentence that explains, quieter than what it explains."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)  # file and class names may look like HTML
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
