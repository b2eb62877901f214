"""A calm sentence when something went wrong; what the machine said stands under "Details"."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.labels import Heading


class ErrorDialog(QDialog):
    """What happened and what to do; "Details" unfolds, "Copy" takes both to the clipboard."""

    def __init__(self, parent: QWidget | None, title: str, message: str, details: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("errorDialog")
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self._message = message
        self._details = details

        picture = QLabel(self)
        picture.setPixmap(theme.icon("error", theme.colours().error).pixmap(40, 40))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        sentence = QLabel(message, self)
        sentence.setObjectName("errorMessage")
        sentence.setWordWrap(True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(Heading(title, self))
        words.addWidget(sentence)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture)
        top.addLayout(words, 1)

        self._text = QPlainTextEdit(details, self)
        self._text.setReadOnly(True)
        self._text.setFont(theme.font("mono"))
        self._text.setMinimumHeight(180)
        self._text.hide()

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        copy = QPushButton(theme.icon("copy"), self.tr("Copy"), self)
        copy.clicked.connect(self._on_copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        if details:
            self._more = QPushButton(self.tr("Details"), self)
            self._more.setCheckable(True)
            self._more.toggled.connect(self._on_details_toggled)
            buttons.addButton(self._more, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setFocus()  # or Enter would press what stands first, which is Copy

        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(filter(None, (self._message, self._details))))

    def _on_details_toggled(self, shown: bool) -> None:
        self._text.setVisible(shown)
        self.adjustSize()


def show_error(parent: QWidget, title: str, message: str, details: str = "") -> ErrorDialog:
    """Shows the dialog without stopping the window, so that a run goes on behind it."""
    dialog = ErrorDialog(parent, title, message, details)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
