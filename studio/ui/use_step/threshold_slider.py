"""From which probability on a label is said to be there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget


class ThresholdSlider(QWidget):
    """In percent, one half at first."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("threshold")
        self.slider.setAccessibleName(self.tr("Threshold"))
        self.slider.setToolTip(
            self.tr("Lower: more labels are said, also wrong ones. Higher: fewer, but surer ones.")
        )
        self.slider.setRange(1, 99)
        self.slider.setPageStep(10)
        self.slider.setValue(50)
        self._says = QLabel()
        self._says.setMinimumWidth(40)
        name = QLabel(self.tr("Threshold"))
        name.setBuddy(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name)
        row.addWidget(self.slider, 1)
        row.addWidget(self._says)
        self.slider.valueChanged.connect(self._on_moved)
        self._on_moved()

    @property
    def value(self) -> float:
        return self.slider.value() / 100

    def begin_at(self, percent: int, tip: str) -> None:
        """Where it stands at first, and what moving it does."""
        self.slider.setToolTip(tip)
        self.slider.setValue(percent)

    def _on_moved(self) -> None:
        self._says.setText(f"{self.slider.value()} %")
        self.changed.emit()
