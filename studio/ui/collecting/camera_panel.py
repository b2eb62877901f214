"""The camera: what it sees, and pictures that are taken while a button is held, or after a countdown."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap, QResizeEvent
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

from studio.ui.buttons import QuietButton
from studio.ui.collecting.frames import FrameSource
from studio.ui.labels import Note

_LARGEST = 640  # pixels of a side of what is kept: networks see far less
_QUALITY = 92  # of JPEG
_PER_SECOND = 4
COUNTDOWN_S = 3
RECORDED_S = 5  # after a countdown
_TICK_MS = 1000
SHOWN_MS = 60  # until “Waiting” has been painted; the library takes half a second


class CameraPanel(QWidget):
    """`taken(bytes, suffix)`: a picture to keep; `changed`: it is ready, counts, records, or not any more.

    Whom the pictures are for is the dialog's business: it calls `press` and `release`.
    """

    taken = Signal(bytes, str)
    recording_changed = Signal(bool)
    changed = Signal()

    def __init__(self, source: FrameSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cameraPanel")
        self._source = source
        self._last = QImage()
        self._left_s = 0  # of the countdown, then of the recording
        self.on = False
        self.counting = False
        self.recording = False
        self._make_parts()
        self._timer = QTimer(self)  # of the pictures
        self._timer.timeout.connect(self._take)
        self.clock = QTimer(self)  # of the countdown
        self.clock.setInterval(_TICK_MS)
        self.clock.timeout.connect(self._on_tick)
        self._lay_out()
        self.cameras.activated.connect(self._on_camera_chosen)
        self.mirror.toggled.connect(self._show)
        self.way.activated.connect(lambda _: self.changed.emit())
        self.again.clicked.connect(self.start)
        source.frame.connect(self._on_frame)
        source.failed.connect(self._on_failed)
        source.cameras_changed.connect(self._on_cameras_changed)
        self._tell()

    # -- what it does ---------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether there is something to take."""
        return self.on and not self._last.isNull()

    @property
    def counts_down(self) -> bool:
        return bool(self.way.currentData())

    def start(self) -> None:
        self.problem.setText("")
        self.on = True
        self._tell()
        if self._source.quick:
            self._open()
        else:
            QTimer.singleShot(SHOWN_MS, self, self._open)

    def _open(self) -> None:
        if self.on:
            self._list_cameras()
            self._tell()
            self._source.start(max(0, self.cameras.currentIndex()))

    def stop(self) -> None:
        self.end()
        self.on = False
        self._last = QImage()
        self._source.stop()
        self.picture.clear()
        self._tell()

    def press(self) -> None:
        """The button went down: records while it is held, or counts down; a second time ends that."""
        if self.counting or (self.recording and self.counts_down):
            self.end()
        elif self.ready and not self.recording:
            if self.counts_down:
                self.counting, self._left_s = True, COUNTDOWN_S
                self.clock.start()
                self._show()
                self._tell()
            else:
                self._begin()

    def release(self) -> None:
        if self.recording and not self.counts_down:
            self.end()

    def end(self) -> None:
        """Whatever was going on."""
        self._timer.stop()
        self.clock.stop()
        was_on, was_counting = self.recording, self.counting
        self.recording = self.counting = False
        if was_on:
            self.recording_changed.emit(False)
        if was_on or was_counting:
            self._show()
            self._tell()

    def words(self, mine: bool = True) -> str:
        """What a button for it says; empty where there is no camera on. `mine`: it is the button of what is
        going on now."""
        if not self.on:
            return ""
        if self.counting and mine:
            return self.tr("Get ready … {s}").format(s=self._left_s)
        if self.recording and mine:
            return (
                self.tr("Stop ({s} s left)").format(s=self._left_s)
                if self.counts_down
                else self.tr("Recording …")
            )
        return self.tr("Record {s} s").format(s=RECORDED_S) if self.counts_down else self.tr("Hold to record")

    # -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.recording = True
        self.recording_changed.emit(True)
        self._tell()
        self._take()
        if self.recording:  # unless it could not be kept
            self._timer.start(round(1000 / self.rate.value()))

    def _on_tick(self) -> None:
        self._left_s -= 1
        if self._left_s > 0:
            self._show()
            self._tell()
        elif self.counting:
            self.counting, self._left_s = False, RECORDED_S
            self._show()
            self._begin()
        else:
            self.end()

    def _take(self) -> None:
        if not self._last.isNull():
            self.taken.emit(as_jpeg(self._last), ".jpg")

    def _on_frame(self, image: QImage) -> None:
        if not self.on:
            return
        first, self._last = self._last.isNull(), image
        self._show()
        if first:
            self._tell()

    def _on_failed(self, sentence: str) -> None:
        self.stop()
        self._list_cameras()
        self.problem.setText(sentence)
        self._tell()

    def _on_camera_chosen(self, number: int) -> None:
        if self.on:
            self.end()
            self._last = QImage()
            self._tell()
            self._source.start(number)

    def _on_cameras_changed(self) -> None:
        self._list_cameras()
        self._tell()

    def _list_cameras(self) -> None:
        names, chosen = self._source.cameras(), self.cameras.currentText()
        self.cameras.clear()
        self.cameras.addItems(list(names))
        self.cameras.setCurrentIndex(max(0, self.cameras.findText(chosen)) if names else -1)

    def _show(self) -> None:
        if self._last.isNull():
            return
        image = self._last.flipped(Qt.Orientation.Horizontal) if self.mirror.isChecked() else self._last
        ratio = self.devicePixelRatioF()
        mode = Qt.TransformationMode.SmoothTransformation
        shown = image.scaled(self.picture.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, mode)
        pixmap = QPixmap.fromImage(shown)
        if self.counting or self.recording:
            _write_over(pixmap, str(self._left_s) if self.counting else "")
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def _tell(self) -> None:
        waiting = self.on and self._last.isNull()
        if waiting:
            self.picture.setText(self.tr("Waiting for the camera …"))
        self.picture.setVisible(self.on)
        self.problem.setVisible(not self.on and bool(self.problem.text()))
        self.again.setVisible(not self.on and bool(self.problem.text()))
        for widget in (self.mirror, self.rate, self.way):
            widget.setVisible(self.on)
        self.cameras.setVisible(self.cameras.count() > 1)
        self.changed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    @override
    def sizeHint(self) -> QSize:
        return QSize(232, 300)

    # -- parts ----------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.picture = QLabel()
        self.picture.setObjectName("cameraPicture")
        self.picture.setAccessibleName(self.tr("What the camera sees"))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(150, 80)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.problem = Note()
        self.problem.setObjectName("cameraProblem")
        self.again = QuietButton(self.tr("Try again"), "refresh")
        self.again.setObjectName("cameraAgain")
        self.again.setAutoDefault(False)
        self.cameras = QComboBox()
        self.cameras.setObjectName("cameraChoice")
        self.cameras.setAccessibleName(self.tr("Camera"))
        self.cameras.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.way = QComboBox()
        self.way.setObjectName("recordWay")
        self.way.setAccessibleName(self.tr("How pictures are taken"))
        self.way.addItem(self.tr("While a button is held"), False)
        words = self.tr("Count down from {n}, then {s} seconds")
        self.way.addItem(words.format(n=COUNTDOWN_S, s=RECORDED_S), True)
        self.way.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.way.setToolTip(self.tr("The button is under each class; Space does the same in its pictures"))
        self.mirror = QCheckBox(self.tr("Mirror"))
        self.mirror.setObjectName("cameraMirror")
        self.mirror.setChecked(True)
        self.mirror.setToolTip(self.tr("Only how it is shown: pictures are kept as the camera sees them"))
        self.rate = QSpinBox()
        self.rate.setObjectName("cameraRate")
        self.rate.setRange(1, 15)
        self.rate.setValue(_PER_SECOND)
        self.rate.setSuffix(self.tr(" a second"))
        self.rate.setAccessibleName(self.tr("Pictures a second"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.mirror)
        row.addStretch(1)
        row.addWidget(self.rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.picture, 1)
        for widget in (self.problem, self.again, self.cameras, self.way):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addStretch(0)


def _write_over(pixmap: QPixmap, text: str) -> None:
    """The number of a countdown, or a red dot where pictures are being taken."""
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = max(8, min(pixmap.width(), pixmap.height()) // 2)
    if text:
        font = QFont(painter.font())
        font.setPixelSize(side)
        font.setBold(True)
        painter.setFont(font)
        for shift, colour in ((2, "#000000"), (0, "#ffffff")):
            painter.setPen(QColor(colour))
            painter.drawText(pixmap.rect().translated(shift, shift), Qt.AlignmentFlag.AlignCenter, text)
    else:
        painter.setPen(QColor("#ffffff"))
        painter.setBrush(QColor("#d92d20"))
        painter.drawEllipse(QRect(8, 8, side // 6, side // 6))
    painter.end()


def as_jpeg(image: QImage) -> bytes:
    """At most as large as is of use."""
    if max(image.width(), image.height()) > _LARGEST:
        mode = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio, mode)
    return as_bytes(image, "JPEG", _QUALITY)


def as_bytes(image: QImage, form: str, quality: int = -1) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB888).save(buffer, form, quality)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())
