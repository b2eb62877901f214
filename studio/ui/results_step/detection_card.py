"""How well things are found: a threshold, what it costs and brings, and pictures with both sorts of boxes."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.data.boxes.box import Box
from studio.ui import theme
from studio.ui.boxes.painting import on_screen, paint_boxes
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Heading, Note
from studio.ui.results_step.mistakes import to_image
from studio.ui.results_step.still_plot import StillPlot
from studio.ui.use_step.threshold_slider import ThresholdSlider

if TYPE_CHECKING:
    import numpy as np

    from studio.engine.events import BoxShown, Evaluation, PictureShown, PrecisionCurve

SIDE = 172  # pixels of a picture
START = 30  # percent, as the command line has it
_ROWS_SEEN = 8
_WIDEST_NAME = 240  # pixels
_UNIT = (1, 1)  # the boxes are shares of the picture
PictureOf = Callable[[int], "npt.NDArray[np.uint8] | None"]


class DetectionCard(QWidget):
    """`show_evaluation` fills it. True boxes are white and dashed, found ones have their class's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detectionCard")
        self._evaluation: Evaluation | None = None
        self._picture: PictureOf = lambda index: None
        self._pixels: dict[int, QPixmap | None] = {}
        self.threshold = ThresholdSlider()
        self.threshold.slider.setToolTip(
            self.tr("Lower: more things are found, and more boxes are wrong. Higher: fewer, but surer ones.")
        )
        self.threshold.slider.setValue(START)
        self.threshold.changed.connect(self._show)
        self.says = Note()
        self.says.setObjectName("thresholdSays")
        self.table = self._make_table()
        self.plot = StillPlot()
        self._curve = pg.PlotDataItem()
        self._here = pg.ScatterPlotItem(size=11)
        self.pictures = self._make_list()
        self._build()
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def show_evaluation(self, evaluation: Evaluation, picture: PictureOf) -> None:
        self._evaluation, self._picture, self._pixels = evaluation, picture, {}
        assert evaluation.detection is not None
        curve = evaluation.detection.curve
        self._curve.setData(list(curve.recall), list(curve.precision))
        self._fill_table(evaluation.per_class or {})
        self._show()

    def clear(self) -> None:
        self._evaluation, self._pixels = None, {}
        self.pictures.clear()
        self.table.setRowCount(0)
        self._curve.setData([], [])
        self._here.setData([], [])

    def _show(self) -> None:
        evaluation = self._evaluation
        if evaluation is None or evaluation.detection is None:
            return
        at = self.threshold.value
        recall, precision = rates_at(evaluation.detection.curve, at)
        self._here.setData([recall] if recall else [], [precision] if recall else [])
        if recall:
            self.says.setText(
                self.tr(
                    "With {threshold} and more, {precision} of the boxes it draws are right, and {recall} of "
                    "all things are found. A box is right when it shares half of its area with the true one "
                    "and has the right name."
                ).format(threshold=f"{at:.0%}", precision=f"{precision:.0%}", recall=f"{recall:.0%}")
            )
        elif not any(numbers["boxes"] for numbers in (evaluation.per_class or {}).values()):
            self.says.setText(self.tr("There is nothing to find in these pictures: none of them has a box."))
        else:
            self.says.setText(
                self.tr("The network is not so sure of a single right box. Move the threshold down.")
            )
        self._draw(evaluation.detection.pictures, evaluation.classes, at)

    def _draw(self, shown: Sequence[PictureShown], classes: tuple[str, ...], at: float) -> None:
        place = self.pictures.verticalScrollBar().value()
        self.pictures.clear()
        for picture in shown:
            found = [box for box in picture.found if box.score >= at]
            item = QListWidgetItem(
                self.tr("{found} found, {true} there").format(found=len(found), true=len(picture.truth))
            )
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setToolTip(_told(self.tr("There: {names}"), picture.truth, classes, scores=False) + "\n" +
                            _told(self.tr("Found: {names}"), found, classes, scores=True))  # fmt: skip
            pixmap = self._pixmap(picture.index)
            if pixmap is not None:
                item.setIcon(QIcon(with_boxes(pixmap, picture.truth, found, classes)))
            self.pictures.addItem(item)
        self._fit_list()
        self.pictures.verticalScrollBar().setValue(place)

    def _fit_list(self) -> None:
        """One row high where that has room for all, else two; the rest is scrolled to."""
        a_row = max(1, (self.width() - 24) // (SIDE + 14))
        self.pictures.setFixedHeight((1 if self.pictures.count() <= a_row else 2) * (SIDE + 34) + 8)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list()

    def _pixmap(self, index: int) -> QPixmap | None:
        if index not in self._pixels:
            pixels = self._picture(index)
            self._pixels[index] = None if pixels is None else _enlarged(pixels)
        return self._pixels[index]

    def _fill_table(self, per_class: Mapping[str, Mapping[str, float]]) -> None:
        self.table.setRowCount(len(per_class))
        for row, (name, numbers) in enumerate(per_class.items()):
            there = numbers["boxes"] > 0
            texts = (
                name,
                f"{int(numbers['boxes']):,}",
                f"{numbers['ap50']:.1%}" if there else "–",
                f"{numbers['ap']:.1%}" if there else "–",
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(wrapped(text))
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        head, line = self.table.horizontalHeader().sizeHint().height(), self.table.verticalHeader()
        rows = min(_ROWS_SEEN, max(1, len(per_class)))
        self.table.setFixedHeight(head + line.defaultSectionSize() * rows + 6)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(0, min(_WIDEST_NAME, self.table.columnWidth(0)))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("classPrecision")
        table.setAccessibleName(self.tr("Average precision per class"))
        table.setHorizontalHeaderLabels([self.tr("Class"), self.tr("Things"), "AP@50", "AP@50:95"])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setStretchLastSection(True)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        return table

    def _make_list(self) -> QListWidget:
        shown = QListWidget()
        shown.setObjectName("detectedPictures")
        shown.setAccessibleName(self.tr("Pictures with the boxes that were found"))
        shown.setViewMode(QListView.ViewMode.IconMode)
        shown.setResizeMode(QListView.ResizeMode.Adjust)
        shown.setMovement(QListView.Movement.Static)
        shown.setIconSize(QSize(SIDE, SIDE))
        shown.setSpacing(6)
        shown.setUniformItemSizes(True)
        return shown

    def _build(self) -> None:
        self.plot.setFixedHeight(240)
        self.plot.setAccessibleName(self.tr("Precision and recall"))
        self.plot.addItem(self._curve)
        self.plot.addItem(self._here)
        self.plot.setRange(xRange=(0, 1), yRange=(0, 1.02))
        self.plot.setLabel("bottom", self.tr("share of the things that are found (recall)"))
        self.plot.setLabel("left", self.tr("share of boxes that are right"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.threshold)
        layout.addWidget(self.says)
        layout.addWidget(
            Note(self.tr("White and dashed: what is there. In the colour of its class: what was found."))
        )
        layout.addWidget(self.pictures)
        layout.addWidget(Heading(self.tr("Precision and recall")))
        layout.addWidget(self.plot)
        layout.addWidget(Heading(self.tr("Class by class")))
        layout.addWidget(self.table)

    def _retint(self) -> None:
        colours = theme.colours()
        self._curve.setPen(pg.mkPen(colours.accent, width=2))
        self._here.setBrush(pg.mkBrush(colours.accent))
        self._here.setPen(pg.mkPen(colours.surface, width=2))
        self.plot.retint()
        self._show()


def rates_at(curve: PrecisionCurve, threshold: float) -> tuple[float, float]:
    """(recall, precision) of all boxes with at least this score; zeros where there are none."""
    place = bisect.bisect_right([-score for score in curve.threshold], -threshold) - 1
    return (curve.recall[place], curve.precision[place]) if place >= 0 else (0.0, 0.0)


def with_boxes(
    pixmap: QPixmap, truth: Sequence[BoxShown], found: Sequence[BoxShown], classes: Sequence[str]
) -> QPixmap:
    """A copy with the true boxes white and dashed, the found ones with their names, where they have any."""
    drawn = QPixmap(pixmap)
    painter = QPainter(drawn)
    target = QRectF(drawn.rect())
    names = [f"{classes[box.label]} {box.score:.0%}" if classes[box.label] else "" for box in found]
    for box, name in zip(found, names, strict=True):
        paint_boxes(painter, target, _UNIT, (_plain(box),), _named(box.label, name), 2.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(Qt.GlobalColor.white, 1.2, Qt.PenStyle.DashLine))
    for box in truth:
        painter.drawRect(on_screen(_plain(box), _UNIT, target))
    painter.end()
    return drawn


def _plain(box: BoxShown) -> Box:
    return Box(box.label, box.left, box.top, box.right, box.bottom)


def _named(label: int, name: str) -> list[str]:
    """Names by class number, of which only this one is looked at."""
    return [name] * (label + 1)


def _told(sentence: str, boxes: Sequence[BoxShown], classes: Sequence[str], *, scores: bool) -> str:
    names = [classes[b.label] + (f" ({b.score:.0%})" if scores else "") for b in boxes]
    return sentence.format(names=", ".join(names) or "–")


def _enlarged(pixels: npt.NDArray[Any]) -> QPixmap:
    image = to_image(pixels)
    smooth = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, smooth))
