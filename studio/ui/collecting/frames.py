"""Where frames come from: the computer's cameras, or in tests whatever stands in for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

_NO_FRAME_MS = 6000  # a camera that another program holds is often merely silent


def tr(text: str) -> str:
    return QCoreApplication.translate("Camera", text)


class FrameSource(QObject):
    """`frame` comes while it runs; `failed` says in a sentence why none come, and what to do."""

    frame = Signal(QImage)
    failed = Signal(str)
    cameras_changed = Signal()

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
        self._devices: Any = None
        self._camera: Any = None
        self._session: Any = None
        self._sink: Any = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_NO_FRAME_MS)
        self._patience.timeout.connect(self._on_silence)

    def cameras(self) -> tuple[str, ...]:
        inputs = self._inputs()
        return tuple(device.description() for device in inputs) if inputs else ()

    def start(self, number: int = 0) -> None:
        self.stop()
        inputs = self._inputs()
        if inputs is None:
            self.failed.emit(
                tr(
                    "This Lantern came without camera support. Add it with “pip install lantern[camera]”, or "
                    "drop pictures taken by a phone."
                )
            )
        elif not inputs:
            self.failed.emit(tr("No camera was found. Plug one in, or drop pictures taken by a phone."))
        else:
            self._ask_permission(lambda: self._begin(inputs[min(max(0, number), len(inputs) - 1)]))

    def stop(self) -> None:
        self._patience.stop()
        if self._camera is not None:
            self._camera.stop()
            for part in (self._session, self._sink, self._camera):
                part.deleteLater()
        self._camera = self._session = self._sink = None

    # -----------------------------------------------------------------------------------------------

    def _inputs(self) -> list[Any] | None:
        """None: there is no QtMultimedia."""
        if self._library is None:
            try:
                self._library = self._load()
            except (ImportError, OSError):
                return None
            self._devices = self._library.QMediaDevices(self)
            self._devices.videoInputsChanged.connect(self.cameras_changed)
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
        self._camera = library.QCamera(device, self)
        self._session = library.QMediaCaptureSession(self)
        self._sink = library.QVideoSink(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._camera.errorOccurred.connect(self._on_error)
        self._patience.start()
        self._camera.start()

    def _on_frame(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull():
            self._patience.stop()
            self.frame.emit(image)

    def _on_error(self, error: Any, message: str) -> None:
        self.stop()
        words = tr(
            "The camera gives no pictures: {reason}. Close other programs that use it, then try again."
        )
        self.failed.emit(words.format(reason=message.rstrip(". ") or tr("it was lost")))

    def _on_silence(self) -> None:
        self._on_error(None, tr("nothing arrived"))


def _multimedia() -> Any:
    from PySide6 import QtMultimedia

    return QtMultimedia
