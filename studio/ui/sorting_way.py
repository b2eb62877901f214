"""The way from pictures without classes to data: a dialog to sort them, then the table that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.document import Document

if TYPE_CHECKING:
    from studio.data.pictures.picture_sorting import Sorting
    from studio.ui.data_step.sort_dialog import SortDialog

Work = Callable[[Callable[[float], bool]], object]


class SortingWay(QObject):
    """One per window. `chosen` gets the work that looks at the labelled pictures, to be done elsewhere."""

    def __init__(self, window: QWidget, document: Document, dialogs: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._dialogs = dialogs

    def show(self, sorting: Sorting, chosen: Callable[[Work], None]) -> SortDialog:
        from studio.ui.data_step.sort_dialog import SortDialog

        path = self._document.path
        home = path.parent if path is not None else None
        dialog = SortDialog(sorting, self._dialogs, home, self._window)

        def work_on(table: Path) -> None:
            def work(progress: Callable[[float], bool]) -> object:
                from studio.data.sources.labelled_pictures import choose_labelled

                elsewhere = table.parent != sorting.folder
                return choose_labelled(str(table), {"folder": str(sorting.folder)} if elsewhere else {})

            chosen(work)

        def draw() -> None:
            from studio.data.boxes.box_drawing import Drawing
            from studio.ui.boxes.drawing_way import draw_boxes

            draw_boxes(Drawing.of_folder(sorting.folder), chosen, self._window)

        dialog.sorted_out.connect(work_on)
        dialog.boxes_requested.connect(draw)
        dialog.open()
        return dialog
