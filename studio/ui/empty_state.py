"""What a page shows while it has nothing to show: a picture, a sentence, and the way on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.buttons import PrimaryButton
from studio.ui.labels import Heading, Paragraph

_TEXT_WIDTH = 400


class EmptyState(QWidget):
    chosen = Signal()

    def __init__(self, icon: str, title: str, text: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._icon_name = icon
        self._icon = QLabel()
        self._title = Heading(title)
        self._text = Paragraph(text, _TEXT_WIDTH)
        self.button = PrimaryButton(button, self)
        self.button.setVisible(bool(button))
        self.button.clicked.connect(self.chosen)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for widget in (self._icon, self._title, self._text):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(widget)
        layout.setAlignment(self._text, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def set_text(self, text: str) -> None:
        self._text.setText(text)

    def _retint(self) -> None:
        self._icon.setPixmap(theme.icon(self._icon_name, theme.colours().muted).pixmap(QSize(56, 56)))
