"""What is the matter with the data, the worst first; each with its evidence and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.panels.problem_row import WrappingRow

if TYPE_CHECKING:
    from studio.core.problems import Fix
    from studio.data.health.finding import Finding


class HealthList(QWidget):
    """A calm list. `evidence_requested(finding)`, `fix_chosen(fix)`, `settled(key)`: the user's wishes."""

    evidence_requested = Signal(object)
    fix_chosen = Signal(object)
    settled = Signal(str)
    unsettle_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("healthList")
        self.setAccessibleName(self.tr("Health of the data"))
        self.rows: list[HealthRow] = []
        self._shown: object = None
        self._findings: tuple[Finding, ...] = ()
        self.note = Note("", self)
        self.note.setObjectName("healthNote")
        self.again = QuietButton("")
        self.again.setObjectName("unsettle")
        self.again.clicked.connect(self.unsettle_requested)
        self.again.hide()
        self._box = QVBoxLayout()
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.setSpacing(6)
        inside.addWidget(self.note)
        inside.addLayout(self._box)
        inside.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        theme.theme().theme_changed.connect(self._rebuild)
        self.show_looking()

    def show_looking(self) -> None:
        """What is shown stays until there is news, but for the line above it."""
        if not self.rows:
            self.note.setText(self.tr("Looking at the data …"))

    def show_nothing(self, words: str) -> None:
        """No data, or a look that failed, said in a sentence."""
        self._show((), 0, words)

    def show_findings(self, findings: tuple[Finding, ...], settled: int) -> None:
        """`settled`: how many of them the user called fine; those are not among `findings`."""
        if findings:
            words = ""
        elif settled:
            words = self.tr("Nothing else was found. These data are ready.")
        else:
            words = self.tr("Nothing wrong was found. These data look healthy.")
        self._show(findings, settled, words)

    def _show(self, findings: tuple[Finding, ...], settled: int, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
        one = self.tr("1 is set aside as fine. Show it again")
        many = self.tr("{n} are set aside as fine. Show them again").format(n=settled)
        self.again.setText(one if settled == 1 else many)
        self.again.setVisible(settled > 0)
        key = [(f.key, f.sentence, tuple(fix.text for fix in f.fixes)) for f in findings]
        self._findings = findings
        if key == self._shown:
            for row, finding in zip(self.rows, findings, strict=True):
                row.finding = finding  # looks the same, but its evidence is of the data as they are now
            return
        self._shown = key
        self._rebuild()

    def _rebuild(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [HealthRow(finding) for finding in self._findings]
        for row in self.rows:
            row.evidence_requested.connect(self.evidence_requested)
            row.fix_chosen.connect(self.fix_chosen)
            row.settled.connect(self.settled)
            self._box.addWidget(row)


class HealthRow(QFrame):
    """One finding: its sentence, and what can be done."""

    evidence_requested = Signal(object)
    fix_chosen = Signal(object)
    settled = Signal(str)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setObjectName("healthRow")
        colours = theme.colours()
        looks = {"warning": ("warning", colours.error), "advice": ("info", colours.warning)}
        name, tint = looks.get(finding.severity, ("info", colours.muted))
        icon = QLabel()
        icon.setPixmap(theme.icon(name, tint).pixmap(QSize(16, 16)))
        rank = {"warning": self.tr("Warning"), "advice": self.tr("Advice")}.get(
            finding.severity, self.tr("Note")
        )
        icon.setToolTip(rank)
        self.setAccessibleName(f"{rank}: {finding.sentence}")
        sentence = QLabel(finding.sentence, wordWrap=True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(sentence)
        text.addWidget(WrappingRow(self._buttons()))
        box = QHBoxLayout(self)
        box.setContentsMargins(4, 6, 4, 6)
        box.setSpacing(8)
        box.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(text, 1)

    def _buttons(self) -> list[QPushButton]:
        buttons = [self._fix_button(index, fix) for index, fix in enumerate(self.finding.fixes)]
        if self.finding.samples or self.finding.columns:
            show = QPushButton(self.tr("Show"))
            show.setObjectName("showEvidence")
            show.setIcon(theme.icon("eye"))
            show.setToolTip(self.tr("Show the samples that this is about"))
            show.clicked.connect(lambda: self.evidence_requested.emit(self.finding))
            buttons.append(show)
        fine = QPushButton(self.tr("That is fine"))
        fine.setObjectName("settle")
        fine.setToolTip(self.tr("Puts this aside in this project"))
        fine.clicked.connect(lambda: self.settled.emit(self.finding.key))
        return [*buttons, fine]

    def _fix_button(self, index: int, fix: Fix) -> QPushButton:
        button = QPushButton(fix.text)
        button.setObjectName("fixButton")
        button.setIcon(theme.icon("wand", theme.colours().accent))
        button.setAccessibleName(self.tr("Fix: {text}").format(text=fix.text))
        button.clicked.connect(lambda: self.fix_chosen.emit(self.finding.fixes[index]))
        return button
