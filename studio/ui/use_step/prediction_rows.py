"""The rows of many predictions, as a view shows them: what came in, the answer, how sure, what is odd."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from typing_extensions import override

from studio.engine.prediction_csv import columns_of
from studio.ui import theme
from studio.ui.forms.editor import wrapped
from studio.ui.use_step.answer_words import answer_text
from studio.ui.use_step.found_boxes import THRESHOLD, counted, sure_boxes
from studio.ui.workers.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from studio.engine.events import Prediction

SIDE = 48  # pixels of a thumbnail
_TOLD = 1500  # characters of a text in its tooltip
_KEPT = 2000  # thumbnails in memory
NAME, ANSWER, SURE = range(3)  # then the columns that came in, then the remarks
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def whole_text(prediction: Prediction) -> str:
    """What was asked, where it was a text."""
    return prediction.cells[0] if prediction.cells else prediction.input


class _Files:
    """What the thumbnail loader asks: the picture at a place in the list."""

    def __init__(self, predictions: Sequence[Prediction]) -> None:
        self._predictions = predictions

    def picture(self, index: int) -> Any:
        from studio.data.pictures.decoding import read_picture

        picture = read_picture(self._predictions[index].input, (SIDE, SIDE)).convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        return np.asarray(picture, np.uint8)


class PredictionRows(QAbstractTableModel):
    """Sorted and filtered here: a proxy would ask Python for every comparison."""

    order_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.predictions: tuple[Prediction, ...] = ()
        self._order: list[int] = []
        self._columns: tuple[str, ...] = ()
        self._pictures = self.texts = False
        self._sort: tuple[int, bool] = (-1, False)  # column, descending
        self._only_problems = False
        self._threshold = THRESHOLD  # of boxes
        self._thumbnails: dict[int, QPixmap] = {}
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(self._on_loaded)

    def stop(self) -> None:
        """Joins the thread that reads thumbnails."""
        self._loader.stop()

    def show_predictions(
        self, predictions: Sequence[Prediction], pictures: bool, texts: bool = False
    ) -> None:
        """`texts`: each is its own name, and there is nothing else of it to show."""
        self.beginResetModel()
        self.predictions = tuple(predictions)
        self._pictures, self.texts = pictures, texts
        self._columns = () if texts else columns_of(self.predictions)
        self._sort, self._only_problems = (-1, False), False
        self._thumbnails = {}
        self._loader.set_dataset(_Files(self.predictions) if pictures and predictions else None)
        self._arrange()
        self.endResetModel()

    def prediction(self, row: int) -> Prediction:
        return self.predictions[self._order[row]]

    def show_only_problems(self, wanted: bool) -> None:
        self.beginResetModel()
        self._only_problems = wanted
        self._arrange()
        self.endResetModel()

    def set_threshold(self, threshold: float) -> None:
        """How sure a detector must be of a box for it to count."""
        if threshold == self._threshold:
            return
        self._threshold = threshold
        if any(p.boxes is not None for p in self.predictions):
            self.layoutAboutToBeChanged.emit()
            self._arrange()
            self.layoutChanged.emit()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Column -1: as they came."""
        self.layoutAboutToBeChanged.emit()
        self._sort = (column, order is Qt.SortOrder.DescendingOrder)
        self._arrange()
        self.layoutChanged.emit()
        self.order_changed.emit()

    def _arrange(self) -> None:
        places = [i for i, p in enumerate(self.predictions) if not self._only_problems or _odd(p)]
        column, descending = self._sort
        if column >= 0:
            key = self._key(column)
            # What has no answer comes last, however the others are sorted.
            with_answer = [i for i in places if self.predictions[i].problem is None]
            without = [i for i in places if self.predictions[i].problem is not None]
            places = sorted(with_answer, key=lambda i: key(self.predictions[i]), reverse=descending) + without
        self._order = places

    def _key(self, column: int) -> Callable[[Prediction], Any]:
        if column == SURE:
            return certainty
        if column == ANSWER:
            return lambda p: (
                (0, p.prediction, "") if isinstance(p.prediction, float) else (1, 0.0, self._text(p, ANSWER))
            )
        return lambda p: _sortable(self._text(p, column))

    # -- what the view asks -------------------------------------------------------------------------

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._order)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 4 + len(self._columns)

    @override
    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        first = self.tr("Picture") if self._pictures else self.tr("Text") if self.texts else self.tr("Row")
        return (first, self.tr("Prediction"), self.tr("How sure"), *self._columns, self.tr("Remarks"))[
            section
        ]

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        prediction = self.prediction(index.row())
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(prediction, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            remarks = prediction.problem or "\n".join(prediction.remarks)
            if column == NAME and self.texts:
                return wrapped(whole_text(prediction)[:_TOLD])
            tip = remarks or (prediction.input if column == NAME else self._text(prediction, column))
            return wrapped(tip[:_TOLD])
        if role == Qt.ItemDataRole.DecorationRole and column == NAME and self._pictures:
            return self._thumbnail(self._order[index.row()])
        if role == Qt.ItemDataRole.ForegroundRole:
            if prediction.problem is not None:
                return theme.colours().error if column == self.columnCount() - 1 else theme.colours().muted
            if column == self.columnCount() - 1:
                return theme.colours().warning
        if role == Qt.ItemDataRole.FontRole and column == ANSWER:
            bold = theme.font("body")
            bold.setBold(True)
            return bold
        if role == Qt.ItemDataRole.SizeHintRole and self._pictures:
            return QSize(-1, SIDE + 8)
        return None

    def _text(self, prediction: Prediction, column: int) -> str:
        if column == NAME and self.texts:
            return " ".join(whole_text(prediction).split())
        if column == NAME:
            name = Path(prediction.input).name
            return name.rsplit(", line ", 1)[-1] if prediction.columns else name
        if column == ANSWER and prediction.boxes is not None:
            return counted(sure_boxes(prediction, self._threshold), self.tr("nothing"))
        if column == ANSWER:
            return answer_text(prediction)
        if column == SURE:
            sure = prediction.probabilities and prediction.labels is None
            return f"{100 * certainty(prediction):.1f} %" if sure else ""
        if column == self.columnCount() - 1:
            return prediction.problem or " ".join(prediction.remarks)
        if prediction.columns == self._columns:
            return prediction.cells[column - 3] if prediction.cells else ""
        cells = dict(zip(prediction.columns, prediction.cells, strict=False))
        return cells.get(self._columns[column - 3], "")

    # -- thumbnails ---------------------------------------------------------------------------------

    def _thumbnail(self, place: int) -> QPixmap:
        known = self._thumbnails.get(place)
        if known is not None:
            return known
        empty = QPixmap(SIDE, SIDE)
        empty.fill(Qt.GlobalColor.transparent)
        self._thumbnails[place] = empty
        while len(self._thumbnails) > _KEPT:
            self._thumbnails.pop(next(iter(self._thumbnails)))
        self._loader.ask(place)
        return empty

    def _on_loaded(self, place: int, picture: QImage) -> None:
        if picture.isNull():
            pixmap = theme.icon("error", theme.colours().muted).pixmap(QSize(SIDE, SIDE))
        else:
            small = picture.width() < SIDE and picture.height() < SIDE
            mode = Qt.TransformationMode
            how = mode.FastTransformation if small else mode.SmoothTransformation
            pixmap = QPixmap.fromImage(picture.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, how))
        self._thumbnails[place] = pixmap
        if self._order:  # one whole column: the view asks only for what is in sight
            last = self.index(len(self._order) - 1, NAME)
            self.dataChanged.emit(self.index(0, NAME), last, [Qt.ItemDataRole.DecorationRole])


def certainty(prediction: Prediction) -> float:
    """The probability of the answer; 0 where there is none."""
    return max(prediction.probabilities.values(), default=0.0)


def _odd(prediction: Prediction) -> bool:
    return prediction.problem is not None or bool(prediction.remarks)


def _sortable(text: str) -> tuple[int, float, str]:
    """Numbers by size before words by letter."""
    try:
        number = float(text)
    except ValueError:
        return (1, 0.0, text.casefold())
    return (0, number, "") if math.isfinite(number) else (1, 0.0, text)
