"""Pictures with their labels, as many as fit, scrolling smoothly through all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.data.sifting import CHANGED as CHANGED_LABELS
from studio.ui import theme
from studio.ui.boxes.painting import paint_boxes
from studio.ui.boxes.words import box_words
from studio.ui.buttons import QuietButton
from studio.ui.data_step.grid_view import GridView
from studio.ui.data_step.picture_model import BOXES, CHANGED, PictureModel
from studio.ui.data_step.sample_filter import SampleFilter
from studio.ui.fitted_picture import paint_fitted
from studio.ui.labels import Note

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.data.dataset import Dataset
    from studio.data.sifting import Sifted

    Rows = npt.NDArray[np.int64]

_SIDE = 84
_CELL = QSize(_SIDE + 16, _SIDE + 34)


class PictureGrid(QWidget):
    """A grid with a choice of what to look at."""

    correct_boxes_requested = Signal(object, int)  # a dataset, and the sample whose boxes to correct; -1: any

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._boxes: tuple[str, ...] = ()  # how many, in words
        self.model = PictureModel(self)
        self.view = GridView(_CELL, self)
        self.view.setObjectName("samplePictures")
        self.view.setAccessibleName(self.tr("Samples"))
        self.view.setItemDelegate(_PictureDelegate(self.view))
        self.view.setModel(self.model)
        self.view.setSelectionMode(GridView.SelectionMode.ExtendedSelection)
        self.view.rows_seen.connect(self.model.keep_only)
        self.view.activated.connect(self._on_activated)
        self.filter = SampleFilter("sample", self)
        self.filter.sifted.connect(self._on_sifted)
        self._count = Note("", self)
        self.draw = QuietButton(self.tr("Draw boxes…"))
        self.draw.setObjectName("drawBoxes")
        self.draw.setToolTip(
            self.tr("Draw boxes on more pictures of the folder, or correct those there are.")
        )
        self.draw.clicked.connect(lambda: self.correct_boxes_requested.emit(self._dataset, -1))
        self.draw.hide()
        self.take_back = QuietButton(self.tr("Take labels back"), "undo")
        self.take_back.setObjectName("takeLabelsBack")
        self.take_back.setToolTip(
            self.tr("The selected pictures, or all of these, get the labels that the data give them")
        )
        self.take_back.hide()
        top = QHBoxLayout()
        top.addWidget(self._count, 1)
        top.addWidget(self.take_back)
        top.addWidget(self.draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)

    @property
    def dataset(self) -> Dataset | None:
        return self._dataset

    def show_dataset(self, dataset: Dataset | None) -> None:
        """The same pictures again, all read or with other labels: who looks around stays where they are."""
        same = getattr(dataset, "same_samples", None)
        if dataset is not None and (dataset is self._dataset or (same is not None and same(self._dataset))):
            relabelled = getattr(dataset, "labels", None) is not getattr(self._dataset, "labels", None)
            self._dataset = dataset
            if relabelled:
                rows = None if self.model.whole else self.model.rows
                self._keeping_place(lambda: self.model.show_dataset(dataset, rows))
        else:
            self._dataset = dataset
            self._boxes = box_words(dataset)
            self.draw.setVisible(hasattr(dataset, "input_boxes") and hasattr(dataset, "root"))
            self.model.show_dataset(dataset)
            self.view.scrollToTop()
        self.filter.show_dataset(dataset, self.model.order)
        self._tell()

    def _on_sifted(self, found: Sifted, by_choice: bool) -> None:
        shown = None if self.model.whole else self.model.rows
        if not _equal(shown, found.samples):
            if by_choice:
                self.model.show_rows(found.samples)
                self.view.scrollToTop()
            else:
                self._keeping_place(lambda: self.model.show_rows(found.samples))
        self._tell()

    def _keeping_place(self, change: Callable[[], None]) -> None:
        """Scrolled and selected as before."""
        chosen = [self.model.sample_at(i.row()) for i in self.view.selectionModel().selectedIndexes()]
        current, place = self.view.currentIndex(), self.view.verticalScrollBar().value()
        sample = self.model.sample_at(current.row()) if current.isValid() else None
        change()
        self.view.verticalScrollBar().setValue(place)
        select = QItemSelectionModel.SelectionFlag.Select
        if sample is not None:
            for row in self.model.rows_of([sample]):
                none = QItemSelectionModel.SelectionFlag.NoUpdate
                self.view.selectionModel().setCurrentIndex(self.model.index(row), none)
        for row in self.model.rows_of(chosen):
            self.view.selectionModel().select(self.model.index(row), select)

    def stop(self) -> None:
        """Joins the threads."""
        self.filter.stop()
        self.model.stop()

    def _on_activated(self, index: QModelIndex) -> None:
        """In large, where there are boxes to be seen."""
        if not hasattr(self._dataset, "input_boxes"):
            return
        from studio.ui.boxes.boxed_picture_dialog import BoxedPictureDialog

        dataset = self._dataset
        samples = self.model.shown()
        dialog = BoxedPictureDialog(dataset, samples, index.row(), self)  # type: ignore[arg-type]
        dialog.correct_requested.connect(lambda sample: self.correct_boxes_requested.emit(dataset, sample))
        dialog.open()

    def _tell(self) -> None:
        shown, whole = self.model.rowCount(), self.model.samples
        wanted = self.filter.wanted
        self.take_back.setVisible(wanted is not None and wanted.label == CHANGED_LABELS)
        if shown == whole:
            count = self.tr("{count} pictures").format(count=f"{whole:,}")
        elif shown:
            count = self.tr("{shown} of {whole} pictures").format(shown=f"{shown:,}", whole=f"{whole:,}")
        else:
            count = self.tr("No picture is all of this at once.")
        self._count.setText("".join((count, *(self._boxes if shown == whole else ()))))


def _equal(one: Rows | None, other: Rows | None) -> bool:
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and bool((one == other).all())


class _PictureDelegate(QStyledItemDelegate):
    """The picture in a rounded frame, its label below; small pictures keep their sharp points."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._made: tuple[QFont, QFont] | None = None
        self._short: dict[str, str] = {}

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return _CELL

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = theme.colours()
        box = QRect(option.rect.x() + 8, option.rect.y() + 4, _SIDE, _SIDE)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.fillRect(box, colours.raised)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap) and not picture.isNull():
            target = paint_fitted(painter, box, picture)
            marked = index.data(BOXES)
            if marked is not None:
                paint_boxes(painter, QRectF(target), *marked)
        elif isinstance(picture, QPixmap):  # it cannot be read; “Left out” says why
            sign = QRect(0, 0, 24, 24)
            sign.moveCenter(box.center())
            theme.icon("warning", colours.warning).paint(painter, sign)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(colours.accent)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        if index.data(CHANGED):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(box.right() - 12, box.top() + 4, 8, 8)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        words = QRect(option.rect.x() + 2, box.bottom() + 3, option.rect.width() - 4, 20)  # type: ignore[attr-defined]
        painter.setFont(self._font())
        painter.setPen(colours.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._elided(painter, str(index.data()), words))

    def _font(self) -> QFont:
        """Made once for as long as the application's stays the same: it is asked for at every cell."""
        current = QApplication.font()
        if self._made is None or self._made[0] != current:
            self._made = current, theme.font("small")
            self._short.clear()
        return self._made[1]

    def _elided(self, painter: QPainter, label: str, room: QRect) -> str:
        short = self._short.get(label)
        if short is None:
            elide = Qt.TextElideMode.ElideRight
            short = painter.fontMetrics().elidedText(label, elide, room.width())
            self._short[label] = short  # as many as there are classes
        return short
