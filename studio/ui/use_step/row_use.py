"""Use a network for tables: fill in a row and see the answer at once, or hand over a whole table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.labels import Heading, Note
from studio.ui.use_step.answer_card import AnswerCard
from studio.ui.use_step.row_form import RowForm

if TYPE_CHECKING:
    from studio.data.preprocessing import Cell, TablePreprocessing
    from studio.engine.events import Prediction

ASK_AFTER_MS = 120  # after the last key, so that typing a number asks once


class RowUse(QWidget):
    row_given = Signal(dict)
    file_wanted = Signal()
    random_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: RowForm | None = None
        self._target = ""
        self._truth = ""
        self.answer = AnswerCard()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self._build()

    def set_preprocessing(self, preprocessing: TablePreprocessing) -> None:
        self._target, self._truth = preprocessing.target, ""  # what is known is of the last network's row
        self.form = RowForm(preprocessing.features)
        self.form.changed.connect(self._on_changed)
        self._area.setWidget(self.form)  # takes the old one away
        self.form.setAutoFillBackground(False)
        self._note.setText(
            self.tr("Change a value: the prediction of “{target}” follows at once.").format(
                target=preprocessing.target
            )
        )
        self.answer.clear()

    def ask_now(self) -> None:
        """Predicts what stands in the form."""
        self._timer.start(0)

    def focus_first(self) -> None:
        """Where work begins."""
        if self.form is not None:
            self.form.focus_first()

    def fill(self, row: Mapping[str, Cell], truth: str) -> None:
        if self.form is not None:
            self.form.fill(row)
            self._truth = truth
            self.ask_now()

    def change_truth(self, truth: str) -> None:
        """The right answer was corrected."""
        if self._truth:
            self._truth = truth
            self.answer.change_truth(truth)

    def show_prediction(self, prediction: Prediction) -> None:
        self.answer.show_prediction(prediction, self._target, self._truth)

    def _on_changed(self) -> None:
        self._truth = ""  # another row now
        self._timer.start(ASK_AFTER_MS)

    def _ask(self) -> None:
        if self.form is not None:
            self.row_given.emit(self.form.row)

    def _build(self) -> None:
        self._note = Note()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.viewport().setAutoFillBackground(False)  # the card's own colour
        self.dice = QuietButton(self.tr("Random test row"), "dice")
        self.dice.setObjectName("randomSample")
        self.dice.clicked.connect(self.random_wanted)
        table = QuietButton(self.tr("Whole table…"), "table")
        table.setObjectName("chooseTable")
        table.setToolTip(
            self.tr(
                "A CSV or Excel file with the same columns: every row is predicted. You can also drop it "
                "here, or paste rows from a spreadsheet."
            )
        )
        table.clicked.connect(self.file_wanted)
        buttons = QHBoxLayout()
        buttons.addWidget(self.dice)
        buttons.addWidget(table)
        buttons.addStretch(1)
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(18, 16, 18, 16)
        inside.addWidget(Heading(self.tr("A row")))
        inside.addWidget(self._note)
        inside.addWidget(self._area, 1)
        left = QVBoxLayout()
        left.addWidget(card, 1)
        left.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(left, 1)
        layout.addWidget(self.answer, 1)
