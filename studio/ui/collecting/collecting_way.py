"""The way from nothing to a folder of pictures in classes: the dialog to collect them, then the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.file_dialogs import FileDialogs

if TYPE_CHECKING:
    from studio.data.pictures.collecting import Collecting
    from studio.ui.collecting.collect_dialog import CollectDialog
    from studio.ui.collecting.frames import FrameSource


class CollectingWay(QObject):
    """One per window. `camera` makes what gives frames; tests put their own in its place."""

    said = Signal(str)

    def __init__(self, window: QWidget, dialogs: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._dialogs = dialogs
        self.camera: Callable[[], FrameSource] = camera_frames
        self._dialog: CollectDialog | None = None

    def show(
        self,
        collecting: Collecting | None,
        used: Callable[[Path], None],
        boxes: Callable[[Path], None],
        offered: Sequence[Path] = (),
    ) -> CollectDialog:
        """`used` and `boxes` get the folder: to be learnt from, or to draw boxes in its pictures. Without
        a folder, a new one is proposed. `offered`: pictures that are to be sorted into it."""
        from studio.ui.collecting.collect_dialog import CollectDialog

        dialog = CollectDialog(collecting or _new(offered), self._dialogs, self.camera(), self._window)
        dialog.used.connect(used)
        dialog.boxes_requested.connect(boxes)
        dialog.left.connect(self._on_left)
        self._dialog = dialog
        dialog.open()
        return dialog

    def stop(self) -> None:
        """The window closes: so does a dialog that is open, with its threads and its camera."""
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.reject()
        self._dialog = None

    def _on_left(self, folder: Path) -> None:
        text = self.tr("The pictures are kept in “{folder}”: open that folder to go on.")
        self.said.emit(text.format(folder=folder))


def _new(offered: Sequence[Path]) -> Collecting:
    from studio.core import places
    from studio.data.pictures.collected_names import free_folder
    from studio.data.pictures.collecting import Collecting

    return Collecting(free_folder(places.pictures(), "Lantern pictures"), offered)


def camera_frames() -> FrameSource:
    from studio.ui.collecting.frames import CameraFrames

    return CameraFrames()
