"""The network's answer to one input: the prediction large, every class with its probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.use_step.answer_words import answer_text
from studio.ui.use_step.found_boxes import counted, sure_boxes
from studio.ui.use_step.threshold_slider import ThresholdSlider

if TYPE_CHECKING:
    from studio.engine.events import Prediction

_ROW = 30


class ProbabilityBars(QWidget):
    """All classes, the most probable first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilityBars")
        self.setAccessibleName(self.tr("Probabilities"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[str, float]] = []
        self._threshold: float | None = None
        theme.theme().theme_changed.connect(self.update)

    @property
    def rows(self) -> list[tuple[str, float]]:
        return self._rows

    def set_threshold(self, threshold: float | None) -> None:
        """Above it a label is there; None: the first one is the answer."""
        self._threshold = threshold
        self.update()

    def set_probabilities(self, probabilities: dict[str, float]) -> None:
        self._rows = sorted(probabilities.items(), key=lambda row: -row[1])
        self.setAccessibleDescription(", ".join(f"{n} {100 * p:.1f} %" for n, p in self._rows[:5]))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, _ROW * len(self._rows))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0)
        names = min(longest + 18, round(self.width() * 0.45))
        values = metrics.horizontalAdvance("100.0 %") + 8
        room = max(20, self.width() - names - values)
        for number, (name, share) in enumerate(self._rows):
            top = number * _ROW
            chosen = number == 0 if self._threshold is None else share > self._threshold
            painter.setPen(colours.text if chosen else colours.muted)
            painter.drawText(
                QRectF(0, top, names - 8, _ROW),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(name, Qt.TextElideMode.ElideRight, names - 10),
            )
            painter.drawText(
                QRectF(names + room + 6, top, values, _ROW),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                f"{100 * share:.1f} %",
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised)
            track = QRectF(names, top + 8, room, _ROW - 16)
            painter.drawRoundedRect(track, 6, 6)
            if share > 0.002:
                painter.setBrush(colours.accent if chosen else colours.muted)
                filled = QRectF(track.left(), track.top(), max(6, room * share), track.height())
                painter.drawRoundedRect(filled, 6, 6)
            if self._threshold is not None:
                painter.setBrush(colours.text)
                painter.drawRect(QRectF(names + room * self._threshold - 1, top + 3, 2, _ROW - 6))


