"""Texts with their classes as cards, and what is known of all of them: lengths, telling words, coverage."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QTextOption
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui import theme
from studio.ui.data_step.all_again import AllAgain
from studio.ui.data_step.text_figures import TextFigures
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.texts.text_dataset import TextDataset

_Index = QModelIndex | QPersistentModelIndex
_LINES = 3  # of a text on its card
_SEEN = 600  # characters that can stand on them
_TOLD = 1500  # and in the tooltip
_ROOT = QModelIndex()


class TextGrid(QWidget):
    """A list of cards with a choice of the class to look at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: TextDataset | None = None
        self.model = _Texts(self)
        self.view = QListView(self)
        self.view.setObjectName("sampleTexts")
        self.view.setAccessibleName(self.tr("Samples"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(_TextDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.classes = QComboBox(self)
        self.classes.setObjectName("textClass")
        self.classes.setAccessibleName(self.tr("Class to show"))
        self.classes.currentIndexChanged.connect(self._on_class_chosen)
        self._count = Note("", self)
        self.figures = TextFigures(self)
        top = QHBoxLayout()
        top.addWidget(self.classes)
        top.addWidget(self._count, 1)
        self.all_again = AllAgain(self)
        self.all_again.clicked.connect(lambda: self.show_only(None))
        top.addWidget(self.all_again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.figures)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)

    def show_dataset(self, dataset: TextDataset | None) -> None:
        if dataset is self._dataset:
            return
        chosen = self.classes.currentText()
        self._dataset = dataset
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(self.tr("All classes"))
        if dataset is not None:
            self.classes.addItems(list(dataset.facts.classes))
            self.classes.setCurrentIndex(max(0, self.classes.findText(chosen)))
        self.classes.blockSignals(False)
        self.figures.show_dataset(dataset)
        self._on_class_chosen()

    def show_only(self, samples: tuple[int, ...] | None, words: str = "") -> None:
        """Only these, as they come; None: all again."""
        self.all_again.show_words(words if samples else "")
        self.classes.setVisible(not samples)
        if samples:
            self.model.show_samples(samples)
            self._told()
        else:
            self._on_class_chosen()

    def stop(self) -> None:
        """Joins the thread that counts."""
        self.figures.stop()

    def _on_class_chosen(self) -> None:
        label = self.classes.currentIndex() - 1
        self.all_again.show_words("")
        self.classes.show()
        self.model.show_dataset(self._dataset, label)
        self.figures.show_class(self.classes.currentText() if label >= 0 else "")
        self._told()

    def _told(self) -> None:
        count = self.model.rowCount()
        text = self.tr("1 text") if count == 1 else self.tr("{count} texts").format(count=f"{count:,}")
        self._count.setText(text)
        self.view.scrollToTop()


class _Texts(QAbstractListModel):
    """Asks the dataset for what is seen only; there may be a million texts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dataset: TextDataset | None = None
        self._rows: np.ndarray[Any, Any] = np.zeros(0, np.int64)

    def show_dataset(self, dataset: TextDataset | None, label: int) -> None:
        self.beginResetModel()
        self._dataset = dataset
        if dataset is None:
            self._rows = np.zeros(0, np.int64)
        elif label >= 0:
            self._rows = np.flatnonzero(dataset.labels == label)
        else:
            # One of each class in turn: sorted files would show hundreds of the first class.
            turn = np.empty(len(dataset), np.int64)
            for number in range(len(dataset.facts.classes)):
                members = np.flatnonzero(dataset.labels == number)
                turn[members] = np.arange(len(members))
            self._rows = np.lexsort((dataset.labels, turn))
        self.endResetModel()

    def show_samples(self, samples: tuple[int, ...]) -> None:
        self.beginResetModel()
        self._rows = np.array(samples, np.int64)
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._dataset is None or not index.isValid():
            return None
        sample = int(self._rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(self._dataset.text(sample)[:_SEEN].split())
        if role == Qt.ItemDataRole.UserRole:
            return self._dataset.label_of(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrapped(f"{self._dataset.name_of(sample)}\n{self._dataset.text(sample)[:_TOLD]}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._dataset.label_of(sample)}: {self._dataset.text(sample)[:_SEEN]}"
        return None


class _TextDelegate(QStyledItemDelegate):
    """The class above the first lines of the text, which runs from the right where its script does."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = option.fontMetrics.height()  # type: ignore[attr-defined]
        return QSize(200, line * (_LINES + 1) + 26)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = theme.colours()
        rect: QRect = option.rect.adjusted(2, 3, -4, -3)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        painter.setPen(colours.accent if marked else colours.grid)
        painter.setBrush(colours.raised)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        inside = rect.adjusted(10, 6, -10, -6)
        font = option.font  # type: ignore[attr-defined]
        painter.setFont(font)
        line = painter.fontMetrics().height()
        painter.setPen(colours.muted)
        name = painter.fontMetrics().elidedText(
            str(index.data(Qt.ItemDataRole.UserRole)), Qt.TextElideMode.ElideRight, inside.width()
        )
        painter.drawText(
            QRect(inside.x(), inside.y(), inside.width(), line), Qt.AlignmentFlag.AlignLeft, name
        )
        painter.setPen(colours.text)
        _draw_lines(painter, str(index.data()), inside.adjusted(0, line + 3, 0, 0))
        painter.restore()


def _draw_lines(painter: QPainter, text: str, room: QRect) -> None:
    """As many lines as there is room for; a script that runs from the right begins there."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    if runs_from_right(text):
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        option.setAlignment(Qt.AlignmentFlag.AlignLeft)  # of the direction: where reading begins
    painter.setClipRect(QRect(room.x(), room.y(), room.width(), painter.fontMetrics().lineSpacing() * _LINES))
    painter.drawText(QRectF(room), text, option)


def runs_from_right(text: str) -> bool:
    """Whether its first letter is of a script that is written from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text[:200])
    return next((d in ("R", "AL") for d in directions if d in ("L", "R", "AL")), False)
