"""One picture of a dataset in large, with its boxes and the names of what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.boxes.box_canvas import BoxCanvas
from studio.ui.boxes.large_pictures import LargePictures
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.boxes.detection_dataset import DetectionDataset
    from studio.data.pictures.decoding import PictureArray


class BoxedPictureDialog(QDialog):
    """Leafs through `samples`, indices into the dataset, beginning at one of them."""

    correct_requested = Signal(int)  # the sample whose boxes are to be corrected

    def __init__(
        self, dataset: DetectionDataset, samples: list[int], place: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("boxedPicture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dataset, self._samples, self.place = dataset, samples, place
        self.canvas = BoxCanvas(self)
        self.pictures = LargePictures(self._read, len(samples), self)
        self.pictures.loaded.connect(self._on_loaded)
        self.finished.connect(self.pictures.stop)
        self.words = Note()
        self.words.setObjectName("boxedPictureWords")
        self.back = QuietButton(self.tr("Back"), "arrow-left")
        self.next = QuietButton(self.tr("Next"), "arrow-right")
        self.correct = QuietButton(self.tr("Correct the boxes…"))
        self.correct.setObjectName("correctBoxes")
        self.correct.setVisible(hasattr(dataset, "root"))  # what is made by a few lines has no files
        self.back.clicked.connect(lambda: self.go(self.place - 1))
        self.next.clicked.connect(lambda: self.go(self.place + 1))
        self.correct.clicked.connect(self._on_correct)
        below = QHBoxLayout()
        for button in (self.back, self.next):
            button.setAutoDefault(False)
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.correct)
        self.correct.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.words)
        layout.addLayout(below)
        self.resize(640, 560)
        self.go(place)

    @property
    def sample(self) -> int:
        return self._samples[self.place]

    def go(self, place: int) -> None:
        self.place = place % len(self._samples)
        dataset, sample = self._dataset, self.sample
        height, width = dataset.size(sample)
        self.canvas.setAccessibleName(dataset.name_of(sample))
        self.setWindowTitle(dataset.name_of(sample))
        told = self.tr("{what} ({width} × {height} pixels)")
        self.words.setText(told.format(what=dataset.label_of(sample), width=width, height=height))
        self.canvas.show_waiting()
        self.pictures.ask(self.place)

    def _read(self, place: int) -> tuple[PictureArray, tuple[int, int]]:
        """In another thread."""
        sample = self._samples[place]
        return self._dataset.full_picture(sample), self._dataset.size(sample)

    def _on_loaded(self, place: int, pixmap: QPixmap, size: tuple[int, int], problem: str) -> None:
        if place != self.place:
            return
        self.canvas.show_picture(pixmap, size)
        self.canvas.show_boxes(self._dataset.boxes(self.sample), self._dataset.classes)
        if problem:
            self.words.setText(problem)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            self.go(self.place - 1)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
            self.go(self.place + 1)
        else:
            super().keyPressEvent(event)

    def _on_correct(self) -> None:
        sample = self.sample
        self.accept()
        self.correct_requested.emit(sample)
