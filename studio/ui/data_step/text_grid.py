"""Texts with their classes as cards, and what is known of all of them: lengths, telling words, coverage."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
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
from studio.ui.buttons import QuietButton
from studio.ui.data_step.picture_model import CHANGED
from studio.ui.data_step.sample_filter import SampleFilter
from studio.ui.data_step.text_figures import TextFigures
from studio.ui.data_step.token_strip import TokenStrip
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.sifting import Sifted
    from studio.data.texts.text_dataset import TextDataset

Rows = np.ndarray[Any, np.dtype[np.int64]]
_Index = QModelIndex | QPersistentModelIndex
_LINES = 3  # of a text on its card
_SEEN = 600  # characters that can stand on them
_TOLD = 1500  # and in the tooltip
_LOW = 420  # pixels; where there are fewer, the texts themselves need them
_LOWEST, _NO_LIMIT = 280, 16_777_215  # where there are fewer, the figures give way, too; Qt's own limit
_ROOT = QModelIndex()


class TextGrid(QWidget):
    """A list of cards with a choice of what to look at."""

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
        self.filter = SampleFilter("text", self)
        self.filter.sifted.connect(self._on_sifted)
        self._count = Note("", self)
        self.figures = TextFigures(self)
        self.tokens = TokenStrip(self)
        self._looked_at = 0  # the sample whose tokens are shown
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.take_back = QuietButton(self.tr("Take labels back"), "undo")
        self.take_back.setObjectName("takeTextLabelsBack")
        self.take_back.setToolTip(
            self.tr("The selected texts, or all that were changed, get the labels that the data give them")
        )
        self.take_back.hide()
        told = QHBoxLayout()
        told.addWidget(self._count, 1)
        told.addWidget(self.take_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.figures)
        layout.addWidget(self.filter)
        layout.addLayout(told)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.tokens)

    @property
    def dataset(self) -> TextDataset | None:
        return self._dataset

    def show_dataset(self, dataset: TextDataset | None) -> None:
        """The same texts with other labels: who looks around stays where they are."""
        if dataset is self._dataset:
            return
        self.take_back.setVisible(dataset is not None and len(dataset.relabelled) > 0)
        if dataset is not None and dataset.same_samples(self._dataset):
            self._dataset = dataset
            self.figures.show_dataset(dataset)
            self.model.show_labels(dataset)
            self.filter.show_dataset(dataset, self.model.order)
            return
        self._dataset = dataset
        self.figures.show_dataset(dataset)
        self.model.show_dataset(dataset)
        self.filter.show_dataset(dataset, self.model.order)
        self._tell()
        self._look_again()

    def stop(self) -> None:
        """Joins the threads that count and look."""
        self.filter.stop()
        self.figures.stop()

    def _on_sifted(self, found: Sifted, by_choice: bool) -> None:
        self.model.show_rows(found.samples)
        self.figures.show_class(self.filter.wanted.label if self.filter.wanted is not None else "")
        self._tell()
        if by_choice:
            self.view.scrollToTop()
        self._look_again()

    def _look_again(self) -> None:
        """The same text as before, read as it is now; where it is not among them, the first."""
        row = self.model.row_of(self._looked_at)
        index = self.model.index(max(0, row), 0)
        if index.isValid() and index != self.view.currentIndex():
            self.view.setCurrentIndex(index)  # tells `_on_current`
        else:
            self._on_current(index)

    def _on_current(self, index: _Index) -> None:
        if index.isValid():
            self._looked_at = self.model.sample_at(index.row())
        self._show_tokens()

    def _show_tokens(self) -> None:
        there = self.model.rowCount() > 0 and self.height() >= _LOW
        self.tokens.show_text(self._dataset if there else None, self._looked_at)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.figures.setMaximumHeight(0 if event.size().height() < _LOWEST else _NO_LIMIT)
        if (event.size().height() >= _LOW) != (event.oldSize().height() >= _LOW):
            self._show_tokens()

    def _tell(self) -> None:
        shown, whole = self.model.rowCount(), len(self._dataset) if self._dataset is not None else 0
        if not shown and whole:
            text = self.tr("No text is all of this at once.")
        elif shown != whole:
            text = self.tr("{shown} of {whole} texts").format(shown=f"{shown:,}", whole=f"{whole:,}")
        else:
            text = self.tr("1 text") if whole == 1 else self.tr("{count} texts").format(count=f"{whole:,}")
        self._count.setText(text)


class _Texts(QAbstractListModel):
    """Asks the dataset for what is seen only; there may be a million texts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dataset: TextDataset | None = None
        self.order: Rows = np.zeros(0, np.int64)  # of all texts
        self._rows: Rows = self.order

    def shown(self) -> list[int]:
        """The samples, in the order of the rows."""
        samples: list[int] = self._rows.tolist()
        return samples

    def show_labels(self, dataset: TextDataset) -> None:
        """The same texts with other labels."""
        self._dataset = dataset
        if len(self._rows):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def show_dataset(self, dataset: TextDataset | None) -> None:
        self.beginResetModel()
        self._dataset = dataset
        if dataset is None:
            self.order = np.zeros(0, np.int64)
        else:
            # One of each class in turn: sorted files would show hundreds of the first class.
            turn = np.empty(len(dataset), np.int64)
            for number in range(len(dataset.facts.classes)):
                members = np.flatnonzero(dataset.own_labels == number)
                turn[members] = np.arange(len(members))
            self.order = np.lexsort((dataset.own_labels, turn))
        self._rows = self.order
        self.endResetModel()

    def show_rows(self, rows: Rows | None) -> None:
        """Only these texts, as they come; None: all of them."""
        wanted = self.order if rows is None else rows
        if not np.array_equal(wanted, self._rows):
            self.beginResetModel()
            self._rows = wanted
            self.endResetModel()

    def sample_at(self, row: int) -> int:
        return int(self._rows[row])

    def row_of(self, sample: int) -> int:
        """Where it is among those that are shown; -1: nowhere."""
        found = np.flatnonzero(self._rows == sample)
        return int(found[0]) if len(found) else -1

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
            return self._label(sample)
        if role == CHANGED:
            return self._dataset.given_label(sample) is not None
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrapped(f"{self._dataset.name_of(sample)}\n{self._dataset.text(sample)[:_TOLD]}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._label(sample)}: {self._dataset.text(sample)[:_SEEN]}"
        return None

    def _label(self, sample: int) -> str:
        assert self._dataset is not None
        label = self._dataset.label_of(sample)
        if self._dataset.given_label(sample) is None:
            return label
        words = self.tr("{label} (changed by you; the data say “{own}”)")
        return words.format(label=label, own=self._dataset.own_label_of(sample))


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
        painter.setPen(colours.accent if index.data(CHANGED) else colours.muted)
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
