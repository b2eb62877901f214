"""An evaluation to look at: metrics, confusion matrix, classes and mistakes, or the plots for numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.ui.buttons import QuietButton
from studio.ui.document import Document
from studio.ui.labels import Heading, Note
from studio.ui.results_step.class_bars import ClassBars
from studio.ui.results_step.confusion_matrix import ConfusionMatrix
from studio.ui.results_step.metric_table import MetricTable
from studio.ui.results_step.mistakes import Mistake, Mistakes

if TYPE_CHECKING:
    from studio.engine.events import Evaluation
    from studio.ui.results_step.regression_plots import RegressionPlots


class Report(QWidget):
    """`show_evaluation` fills it; cards that have nothing to say are hidden."""

    examples_shown = Signal(QWidget)  # the card that has them: it may lie below the edge

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._evaluation: Evaluation | None = None
        self.matrix = ConfusionMatrix()
        self.bars = ClassBars()
        self.table = MetricTable()
        self.mistakes = Mistakes()
        self.regression: RegressionPlots | None = None
        self._cell_says = Note()
        self._cell_says.setObjectName("cellSentence")
        self._mistakes_title = Heading(self.tr("Worst mistakes"))
        self._mistakes_note = Note()
        self._all = QuietButton(self.tr("Show all mistakes"))
        self._all.clicked.connect(self._show_all_mistakes)
        self._matrix_card = _card(self.tr("What was taken for what"), self.matrix, self._cell_says)
        self._bars_card = _card(self.tr("Recognised per class"), self.bars)
        self._table_card = _card(self.tr("Metrics"), self.table)
        self._mistakes_card = _card("", self._mistakes_title, self._mistakes_note, self.mistakes, self._all)
        self._numbers_card = _card("")
        self.mistakes.setMinimumHeight(270)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self._table_card)
        right.addWidget(self._bars_card)
        right.addStretch(1)
        self._grid.addWidget(self._matrix_card, 0, 0)
        self._grid.addLayout(right, 0, 1)
        self._grid.addWidget(self._numbers_card, 0, 0)  # in the matrix’s place: one of the two is seen
        self._grid.addWidget(self._mistakes_card, 2, 0, 1, 2)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self.matrix.cell_entered.connect(
            lambda true, predicted: self._cell_says.setText(self.matrix.sentence(true, predicted))
        )
        self.matrix.cell_chosen.connect(self._on_cell_chosen)

    def show_evaluation(self, evaluation: Evaluation, project: Project) -> None:
        self._evaluation = evaluation
        self.table.set_metrics(evaluation.metrics, project)
        classes = evaluation.confusion is not None
        self._matrix_card.setVisible(classes)
        self._bars_card.setVisible(classes and bool(evaluation.per_class))
        self._mistakes_card.setVisible(bool(evaluation.worst))
        if evaluation.confusion is not None:
            self.matrix.set_matrix(evaluation.confusion, evaluation.classes)
            self.bars.set_classes(evaluation.per_class or {})
            self._cell_says.setText(self._hint(evaluation))
            self._show_all_mistakes()
        self._show_numbers(evaluation, project)

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

    def _show_numbers(self, evaluation: Evaluation, project: Project) -> None:
        if evaluation.predictions is None or evaluation.targets is None or not len(evaluation.targets):
            self._numbers_card.hide()
            return
        if self.regression is None:
            from studio.ui.results_step.regression_plots import RegressionPlots

            self.regression = RegressionPlots()
            layout = self._numbers_card.layout()
            assert layout is not None
            layout.addWidget(self.regression)
        self._numbers_card.show()
        facts = project.dataset.facts if project.dataset is not None else None
        target = facts.target if facts is not None else ""
        self.regression.set_pairs(evaluation.predictions, evaluation.targets, target)

    # -- mistakes -----------------------------------------------------------------------------------

    def _show_all_mistakes(self) -> None:
        if self._evaluation is None:
            return
        self._mistakes_title.setText(self.tr("Worst mistakes"))
        self._mistakes_note.setText(self.tr("Wrong although the network was sure. The surest stand first."))
        self._all.hide()
        self._show(self._evaluation.worst)

    def _on_cell_chosen(self, true: int, predicted: int) -> None:
        evaluation = self._evaluation
        if evaluation is None or evaluation.confusion is None:
            return
        examples = evaluation.by_cell.get((true, predicted), ())
        count = int(evaluation.confusion[true, predicted])
        self._mistakes_title.setText(self.matrix.sentence(true, predicted))
        if not count:
            note = ""
        elif not examples:
            note = self.tr("With so many classes, only the most frequent mistakes have examples.")
        elif len(examples) == count:
            note = self.tr("Here they are.")
        elif true == predicted:
            note = self.tr("Shown: {shown}, the ones it was least sure of.")
        else:
            note = self.tr("Shown: {shown} of them, the surest first.")
        self._mistakes_note.setText(note.format(shown=len(examples)))
        self._all.setVisible(bool(evaluation.worst))
        self._mistakes_card.show()
        self._show(examples)
        self.examples_shown.emit(self._mistakes_card)

    def _show(self, mistakes: Sequence[Mistake]) -> None:
        evaluation = self._evaluation
        assert evaluation is not None
        # Diverged weights answer with no numbers at all: nothing to be sure about.
        mistakes = [mistake for mistake in mistakes if math.isfinite(mistake[3])]
        self.mistakes.show_mistakes(mistakes, evaluation.classes, self._picture, self._name)
        self.mistakes.setVisible(bool(mistakes))

    def _picture(self, index: int) -> npt.NDArray[np.uint8] | None:
        picture = getattr(self._document.dataset, "picture", None)
        if picture is None:
            return None
        try:
            return np.asarray(picture(index))
        except (LanternError, OSError, IndexError):
            return None

    def _name(self, index: int) -> str:
        dataset = self._document.dataset
        if dataset is None or index >= len(dataset):
            return self.tr("Sample {number}").format(number=index)
        return dataset.name_of(index)


def _card(title: str, *widgets: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(14, 12, 14, 12)
    layout.setSpacing(8)
    if title:
        label = QLabel(f"<b>{title}</b>")
        layout.addWidget(label)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return card
