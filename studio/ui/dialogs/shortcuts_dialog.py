"""All keys that do something, read from the actions themselves."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.text_dialog import TextDialog


class ShortcutsDialog(TextDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "shortcutsDialog", "", "")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        rows = [(f"Ctrl+1 … Ctrl+{5}", self.tr("Go to a step"))]
        for action in parent.window().findChildren(QAction):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            if keys and action.text():
                rows.append((keys, action.text().replace("&", "").rstrip("…")))
        cells = "".join(
            f"<tr><td style='padding:3px 24px 3px 0'><b>{escape(keys)}</b></td><td>{escape(words)}</td></tr>"
            for keys, words in rows
        )
        self.text.setHtml(f"<table>{cells}</table>")
