"""The way from pictures to pictures with boxes: the dialog to draw them, then the data that come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from studio.data.boxes.box_drawing import Drawing
    from studio.data.boxes.boxed_pictures import BoxedPictures
    from studio.ui.boxes.draw_dialog import DrawDialog

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


def correct_boxes(
    dataset: BoxedPictures, sample: int, changed: Callable[[], None], parent: QWidget
) -> DrawDialog:
    """Of one sample (-1: of the first picture without) and of any other; `changed` is called at the end, if
    anything was."""
    from studio.data.boxes.box_drawing import Drawing
    from studio.ui.boxes.draw_dialog import DrawDialog

    drawing = Drawing.of_dataset(dataset)
    place = drawing.files.index(dataset.name_of(sample)) if sample >= 0 else drawing.next_open(-1)
    dialog = DrawDialog(drawing, parent, max(0, place))
    dialog.finished.connect(lambda: changed() if dialog.drawing is not drawing else None)
    dialog.open()
    return dialog
