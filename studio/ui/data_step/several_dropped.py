"""Why several things dropped at once are no dataset, said on every place that takes one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.error_dialog import show_error


def refuse_several(window: QWidget, count: int) -> None:
    """Says that only one can be taken, and how several pictures become one dataset."""
    sentence = QCoreApplication.translate(
        "SeveralDropped",
        "{count} things were dropped, but a project learns from one dataset. Drop one folder or one table. "
        "Pictures to learn from belong into one folder, with a sub-folder for each class.",
    )
    title = QCoreApplication.translate("SeveralDropped", "These data cannot be used")
    show_error(window, title, sentence.format(count=count))
