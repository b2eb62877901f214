"""Where frames come from: the computer's cameras, or in tests whatever stands in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCameraPermission, QCoreApplication, QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from typing_extensions import override

_NO_FRAME_MS = 6000  # a camera that another program holds is often merely silent
_PAUSE_MS = 50  # between frames: twenty a second look smooth, and turning one into a picture takes time
_WIDE_ENOUGH = 640  # pixels of width: networks see far less


def tr(text: str) -> str:
    return QCoreApplication.translate("Camera", text)


class FrameSource(QObject):
    """`frame` comes while it runs; `failed` says in a sentence why none come, and what to do."""

    frame = Signal(QImage)
    failed = Signal(str)
    cameras_changed = Signal()

    @property
    def quick(self) -> bool:
        """Whether it answers at once; else the window had better show first that it waits."""
        return True

    def cameras(self) -> tuple[str, ...]:
        """What can be chosen from; empty where there is none."""
        raise NotImplementedError

    def start(self, number: int = 0) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError


class CameraFrames(FrameSource):
    """The computer's cameras, through QtMultimedia, which is asked for only when a camera is wanted."""

    def __init__(self, parent: QObject | None = None, load: Callable[[], Any] | None = None) -> None:
        """`load`: gives QtMultimedia; raises ImportError where it is not there."""
        super().__init__(parent)
        self._load = load or _multimedia
        self._library: Any = None
        self._why_not = ""  # there is no library, in a sentence
        self._devices: Any = None
        self._device: Any = None  # the one that is on
        self._camera: Any = None
        self._session: Any = None
        self._sink: Any = None
        self._last = QElapsedTimer()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_NO_FRAME_MS)
        self._patience.timeout.connect(self._on_silence)

    @property
    @override
    def quick(self) -> bool:
        return self._library is not None

    def cameras(self) -> tuple[str, ...]:
        inputs = self._inputs()
        return tuple(device.description() for device in inputs) if inputs else ()

    def start(self, number: int = 0) -> None:
        self.stop()
        inputs = self._inputs()
        if inputs is None:
            self.failed.emit(self._why_not)
        elif not inputs:
            self.failed.emit(tr("No camera was found. Plug one in, or use pictures taken by a phone."))
        else:
            self._ask_permission(lambda: self._begin(inputs[min(max(0, number), len(inputs) - 1)]))

    def stop(self) -> None:
        self._patience.stop()
        if self._camera is not None:
            self._camera.stop()
            for part in (self._session, self._sink, self._camera):
                part.deleteLater()
        self._camera = self._session = self._sink = self._device = None

    # -----------------------------------------------------------------------------------------------

    def _inputs(self) -> list[Any] | None:
        """None: there is no QtMultimedia."""
        if self._library is None:
            try:
                self._library = self._load()
            except (ImportError, OSError) as error:
                self._why_not = _why_not(str(error))
                return None
            self._devices = self._library.QMediaDevices(self)
            self._devices.videoInputsChanged.connect(self._on_inputs_changed)
        return list(self._library.QMediaDevices.videoInputs())

    def _ask_permission(self, granted: Callable[[], None]) -> None:
        app, permission = QCoreApplication.instance(), QCameraPermission()
        assert app is not None

        def answered(answer: Any = None) -> None:
            if app.checkPermission(permission) == Qt.PermissionStatus.Granted:
                granted()
            else:
                self.failed.emit(
                    tr(
                        "Lantern may not use the camera. Allow it in the system’s settings, under privacy "
                        "and camera, then try again."
                    )
                )

        if app.checkPermission(permission) == Qt.PermissionStatus.Undetermined:
            app.requestPermission(permission, self, answered)
        else:
            answered()

    def _begin(self, device: Any) -> None:
        library = self._library
        self._device = device
        self._camera = library.QCamera(device, self)
        modest = _modest_format(device)
        if modest is not None:
            self._camera.setCameraFormat(modest)
        self._session = library.QMediaCaptureSession(self)
        self._sink = library.QVideoSink(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._camera.errorOccurred.connect(self._on_error)
        self._last.invalidate()
        self._patience.start()
        self._camera.start()

    def _on_frame(self, frame: Any) -> None:
        if self._last.isValid() and self._last.elapsed() < _PAUSE_MS:
            return
        image = frame.toImage()
        if not image.isNull():
            self._last.start()
            self._patience.start()  # anew: it may fall silent in the middle, too
            self.frame.emit(image)

    def _on_error(self, error: Any, message: str) -> None:
        """Qt names an error that is none, too, when a camera is closed."""
        if self._camera is None or getattr(error, "name", "") == "NoError":
            return
        self.stop()
        words = tr(
            "The camera gives no pictures: {reason}. Close other programs that use it, then try again."
        )
        self.failed.emit(words.format(reason=message.rstrip(". ") or tr("it was lost")))

    def _on_silence(self) -> None:
        self._on_error(None, tr("nothing arrived"))

    def _on_inputs_changed(self) -> None:
        left = [device.id() for device in self._inputs() or ()]
        if self._device is not None and self._device.id() not in left:
            self.stop()
            self.failed.emit(tr("The camera was unplugged. Plug it in again, or choose another one."))
        self.cameras_changed.emit()


def _modest_format(device: Any) -> Any:
    """The smallest pictures that are wide enough; None: whatever the camera likes."""
    fitting = [f for f in device.videoFormats() if f.resolution().width() >= _WIDE_ENOUGH]
    return min(
        fitting,
        key=lambda f: (f.resolution().width() * f.resolution().height(), -f.maxFrameRate()),
        default=None,
    )


def _why_not(reason: str) -> str:
    """`reason`: what Python says of a library that cannot be loaded."""
    if ".so" in reason and "PySide6" not in reason.split(":")[0]:
        library = reason.split(":")[0]
        words = tr(
            "The camera needs “{library}”, which this computer lacks. Install it (on Debian and Ubuntu: sudo "
            "apt install libpulse0) and start Lantern again, or use pictures taken by a phone."
        )
        return words.format(library=library)
    return tr(
        "This Lantern came without its part for cameras. Add it with “pip install pyside6-addons” and start "
        "Lantern again, or use pictures taken by a phone."
    )


def _multimedia() -> Any:
    from PySide6 import QtMultimedia

    return QtMultimedia
