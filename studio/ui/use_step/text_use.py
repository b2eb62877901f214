"""Use a network for texts: type one and see the answer as you type; several lines are several texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Heading, Note
from studio.ui.use_step.answer_card import AnswerCard

if TYPE_CHECKING:
    from studio.data.preprocessing import TextPreprocessing
    from studio.engine.events import Prediction

ASK_AFTER_MS = 250  # after the last key
MOST_TYPED = 1_000_000  # characters; more comes from a file


class TextUse(QWidget):
    """Wishes go out as signals; the page asks the engine and hands the answer back."""

    text_given = Signal(str)  # one text, to be answered at once
    texts_given = Signal(list)  # one of each line
    file_wanted = Signal()
    random_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._truth = ""
        self._target = ""
        self._filling = False
        self.answer = AnswerCard()
        self.edit = QPlainTextEdit()
        self.edit.setObjectName("typedText")
        self.edit.setAccessibleName(self.tr("Text"))
        self.edit.setPlaceholderText(self.tr("Type or paste a text here. Several lines are several texts."))
        self.edit.setTabChangesFocus(True)
        self.edit.textChanged.connect(self._on_typed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self._build()

    def set_preprocessing(self, preprocessing: TextPreprocessing) -> None:
        self._target, self._truth = preprocessing.target, ""  # what is known is of the last network's text
        self.answer.clear(
            self.tr("It has {count} answers to choose from.").format(count=len(preprocessing.classes))
        )

    @property
    def lines(self) -> list[str]:
        """The texts that were typed: one in each line."""
        return [line for line in self.edit.toPlainText()[:MOST_TYPED].splitlines() if line.strip()]

    def ask_now(self) -> None:
        """Asks about what stands there."""
        self._timer.start(0)

    def focus_first(self) -> None:
        """Where work begins."""
        self.edit.setFocus()

    def fill(self, text: str, truth: str) -> None:
        """One text, whose right answer is known or empty."""
        self._filling = True
        self.edit.setPlainText(" ".join(text.split()))
        self._filling = False
        self._truth = truth
        self.ask_now()

    def change_truth(self, truth: str) -> None:
        """The right answer was corrected."""
        if self._truth:
            self._truth = truth
            self.answer.change_truth(truth)

    def show_prediction(self, prediction: Prediction) -> None:
        if len(self.lines) == 1:  # else it answers what stood there before
            self.answer.show_prediction(prediction, self._target, self._truth)

    def _on_typed(self) -> None:
        if not self._filling:
            self._truth = ""  # another text now
        self._show_state()
        self._timer.start(ASK_AFTER_MS)

    def _show_state(self) -> None:
        count = len(self.lines)
        self.many.setVisible(count > 1)
        self.many.setText(self.tr("Predict {count} texts").format(count=f"{count:,}"))

    def _ask(self) -> None:
        lines = self.lines
        if len(lines) == 1:
            self.text_given.emit(lines[0])
        elif lines:
            self.answer.clear(self.tr("{count} lines are {count} texts.").format(count=f"{len(lines):,}"))
        else:
            self.answer.clear()

    def _build(self) -> None:
        self.many = PrimaryButton("")
        self.many.setObjectName("predictLines")
        self.many.clicked.connect(lambda: self.texts_given.emit(self.lines))
        self.many.hide()
        self.dice = QuietButton(self.tr("Random test text"), "dice")
        self.dice.setObjectName("randomSample")
        self.dice.clicked.connect(self.random_wanted)
        file = QuietButton(self.tr("File of texts…"), "text")
        file.setObjectName("chooseTexts")
        file.setToolTip(
            self.tr("A text file, in which every line is a text, or a table with a column of texts.")
        )
        file.clicked.connect(self.file_wanted)
        buttons = QHBoxLayout()
        for button in (self.dice, file, self.many):
            buttons.addWidget(button)
        buttons.addStretch(1)
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(18, 16, 18, 16)
        inside.addWidget(Heading(self.tr("A text")))
        inside.addWidget(Note(self.tr("Type: the answer follows at once.")))
        inside.addWidget(self.edit, 1)
        left = QVBoxLayout()
        left.addWidget(card, 1)
        left.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(left, 1)
        layout.addWidget(self.answer, 1)
