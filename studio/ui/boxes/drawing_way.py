"""The way from pictures to pictures with boxes: the dialog to draw them, then the data that come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.boxes.box_drawing import Drawing
    from studio.data.boxes.boxed_pictures import BoxedPictures
    from studio.ui.boxes.draw_dialog import DrawDialog

_AT_ONCE = 4_000  # boxes: a few hundredths of a second
Work = Callable[[Callable[[float], bool]], object]


def draw_boxes(
    drawing: Drawing, chosen: Callable[[Work], None], parent: QWidget, place: int = 0
) -> DrawDialog:
    """`chosen` gets the work that looks at the pictures with their boxes, to be done elsewhere."""
    from studio.ui.boxes.draw_dialog import DrawDialog

    dialog = DrawDialog(drawing, parent, place)

    def work_on(folder: Path) -> None:
        def work(progress: Callable[[float], bool]) -> object:
            from studio.data.sources.coco import SOURCE

            return SOURCE.choose(str(folder), {})

        chosen(work)

    dialog.drawn_out.connect(work_on)
    dialog.open()
    return dialog


class BoxCorrection(QObject):
    """Opens the dialog on the boxes that a dataset has; many of them are looked up beside the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._worker = Worker("boxes to correct", self)

    def stop(self) -> None:
        """Joins the thread that looks them up."""
        self._worker.stop()

    def begin(self, dataset: BoxedPictures, sample: int, changed: Callable[[], None]) -> None:
        """Of one sample (-1: of the first picture without) and of any other; `changed` is called at the end,
        if anything was."""
        from studio.data.boxes.box_drawing import Drawing

        def opened(drawing: object) -> None:
            assert isinstance(drawing, Drawing)
            self._open(drawing, dataset.name_of(sample) if sample >= 0 else "", changed)

        if len(dataset.box_table.rows) <= _AT_ONCE:
            opened(Drawing.of_dataset(dataset))
        elif not self._worker.busy:
            self._worker.start(lambda progress: Drawing.of_dataset(dataset), opened, lambda *why: None)

    def _open(self, drawing: Drawing, file: str, changed: Callable[[], None]) -> None:
        from studio.ui.boxes.draw_dialog import DrawDialog

        place = drawing.files.index(file) if file else drawing.next_open(-1)
        parent = self.parent()
        assert isinstance(parent, QWidget)
        dialog = DrawDialog(drawing, parent.window(), max(0, place))
        dialog.finished.connect(lambda: changed() if dialog.drawing is not drawing else None)
        dialog.open()
