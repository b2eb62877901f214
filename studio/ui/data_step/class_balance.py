"""How many samples each class has, as bars: a class with too few shows at a glance."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.data.boxes.detection_dataset import DetectionDataset
from studio.data.dataset import Dataset
from studio.data.pictures.file_facts import FileFacts
from studio.data.pictures.picture_dataset import PictureDataset
from studio.ui import theme
from studio.ui.boxes.box_figures import BoxFigures
from studio.ui.data_step.number_balance import NumberBalance
from studio.ui.data_step.size_figures import SizeFigures
from studio.ui.labels import Note

_ROW = 24
_LABEL_WIDTH = 120


class ClassBalance(QWidget):
    """Bars, and a sentence where the balance is worth one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classBalance")
        self.setAccessibleName(self.tr("Samples per class"))
        self._bars = _Bars(self)
        self._note = Note("", self)
        scroll = QScrollArea(self)
        scroll.setWidget(self._bars)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addWidget(self._note)
        layout.addWidget(scroll, 1)
        self._scroll = scroll
        self._layout = layout
        self.sizes = SizeFigures(self)
        layout.addWidget(self.sizes)
        self.numbers: NumberBalance | None = None
        self.boxes: BoxFigures | None = None

    def show_dataset(self, dataset: Dataset, files: FileFacts | None = None) -> None:
        """Bars for classes and labels, a histogram for numbers of pictures. `files`: what a look into them
        told."""
        self.sizes.show_dataset(dataset, files)
        facts, values = dataset.facts, getattr(dataset, "values", None)
        numeric = isinstance(dataset, PictureDataset) and facts.learns == "numbers" and values is not None
        self.show_counts(facts.classes, dataset.class_counts, labels=facts.learns == "labels")
        self._scroll.setVisible(not numeric)
        self._note.setVisible(not numeric)
        if self.numbers is not None:
            self.numbers.setVisible(numeric)
        self._show_boxes(dataset)
        if isinstance(dataset, PictureDataset) and numeric and dataset.values is not None:
            if self.numbers is None:
                self.numbers = NumberBalance(self)
                self._layout.addWidget(self.numbers, 1)
            self.numbers.show_numbers(facts.numbers, dataset.values[dataset.usable], dataset.units)

    def _show_boxes(self, dataset: Dataset) -> None:
        """Below the bars, where there are boxes."""
        boxed = isinstance(dataset, DetectionDataset)
        if self.boxes is not None:
            self.boxes.setVisible(boxed)
        if not isinstance(dataset, DetectionDataset):
            return
        if self.boxes is None:
            self.boxes = BoxFigures(self)
            self._layout.addWidget(self.boxes)
        self.boxes.show_dataset(dataset)
        self._note.setText(self._about_boxes(dataset.classes, dataset.class_counts))

    def _about_boxes(self, classes: tuple[str, ...], counts: tuple[int, ...]) -> str:
        least, most = min(counts), max(counts)
        start = self.tr("How many boxes each class has.")
        if most <= least * 5:
            return start
        rare = self.tr("“{rare}” has few: add pictures with more of them.")
        return f"{start} {rare.format(rare=classes[counts.index(least)])}"

    def show_counts(self, classes: tuple[str, ...], counts: tuple[int, ...], labels: bool = False) -> None:
        """`counts` in the order of `classes`; both empty where numbers are predicted. `labels`: a sample may
        have several."""
        self._bars.show_counts(classes, counts)
        self._note.setText(self._about_labels(classes, counts) if labels else self._sentence(classes, counts))

    def _about_labels(self, labels: tuple[str, ...], counts: tuple[int, ...]) -> str:
        least, most = min(counts), max(counts)
        start = self.tr("How many pictures have each label; a picture may have several.")
        if most <= least * 5:
            return start
        rare = self.tr("“{rare}” is rare: “Balance yes and no” in the loss helps to find it.")
        return f"{start} {rare.format(rare=labels[counts.index(least)])}"

    def stop(self) -> None:
        """Joins the thread that counts."""
        self.sizes.stop()

    def clear(self) -> None:
        """Nothing is known of the data."""
        self.sizes.show_dataset(None, None)
        self._bars.show_counts((), ())
        self._note.setText("")

    def _sentence(self, classes: tuple[str, ...], counts: tuple[int, ...]) -> str:
        if not counts:
            return self.tr("A number is predicted here, so there are no classes to compare.")
        least, most = min(counts), max(counts)
        if most <= least * 1.5:
            return self.tr("The classes are well balanced.")
        rare = classes[counts.index(least)]
        common = classes[counts.index(most)]
        return self.tr(
            "“{common}” has {times} times as many samples as “{rare}”. "
            "Class weights in the loss can make up for it."
        ).format(common=common, rare=rare, times=f"{most / max(least, 1):.1f}")


class _Bars(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, classes: tuple[str, ...], counts: tuple[int, ...]) -> None:
        self._classes, self._counts = classes, counts
        words = ", ".join(f"{name}: {count}" for name, count in zip(classes, counts, strict=False))
        self.setAccessibleName(words)
        self.setFixedHeight(max(1, len(counts)) * _ROW)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, max(1, len(self._counts)) * _ROW)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.colours()
        most = max(self._counts, default=1) or 1
        figure = self.fontMetrics().horizontalAdvance("000,000")
        label = min(_LABEL_WIDTH, self.width() // 3)
        room = max(10, self.width() - label - figure - 26)  # 6 of them keep clear of the scroll bar
        first = max(0, event.rect().top() // _ROW)
        last = min(len(self._counts), event.rect().bottom() // _ROW + 1)
        for row in range(first, last):
            top = row * _ROW
            name = self.fontMetrics().elidedText(self._classes[row], Qt.TextElideMode.ElideRight, label)
            painter.setPen(colours.text)
            painter.drawText(QRect(0, top, label, _ROW), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.grid)
            painter.drawRoundedRect(QRect(label + 8, top + 7, room, 10), 5, 5)
            painter.setBrush(colours.series(row))
            width = max(4, round(room * self._counts[row] / most))
            painter.drawRoundedRect(QRect(label + 8, top + 7, width, 10), 5, 5)
            painter.setPen(colours.muted)
            painter.drawText(
                QRect(label + room + 12, top, figure + 8, _ROW),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                f"{self._counts[row]:,}",
            )
