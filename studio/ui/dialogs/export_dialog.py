"""Which of the three ways to take a network home."""

from __future__ import annotations

import importlib.util

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QRadioButton, QVBoxLayout, QWidget

from studio.ui.labels import Heading, Note


class ExportDialog(QDialog):
    """Tells `chosen("script" | "onnx" | "pth")`; what cannot be done now is greyed and says why."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None, has_weights: bool) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(440)
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(Heading(self.tr("Take the network home")))
        onnx = importlib.util.find_spec("onnx") and importlib.util.find_spec("onnxscript")
        untrained = "" if has_weights else self.tr(" Train the network first.")
        missing = "" if onnx else self.tr(" This needs the packages “onnx” and “onnxscript”.")
        choices = (
            ("script", self.tr("A PyTorch script"), True,
             self.tr("One readable Python file that trains the same network on the same data.")),
            ("onnx", self.tr("An ONNX model"), has_weights and bool(onnx),
             self.tr("The trained network for other programs, websites and phones.") + untrained + missing),
            ("pth", self.tr("PyTorch weights"), has_weights,
             self.tr("The trained weights as a state dictionary, to load in your own PyTorch program.")
             + untrained),
        )  # fmt: skip
        for to, title, possible, words in choices:
            button = QRadioButton(title, self)
            button.setObjectName(f"export.{to}")
            button.setEnabled(possible)
            button.setChecked(to == "script")
            self._group.addButton(button)
            note = Note(words, self)
            note.setIndent(24)
            layout.addWidget(button)
            layout.addWidget(note)
        box = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Ok, self
        )
        box.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Choose a file…"))
        box.accepted.connect(self._on_accepted)
        box.rejected.connect(self.reject)
        layout.addSpacing(8)
        layout.addWidget(box)

    def _on_accepted(self) -> None:
        self.accept()
        button = self._group.checkedButton()
        if button is not None:
            self.chosen.emit(button.objectName().removeprefix("export."))
