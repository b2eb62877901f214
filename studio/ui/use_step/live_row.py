"""What is to be done while the camera shows what the network sees: take a picture, choose a camera, stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from studio.ui.buttons import PrimaryButton, QuietButton


class LiveRow(QWidget):
    """In the place of the other buttons, while the camera is on."""

    picture_wanted = Signal()
    stop_wanted = Signal()
    camera_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("liveRow")
        self.take = PrimaryButton(self.tr("Take a picture"))
        self.take.setObjectName("takePicture")
        self.take.setToolTip(self.tr("Stops at what is seen now, and asks about exactly that picture"))
        self.stop = QuietButton(self.tr("Stop the camera"), "stop")
        self.stop.setObjectName("stopCamera")
        self.cameras = QComboBox()
        self.cameras.setObjectName("liveCamera")
        self.cameras.setAccessibleName(self.tr("Camera"))
        self.cameras.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.take)
        layout.addWidget(self.stop)
        layout.addWidget(self.cameras, 1)
        layout.addStretch(0)
        self.take.clicked.connect(self.picture_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.cameras.activated.connect(self.camera_chosen)

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for long names."""
        self.stop.setText(self.tr("Stop the camera") if roomy else self.tr("Stop"))

    def show_cameras(self, names: tuple[str, ...], chosen: int) -> None:
        self.cameras.clear()
        self.cameras.addItems(list(names))
        self.cameras.setCurrentIndex(min(chosen, len(names) - 1))
        self.cameras.setVisible(len(names) > 1)
