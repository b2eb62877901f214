"""Many answers at once: a list to read, to sort, to look into and to take home as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.train_step.entry_choice import CalmComboBox
from studio.ui.use_step.found_boxes import THRESHOLD
from studio.ui.use_step.prediction_rows import ANSWER, NAME, SIDE, SURE, PredictionRows
from studio.ui.use_step.threshold_slider import ThresholdSlider

if TYPE_CHECKING:
    from studio.engine.events import Prediction

_WIDEST = 260  # pixels of a column at first; people can pull it wider
_WIDEST_TEXT = 520  # there is nothing else beside a text and its answer
_NAMED = 200  # a picture with its name beside it
_ROW = 30


class PredictionList(QWidget):
    """`show_busy` while the engine looks, then `show_predictions`."""

    export_requested = Signal()
    closed = Signal()
    cancelled = Signal()
    row_chosen = Signal(object)  # the Prediction to look at closely

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PredictionRows(self)
        self._says = Note()
        self._says.setObjectName("predictionSummary")
        self.bar = QProgressBar()
        self.bar.setObjectName("predictionProgress")
        self.bar.setAccessibleName(self.tr("How far the predictions are"))
        self.bar.setMinimumWidth(240)
        self.cancel = QuietButton(self.tr("Cancel"), "close")
        self.cancel.setObjectName("cancelPredictions")
        self.cancel.clicked.connect(self.cancelled)
        self.view = self._make_view()
        self.order = CalmComboBox()
        self.order.setObjectName("predictionOrder")
        self.order.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        self.order.setAccessibleName(self.tr("Order"))
        self.order.activated.connect(self._on_order_chosen)
        self.odd = QCheckBox()
        self.odd.setObjectName("onlyOdd")
        self.odd.toggled.connect(self.model.show_only_problems)
        self.threshold = ThresholdSlider()
        self.threshold.slider.setObjectName("listThreshold")
        tip = self.tr("How sure it must be of a box. The list, and what is exported, follow.")
        self.threshold.begin_at(round(100 * THRESHOLD), tip)
        self.threshold.changed.connect(lambda: self.model.set_threshold(self.threshold.value))
        self._build()
        self.show_predictions((), pictures=False)

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        return self.model.predictions

    def share_threshold(self, use: QWidget) -> None:
        """With the page for one picture: a threshold that was found there holds here, too."""
        from studio.ui.use_step.picture_use import PictureUse

        if isinstance(use, PictureUse):
            theirs, mine = use.answer.threshold.slider, self.threshold.slider
            theirs.valueChanged.connect(mine.setValue)
            mine.valueChanged.connect(theirs.setValue)

    def stop(self) -> None:
        """Joins the thread that reads thumbnails."""
        self.model.stop()

    def show_busy(self, text: str) -> None:
        """The engine looks at them; `show_progress` says how far it is."""
        self.show_predictions((), pictures=False)
        self._says.setText(text)
        self._set_busy(True)
        self.bar.setRange(0, 0)
        self.cancel.setFocus()

    def show_progress(self, fraction: float | None) -> None:
        if fraction is None or fraction < 0:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * fraction))

    def show_note(self, text: str) -> None:
        """A sentence in place of the summary: an export that did not work."""
        self._says.setText(text)

    def show_predictions(
        self,
        predictions: Sequence[Prediction],
        pictures: bool,
        complete: bool = True,
        texts: bool = False,
    ) -> None:
        self._set_busy(False)
        self.odd.setChecked(False)
        self.model.show_predictions(predictions, pictures, texts)
        self.view.setIconSize(QSize(SIDE, SIDE))
        self.view.verticalHeader().setDefaultSectionSize(SIDE + 8 if pictures else _ROW)
        self._fit_columns()
        self._say(complete)
        self._offer_orders()

    def _say(self, complete: bool) -> None:
        predictions = self.predictions
        failed = sum(p.problem is not None for p in predictions)
        odd = sum(p.problem is not None or bool(p.remarks) for p in predictions)
        count = len(predictions)
        parts = [self.tr("1 input") if count == 1 else self.tr("{count} inputs").format(count=f"{count:,}")]
        if failed:
            parts.append(self.tr("{count} could not be used").format(count=f"{failed:,}"))
        if odd > failed:
            parts.append(self.tr("{count} with a remark").format(count=f"{odd - failed:,}"))
        if not complete:
            parts.append(self.tr("cancelled before the end"))
        self._says.setText("  ·  ".join(parts))
        self.odd.setText(self.tr("Only these {count}").format(count=f"{odd:,}"))
        self.odd.setVisible(0 < odd < count)
        self._export.setEnabled(bool(predictions))
        boxes = any(p.boxes is not None for p in predictions)
        self.threshold.setVisible(boxes)
        self._export.setText(self.tr("Export boxes…") if boxes else self.tr("Export as table…"))
        self._export.setToolTip(
            self.tr("A table (CSV) with a line for each box, or a file in COCO's form (JSON)")
            if boxes
            else self.tr("A CSV file with all that came in, and what the network said")
        )

    def _offer_orders(self) -> None:
        sure = any(p.probabilities and p.labels is None for p in self.predictions)
        self.view.setColumnHidden(SURE, not sure and bool(self.predictions))
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        self.order.clear()
        self.order.addItem(self.tr("As they came"), (-1, up))
        if sure:
            self.order.addItem(self.tr("Least sure first"), (SURE, up))
            self.order.addItem(self.tr("Surest first"), (SURE, down))
            self.order.addItem(self.tr("By prediction"), (ANSWER, up))
        elif any(p.boxes is not None for p in self.predictions):
            self.order.addItem(self.tr("By prediction"), (ANSWER, up))
        else:
            self.order.addItem(self.tr("Smallest first"), (ANSWER, up))
            self.order.addItem(self.tr("Largest first"), (ANSWER, down))
        self.order.addItem(self.tr("By name"), (NAME, up))
        self.view.horizontalHeader().setSortIndicator(-1, up)

    def _on_order_chosen(self, index: int) -> None:
        column, way = self.order.itemData(index)
        self.view.horizontalHeader().setSortIndicator(column, way)  # the view sorts on that
        if column < 0:
            self.model.sort(-1, way)
        self.view.scrollToTop()

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(self.model.prediction(index.row()))

    def _fit_columns(self) -> None:
        self.view.resizeColumnsToContents()
        header = self.view.horizontalHeader()
        for column in range(self.model.columnCount() - 1):
            least = _NAMED if column == NAME and self.view.iconSize().height() < self._row_height() else 0
            most = _WIDEST_TEXT if column == NAME and self.model.texts else _WIDEST
            thumbnail = SIDE if least else 0  # it comes later
            header.resizeSection(column, max(least, min(most, header.sectionSize(column) + 12) + thumbnail))

    def _row_height(self) -> int:
        return self.view.verticalHeader().defaultSectionSize()

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        for widget in (self._order_label, self.order, self._export, self.view):
            widget.setVisible(not busy)
        self.odd.setVisible(False)
        if busy:
            self.threshold.hide()

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setObjectName("predictionTable")
        view.setAccessibleName(self.tr("Predictions"))
        view.setModel(self.model)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)  # Tab leaves the table: there are buttons behind it
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setAlternatingRowColors(True)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        view.setSortingEnabled(True)
        view.clicked.connect(self._on_chosen)
        view.activated.connect(self._on_chosen)
        return view

    def _build(self) -> None:
        self._export = QuietButton(self.tr("Export as table…"), "export")
        self._export.setObjectName("exportPredictions")
        self._export.clicked.connect(self.export_requested)
        back = QuietButton(self.tr("Back to one input"), "arrow-left")
        back.setObjectName("backToOne")
        back.clicked.connect(self.closed)
        self._order_label = QLabel(self.tr("Order:"))
        self._order_label.setBuddy(self.order)
        first = QHBoxLayout()
        first.addWidget(back)
        first.addWidget(self._says, 1)
        first.addWidget(self._export)
        second = QHBoxLayout()
        for widget in (self._order_label, self.order, self.odd, self.bar, self.cancel):
            second.addWidget(widget)
        second.addWidget(self.threshold)
        second.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.view, 1)
        layout.addStretch(0)
