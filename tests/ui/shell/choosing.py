"""How a person chooses from a list whose entries come in a moment."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot


def choose(box: QComboBox, data: str, qtbot: QtBot) -> None:
    """The entry for `data`, as a click on it does."""
    qtbot.waitUntil(lambda: box.findData(data) >= 0, timeout=20_000)
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())
