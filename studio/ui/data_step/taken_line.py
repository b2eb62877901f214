"""Whether a file is taken as a table or as texts, and the button that takes it the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.project import DatasetChoice
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.dataset import Dataset
    from studio.data.taken_as import Ways


class TakenLine(QWidget):
    """Hidden for data that can be taken in one way only. While they are read anew, the choices stay."""

    other_way_requested = Signal(str)  # "table" or "texts"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ways: Ways | None = None
        self._of: tuple[str, str] | None = None
        self.words = Note("", self)
        self.words.setObjectName("takenAs")
        self.words.setWordWrap(False)
        self.button = QuietButton("")
        self.button.setObjectName("takeOtherwise")
        self.button.clicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.hide()

    def show_dataset(self, dataset: Dataset) -> None:
        from studio.data.taken_as import ways_of

        self.ways, self._of = ways_of(dataset), _of(dataset.choice)
        texts = self.ways.taken == "texts"
        self.words.setText(self.tr("Taken as texts.") if texts else self.tr("Taken as a table."))
        self.button.setText(self.tr("Take it as a table") if texts else self.tr("Take it as texts"))
        self.button.setToolTip(
            self.tr("Learn from the other columns, too. One undo takes it back.")
            if texts
            else self.tr("Learn from the words of one column. One undo takes it back.")
        )
        self.setVisible(bool(self.ways.taken))

    def ways_for(self, choice: DatasetChoice) -> Ways | None:
        """Those last seen of the same data; None, and the line is hidden, for others."""
        if self._of != _of(choice):
            self.ways, self._of = None, None
            self.hide()
        return self.ways

    def _on_clicked(self) -> None:
        if self.ways is not None:
            self.other_way_requested.emit("table" if self.ways.taken == "texts" else "texts")


def _of(choice: DatasetChoice) -> tuple[str, str]:
    return choice.source, choice.location
