"""Keeps what is drawn on the disk: few boxes at once, many beside the window's thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from studio.core.safe_write import SaveError
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.boxes.box_drawing import Drawing

_AT_ONCE = 4_000  # boxes: a few hundredths of a second


class DrawingSaver(QObject):
    """`save` after each picture, `finish` at the end."""

    saved = Signal(Path)  # where the boxes are now
    failed = Signal(str)

    def __init__(self, drawing: Drawing, parent: QObject | None = None) -> None:
        """`drawing`: as it is on the disk."""
        super().__init__(parent)
        self._worker = Worker("saving boxes", self, writes=True)
        self._saved = drawing
        self._next: Drawing | None = None  # comes after the one that is being written

    def save(self, drawing: Drawing) -> bool:
        """False: it could not be written, and `failed` said why; of many boxes that comes later."""
        if self._same(drawing):
            return True
        if drawing.count() <= _AT_ONCE and not self._worker.busy:
            return self._write(drawing)
        self._next = drawing
        if not self._worker.busy:
            self._start()
        return True

    def finish(self, drawing: Drawing) -> bool:
        """All is on the disk then; else False, and `failed` said why."""
        self._worker.stop()  # waits for a file that is being written
        if self._next is None and self._same(drawing):
            return True
        self._next = None
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            return self._write(drawing)
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _same(self, drawing: Drawing) -> bool:
        return drawing.boxes == self._saved.boxes and drawing.classes == self._saved.classes

    def _write(self, drawing: Drawing) -> bool:
        try:
            path = drawing.keep()
        except SaveError as error:
            self.failed.emit(str(error))
            return False
        self._saved = drawing
        self.saved.emit(path)
        return True

    def _start(self) -> None:
        drawing, self._next = self._next, None
        assert drawing is not None
        before, self._saved = self._saved, drawing

        def done(path: object) -> None:
            self.saved.emit(path)
            if self._next is not None:
                self._start()

        def failed(sentence: str, details: str) -> None:
            self._saved = before
            self.failed.emit(sentence)

        self._worker.start(lambda progress: drawing.keep(), done, failed)
