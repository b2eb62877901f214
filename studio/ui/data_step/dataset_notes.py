"""What is worth telling of the data, above the samples: a line or two, all of it on request."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.labels import Note

_SHOWN = 2  # notes; the samples matter more
_LOW_BUTTON, _BUTTON = 26, 34  # pixels of its height


class DatasetNotes(QWidget):
    """On a low page only the button is left, and the samples get the room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[str, ...] = ()
        self._low = False
        self.words = Note("")
        self.words.setObjectName("datasetNotes")
        self.more = QuietButton("")
        self.more.setObjectName("moreNotes")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.words)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def text(self) -> str:
        """What is told now."""
        return self.words.text()

    def show_notes(self, notes: tuple[str, ...]) -> None:
        self._notes = notes
        self._show()

    def set_low(self, low: bool) -> None:
        if low != self._low:
            self._low = low
            self._show()

    def _show(self) -> None:
        most = 0 if self._low else _SHOWN
        more = len(self._notes) - most
        whole = more <= 0 or self.more.isChecked()
        self.words.setText("\n".join(self._notes if whole else self._notes[:most]))
        self.words.setVisible(bool(self.words.text()))
        if whole:
            text = self.tr("Fewer notes")
        elif not self._low:
            text = self.tr("… and {n} more notes").format(n=more)
        else:
            text = self.tr("1 note") if more == 1 else self.tr("{n} notes").format(n=more)
        self.more.setText(text)
        self.more.setVisible(more > 0)
        self.more.setFixedHeight(_LOW_BUTTON if self._low else _BUTTON)
        self.setVisible(bool(self._notes))
