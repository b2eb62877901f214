"""The Results step: how good the network is, in words, figures and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.core.safe_write import SaveError
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.changed_notice import ChangedNotice
from studio.ui.checkpoints import Model
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.empty_state import EmptyState
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.labels import Note, Title
from studio.ui.page import Panel
from studio.ui.results_step.known_results import Key, KnownResults
from studio.ui.results_step.samples import MeasuredSamples
from studio.ui.results_step.split_bar import ORDER, SplitBar
from studio.ui.results_step.verdict_line import VerdictLine
from studio.ui.run_controller import RunController

if TYPE_CHECKING:
    from studio.engine.events import Evaluation, Event
    from studio.ui.results_step.model_facts import ModelFacts
    from studio.ui.results_step.report import Report

NARROW = 620  # pixels of width under which the buttons go below the headline


class ResultsPage(QWidget):
    """Shows the current checkpoint's evaluation; asks the host for the splits that the run did not tell."""

    next_requested = Signal()
    step_requested = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: RunController,
        dialogs: FileDialogs | None = None,
        parent: QWidget | None = None,
        relabelling: Relabelling | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("resultsPage")
        self.setAccessibleName(self.tr("Results"))
        self._document = document
        self._controller = controller
        self._dialogs = dialogs or NativeFileDialogs()
        self._known = KnownResults()
        self._asked: Key | None = None
        self._failed: dict[Key, str] = {}  # why a split could not be measured
        self._facts: tuple[tuple[str, int], ModelFacts] | None = None  # of which checkpoint, at which step
        self._empty_splits: set[tuple[str, str]] = set()  # (checkpoint, split) that turned out to be empty
        self._samples = MeasuredSamples(document, self, relabelling)
        self.report: Report | None = None
        self._build()
        controller.model_changed.connect(self._on_model_changed)
        controller.state_changed.connect(self._on_model_changed)
        controller.finished.connect(self._on_model_changed)
        document.project_changed.connect(self._on_project_changed)
        document.dataset_changed.connect(self._on_data_changed)
        self._refresh()

    @property
    def panels(self) -> tuple[Panel, ...]:
        return ()

    @property
    def evaluation(self) -> Evaluation | None:
        """What is shown."""
        key = self._key()
        return self._known.get(key) if key is not None else None

    def entered(self) -> None:
        self._failed.clear()  # what was missing may be there again
        self._refresh()

    def stop(self) -> None:
        """Joins the worker; called when the window closes."""
        self._samples.stop()

    def choose_split(self, split: str) -> None:
        """ "test", "validation" or "train"."""
        self._split.choose(split)
        key = self._key()
        if key is not None:
            self._failed.pop(key, None)
        self._refresh()

    # -- what is known ------------------------------------------------------------------------------

    def _on_model_changed(self) -> None:
        result, model = self._controller.result, self._controller.model
        if result is not None and result.evaluation is not None and model is not None:
            self._take(model, result.evaluation)
        self._facts = None  # the record has grown
        if self.isVisible():
            self._refresh()

    def _on_project_changed(self) -> None:
        if self._document.project is None:
            self._samples.follow(None)

    def _on_data_changed(self) -> None:
        """What could not be measured for want of data may be possible now."""
        self._failed.clear()
        if self.isVisible():
            self._refresh()

    def _take(self, model: Model, evaluation: Evaluation, wanted: str = "") -> None:
        """Keeps an answer; where another split had to stand in for the wanted one, that one is empty."""
        self._known.keep((model.path, model.step, evaluation.split), evaluation)
        standing_in = {"validation": ("test",), "train": ("test", "validation")}
        ended = wanted == "test" or not wanted
        if evaluation.split in standing_in and ended and evaluation.split != wanted:
            self._empty_splits |= {(model.path, split) for split in standing_in[evaluation.split]}

    def _key(self) -> Key | None:
        model = self._controller.model
        return (model.path, model.step, self._split.current) if model is not None else None

    def _facts_of(self, model: Model) -> ModelFacts:
        if self._facts is None or self._facts[0] != (model.path, model.step):
            from studio.ui.results_step.model_facts import facts_of

            facts = facts_of(model)
            self._facts = ((model.path, model.step), facts)
            if facts.kept is not None:
                self._known.keep_first((model.path, model.step, facts.kept.split), facts.kept)
        return self._facts[1]

    def _sizes(self, model: Model) -> dict[str, int]:
        sizes = dict(self._facts_of(model).sizes)
        sizes.update({split: 0 for path, split in self._empty_splits if path == model.path})
        sizes.update({e.split: e.samples for e in self._known.of(model.path)})
        return sizes

    def _refresh(self) -> None:
        model = self._controller.model
        if self._controller.state.active and (model is None or self.evaluation is None):
            self._stack.setCurrentWidget(self._busy)
            return
        if model is None:
            if self.report is not None:
                self.report.clear()
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentWidget(self._body)
        sizes = self._sizes(model)
        if sizes.get(self._split.current) == 0:
            self._split.choose(next((split for split in ORDER if sizes.get(split) != 0), "train"))
        key = self._key()
        assert key is not None
        self._about.setText(self._facts_of(model).sentence)
        self._tell_splits(model, sizes)
        evaluation = self._known.get(key)
        if evaluation is not None:
            self._show(evaluation, model)
        elif key in self._failed:
            self._tell_failure(self._failed[key])
        else:
            self._ask(key, model)

    def _tell_splits(self, model: Model, sizes: dict[str, int]) -> None:
        from studio.ui.train_step.kind_metrics import quantities_of

        quantity = next(iter(quantities_of(model.project)), None)
        if quantity is None:
            return
        measured = {e.split: e.metrics for e in self._known.of(model.path, model.step)}
        noted = self._facts_of(model).metrics
        found = {**noted, **measured}
        values = {
            split: quantity.text(metrics[quantity.id])
            for split, metrics in found.items()
            if quantity.id in metrics
        }
        self._split.tell(values, sizes, rough="train" not in measured)

    def _ask(self, key: Key, model: Model) -> None:
        self._samples.follow(model.project)
        if self.report is not None:
            self.report.clear()
        self._verdict.clear()
        self._say(self.tr("Testing…"), self.tr("The network answers samples and is compared with the truth."))
        if self._asked == key:
            return
        from studio.engine.requests import Evaluate

        self._asked = key
        request = Evaluate(model.path, key[2])  # type: ignore[arg-type]
        self._controller.host.ask(request, lambda answer: self._on_answer(key, model, answer), key="evaluate")

    def _on_answer(self, key: Key, model: Model, answer: Event) -> None:
        from studio.engine.events import Evaluation

        if self._asked == key:
            self._asked = None
        if isinstance(answer, Evaluation):
            self._take(model, answer, wanted=key[2])
        else:
            self._failed[key] = getattr(answer, "message", "")
        if self._key() is None or self._key()[:2] == key[:2]:  # type: ignore[index]
            self._refresh()

    def _tell_failure(self, message: str) -> None:
        self._verdict.clear()
        self._export.setEnabled(False)
        self._say(self.tr("The results could not be computed"), message)
        if self.report is not None:
            self.report.clear()

    def _show(self, evaluation: Evaluation, model: Model) -> None:
        from studio.ui.results_step.headline import headline

        self._samples.follow(model.project)
        report = self._make_report()
        self._say(*headline(evaluation, model.project))
        self._verdict.show_verdict(evaluation, model.project, self._facts_of(model).metrics.get("train", {}))
        report.show_evaluation(evaluation, model.project)
        report.show_plane(model, self._controller.host)
        report.show()
        self._export.setEnabled(True)

    def _say(self, title: str, below: str) -> None:
        self._title.setText(title)
        self._below.setText(below)
        self._title.setAccessibleDescription(below)

    def _make_report(self) -> Report:
        if self.report is None:
            from studio.ui.results_step.report import Report

            self.report = Report(self._samples)
            self._column.insertWidget(self._column.count() - 1, self.report)
            # Once the card has its new height.
            self.report.examples_shown.connect(
                lambda card: QTimer.singleShot(0, card, lambda: self._body.ensureWidgetVisible(card, 0, 12))
            )
        return self.report

    # -- taking it home -----------------------------------------------------------------------------

    def _on_export(self, form: str) -> None:
        evaluation = self.evaluation
        if evaluation is None or self.report is None:
            return
        filters = self.tr("Tables (*.csv)") if form == "csv" else self.tr("Pictures (*.png)")
        name = f"results-{evaluation.split}.{form}"
        path = self._dialogs.save_file(self, self.tr("Export results"), filters, name)
        if path is None:
            return
        from studio.ui.plots.plot_export import write_png
        from studio.ui.results_step.results_export import write_results

        try:
            if form == "csv":
                write_results(evaluation, path)
            else:
                write_png(self.report, path)
        except SaveError as error:
            self._below.setText(str(error))

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self._empty = EmptyState(
            "results",
            self.tr("No results yet"),
            self.tr(
                "Train the network first. Then you see here how often it is right, what it mixes up, "
                "and its worst mistakes."
            ),
            self.tr("To training"),
        )
        self._empty.chosen.connect(lambda: self.step_requested.emit("train"))
        self._busy = EmptyState(
            "clock",
            self.tr("Training is running"),
            self.tr("The results appear here when it has ended. The curves show how it goes."),
            self.tr("See the curves"),
        )
        self._busy.chosen.connect(lambda: self.step_requested.emit("train"))
        self._stack = QStackedLayout(self)
        for widget in (self._empty, self._busy):
            self._stack.addWidget(widget)
        self._body: QScrollArea = self._make_body()
        self._stack.addWidget(self._body)

    def _make_body(self) -> QScrollArea:
        self._title = Title()
        self._title.setObjectName("resultsHeadline")
        self._below = Note()
        self._below.setObjectName("resultsBelow")
        self._verdict = VerdictLine()
        self._about = Note()
        self._about.setObjectName("resultsAbout")
        self._about.setToolTip(
            self.tr("Which network this is, and which data it learnt from. The data's mark in brackets "
                    "changes when the data change.")
        )  # fmt: skip
        self._changed = ChangedNotice(self._document, self._controller)
        self._changed.step_requested.connect(self.step_requested)
        self._split = SplitBar()
        self._split.chosen.connect(self.choose_split)
        self._use = PrimaryButton(self.tr("Use it →"))
        self._use.setObjectName("useButton")
        self._use.clicked.connect(self.next_requested)
        self._export = self._export_button()
        words = QWidget()
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        for label in (self._title, self._below, self._verdict, self._about):
            lines.addWidget(label)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._export)
        row.addWidget(self._use)
        self._words = words
        self._head = QGridLayout()
        self._head.setSpacing(8)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)
        self._column.addWidget(self._changed)
        self._column.addLayout(self._head)
        self._column.addWidget(self._split)
        self._column.addStretch(1)
        self._place_buttons(narrow=False)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

    def _place_buttons(self, narrow: bool) -> None:
        """Beside the headline; where that would be squeezed, below it."""
        for widget in (self._words, self._buttons):
            self._head.removeWidget(widget)
        top = Qt.AlignmentFlag.AlignTop
        self._head.addWidget(self._words, 0, 0)
        if narrow:
            self._head.addWidget(self._buttons, 1, 0, top | Qt.AlignmentFlag.AlignLeft)
        else:
            self._head.addWidget(self._buttons, 0, 1, top)
        self._head.setColumnStretch(0, 1)
        self._column.setContentsMargins(*((10, 8, 10, 8) if narrow else (16, 16, 16, 16)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons(self.width() < NARROW)

    def _export_button(self) -> QuietButton:
        button = QuietButton(self.tr("Export"), "export")
        button.setObjectName("exportResults")
        button.setEnabled(False)
        menu = QMenu(button)
        for form, text in (("csv", self.tr("As table (CSV)…")), ("png", self.tr("As picture (PNG)…"))):
            action = QAction(text, menu)
            action.triggered.connect(lambda _=False, form=form: self._on_export(form))
            menu.addAction(action)
        button.setMenu(menu)
        return button
