"""All keys that do something, read from the actions themselves."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.text_dialog import TextDialog


class ShortcutsDialog(TextDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "shortcutsDialog", "", "")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        rows = [(f"Ctrl+1 … Ctrl+{5}", self.tr("Go to a step"))]
        native = QKeySequence.SequenceFormat.NativeText
        for action in parent.window().findChildren(QAction):
            keys = self.tr(" or ").join(key.toString(native) for key in action.shortcuts())
            everywhere = action.shortcutContext() is Qt.ShortcutContext.WindowShortcut
            if keys and action.text() and everywhere:  # menus of the canvas only repeat its keys
                rows.append((keys, action.text().replace("&", "").rstrip("…")))
        canvas = self.tr("On the network canvas")
        collecting = self.tr("Collecting pictures")
        self.text.setHtml(
            f"{_table(rows)}<h3>{escape(canvas)}</h3>{_table(self._canvas_rows())}"
            f"<h3>{escape(collecting)}</h3>{_table(self._collecting_rows())}"
        )

    def _canvas_rows(self) -> list[tuple[str, str]]:
        """What canvas/keys.py does; its keys count only while the canvas has the focus."""
        return [
            ("A  /", self.tr("Add a layer after the selected one")),
            ("↑ ↓ ← →", self.tr("Walk along the wires; with Shift, select on the way")),
            ("Tab", self.tr("Next layer")),
            ("Return", self.tr("Change the layer’s options; open a block")),
            ("F2", self.tr("Rename the layer")),
            ("Ctrl+L", self.tr("Draw a wire to another layer")),
            ("Ctrl+D", self.tr("Duplicate")),
            ("Ctrl+G", self.tr("Make a block of what is selected")),
            ("Ctrl+Shift+G", self.tr("Dissolve the block into its layers")),
            ("I", self.tr("Show what is inside of a block beside it, or hide it")),
            ("Ctrl+↑ ↓ ← →", self.tr("Move the selected layers")),
            ("Delete  ⌫", self.tr("Take away what is selected")),
            ("Ctrl++  Ctrl+-", self.tr("Larger, smaller")),
            ("0  Ctrl+0", self.tr("Show the whole network")),
            ("1", self.tr("Full size")),
            (self.tr("Space, mouse"), self.tr("Move the picture")),
            ("Esc", self.tr("Cancel what the mouse is doing, select nothing, or close the block")),
        ]

    def _collecting_rows(self) -> list[tuple[str, str]]:
        """What collecting/bin_view.py does."""
        return [
            ("1 … 9", self.tr("Put the selected pictures into that class, counted from the left")),
            ("Ctrl+←  Ctrl+→", self.tr("Put them into the class beside")),
            ("Delete  ⌫", self.tr("Take them out")),
            ("Ctrl+V", self.tr("Paste a picture or picture files into the class")),
            ("F2", self.tr("Rename the class")),
            (self.tr("Hold Space"), self.tr("Record from the camera for the class")),
        ]


def _table(rows: list[tuple[str, str]]) -> str:
    padding = "padding-top:3px; padding-bottom:3px"
    cells = "".join(
        f"<tr><td style='{padding}; padding-right:24px'><b>{escape(keys)}</b></td>"
        f"<td style='{padding}'>{escape(words)}</td></tr>"
        for keys, words in rows
    )
    return f"<table>{cells}</table>"
