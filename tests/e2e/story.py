"""What a person does in the window, by mouse and keys, for the stories told in this folder."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState

LEFT = Qt.MouseButton.LeftButton
TRAINING_MS = 120_000  # torch is imported on the way, on a machine that may be busy


class Person:
    """One who sits in front of the window."""

    def __init__(self, window: Any, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        window.activateWindow()  # keys go to the active window only
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=5000)

    def see(self, name: str) -> Any:
        """A widget that is there and shown, now or in a moment. Fails where it is not."""
        self.qtbot.waitUntil(lambda: bool(self._shown(name)), timeout=3000)
        return self._shown(name)[0]

    def _shown(self, name: str) -> list[QWidget]:
        return [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()]

    def click(self, name: str) -> None:
        widget = self.see(name)
        self.qtbot.waitUntil(widget.isEnabled, timeout=5000)
        self.qtbot.mouseClick(widget, LEFT)

    def choose_example(self, name: str) -> None:
        self.click(f"example.{name}")
        self.qtbot.waitUntil(lambda: self.window.document.dataset is not None, timeout=20_000)

    def go_to(self, step: str) -> None:
        self.click(f"step.{step}")
        assert self.window.current_step == step

    def type_number(self, name: str, number: str) -> None:
        field = self.see(name)
        if isinstance(field, QAbstractSpinBox):
            field.selectAll()
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, number)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def wait_for(self, *states: RunState) -> None:
        self.qtbot.waitUntil(lambda: self.window.run.state in states, timeout=TRAINING_MS)

    def trigger(self, action: str) -> None:
        from PySide6.QtGui import QAction

        found = self.window.findChild(QAction, action)
        self.qtbot.waitUntil(found.isEnabled, timeout=5000)
        found.trigger()

    def fix(self, text: str) -> None:
        """Clicks a fix of the problem list by the words on its button."""
        self.qtbot.waitUntil(lambda: any(text in b.text() for b in self._fixes()), timeout=5000)
        button = next(b for b in self._fixes() if text in b.text())
        self.qtbot.mouseClick(button, LEFT)

    def _fixes(self) -> list[QPushButton]:
        return [b for b in self.window.findChildren(QPushButton, "fixButton") if b.isVisible()]
