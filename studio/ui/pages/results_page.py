"""The Results step: how good the network is, in words, figures and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from studio.core.safe_write import SaveError
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.checkpoints import Model
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.empty_state import EmptyState
from studio.ui.labels import Note, Title
from studio.ui.page import Panel
from studio.ui.run_controller import RunController

if TYPE_CHECKING:
    from studio.engine.events import Evaluation, Event
    from studio.ui.results_step.report import Report


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
    ) -> None:
        super().__init__(parent)
        self.setObjectName("resultsPage")
        self.setAccessibleName(self.tr("Results"))
        self._document = document
        self._controller = controller
        self._dialogs = dialogs or NativeFileDialogs()
        self._known: dict[tuple[str, int, str], Evaluation] = {}  # by checkpoint, step and split
        self._asked: tuple[str, int, str] | None = None
        self.report: Report | None = None
        self._build()
        controller.model_changed.connect(self._on_model_changed)
        controller.finished.connect(self._on_model_changed)
        document.dataset_changed.connect(self._on_model_changed)
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
        self._refresh()

    def choose_split(self, split: str) -> None:
        """ "test", "validation" or "train"."""
        self._split.setCurrentIndex(self._split.findData(split))
        self._refresh()

    # -- what is known ------------------------------------------------------------------------------

    def _on_model_changed(self) -> None:
        result, model = self._controller.result, self._controller.model
        if result is not None and result.evaluation is not None and model is not None:
            key = (model.path, model.step, result.evaluation.split)
            self._known[key] = result.evaluation
        if self.isVisible():
            self._refresh()

    def _key(self) -> tuple[str, int, str] | None:
        model = self._controller.model
        return (model.path, model.step, str(self._split.currentData())) if model is not None else None

    def _refresh(self) -> None:
        key, model = self._key(), self._controller.model
        if self._controller.state.active and self.evaluation is None:
            self._stack.setCurrentWidget(self._busy)
            return
        if key is None or model is None:
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentWidget(self._body)
        evaluation = self._known.get(key)
        if evaluation is None:
            self._ask(key, model)
        else:
            self._show(evaluation, model)

    def _ask(self, key: tuple[str, int, str], model: Model) -> None:
        if self._asked == key:
            return
        from studio.engine.requests import Evaluate

        self._asked = key
        self._say(self.tr("Testing…"), self.tr("The network answers samples and is compared with the truth."))
        request = Evaluate(model.path, key[2])  # type: ignore[arg-type]
        self._controller.host.ask(request, lambda answer: self._on_answer(key, answer), key="evaluate")

    def _on_answer(self, key: tuple[str, int, str], answer: Event) -> None:
        from studio.engine.events import Evaluation

        self._asked = None
        if isinstance(answer, Evaluation):
            self._known[key] = answer
            self._refresh()
        else:
            self._say(self.tr("The results could not be computed"), getattr(answer, "message", ""))
            if self.report is not None:
                self.report.hide()

    def _show(self, evaluation: Evaluation, model: Model) -> None:
        from studio.ui.results_step.headline import headline

        report = self._make_report()
        self._say(*headline(evaluation, model.project))
        report.show_evaluation(evaluation, model.project)
        report.show()
        self._export.setEnabled(True)

    def _say(self, title: str, below: str) -> None:
        self._title.setText(title)
        self._below.setText(below)
        self._title.setAccessibleDescription(below)

    def _make_report(self) -> Report:
        if self.report is None:
            from studio.ui.results_step.report import Report

            self.report = Report(self._document)
            self._column.insertWidget(1, self.report)
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
        self._split = QComboBox()
        self._split.setObjectName("splitSelector")
        self._split.setAccessibleName(self.tr("Samples to test on"))
        for split, text in (
            ("test", self.tr("Test samples")),
            ("validation", self.tr("Validation samples")),
            ("train", self.tr("Training samples")),
        ):
            self._split.addItem(text, split)
        self._split.activated.connect(lambda _: self._refresh())
        self._use = PrimaryButton(self.tr("Use it →"))
        self._use.setObjectName("useButton")
        self._use.clicked.connect(self.next_requested)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._below)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        top = Qt.AlignmentFlag.AlignTop
        self._export = self._export_button()
        for widget in (self._split, self._export, self._use):
            head.addWidget(widget, 0, top)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(14)
        self._column.addLayout(head)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

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
