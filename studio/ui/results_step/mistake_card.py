"""The samples behind a result: its worst mistakes, or those of one cell of the confusion matrix."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.ui.buttons import QuietButton
from studio.ui.labels import Heading, Note
from studio.ui.plots.quantities import number_text
from studio.ui.results_step.mistake_table import MistakenRow, MistakeTable, rows_of_classes
from studio.ui.results_step.mistakes import Mistake, Mistakes, ShownSample
from studio.ui.results_step.samples import MeasuredSamples
from studio.ui.split_words import split_samples

if TYPE_CHECKING:
    from studio.engine.events import Evaluation

TELLING = 5  # columns beside truth and answer


class MistakeCard(QWidget):
    """Pictures as thumbnails, rows of a table and texts as a table."""

    def __init__(
        self,
        samples: MeasuredSamples,
        sentence: Callable[[int, int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._samples = samples
        self._sentence = sentence
        self._evaluation: Evaluation | None = None
        self._project: Project | None = None
        self._cell: tuple[int, int] | None = None
        self._number = 0  # which of several numbers is looked at
        self._telling: tuple[object, tuple[str, ...]] = (None, ())  # the dataset they were found in, names
        self.title = Heading()
        self.note = Note()
        self.problem = Note()
        self.pictures = Mistakes()
        self.rows = MistakeTable()
        self.all = QuietButton(self.tr("Show all mistakes"))
        self.all.clicked.connect(self._show_worst)
        self.pictures.setMinimumHeight(270)
        self.pictures.follow_labels(samples)
        self.rows.follow_labels(samples)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.title, self.note, self.problem, self.pictures, self.rows, self.all):
            layout.addWidget(widget)
        samples.changed.connect(self._show_again)

    @property
    def has_any(self) -> bool:
        found = self._evaluation
        return found is not None and bool(found.worst or found.furthest or found.wrong_labels)

    def show_evaluation(self, evaluation: Evaluation, project: Project) -> None:
        self._evaluation, self._project, self._cell, self._number = evaluation, project, None, 0
        self._show_again()

    def show_cell(self, true: int, predicted: int) -> None:
        self._cell = (true, predicted)
        self._show_again()

    def show_number(self, place: int) -> None:
        """Another one of several numbers."""
        self._number = place
        self._show_again()

    def clear(self) -> None:
        self._evaluation = self._project = self._cell = None
        self.pictures.clear()
        self.rows.show_rows((), "", (), "")

    def _show_worst(self) -> None:
        self._cell = None
        self._show_again()

    def _show_again(self) -> None:
        """Also when the data arrive: then with their pictures and cells."""
        evaluation = self._evaluation
        if evaluation is None:
            return
        self.problem.setText(self._samples.problem)
        self.problem.setVisible(bool(self._samples.problem))
        self.all.setVisible(self._cell is not None and self.has_any)
        if evaluation.labels is not None:
            self._show_labels(evaluation)
        elif evaluation.confusion is None:
            self._show_numbers(evaluation)
        elif self._cell is not None:
            self._tell_cell(evaluation, self._cell)
            self._show(evaluation, evaluation.by_cell.get(self._cell, ()))
        else:
            self.title.setText(self.tr("Worst mistakes"))
            text = self.tr("Of the {samples}: wrong although the network was sure. The surest stand first.")
            self.note.setText(text.format(samples=split_samples(evaluation.split)))
            self._show(evaluation, evaluation.worst)

    def _tell_cell(self, evaluation: Evaluation, cell: tuple[int, int]) -> None:
        assert evaluation.confusion is not None
        examples, count = evaluation.by_cell.get(cell, ()), int(evaluation.confusion[cell])
        self.title.setText(self._sentence(*cell))
        if not count:
            note = ""
        elif not examples:
            note = self.tr("With so many classes, only the most frequent mistakes have examples.")
        elif len(examples) == count:
            note = self.tr("Here they are.")
        elif cell[0] == cell[1]:
            note = self.tr("Shown: {shown}, the ones it was least sure of.")
        else:
            note = self.tr("Shown: {shown} of them, the surest first.")
        self.note.setText(note.format(shown=len(examples)))

    def _show(self, evaluation: Evaluation, mistakes: Sequence[Mistake]) -> None:
        # Diverged weights answer with no numbers at all: nothing to be sure about.
        mistakes = [mistake for mistake in mistakes if math.isfinite(mistake[3])]
        tabular = self._project is not None and self._project.kind.startswith(("tabular", "text"))
        self.rows.setVisible(tabular and bool(mistakes))
        self.pictures.setVisible(not tabular and bool(mistakes))
        if tabular:
            rows = rows_of_classes(mistakes, evaluation.classes, self._name, self._cells, self._samples.now)
            self.rows.show_rows(rows, self._target(), self._telling_columns(), self.tr("How sure"))
        else:
            self.pictures.show_mistakes(
                mistakes, evaluation.classes, self._picture, self._name, self._samples.now
            )

    def _show_numbers(self, evaluation: Evaluation) -> None:
        self.title.setText(self.tr("Furthest off"))
        pictures = self._project is not None and self._project.kind.startswith("image")
        text = self.tr("Of the {samples}: the rows whose prediction is furthest from the truth.")
        if pictures:
            text = self.tr("Of the {samples}: the pictures whose prediction is furthest from the truth.")
        text = text.format(samples=split_samples(evaluation.split))
        if not all(math.isfinite(predicted) for *_, predicted in evaluation.furthest):
            text += " " + self.tr(
                "“No number”: there the network's arithmetic went beyond all bounds. A smaller learning rate "
                "keeps it within them."
            )
        self.note.setText(text)
        if pictures and evaluation.numbers:
            one = evaluation.numbers[min(self._number, len(evaluation.numbers) - 1)]
            self.rows.hide()
            self.pictures.setVisible(bool(one.furthest))
            self.pictures.show_samples(
                [self._far(one.unit, *far) for far in one.furthest], self._picture, self._samples.now
            )
            return
        rows = [
            MistakenRow(
                self._name(index),
                number_text(true),
                number_text(predicted) if math.isfinite(predicted) else self.tr("No number"),
                _signed(predicted - true),
                True,
                self._cells(index),
                index,
                self._samples.now(index),
            )
            for index, true, predicted in evaluation.furthest
        ]
        self.pictures.hide()
        self.rows.setVisible(bool(rows))
        self.rows.show_rows(rows, self._target(), self._telling_columns(), self.tr("Difference"))

    def _far(self, unit: str, index: int, true: float, predicted: float) -> ShownSample:
        told, right = (f"{number_text(value)} {unit}".rstrip() for value in (predicted, true))
        off = f"{_signed(predicted - true)} {unit}".rstrip()
        return ShownSample(
            index,
            self._name(index),
            self.tr("{told}\nis {right}").format(told=told, right=right),
            self.tr("{name}: the network said {told}, in truth it is {right}: off by {off}.").format(
                name=self._name(index), told=told, right=right, off=off
            ),
        )

    def _show_labels(self, evaluation: Evaluation) -> None:
        self.title.setText(self.tr("Worst mistakes"))
        text = self.tr(
            "Of the {samples}: single labels that are wrong although the network was sure. The surest stand "
            "first."
        )
        self.note.setText(text.format(samples=split_samples(evaluation.split)))
        self.rows.hide()
        self.pictures.setVisible(bool(evaluation.wrong_labels))
        shown = [
            self._wrong(index, evaluation.classes[label], there, share)
            for index, label, there, share in evaluation.wrong_labels
        ]
        self.pictures.show_samples(shown, self._picture, self._samples.now)

    def _wrong(self, index: int, label: str, there: bool, share: float) -> ShownSample:
        text = self.tr("{label} ({share} %)\nis there") if there else self.tr("{label} ({share} %)\nis not")
        sentence = self.tr("{name}: the network gives “{label}” {share} %, but the picture has it.")
        if not there:
            sentence = self.tr("{name}: the network gives “{label}” {share} %, but the picture has it not.")
        words: dict[str, Any] = {"name": self._name(index), "label": label, "share": round(100 * share)}
        return ShownSample(index, words["name"], text.format(**words), sentence.format(**words))

    # -- the data -----------------------------------------------------------------------------------

    def _target(self) -> str:
        dataset = self._project.dataset if self._project is not None else None
        return dataset.facts.target if dataset is not None and dataset.facts is not None else ""

    def _telling_columns(self) -> tuple[str, ...]:
        dataset = self._samples.dataset
        if dataset is None or not hasattr(dataset, "row"):
            return ()
        if hasattr(dataset, "text"):
            return ("text",)
        if self._telling[0] is not dataset:
            from studio.data.tables.telling import telling_columns

            self._telling = (dataset, telling_columns(dataset, TELLING))  # type: ignore[arg-type]
        return self._telling[1]

    def _cells(self, index: int) -> Mapping[str, str]:
        row = getattr(self._samples.dataset, "row", None)
        if row is None:
            return {}
        try:
            return {name: _cell_text(cell) for name, cell in row(index).items()}
        except (LanternError, OSError, IndexError):
            return {}

    def _picture(self, index: int) -> npt.NDArray[np.uint8] | None:
        picture = getattr(self._samples.dataset, "picture", None)
        if picture is None:
            return None
        try:
            return np.asarray(picture(index))
        except (LanternError, OSError, IndexError):
            return None

    def _name(self, index: int) -> str:
        dataset = self._samples.dataset
        if dataset is None or index >= len(dataset):
            return self.tr("Sample {number}").format(number=index)
        return dataset.name_of(index)


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _signed(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"+{number_text(value)}" if value > 0 else number_text(value)
