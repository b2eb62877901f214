"""The button that stands above a few chosen samples, and leads back to all of them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.buttons import QuietButton


class AllAgain(QuietButton):
    """Seen only while a choice is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "close")
        if parent is not None:
            self.setParent(parent)
        self.setObjectName("showAllSamples")
        self.setToolTip(self.tr("Show all samples again"))
        self.hide()

    def show_words(self, words: str) -> None:
        """What is shown, for instance “12 samples”; empty: everything is."""
        self.setText(self.tr("Only {words}").format(words=words) if words else "")
        self.setAccessibleName(self.tr("Only {words}. Show all again").format(words=words))
        self.setVisible(bool(words))
