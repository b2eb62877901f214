"""The network says what the camera sees, a few times a second, while the window stays at ease."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from studio.ui.collecting.collecting_way import camera_frames

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.checkpoints import Model
    from studio.ui.collecting.frames import FrameSource
    from studio.ui.use_step.picture_use import PictureUse
    from studio.ui.workers.engine_host import EngineHost

_KEY = "live"
_SHOWN_MS = 60  # until “Waiting” has been painted
_PAUSE_MS = 150  # between two questions: faster than anybody reads, and leaves time for a run that is on


class LiveCamera(QObject):
    """Asks about one frame at a time; those that come meanwhile are only shown. `make` gives the frames."""

    taken = Signal(Path)  # a picture was taken: it is to be asked about for good

    def __init__(self, host: EngineHost, model: Callable[[], Model | None], parent: QObject) -> None:
        super().__init__(parent)
        self.make: Callable[[], FrameSource] = camera_frames
        self.on = False
        self._host = host
        self._model = model
        self._use: PictureUse | None = None
        self._source: FrameSource | None = None
        self._last = QImage()
        self._asked = 0  # questions so far: an answer to an earlier one is dropped
        self._waiting = False
        self._since = QElapsedTimer()

    def follow(self, use: QWidget) -> None:
        """Called with each form of the Use page; only that of pictures has a use for a camera."""
        from studio.ui.use_step.picture_use import PictureUse

        if isinstance(use, PictureUse):
            self._use = use
            use.camera_wanted.connect(self.start)
            use.left.connect(self.stop)
            use.live.stop_wanted.connect(self.stop)
            use.live.picture_wanted.connect(self._on_picture_wanted)
            use.live.camera_chosen.connect(self._on_camera_chosen)

    def start(self) -> None:
        if self._use is None or self.on:
            return
        if self._source is None:
            source = self._source = self.make()
            source.setParent(self)
            source.frame.connect(self._on_frame)
            source.failed.connect(self._on_failed)
            source.cameras_changed.connect(self._list_cameras)
        self.on, self._waiting = True, False
        self._since.invalidate()
        self._use.begin_live()
        if self._source.quick:
            self._open()
        else:
            QTimer.singleShot(_SHOWN_MS, self, self._open)

    def _open(self) -> None:
        if self.on and self._source is not None:
            self._list_cameras()
            self._source.start(0)

    def stop(self) -> None:
        """The camera is let go of, and no picture of it stays on the disk."""
        if not self.on:
            return
        self.on, self._last = False, QImage()
        self._asked += 1
        self._host.finish(_KEY)
        if self._source is not None:
            self._source.stop()
        if self._use is not None:
            self._use.end_live()
        for number in (0, 1):
            with contextlib.suppress(OSError):
                _file(number).unlink(missing_ok=True)

    # -----------------------------------------------------------------------------------------------

    def _on_frame(self, image: QImage) -> None:
        if self.on and self._use is not None:
            self._last = image
            self._use.show_frame(image)
            self._ask()

    def _ask(self) -> None:
        model = self._model()
        soon = self._since.isValid() and self._since.elapsed() < _PAUSE_MS
        if self._waiting or soon or model is None or self._use is None:
            return
        from studio.engine.requests import Predict

        self._asked += 1
        number, path = self._asked, _file(self._asked % 2)
        if not self._write(path):
            return
        self._waiting = True
        self._since.start()
        self._use.show_seen(path)

        def answered(answer: Event) -> None:
            if number == self._asked:
                self._waiting = False
                self._show(answer)

        self._host.ask(Predict(model.path, (str(path),)), answered, key=_KEY)

    def _show(self, answer: Event) -> None:
        from studio.engine.events import Predicted

        if isinstance(answer, Predicted) and answer.predictions and self._use is not None:
            self._use.show_prediction(answer.predictions[0])
        else:
            self._on_failed(getattr(answer, "message", ""))

    def _write(self, path: Path) -> bool:
        from studio.ui.collecting.camera_panel import as_jpeg

        try:
            path.write_bytes(as_jpeg(self._last))
        except OSError:
            self._on_failed(
                self.tr("There is no room on the disk for the picture. Make some, then try again.")
            )
            return False
        return True

    def _on_picture_wanted(self) -> None:
        from studio.core import places

        path = places.cache() / "taken.jpg"
        if not self._last.isNull() and self._write(path):
            self.stop()
            self.taken.emit(path)

    def _on_failed(self, sentence: str) -> None:
        self.stop()
        if self._use is not None:
            self._use.answer.show_problem(sentence)

    def _on_camera_chosen(self, number: int) -> None:
        if self.on and self._source is not None:
            self._source.start(number)

    def _list_cameras(self) -> None:
        if self._source is not None and self._use is not None:
            self._use.live.show_cameras(self._source.cameras(), max(0, self._use.live.cameras.currentIndex()))


def _file(number: int) -> Path:
    """Two by turns: the engine may still be reading the one of before."""
    from studio.core import places

    return places.cache() / f"live {number}.jpg"
