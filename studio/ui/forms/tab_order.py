"""Tab goes through widgets as they lie on screen, also where some were made later than their neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def order_by_layout(root: QWidget) -> None:
    """Sets the tab order of everything in `root`; `root` keeps its own place among its neighbours."""
    layout, before = root.layout(), root
    for widget in _reached(layout) if layout is not None else ():
        QWidget.setTabOrder(before, widget)
        before = widget


def _reached(layout: QLayout) -> Iterator[QWidget]:
    """What can take the keyboard, in the order in which it was put into the layout."""
    for index in range(layout.count()):
        item = layout.itemAt(index)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
                yield widget
            inner = widget.layout()
        if inner is not None:
            yield from _reached(inner)
