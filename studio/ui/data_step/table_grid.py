"""The rows of a table under a head with figures: sorted, filtered, with the way to every problem cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.core.project import Column
from studio.ui.buttons import QuietButton
from studio.ui.data_step.sample_filter import SampleFilter
from studio.ui.data_step.table_arranging import Arrangement, Gaps, arranged, gaps_of, some_summaries
from studio.ui.data_step.table_header import TableHeader
from studio.ui.data_step.table_rows import RowModel
from studio.ui.forms.editor import wrapped
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.sifting import Sifted, Wanted
    from studio.data.tables.column_summary import ColumnSummary
    from studio.data.tables.table import Table
    from studio.data.tables.table_dataset import TableDataset

_WIDEST, _NARROWEST = 220, 96
_LOW = 260  # pixels of height under which the head gives its room to the rows
_TYPED_MS = 250  # after the last key, so that a word is looked for once


class TableGrid(QWidget):
    """Only what is in sight is asked of the model, and figures are computed beside the window, so a million
    rows scroll as well as ten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowModel(self)
        self._arrangement = Arrangement()
        self._only: np.ndarray | None = None  # the rows that somebody asked to see
        self._dataset: TableDataset | None = None
        self._sight = ""  # a column to be brought into sight with the rows that are being looked for
        self._gaps: Gaps | None = None
        self._figures = Worker("column figures", self)
        self._order = Worker("row order", self)
        self._gap_search = Worker("problem cells", self)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self._on_filter)
        self._build()

    def model(self) -> RowModel:
        return self._rows

    def show_dataset(self, dataset: TableDataset) -> None:
        self._dataset = dataset
        self.show_table(dataset.table, dataset.choice.columns)
        self.filter.show_dataset(dataset)

    def show_table(self, table: Table | None, columns: tuple[Column, ...]) -> None:
        """`columns` colours the target and greys what is not used."""
        if table is None:
            self._dataset = None
            self.filter.show_dataset(None)
        other = table is not self._rows.table
        wider = table is not None and table.names != self._rows.names
        self._rows.show_table(table, columns)
        self.header.show_columns(columns if table is not None else ())
        if other:
            self._forget_order()
        if wider:
            self._fit_columns(columns)
        self._start_figures()
        self._start_gaps()

    def show_evidence(self, wanted: Wanted | None, columns: tuple[str, ...]) -> None:
        """Rows with a problem, in the order of their finding, and the first of `columns` in sight."""
        if wanted is not None:
            self._forget_order()
            self._sight = columns[0] if columns else ""
            self.filter.choose(wanted)
        elif columns:
            self._bring_into_sight(columns[0])

    def _bring_into_sight(self, column: str) -> None:
        if column in self._rows.names and self._rows.rowCount():
            index = self._rows.index(0, self._rows.names.index(column))
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def stop(self) -> None:
        """Joins the threads."""
        self.filter.stop()
        self._typed.stop()
        self._figures.stop()
        self._order.stop()
        self._gap_search.stop()

    # -- figures ------------------------------------------------------------------------------------

    def _start_figures(self) -> None:
        table, columns = self._rows.table, self._rows.columns
        self._figures.cancel()
        if table is None or len(columns) != len(table.columns):
            return
        first = max(0, self.header.visualIndexAt(0))
        order = [*range(first, len(columns)), *range(first)]  # those in sight first
        wanted = [number for number in order if number not in self.header.summaries]
        if wanted:
            self._figures.start(
                lambda progress: some_summaries(table, columns, wanted, progress),
                self._on_figures,
                lambda message, details: self.problems.setToolTip(wrapped(message)),
            )

    def _on_figures(self, found: object) -> None:
        self.header.show_summaries(cast("dict[int, ColumnSummary]", found))
        self._start_figures()

    # -- order and filter ---------------------------------------------------------------------------

    def _on_sort(self, section: int) -> None:
        """Up, down, and as it is in the file again."""
        now = self._arrangement
        if now.column != section:
            self._arrange(Arrangement(section, False, now.text, now.within))
        elif not now.descending:
            self._arrange(Arrangement(section, True, now.text, now.within))
        else:
            self._arrange(Arrangement(-1, False, now.text, now.within))

    def _on_filter(self) -> None:
        now = self._arrangement
        self._arrange(
            Arrangement(
                now.column, now.descending, self.filter_text.text().strip(), self.within.currentIndex() - 1
            )
        )

    def _arrange(self, wanted: Arrangement) -> None:
        table = self._rows.table
        if table is None or wanted == self._arrangement:
            return
        self._arrangement = wanted
        self.header.setSortIndicatorShown(wanted.column >= 0)
        if wanted.column >= 0:
            falling = Qt.SortOrder.DescendingOrder if wanted.descending else Qt.SortOrder.AscendingOrder
            self.header.setSortIndicator(wanted.column, falling)
        self._start_order()

    def _on_sifted(self, found: Sifted, by_choice: bool) -> None:
        """Samples of the dataset are rows of the table, but for those without an answer."""
        if self._dataset is not None:
            only = None if found.samples is None else self._dataset.rows[found.samples]
            if by_choice or not _equal(only, self._only):
                self._only = only
                self._start_order()

    def _start_order(self) -> None:
        table, wanted, only = self._rows.table, self._arrangement, self._only
        if table is not None:
            self._order.start(
                lambda progress: (arranged(table, wanted, only),), self._on_arranged, self._on_failed
            )

    def _on_arranged(self, found: object) -> None:
        (rows,) = cast("tuple[np.ndarray | None]", found)
        if not _equal(rows, self._rows.rows):
            self._rows.show_rows(rows)
            self.view.scrollToTop()
        if self._sight:
            self._bring_into_sight(self._sight)
            self._sight = ""
        self._start_gaps()

    def _forget_order(self) -> None:
        self._order.cancel()
        self._only = None
        self._arrangement = Arrangement()
        self.header.setSortIndicatorShown(False)
        self.filter_text.blockSignals(True)
        self.filter_text.clear()
        self.filter_text.blockSignals(False)
        self.within.clear()
        self.within.addItems([self.tr("in all columns"), *self._rows.names])

    # -- problem cells ------------------------------------------------------------------------------

    def _start_gaps(self) -> None:
        table, columns, rows = self._rows.table, self._rows.columns, self._rows.rows
        self._gaps = None
        self._gap_search.cancel()
        self._show_count()
        if table is not None and len(columns) == len(table.columns):
            self._gap_search.start(
                lambda progress: gaps_of(table, columns, rows), self._on_gaps, self._on_failed
            )

    def _on_gaps(self, found: object) -> None:
        self._gaps = cast(Gaps, found)
        self._rows.show_gaps(self._gaps.masks)
        self._show_count()

    def _on_failed(self, message: str, details: str) -> None:
        self.problems.setText(message)

    def _show_count(self) -> None:
        shown = self._rows.rowCount()
        whole = len(self._rows.table) if self._rows.table is not None else 0
        words = []
        if not shown and whole:
            words.append(self.tr("No row is all of this at once."))
        elif shown != whole:
            words.append(self.tr("{shown} of {whole} rows").format(shown=f"{shown:,}", whole=f"{whole:,}"))
        count = self._gaps.count if self._gaps is not None else 0
        if count:
            one = self.tr("1 problem cell")
            many = self.tr("{count} problem cells").format(count=f"{count:,}")
            words.append(one if count == 1 else many)
        self.problems.setText(" · ".join(words))
        there = self._gaps is not None and len(self._gaps.places) > 0
        self.previous.setVisible(there)
        self.next.setVisible(there)

    def _jump(self, step: int) -> None:
        """To the next or the previous problem cell, round and round."""
        if self._gaps is None or not len(self._gaps.places):
            return
        width = self._rows.columnCount()
        at = self.view.currentIndex()
        here = at.row() * width + at.column() if at.isValid() else -1
        places = self._gaps.places
        if step > 0:
            found = int(np.searchsorted(places, here, "right"))
        else:
            found = int(np.searchsorted(places, here, "left")) - 1
        place = int(places[found % len(places)])
        index = self._rows.index(place // width, place % width)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index, QTableView.ScrollHint.PositionAtCenter)

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.view = QTableView(self)
        self.view.setObjectName("sampleTable")
        self.view.setAccessibleName(self.tr("Samples"))
        self.view.setFrameShape(QTableView.Shape.NoFrame)
        self.view.setAlternatingRowColors(True)
        self.view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.view.verticalHeader().setDefaultSectionSize(26)
        self.header = TableHeader(self.view)
        self.view.setHorizontalHeader(self.header)
        self.view.setModel(self._rows)
        self.header.setSectionsClickable(True)
        self.header.sectionClicked.connect(self._on_sort)
        self.header.viewport().installEventFilter(self)
        self.filter = SampleFilter("row", self)
        self.filter.sifted.connect(self._on_sifted)
        self.filter_text = QLineEdit(self)
        self.filter_text.setObjectName("tableFilter")
        self.filter_text.setPlaceholderText(self.tr("Find rows with…"))
        self.filter_text.setAccessibleName(self.tr("Find rows"))
        self.filter_text.setClearButtonEnabled(True)
        self.filter_text.setMaximumWidth(220)
        self.filter_text.textChanged.connect(lambda _: self._typed.start())
        self.within = QComboBox(self)
        self.within.setAccessibleName(self.tr("Where to look"))
        self.within.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.within.setMinimumContentsLength(
            len(self.tr("in all columns"))
        )  # long names are cut, this is not
        self.within.activated.connect(lambda _: self._on_filter())
        self.problems = QLabel(self)
        self.problems.setObjectName("problemCells")
        self.problems.setMinimumWidth(40)
        self.problems.setToolTip(
            self.tr("Cells in columns that are used, which are empty or cannot be read.")
        )
        self.take_back = _step(
            self.tr("Take labels back: of the selected rows, or all that were changed"),
            "undo",
            "takeRowLabelsBack",
        )
        self.take_back.hide()
        self.previous = _step(self.tr("Previous problem cell"), "arrow-left", "previousProblem")
        self.next = _step(self.tr("Next problem cell"), "arrow-right", "nextProblem")
        self.previous.clicked.connect(lambda: self._jump(-1))
        self.next.clicked.connect(lambda: self._jump(1))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.filter_text, 2)
        bar.addWidget(self.within, 1)
        bar.addWidget(self.problems, 2)
        bar.addWidget(self.take_back)
        bar.addWidget(self.previous)
        bar.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.header.set_low(event.size().height() < _LOW)

    def _fit_columns(self, columns: tuple[Column, ...]) -> None:
        metrics = self.header.fontMetrics()
        for number in range(min(self._rows.columnCount(), 200)):  # the others keep the usual width
            cells = [
                str(self._rows.index(row, number).data() or "")
                for row in range(min(30, self._rows.rowCount()))
            ]
            widest = max((metrics.horizontalAdvance(text) for text in cells), default=0)
            name = metrics.horizontalAdvance(self._rows.names[number]) + 56
            self.view.setColumnWidth(number, min(_WIDEST, max(_NARROWEST, widest + 20, name)))

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:  # type: ignore[override]
        if isinstance(event, QHelpEvent):  # the figures of the column under the mouse
            section = self.header.logicalIndexAt(event.pos())
            if section >= 0:
                QToolTip.showText(event.globalPos(), wrapped(self.header.words(section)), self.header)
            return True
        return False


def _equal(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)


def _step(words: str, icon: str, name: str) -> QuietButton:
    button = QuietButton("", icon)
    button.setObjectName(name)
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFixedWidth(40)
    return button
