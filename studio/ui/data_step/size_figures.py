"""How large the picture files are: a histogram, and what becomes of them in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.data_step.number_balance import Histogram
from studio.ui.labels import Note
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.dataset import Dataset
    from studio.data.pictures.file_facts import FileFacts
    from studio.data.pictures.picture_sizes import PictureSizes, Size


class SizeFigures(QWidget):
    """Below the class balance, once somebody has looked into the files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureSizes")
        self._worker = Worker("picture sizes", self)
        self.note = Note("")
        self.note.setObjectName("pictureSizeWords")
        self.bars = Histogram(self)
        self.bars.setFixedHeight(64)  # the bars of the classes above need the rest
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.note)
        layout.addWidget(self.bars)
        self.hide()

    def show_dataset(self, dataset: Dataset | None, files: FileFacts | None) -> None:
        """None, or data that are no pictures: nothing."""
        self._worker.cancel()
        if dataset is None or not hasattr(dataset, "picture") or len(dataset.facts.input_shape) != 3:
            self.hide()
            return
        _, height, width = dataset.facts.input_shape

        def work(progress: object) -> object:
            from studio.data.pictures.picture_sizes import picture_sizes

            return picture_sizes(dataset, files)

        self._worker.start(
            work,
            lambda found: self._show(cast("PictureSizes | None", found), (width, height)),
            lambda *_: self.hide(),
        )

    def stop(self) -> None:
        """Joins the thread that counts."""
        self._worker.stop()

    def _show(self, sizes: PictureSizes | None, network: Size) -> None:
        self.setVisible(sizes is not None)
        if sizes is None:
            return
        self.note.setText(self._words(sizes, network))
        several = sizes.usual_count < sizes.count
        self.bars.setVisible(several)
        if several:
            ends = f"{sizes.shortest:,}", f"{sizes.longest:,}"
            self.bars.show_counts(np.array(sizes.bars, np.int64), sizes.shortest, sizes.longest, ends)

    def _words(self, sizes: PictureSizes, network: Size) -> str:
        brought = self.tr("The network gets all of them as {size}.").format(size=_size(network))
        if sizes.usual_count == sizes.count:
            same = self.tr("All files have {size} pixels.").format(size=_size(sizes.usual))
            return same if sizes.usual == network else f"{same} {brought}"
        told = self.tr("The files have {low} to {high} pixels, {middle} in the middle.").format(
            low=_size(sizes.smallest), high=_size(sizes.largest), middle=_size(sizes.middle)
        )
        if sizes.usual_count * 2 >= sizes.count:
            share = round(100 * sizes.usual_count / sizes.count)
            usual = self.tr("{share} % have {size}.").format(share=share, size=_size(sizes.usual))
            told = f"{told} {usual}"
        return f"{told} {brought} {self.tr('Their longer sides:')}"


def _size(size: Size) -> str:
    return f"{size[0]:,}×{size[1]:,}"
