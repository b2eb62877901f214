"""The way to points: a dialog with ready-made ones, one to paint; both end in data to learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.document import Document

if TYPE_CHECKING:
    from studio.ui.points.choice_dialog import PointsDialog
    from studio.ui.points.paint_dialog import PaintDialog


class Playing(QObject):
    """One per window. `chosen` is called with a name or a path, as `recognise` takes it."""

    def __init__(self, window: QWidget, document: Document, dialogs: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._dialogs = dialogs

    def show(self, chosen: Callable[[str], None]) -> PointsDialog:
        from studio.ui.points.choice_dialog import PointsDialog

        dialog = PointsDialog(self._window)
        dialog.points_chosen.connect(chosen)
        dialog.painting_requested.connect(lambda: self.paint(chosen))
        dialog.open()
        return dialog

    def paint(self, chosen: Callable[[str], None]) -> PaintDialog:
        from studio.ui.points.paint_dialog import PaintDialog

        path = self._document.path
        dialog = PaintDialog(self._dialogs, path.parent if path is not None else None, self._window)
        dialog.painted.connect(lambda saved: chosen(str(saved)))
        dialog.open()
        return dialog
