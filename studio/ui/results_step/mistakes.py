"""Samples and what the network took them for, as pictures: its mistakes are what people learn most from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from studio.ui.forms.editor import wrapped
from studio.ui.labelling.by_hand import LabelsByHand
from studio.ui.results_step.samples import MeasuredSamples

Mistake = tuple[int, int, int, float]  # index into the dataset, true, predicted, probability
SIDE = 84  # pixels; small pictures are enlarged with visible pixels, as the network sees them


@dataclass(frozen=True, slots=True)
class ShownSample:
    """A sample with two short lines below it, and a sentence about it."""

    index: int
    name: str
    text: str
    sentence: str


class Mistakes(QListWidget):
    """Filled with some mistakes; `describe` and `picture` come from the open dataset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakes")
        self.setAccessibleName(self.tr("Mistakes"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(6)
        self.setWordWrap(True)
        self.setUniformItemSizes(True)

    def show_mistakes(
        self,
        mistakes: Sequence[Mistake],
        classes: tuple[str, ...],
        picture: Callable[[int], npt.NDArray[np.uint8] | None],
        name: Callable[[int], str],
        now: Callable[[int], str] = lambda index: "",
    ) -> None:
        shown = []
        for index, true, predicted, probability in mistakes:
            if true == predicted:
                text, sentence = self.tr("{predicted} ({share} %)"), self.tr(
                    "{name}: the network was {share} % sure of “{predicted}”, and right."
                )  # fmt: skip
            else:
                text, sentence = self.tr("{predicted} ({share} %)\nis {true}"), self.tr(
                    "{name}: the network was {share} % sure of “{predicted}”, but it is “{true}”."
                )  # fmt: skip
            words = {
                "name": name(index),
                "share": round(100 * probability),
                "predicted": classes[predicted],
                "true": classes[true],
            }
            text = text.format(**words)
            shown.append(ShownSample(index, name(index), text, sentence.format(**words)))
        self.show_samples(shown, picture, now)

    def show_samples(
        self,
        samples: Sequence[ShownSample],
        picture: Callable[[int], npt.NDArray[np.uint8] | None],
        now: Callable[[int], str] = lambda index: "",
    ) -> None:
        """`now`: the label that a sample was given since, or nothing."""
        current = self.currentRow()
        self.clear()
        for sample in samples:
            text = sample.text
            if now(sample.index):
                text += "\n" + self.tr("now {label}").format(label=now(sample.index))
            item = QListWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            item.setToolTip(wrapped(sample.sentence))
            pixels = picture(sample.index)
            if pixels is not None:
                item.setIcon(QIcon(enlarged(pixels, SIDE)))
            else:
                item.setText(f"{sample.name}\n{text}")
            item.setData(Qt.ItemDataRole.UserRole, sample.index)
            self.addItem(item)
        if 0 <= current < self.count():
            self.setCurrentRow(current)

    def follow_labels(self, samples: MeasuredSamples) -> None:
        """The labels of these samples can be corrected, where the open project has the same data."""
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        if samples.relabelling is not None:
            LabelsByHand(self, samples.open_twin, self._chosen, samples.relabelling)
            self.setToolTip(self.tr("A right click, a key 1 to 9, or F2, corrects a wrong label"))

    def _chosen(self) -> list[int]:
        return [item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems()]


def enlarged(pixels: npt.NDArray[np.uint8], side: int) -> QPixmap:
    """A picture, uint8 (height, width, channels), enlarged with its pixels kept apart."""
    image = to_image(pixels)
    smaller = image.width() < side and image.height() < side
    mode = Qt.TransformationMode.FastTransformation if smaller else Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))


def to_image(pixels: npt.NDArray[np.uint8]) -> QImage:
    height, width, channels = pixels.shape
    rgb = np.repeat(pixels, 3, axis=2) if channels == 1 else pixels[:, :, :3]
    rgb = np.ascontiguousarray(rgb)
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
