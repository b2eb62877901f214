"""Labels with a rank: titles, headings, quiet notes. Colours follow the palette by themselves."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui import theme


class Title(QLabel):
    """The one large line of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("title"))
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)  # file names may look like HTML


class Heading(QLabel):
    """The first line of a group of things."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("heading"))
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)


class Note(QLabel):
    """A sentence that explains, quieter than what it explains."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)  # file and class names may look like HTML
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)


class Paragraph(Note):
    """A note of a fixed width in the middle of a page.

    A layout that centres a label asks for its height at the layout's own width, and so gives too few
    lines to one that is narrower.
    """

    def __init__(self, text: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(width)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self.setMinimumHeight(max(0, self.heightForWidth(self.maximumWidth())))


class OneLine(Note):
    """A note that stays on one line whatever it says: what has no room is cut off and told by tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._whole = ""
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        self._whole = text
        self._elide()

    @override
    def text(self) -> str:
        return self._whole

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole), self.fontMetrics().height() + 2)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() + 2)

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)
