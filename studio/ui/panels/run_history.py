"""The project's earlier runs: what each reached, its curves to compare with, its checkpoint to use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.problems import LanternError
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.plots.quantities import duration_text, setting_text
from studio.ui.run_controller import RunController
from studio.ui.train_step.kind_metrics import quantity_named

if TYPE_CHECKING:
    from studio.engine.runs import Run
    from studio.ui.plots.curves import RunCurves

COMPARED = 4  # so many older runs at once can still be told apart


class RunHistory(QWidget):
    """Tick a run to lay its curves under the current ones."""

    comparison_changed = Signal()
    refused = Signal(str)  # a sentence

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runHistory")
        self.setAccessibleName(self.tr("Run history"))
        self._controller = controller
        self._runs: tuple[Run, ...] = ()
        self._compared: list[str] = []
        self._filling = False
        self.ask_before_delete = True  # tests answer for the user
        self._build()
        controller.history_changed.connect(self.refresh)
        controller.model_changed.connect(self._mark_current)
        controller.finished.connect(self.refresh)
        theme.theme().theme_changed.connect(self.refresh)

    @property
    def runs(self) -> tuple[Run, ...]:
        return self._runs

    def comparison(self) -> tuple[list[str], list[RunCurves]]:
        """Names and curves of the ticked runs."""
        current = self._controller.started.run_id if self._controller.started is not None else ""
        chosen = [run for run in self._runs if run.id in self._compared and run.id != current]
        chosen.sort(key=lambda run: self._compared.index(run.id))
        return [_when(run) for run in chosen], [self._controller.curves_of_run(run) for run in chosen]

    def refresh(self) -> None:
        """Reads the records anew; only while it is seen, or soon will be."""
        selected = self.selected
        self._runs = self._controller.runs()
        known = {run.id for run in self._runs}
        self._compared = [run_id for run_id in self._compared if run_id in known]
        self._filling = True
        self._table.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            self._fill_row(row, run)
        self._filling = False
        self._select_again(selected)
        self._table.setVisible(bool(self._runs))
        self._empty.setVisible(not self._runs)
        self._mark_current()
        self._on_selection()

    def _fill_row(self, row: int, run: Run) -> None:
        tick = QTableWidgetItem(_when(run))
        tick.setFlags(tick.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        compared = run.id in self._compared
        tick.setCheckState(Qt.CheckState.Checked if compared else Qt.CheckState.Unchecked)
        if compared:
            tick.setIcon(_dot(self._compared.index(run.id)))
        texts = (self._result(run), self._duration(run), self._ended(run), self._settings(run))
        cells = [tick, *(QTableWidgetItem(text) for text in texts)]
        for column, cell in enumerate(cells):
            cell.setToolTip(self._tooltip(run))
            if column:
                cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            self._table.setItem(row, column, cell)

    # -- words --------------------------------------------------------------------------------------

    def _result(self, run: Run) -> str:
        metric = str(run.started.get("metric", ""))
        value = run.metrics.get(metric)
        if value is None:
            last = run.epochs[-1].get("validation", {}) if run.epochs else {}
            value = last.get(metric) if isinstance(last, Mapping) else None
        project = self._controller.document.project
        if value is None or project is None:
            return "–"
        return f"{quantity_named(project, metric).name} {quantity_named(project, metric).text(value)}"

    def _duration(self, run: Run) -> str:
        seconds = run.finished.get("elapsed_s")
        if seconds is None and run.epochs:
            seconds = run.epochs[-1].get("elapsed_s")
        return "–" if seconds is None else duration_text(float(seconds))

    def _ended(self, run: Run) -> str:
        current = self._controller.started
        is_current = current is not None and current.run_id == run.id
        if run.ended == "running" and is_current and self._controller.state.active:
            return self.tr("is running")
        return {
            "completed": self.tr("completed"),
            "stopped": self.tr("stopped"),
            "early": self.tr("stopped early: no more improvement"),
            "failed": self.tr("failed"),
            "running": self.tr("interrupted"),
        }.get(run.ended, run.ended)

    def _settings(self, run: Run) -> str:
        recipe = _recipe(run)
        if not recipe:
            return ""
        optimizer = recipe.get("optimizer") or {}
        rate = (optimizer.get("params") or {}).get("lr")
        parts = [_optimizer_name(str(optimizer.get("type", "")))]
        if isinstance(rate, int | float):
            parts.append(self.tr("rate {rate}").format(rate=setting_text(rate)))
        if "batch_size" in recipe:
            parts.append(self.tr("batch {size}").format(size=recipe["batch_size"]))
        if "epochs" in recipe:
            parts.append(self.tr("{count} epochs").format(count=recipe["epochs"]))
        return ", ".join(part for part in parts if part)

    def _tooltip(self, run: Run) -> str:
        lines = [f"{_when(run)}: {self._ended(run)}"]
        if run.ended == "failed" and run.finished.get("message"):
            lines.append(str(run.finished["message"]))
        for name, value in _recipe(run).items():
            if isinstance(value, Mapping):
                params = ", ".join(f"{k}={v}" for k, v in (value.get("params") or {}).items())
                lines.append(f"{name}: {value.get('type', '')} {params}".rstrip())
            elif value not in (None, 0.0):
                lines.append(f"{name}: {value}")
        device = run.started.get("device_name")
        if device:
            lines.append(self.tr("device: {name}").format(name=device))
        return "\n".join(lines)

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

    def use_selected(self) -> None:
        """Its checkpoint becomes the current one: to be used, tested, trained further."""
        run = self.selected
        if run is None:
            return
        try:
            self._controller.use_run(run)
        except (LanternError, OSError) as error:
            self.refused.emit(str(error))

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
        started = self._controller.started
        if self._controller.state.active and started is not None and started.run_id == run.id:
            self.refused.emit(self.tr("This run is on. Stop it first, then delete it."))
            return False
        if not self.ask_before_delete:
            return True
        answer = QMessageBox.question(
            self,
            self.tr("Delete run"),
            self.tr("Delete the run of {when} with its checkpoints? This cannot be undone.").format(
                when=_when(run)
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
        run = self.selected
        self._use.setEnabled(run is not None and run.checkpoint is not None)
        self._delete.setEnabled(run is not None)

    def _mark_current(self) -> None:
        """The run whose checkpoint is the current one stands in bold."""
        model = self._controller.model
        for row, run in enumerate(self._runs[: self._table.rowCount()]):
            current = model is not None and model.path.startswith(str(run.folder))
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
        self._table = QTableWidget(0, 5)
        self._table.setObjectName("runTable")
        self._table.setAccessibleName(self.tr("Runs"))
        self._table.setHorizontalHeaderLabels(
            [
                self.tr("Started (tick to compare)"),
                self.tr("Result"),
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
        self._use = QuietButton(self.tr("Use its checkpoint"), "checkpoint-load")
        self._use.setObjectName("useRun")
        self._use.clicked.connect(self.use_selected)
        self._delete = QuietButton(self.tr("Delete"), "delete")
        self._delete.setObjectName("deleteRun")
        self._delete.clicked.connect(self.delete_selected)
        buttons = QVBoxLayout()
        buttons.addWidget(self._use)
        buttons.addWidget(self._delete)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._table, 1)
        layout.addLayout(buttons)
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
        menu.addAction(self._use.text(), self.use_selected).setEnabled(self._use.isEnabled())
        menu.addAction(self._delete.text(), self.delete_selected)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.viewport().mapToGlobal(where))


def _optimizer_name(optimizer_id: str) -> str:
    from studio.optim.catalogue import OPTIMIZERS

    entry = OPTIMIZERS.get(optimizer_id)
    return entry.name if entry is not None else optimizer_id


def _when(run: Run) -> str:
    """Day and time of the start."""
    stamp = run.started.get("time")
    if not isinstance(stamp, int | float):
        return run.id
    return datetime.fromtimestamp(stamp).strftime("%d %b %H:%M:%S")


def _recipe(run: Run) -> dict[str, Any]:
    """As it stands in the record: under the project, or by itself."""
    project = run.started.get("project")
    found = project.get("recipe") if isinstance(project, Mapping) else run.started.get("recipe")
    return dict(found) if isinstance(found, Mapping) else {}


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