class AnswerCard(QFrame):
    """Empty until `show_prediction`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setObjectName("answerCard")
        self._label = Note(self.tr("The network says"))
        self._answer = QLabel()
        self._answer.setObjectName("prediction")
        self._answer.setAccessibleName(self.tr("Prediction"))
        self._answer.setFont(theme.font("title"))
        self._answer.setWordWrap(True)
        self._answer.setTextFormat(Qt.TextFormat.PlainText)
        self._sure = Note()
        self._sure.setObjectName("certainty")
        self._remarks = Note()
        self._remarks.setObjectName("remarks")
        theme.theme().theme_changed.connect(self._retint)
        self._retint()
        self.bars = ProbabilityBars()
        self.threshold = ThresholdSlider()
        self.threshold.changed.connect(self._on_threshold)
        self.threshold.hide()
        self._shown: tuple[Prediction, str, str] | None = None
        self.correctable = False  # whether the truth is a label of the open data
        self.correct = QuietButton(self.tr("Wrong label?…"))
        self.correct.setObjectName("correctTruth")
        self.correct.setToolTip(self.tr("Correct the label that the data give this sample"))
        self.correct.hide()
        inside = QWidget()
        words = QVBoxLayout(inside)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(6)
        for widget in (self._answer, self._sure, self._remarks):
            words.addWidget(widget)
        words.addWidget(self.correct, 0, Qt.AlignmentFlag.AlignLeft)
        words.addSpacing(8)
        words.addWidget(self.threshold)
        words.addWidget(self.bars)
        words.addStretch(1)
        area = QScrollArea()  # on a low screen the words and the bars are scrolled together
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(6)
        layout.addWidget(self._label)
        layout.addWidget(area, 1)
        self.clear()

    @property
    def answer(self) -> str:
        return self._answer.text()

    def clear(self, hint: str = "") -> None:
        self._answer.setText("–")
        self._sure.setText(hint)
        self._say_remarks(())
        self.bars.set_probabilities({})
        self.threshold.hide()
        self.correct.hide()
        self._shown = None

    def show_waiting(self) -> None:
        self._sure.setText(self.tr("Thinking…"))

    def show_problem(self, message: str) -> None:
        self.clear(message)

    def show_prediction(self, prediction: Prediction, target: str, truth: str = "") -> None:
        """`target`: what a number means; `truth`: the right answer, where it is known."""
        if prediction.problem is not None or prediction.prediction is None:
            self.show_problem(prediction.problem or "")
            return
        self._shown = prediction, target, truth
        self.correct.setVisible(bool(truth) and self.correctable)
        if prediction.boxes is not None:
            self._say_remarks(prediction.remarks)
            self.bars.set_threshold(None)
            self.bars.set_probabilities({})
            self.threshold.show()
            self._show_boxes()
            return
        text = answer_text(prediction)
        several = prediction.labels is not None
        self.threshold.setVisible(several)
        self.bars.set_threshold(self.threshold.value if several else None)
        self._answer.setText(answer_text(prediction, between="\n"))
        self._sure.setText(self._sentence(prediction, target, truth, text))
        self._say_remarks(prediction.remarks)
        self.bars.set_probabilities(dict(prediction.probabilities))
        if several:
            self._show_labels()

    def change_truth(self, truth: str) -> None:
        """The right answer to what is shown was corrected."""
        if self._shown is not None and self._shown[2]:
            prediction, target, _ = self._shown
            self.show_prediction(prediction, target, truth)

    def _on_threshold(self) -> None:
        if self._shown is not None and self._shown[0].boxes is not None:
            self._show_boxes()
        else:
            self._show_labels()

    def _show_boxes(self) -> None:
        """What is found with the threshold as it stands now."""
        if self._shown is None:
            return
        prediction, _, truth = self._shown
        found = sure_boxes(prediction, self.threshold.value)
        text = counted(found, "nothing")
        self._answer.setText(text if found else self.tr("nothing"))
        share = round(100 * self.threshold.value)
        said = self.tr("Shown: every box that it is at least {share} % sure of.").format(share=share)
        if truth:
            known = self.tr("In truth it is “{truth}”.").format(truth=truth)
            said += " " + known + (" ✓" if truth == text else "")
        self._sure.setText(said)

    def _show_labels(self) -> None:
        """What is said to be there with the threshold as it stands now."""
        if self._shown is None:
            return
        prediction, _, truth = self._shown
        at = self.threshold.value
        there = [name for name, share in prediction.probabilities.items() if share > at]
        text = ", ".join(there) or self.tr("none of the labels")
        self._answer.setText(text)
        said = self.tr("Said to be there: every label with more than {share} %.").format(
            share=round(100 * at)
        )
        if truth:
            right = truth == (", ".join(there) or "none")
            said += " " + self.tr("In truth it is “{truth}”.").format(truth=truth) + (" ✓" if right else "")
        self._sure.setText(said)
        self.bars.set_threshold(at)

    def _say_remarks(self, remarks: tuple[str, ...]) -> None:
        """What training never saw: the answer stands, but nobody should trust it blindly."""
        text = "\n".join(remarks)
        if any("never" in remark or "than all values" in remark for remark in remarks):
            text += "\n" + self.tr("So this answer is a guess, however sure the network seems.")
        self._remarks.setText(text)
        self._remarks.setVisible(bool(remarks))

    def _retint(self) -> None:
        palette = self._remarks.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, theme.colours().warning)
        self._remarks.setPalette(palette)

    def _sentence(self, prediction: Prediction, target: str, truth: str, text: str) -> str:
        parts = []
        if prediction.probabilities:
            share = max(prediction.probabilities.values())
            word = self.tr("very sure") if share > 0.95 else self.tr("fairly sure")
            if share < 0.7:
                word = self.tr("not sure")
            parts.append(self.tr("It is {word}: {share} %.").format(word=word, share=f"{100 * share:.1f}"))
        elif target:
            parts.append(self.tr("This is its estimate of “{target}”.").format(target=target))
        if truth:
            known = self.tr("In truth it is “{truth}”.").format(truth=truth)
            parts.append(known + (" ✓" if truth == text else ""))
        return " ".join(parts)
