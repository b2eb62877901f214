"""The project's earlier runs: what each reached, its curves to compare with, its checkpoint to use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHeaderView,
    QMenu,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from studio.core.problems import LanternError
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.panels.run_words import RunWords, tooltip, words_of
from studio.ui.results_step.model_facts import started_text
from studio.ui.run_controller import RunController

if TYPE_CHECKING:
    from studio.engine.runs import Run
    from studio.ui.plots.curves import RunCurves

COMPARED = 4  # so many older runs at once can still be told apart
COLUMNS = 8
BY_WORTH = (1, 2, 3, 4, 5, 6, 7)  # columns beside the first, in the order in which they get room
ALWAYS = (1, 2)
AS_LINES = 520  # pixels of width under which a run is three lines instead of a row of cells


class RunHistory(QWidget):
    """Tick a run to lay its curves under the current ones."""

    comparison_changed = Signal()
    results_requested = Signal()  # of the run that is the current one now
    refused = Signal(str)  # a sentence

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runHistory")
        self.setAccessibleName(self.tr("Run history"))
        self._controller = controller
        self._runs: tuple[Run, ...] = ()
        self._compared: list[str] = []
        self._words: dict[str, RunWords] = {}
        self._filling = False
        self._narrow = False
        self._can_go_back = False
        self.ask_before_delete = True  # tests answer for the user
        self._build()
        controller.history_changed.connect(self.refresh)
        controller.model_changed.connect(self._mark_current)
        controller.state_changed.connect(self._on_selection)
        controller.finished.connect(self.refresh)
        theme.theme().theme_changed.connect(self.refresh)

    @property
    def runs(self) -> tuple[Run, ...]:
        return self._runs

    def comparison(self) -> tuple[list[str], list[RunCurves]]:
        """Names and curves of the ticked runs."""
        current = self._controller.current_run
        chosen = [run for run in self._runs if run.id in self._compared and run.id != current]
        chosen.sort(key=lambda run: self._compared.index(run.id))
        names = [started_text(run) for run in chosen]
        return names, [self._controller.curves_of_run(run) for run in chosen]

    def refresh(self) -> None:
        """Reads the records anew; only while it is seen, or soon will be."""
        selected = self.selected
        self._runs = self._controller.runs()
        known = {run.id for run in self._runs}
        self._compared = [run_id for run_id in self._compared if run_id in known]
        self._words = {run.id: words_of(run, self._is_on(run), self._words.get(run.id)) for run in self._runs}
        self._filling = True
        self._table.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            self._fill_row(row, run, self._words[run.id])
        self._filling = False
        self._select_again(selected)
        self._table.setVisible(bool(self._runs))
        self._empty.setVisible(not self._runs)
        self._mark_current()  # in bold, which is wider
        self._fit_columns()
        self._on_selection()

    def _is_on(self, run: Run) -> bool:
        return self._controller.state.active and self._controller.current_run == run.id

    def _fill_row(self, row: int, run: Run, words: RunWords) -> None:
        tick = QTableWidgetItem(words.lines if self._narrow else words.when)
        tick.setFlags(tick.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        compared = run.id in self._compared
        tick.setCheckState(Qt.CheckState.Checked if compared else Qt.CheckState.Unchecked)
        if compared:
            tick.setIcon(_dot(self._compared.index(run.id)))
        texts = (
            words.result, words.data, words.network, words.epochs, words.duration, words.ended,
            words.settings,
        )  # fmt: skip
        cells = [tick, *(QTableWidgetItem(text) for text in texts)]
        tip = tooltip(run, words)
        for column, cell in enumerate(cells):
            cell.setToolTip(wrapped(tip))
            if column:
                cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            self._table.setItem(row, column, cell)

    # -- room ---------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < AS_LINES
        if narrow != self._narrow:
            self._narrow = narrow
            self._layout.setDirection(
                QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            )
            self._buttons.setDirection(
                QBoxLayout.Direction.LeftToRight if narrow else QBoxLayout.Direction.TopToBottom
            )
            self.refresh()
        else:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """As many columns as have room, the most telling first; in very little room, lines instead."""
        table, header = self._table, self._table.horizontalHeader()
        header.setVisible(not self._narrow)
        table.setWordWrap(self._narrow)
        bar = table.verticalScrollBar().sizeHint().width()
        room = self.width() - self._buttons.sizeHint().width() - bar - 30  # the table's own size comes later
        for column in range(1, table.columnCount()):
            table.setColumnHidden(column, self._narrow)
        if not self._narrow:
            widths = [max(table.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in range(COLUMNS)]
            left = room - widths[0]
            for column in BY_WORTH:
                left -= widths[column]
                table.setColumnHidden(column, left < 0 and column not in ALWAYS)
        if self._narrow:
            table.resizeRowsToContents()
        else:
            for row in range(table.rowCount()):
                table.setRowHeight(row, table.verticalHeader().defaultSectionSize())

    # -- what can be done ---------------------------------------------------------------------------

    @property
    def selected(self) -> Run | None:
        rows = {index.row() for index in self._table.selectedIndexes()}
        return self._runs[min(rows)] if rows and min(rows) < len(self._runs) else None

    def select(self, run_id: str) -> None:
        for row, run in enumerate(self._runs):
            if run.id == run_id:
                self._table.selectRow(row)

    def _select_again(self, run: Run | None) -> None:
        """A new run moves the others down: the selection stays with its run, or Delete would hit another."""
        self._table.clearSelection()
        self._table.setCurrentItem(None)  # type: ignore[call-overload]
        if run is not None:
            self.select(run.id)

    def use_selected(self) -> bool:
        """Its checkpoint becomes the current one: to be used, tested, trained further. False: it cannot."""
        run = self.selected
        if run is None:
            return False
        try:
            self._controller.use_run(run)
        except (LanternError, OSError) as error:
            self.refused.emit(str(error))
            return False
        return True

    def open_results(self) -> None:
        """Its results, and its curves on the Train step."""
        run = self.selected
        if run is None or self._controller.state.active:
            return
        current = self._controller.model
        if (current is not None and Path(current.path).parent == run.folder) or self.use_selected():
            self.results_requested.emit()

    def go_back_to_selected(self) -> None:
        """The project becomes what this run trained, in one edit that can be undone, with its weights."""
        run = self.selected
        if run is None or not self.use_selected():
            return
        self._controller.go_back()

    def delete_selected(self) -> None:
        run = self.selected
        if run is None or not self._may_delete(run):
            return
        try:
            self._controller.delete_run(run)
        except OSError as error:
            sentence = self.tr("The run could not be deleted: {reason}. Close programs that use its files.")
            self.refused.emit(sentence.format(reason=error.strerror or error))
        self.comparison_changed.emit()

    def _may_delete(self, run: Run) -> bool:
        if self._is_on(run):
            self.refused.emit(self.tr("This run is on. Stop it first, then delete it."))
            return False
        if not self.ask_before_delete:
            return True
        answer = QMessageBox.question(
            self,
            self.tr("Delete run"),
            self.tr("Delete the run of {when} with its checkpoints? This cannot be undone.").format(
                when=started_text(run)
            ),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Yes

    def _on_item_changed(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() != 0:
            return
        run = self._runs[item.row()]
        if item.checkState() == Qt.CheckState.Checked:
            if run.id not in self._compared:
                self._compared = [*self._compared, run.id][-COMPARED:]
        elif run.id in self._compared:
            self._compared.remove(run.id)
        self.refresh()
        self.comparison_changed.emit()

    def _on_selection(self) -> None:
        run, active = self.selected, self._controller.state.active
        usable = run is not None and run.checkpoint is not None and not active
        self._results.setEnabled(usable)
        self._use.setEnabled(usable)
        self._delete.setEnabled(run is not None)
        words = self._words.get(run.id) if run is not None else None
        self._can_go_back = usable and words is not None and words.project is not None
        for button, able in ((self._results, usable), (self._use, usable)):
            why = "" if able or run is None else self._why_not(run)
            button.setToolTip(why or button.accessibleDescription())

    def _why_not(self, run: Run) -> str:
        if self._controller.state.active:
            return self.tr("Training is running. Wait for its end, or stop it.")
        return self.tr("This run left no checkpoint behind: it ended before its first one.")

    def _mark_current(self) -> None:
        """The run whose checkpoint is the current one stands in bold."""
        model = self._controller.model
        for row, run in enumerate(self._runs[: self._table.rowCount()]):
            current = model is not None and Path(model.path).parent == run.folder
            for column in range(self._table.columnCount()):
                item = self._table.item(row, column)
                if item is not None and item.font().bold() != current:
                    font = item.font()
                    font.setBold(current)
                    self._filling = True
                    item.setFont(font)
                    self._filling = False

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self._empty = Note(
            self.tr("Every run is listed here with what it reached, to compare and to go back.")
        )
        self._table = QTableWidget(0, COLUMNS)
        self._table.setObjectName("runTable")
        self._table.setAccessibleName(self.tr("Runs"))
        self._table.setHorizontalHeaderLabels(
            [
                self.tr("Started (tick to compare)"),
                self.tr("Result"),
                self.tr("Data"),
                self.tr("Network (parameters)"),
                self.tr("Epochs"),
                self.tr("Duration"),
                self.tr("How it ended"),
                self.tr("Settings"),
            ]
        )
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        self._results = QuietButton(self.tr("Results"), "results")
        self._results.setObjectName("runResults")
        self._results.setAccessibleDescription(self.tr("Opens its results, and its curves here"))
        self._results.clicked.connect(self.open_results)
        self._use = QuietButton(self.tr("Use its network"), "checkpoint-load")
        self._use.setObjectName("useRun")
        self._use.setAccessibleDescription(
            self.tr("What it learnt becomes the current network: to try out, to test, to train further")
        )
        self._use.clicked.connect(self.use_selected)
        self._delete = QuietButton(self.tr("Delete"), "delete")
        self._delete.setObjectName("deleteRun")
        self._delete.clicked.connect(self.delete_selected)
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        for button in (self._results, self._use, self._delete):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(8, 4, 8, 8)
        self._layout.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(self._table, 1)
        self._layout.addLayout(self._buttons)
        self._table.itemDoubleClicked.connect(lambda _: self.open_results())
        self._table.itemChanged.connect(self._on_item_changed)
        self._table.itemSelectionChanged.connect(self._on_selection)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._on_menu)
        delete = QAction(self)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        delete.triggered.connect(self.delete_selected)
        self._table.addAction(delete)
        self._on_selection()
        self._table.hide()

    def _on_menu(self, where: QPoint) -> None:
        if self.selected is None:
            return
        menu = QMenu(self)
        menu.addAction(self._results.text(), self.open_results).setEnabled(self._results.isEnabled())
        menu.addAction(self._use.text(), self.use_selected).setEnabled(self._use.isEnabled())
        back = menu.addAction(self.tr("Go back to its project"), self.go_back_to_selected)
        back.setEnabled(self._can_go_back)
        menu.addAction(self._delete.text(), self.delete_selected)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.viewport().mapToGlobal(where))


def _dot(number: int) -> QPixmap:
    from PySide6.QtGui import QPainter

    picture = QPixmap(20, 20)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colours().series(number + 2))
    painter.drawEllipse(1, 1, 8, 8)
    painter.end()
    return picture
