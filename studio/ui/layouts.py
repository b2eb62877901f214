"""What Qt's layouts lack."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def clear(layout: QLayout) -> None:
    """Takes all widgets out and lets them go; they are hidden at once, and until they are gone nobody finds
    them by their names in place of new ones."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.setObjectName("")
            widget.deleteLater()
