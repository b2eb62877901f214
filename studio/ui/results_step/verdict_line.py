"""What a result is worth, in a sentence whose colour has to be earned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.core.project import Project
from studio.ui import theme
from studio.ui.results_step.verdict import Verdict, by_heart, judge

if TYPE_CHECKING:
    from studio.engine.events import Evaluation


class VerdictLine(QWidget):
    """Up to two sentences with a mark each: against guessing, and about what was learnt by heart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self._verdict = Verdict("unknown", "")
        self._marks = (QLabel(), QLabel())
        self.against = QLabel()
        self.against.setObjectName("verdictSentence")
        self.heart = QLabel()
        self.heart.setObjectName("byHeartSentence")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (mark, label) in enumerate(zip(self._marks, (self.against, self.heart), strict=True)):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # class names may look like HTML
            grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        theme.theme().theme_changed.connect(self._tint)
        self.clear()

    @property
    def verdict(self) -> Verdict:
        return self._verdict

    def show_verdict(self, evaluation: Evaluation, project: Project, train: Mapping[str, float]) -> None:
        """`train`: the metrics on the training split, if they are known."""
        self._verdict = judge(evaluation, project)
        self._tell(self._verdict.sentence, by_heart(train, evaluation, project))

    def clear(self) -> None:
        self._verdict = Verdict("unknown", "")
        self._tell("", "")

    def _tell(self, against: str, heart: str) -> None:
        self.against.setText(against)
        self.heart.setText(heart)
        self.setVisible(bool(against or heart))
        for mark, label in zip(self._marks, (self.against, self.heart), strict=True):
            mark.setVisible(bool(label.text()))
            label.setVisible(bool(label.text()))
        self._tint()

    def _tint(self) -> None:
        colours = theme.colours()
        name, colour = _mark(self._verdict)
        self._marks[0].setPixmap(theme.icon(name, colour).pixmap(QSize(18, 18)))
        self._marks[1].setPixmap(theme.icon("warning", colours.warning).pixmap(QSize(18, 18)))


def _mark(verdict: Verdict) -> tuple[str, QColor]:
    colours = theme.colours()
    if verdict.earned:
        return "done", colours.success
    if verdict.poor:
        return "warning", colours.warning
    return "info", colours.muted
