"""The camera: what it sees, and a button to be held while pictures are taken of a class."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.collecting.frames import FrameSource
from studio.ui.labels import Note

_LARGEST = 640  # pixels of a side of what is kept: networks see far less
_QUALITY = 92  # of JPEG
_PER_SECOND = 4


class CameraPanel(QWidget):
    """`taken(bytes, suffix)`: a picture to keep; `recording_changed`: the button is held, or let go."""

    taken = Signal(bytes, str)
    recording_changed = Signal(bool)

    def __init__(self, source: FrameSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cameraPanel")
        self._source = source
        self._last = QImage()
        self._running = False
        self.recording = False
        self.picture = QLabel()
        self.picture.setObjectName("cameraPicture")
        self.picture.setAccessibleName(self.tr("What the camera sees"))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(150, 90)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.problem = Note()
        self.problem.setObjectName("cameraProblem")
        self.toggle = QuietButton(self.tr("Start the camera"), "play")
        self.toggle.setObjectName("cameraToggle")
        self.cameras = QComboBox()
        self.cameras.setObjectName("cameraChoice")
        self.cameras.setAccessibleName(self.tr("Camera"))
        self.cameras.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.mirror = QCheckBox(self.tr("Like a mirror"))
        self.mirror.setObjectName("cameraMirror")
        self.mirror.setChecked(True)
        self.mirror.setToolTip(self.tr("Only how it is shown: pictures are kept as the camera sees them"))
        self.rate = QSpinBox()
        self.rate.setObjectName("cameraRate")
        self.rate.setRange(1, 15)
        self.rate.setValue(_PER_SECOND)
        self.rate.setSuffix(self.tr(" a second"))
        self.rate.setAccessibleName(self.tr("Pictures a second"))
        self.hold = PrimaryButton(self.tr("Hold to record"))
        self.hold.setObjectName("holdToRecord")
        self.hold.setAutoDefault(False)
        self.hold.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space is the dialog's, wherever the focus is
        self.hold.setToolTip(self.tr("Keep it pressed, or the Space key, and move the thing about"))
        for button in (self.toggle,):
            button.setAutoDefault(False)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._take)
        self._lay_out()
        self.toggle.clicked.connect(lambda: self.stop() if self._running else self.start())
        self.cameras.activated.connect(self._on_camera_chosen)
        self.hold.pressed.connect(self.begin)
        self.hold.released.connect(self.end)
        self.mirror.toggled.connect(self._show)
        source.frame.connect(self._on_frame)
        source.failed.connect(self._on_failed)
        source.cameras_changed.connect(self._list_cameras)
        self._tell()

    @property
    def ready(self) -> bool:
        """Whether there is something to take."""
        return self._running and not self._last.isNull()

    def start(self) -> None:
        self.problem.setText("")
        self._running = True
        self._list_cameras()
        self._tell()
        self._source.start(max(0, self.cameras.currentIndex()))

    def stop(self) -> None:
        self.end()
        self._running = False
        self._last = QImage()
        self._source.stop()
        self.picture.clear()
        self._tell()

    def begin(self) -> None:
        if self.ready and not self.recording:
            self.recording = True
            self.recording_changed.emit(True)
            if self.recording:  # unless there was no class to record for
                self._take()
                self._timer.start(round(1000 / self.rate.value()))
            self._tell()

    def end(self) -> None:
        self._timer.stop()
        if self.recording:
            self.recording = False
            self.recording_changed.emit(False)
            self._tell()

    # -----------------------------------------------------------------------------------------------

    def _take(self) -> None:
        if self._last.isNull():
            return
        data = as_jpeg(self._last)
        self.taken.emit(data, ".jpg")

    def _on_frame(self, image: QImage) -> None:
        if not self._running:
            return
        first, self._last = self._last.isNull(), image
        self._show()
        if first:
            self._tell()

    def _on_failed(self, sentence: str) -> None:
        self.stop()
        self.problem.setText(sentence)

    def _on_camera_chosen(self, number: int) -> None:
        if self._running:
            self.end()
            self._source.start(number)

    def _list_cameras(self) -> None:
        names, chosen = self._source.cameras(), self.cameras.currentText()
        self.cameras.clear()
        self.cameras.addItems(list(names))
        self.cameras.setCurrentIndex(max(0, self.cameras.findText(chosen)) if names else -1)
        self.cameras.setVisible(len(names) > 1)

    def _show(self) -> None:
        if self._last.isNull():
            return
        image = self._last.mirrored(True, False) if self.mirror.isChecked() else self._last
        shown = image.scaled(
            self.picture.size(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.picture.setPixmap(QPixmap.fromImage(shown))

    def _tell(self) -> None:
        self.toggle.setText(self.tr("Stop the camera") if self._running else self.tr("Start the camera"))
        self.hold.setEnabled(self.ready)
        self.hold.setText(self.tr("Recording …") if self.recording else self.tr("Hold to record"))
        for widget in (self.mirror, self.rate, self.hold):
            widget.setVisible(self._running)
        self.cameras.setVisible(self._running and self.cameras.count() > 1)
        if self._running and self._last.isNull():
            self.picture.setText(self.tr("Waiting for the camera …"))
        elif not self._running:
            self.picture.setText(self.tr("The camera is off."))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    @override
    def sizeHint(self) -> QSize:
        return QSize(260, 300)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.mirror)
        row.addStretch(1)
        row.addWidget(self.rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.picture, 1)
        for widget in (self.problem, self.cameras):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self.hold)
        layout.addWidget(self.toggle)


def as_jpeg(image: QImage) -> bytes:
    """At most as large as is of use."""
    if max(image.width(), image.height()) > _LARGEST:
        image = image.scaled(
            _LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB888).save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())
