"""An evaluation to look at: metrics, confusion matrix, classes and mistakes, or the plots for numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.project import Project
from studio.ui.labels import Heading, Note
from studio.ui.results_step.class_bars import ClassBars
from studio.ui.results_step.confusion_matrix import ConfusionMatrix
from studio.ui.results_step.headline import things
from studio.ui.results_step.metric_table import MetricTable
from studio.ui.results_step.mistake_card import MistakeCard
from studio.ui.results_step.samples import MeasuredSamples

if TYPE_CHECKING:
    from studio.engine.events import Evaluation
    from studio.ui.checkpoints import Model
    from studio.ui.points.answers_card import AnswersCard
    from studio.ui.results_step.detection_card import DetectionCard
    from studio.ui.results_step.label_table import LabelTable
    from studio.ui.results_step.regression_plots import RegressionPlots
    from studio.ui.workers.engine_host import EngineHost

TWO_COLUMNS = 780  # pixels of width from which the cards stand side by side
MANY_CLASSES = 30  # whose matrix needs the whole width


class Report(QWidget):
    """`show_evaluation` fills it; cards that have nothing to say are hidden."""

    examples_shown = Signal(QWidget)  # the card that has them: it may lie below the edge

    def __init__(self, samples: MeasuredSamples, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._wide: bool | None = None
        self._samples = samples
        self.plane: AnswersCard | None = None
        self.matrix = ConfusionMatrix()
        self.bars = ClassBars()
        self.table = MetricTable()
        self.mistakes = MistakeCard(samples, self.matrix.sentence)
        self.regression: RegressionPlots | None = None
        self._cell_says = Note()
        self._cell_says.setObjectName("cellSentence")
        self.labels: LabelTable | None = None
        self._labels_card = _card(self.tr("Label by label"))
        self._labels_card.hide()
        self.detection: DetectionCard | None = None
        self._detection_card = _card(self.tr("What was found"))
        self._detection_card.hide()
        self._matrix_card = _card(self.tr("What was taken for what"), self.matrix, self._cell_says)
        self._bars_card = _card(self.tr("Recognised per class"), self.bars)
        self._table_card = _card(self.tr("Metrics"), self.table)
        self._numbers_card = _card("")
        self._mistakes_card = _card("", self.mistakes)
        self._plane_card = _card("")
        self._plane_card.hide()
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(12)
        side.addWidget(self._table_card)
        side.addWidget(self._bars_card)
        side.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._arrange(wide=True)
        self.matrix.cell_entered.connect(
            lambda true, predicted: self._cell_says.setText(self.matrix.sentence(true, predicted))
        )
        self.matrix.cell_chosen.connect(self._on_cell_chosen)

    def show_evaluation(self, evaluation: Evaluation, project: Project) -> None:
        self._evaluation = evaluation
        self.table.set_metrics(evaluation.metrics, project, evaluation.guess)
        classes = evaluation.confusion is not None
        self._matrix_card.setVisible(classes)
        self._bars_card.setVisible(classes and bool(evaluation.per_class))
        if evaluation.confusion is not None:
            self.matrix.set_matrix(evaluation.confusion, evaluation.classes)
            self.bars.set_classes(evaluation.per_class or {})
            self._cell_says.setText(self._hint(evaluation))
        self._show_labels(evaluation)
        self._show_detection(evaluation)
        self._show_numbers(evaluation, project)
        self._fit()
        self.mistakes.show_evaluation(evaluation, project)
        self._mistakes_card.setVisible(self.mistakes.has_any)

    def show_plane(self, model: Model, host: EngineHost) -> None:
        """What the network says of the whole plane, where the data are points in it."""
        if self.plane is None:
            from studio.ui.points.answers_card import AnswersCard

            self.plane = AnswersCard(self._samples, host)
            layout = self._plane_card.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(0, self.plane)
        self._plane_card.setVisible(self.plane.show_model(model))

    def clear(self) -> None:
        """Nothing of an earlier result stays, neither to see nor as the axes of what comes next."""
        self._evaluation = None
        self.matrix.set_matrix(np.zeros((0, 0), np.int64), ())
        self.bars.set_classes({})
        if self.labels is not None:
            self.labels.clear()
        if self.detection is not None:
            self.detection.clear()
        if self.regression is not None:
            self.regression.clear()
        if self.plane is not None:
            self.plane.clear()
        self.mistakes.clear()
        self.hide()

    def _hint(self, evaluation: Evaluation) -> str:
        """The most frequent mistake, until the pointer is over a cell."""
        assert evaluation.confusion is not None
        wrong = evaluation.confusion.copy()
        np.fill_diagonal(wrong, 0)
        if not wrong.any():
            return self.tr("Not one mistake.")
        true, predicted = np.unravel_index(int(wrong.argmax()), wrong.shape)
        sentence = self.matrix.sentence(int(true), int(predicted))
        return self.tr("Most often: {sentence} Click a cell to see its samples.").format(sentence=sentence)

    def _show_labels(self, evaluation: Evaluation) -> None:
        self._labels_card.setVisible(evaluation.labels is not None)
        if evaluation.labels is None:
            return
        if self.labels is None:
            from studio.ui.results_step.label_table import LabelTable

            self.labels = LabelTable()
            layout = self._labels_card.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(1, self.labels)
        self.labels.set_curves(evaluation.labels, evaluation.classes, evaluation.samples)

    def _show_detection(self, evaluation: Evaluation) -> None:
        self._detection_card.setVisible(evaluation.detection is not None)
        if evaluation.detection is None:
            return
        if self.detection is None:
            from studio.ui.results_step.detection_card import DetectionCard

            self.detection = DetectionCard()
            layout = self._detection_card.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(1, self.detection)
            self._samples.changed.connect(self._show_found)
        self._show_found()

    def _show_found(self) -> None:
        """Again, where the pictures are there only now."""
        found = self._evaluation
        if self.detection is not None and found is not None and found.detection is not None:
            self.detection.show_evaluation(found, self._samples.picture)

    def _show_numbers(self, evaluation: Evaluation, project: Project) -> None:
        if evaluation.predictions is None or evaluation.targets is None or not len(evaluation.targets):
            self._numbers_card.hide()
            return
        if self.regression is None:
            from studio.ui.results_step.regression_plots import RegressionPlots

            self.regression = RegressionPlots()
            layout = self._numbers_card.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(0, self.regression)
            self.regression.number_chosen.connect(self.mistakes.show_number)
        self._numbers_card.show()
        facts = project.dataset.facts if project.dataset is not None else None
        target = facts.target if facts is not None else ""
        self.regression.set_results(evaluation, target, things(project, 1))

    def _on_cell_chosen(self, true: int, predicted: int) -> None:
        self.mistakes.show_cell(true, predicted)
        self._mistakes_card.show()
        self.examples_shown.emit(self._mistakes_card)

    # -- room ---------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        few = self._evaluation is None or len(self._evaluation.classes) <= MANY_CLASSES
        self._arrange(few and self.width() >= TWO_COLUMNS)

    def _arrange(self, wide: bool) -> None:
        """Side by side where there is room for both; else one below the other."""
        if wide == self._wide:
            return
        self._wide = wide
        cards = (
            self._labels_card,
            self._detection_card,
            self._matrix_card,
            self._numbers_card,
            self._side,
            self._mistakes_card,
            self._plane_card,
        )
        for card in cards:
            self._grid.removeWidget(card)
        if wide:
            self._grid.addWidget(self._plane_card, 0, 0, 1, 2)
            self._grid.addWidget(self._matrix_card, 1, 0)
            self._grid.addWidget(self._labels_card, 1, 0)
            self._grid.addWidget(self._detection_card, 1, 0)
            self._grid.addWidget(self._numbers_card, 1, 0)  # in the matrix's place: one of the two is seen
            self._grid.addWidget(self._side, 1, 1)
            self._grid.addWidget(self._mistakes_card, 2, 0, 1, 2)
        else:
            self._grid.addWidget(self._plane_card, 0, 0)
            self._grid.addWidget(self._matrix_card, 1, 0)
            self._grid.addWidget(self._labels_card, 1, 0)
            self._grid.addWidget(self._detection_card, 1, 0)
            self._grid.addWidget(self._side, 2, 0)
            self._grid.addWidget(self._numbers_card, 3, 0)
            self._grid.addWidget(self._mistakes_card, 4, 0)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2 if wide else 0)


def _card(title: str, *widgets: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(14, 12, 14, 12)
    layout.setSpacing(8)
    if title:
        layout.addWidget(Heading(title))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return card
