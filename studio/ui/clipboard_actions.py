"""Cut, copy, paste, delete: for the text field in use, else for the page (the canvas)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


class ClipboardActions:
    """Finds who is meant; a page that knows nothing of copying is left alone."""

    def __init__(self, page: Callable[[], QWidget | None]) -> None:
        self._page = page

    def cut(self) -> None:
        self._send("cut")

    def copy(self) -> None:
        self._send("copy")

    def paste(self) -> None:
        self._send("paste")

    def delete(self) -> None:
        self._send("delete_selection", in_text="del_")

    def select_all(self) -> None:
        self._send("select_all", in_text="selectAll")

    def _send(self, name: str, in_text: str = "") -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QTextEdit | QPlainTextEdit):
            method = getattr(focus, in_text or name, None)
        else:
            method = getattr(self._page(), name, None)
        if callable(method):
            method()
