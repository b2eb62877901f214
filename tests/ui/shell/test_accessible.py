"""Everything that the keyboard can reach says what it is: to screen readers, and by a visible focus."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.ui.steps import STEP_IDS


def focusable(root: QWidget) -> list[QWidget]:
    """What Tab or a click can give the keyboard to, without the parts that Qt makes inside of others."""
    found = []
    for widget in root.findChildren(QWidget):
        inside = isinstance(widget.parent(), QAbstractSpinBox | QComboBox) or isinstance(
            widget, QScrollBar | QHeaderView | QTabBar
        )
        proxied = widget.focusProxy() is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inside and not proxied:
            found.append(widget)
    return found


def called(widget: QWidget, root: QWidget) -> str:
    """The name that a screen reader says."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton):
        return widget.text() or widget.toolTip()
    buddies = [label.text() for label in root.findChildren(QLabel) if label.buddy() is widget]
    if buddies:
        return buddies[0]
    return widget.placeholderText() if isinstance(widget, QLineEdit | QTextEdit) else ""


@pytest.fixture(params=["digits", "penguins"])
def everywhere(window: Any, qtbot: QtBot, request: pytest.FixtureRequest) -> Any:
    window.resize(1366, 768)
    window.make_all_pages()
    window.files.new_from(request.param)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    return window


def test_that_every_widget_that_can_be_reached_has_a_name(everywhere: Any) -> None:
    nameless = []
    for step in ("", *STEP_IDS):
        everywhere.show_step(step)
        nameless += [
            f"{step or 'welcome'}: {type(w).__name__} “{w.objectName()}” in “{w.parent().objectName()}”"
            for w in focusable(everywhere)
            if w.isVisible() and not called(w, everywhere)
        ]
    assert nameless == [], "\n".join(nameless)


def test_that_tab_walks_through_every_step_and_comes_round(everywhere: Any, qtbot: QtBot) -> None:
    for step in ("", *STEP_IDS):
        everywhere.show_step(step)
        wanted = {w for w in focusable(everywhere.centralWidget()) if w.isVisible() and w.isEnabled()}
        first = widget = everywhere.centralWidget()
        met = set()
        while (widget := widget.nextInFocusChain()) is not first:
            met.add(widget)
        assert wanted <= met, step
