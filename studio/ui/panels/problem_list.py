"""Every problem of the project in one list, each at its place, each with its way out."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import Problem
from studio.ui import theme
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.layouts import clear
from studio.ui.panels.problem_row import ProblemRow


class ProblemList(QWidget):
    """A click selects and centres the layer; a fix button mends. `count_changed(errors, warnings)`."""

    count_changed = Signal(int, int)

    def __init__(
        self, editor: NetworkEditor, selection: NetworkSelection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("problemList")
        self._editor = editor
        self._selection = selection
        self._shown: tuple[tuple[Problem, str], ...] | None = None
        self._counts = (-1, -1)
        self.rows: list[ProblemRow] = []
        self._box = QVBoxLayout()
        self._box.setContentsMargins(8, 8, 8, 8)
        self._box.setSpacing(4)
        content = QWidget()
        content.setLayout(self._box)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.setMinimumHeight(56)
        editor.document.analysis_changed.connect(self.refresh)
        theme.theme().theme_changed.connect(self._on_theme_changed)
        self.refresh()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, 96)  # a low strip: the canvas needs the height

    def refresh(self) -> None:
        """Shows the document's problems; the rows stay while these are the same."""
        document = self._editor.document
        problems = document.problems if document.project is not None else ()
        problems = tuple(sorted(problems, key=lambda p: p.severity != "error"))
        shown = tuple(
            (p, self._editor.name_in_network(p.node) if p.node is not None else "") for p in problems
        )
        keys = [(_key(problem), place) for problem, place in shown]
        if self._shown is not None and keys == [(_key(problem), place) for problem, place in self._shown]:
            for row, problem in zip(self.rows, problems, strict=True):
                row.problem = problem  # looks the same, but its fixes are made for the network as it is now
            return
        self._shown = shown
        self._rebuild()
        errors = sum(p.severity == "error" for p in problems)
        self._tell(errors, len(problems) - errors)

    def _rebuild(self) -> None:
        clear(self._box)
        self.rows = []
        for problem, place in self._shown or ():
            row = ProblemRow(problem, place)
            row.chosen.connect(self._on_chosen)
            row.fix_chosen.connect(self._editor.apply_fix)
            self.rows.append(row)
            self._box.addWidget(row)
        if not self.rows:
            self._box.addWidget(self._all_well())
        self._box.addStretch(1)

    def _all_well(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        icon = QLabel()
        icon.setPixmap(theme.icon("check", theme.colours().success).pixmap(QSize(16, 16)))
        text = QLabel(self.tr("No problems. Ready to train."))
        text.setObjectName("noProblems")
        row.addWidget(icon)
        row.addWidget(text, 1)
        return line

    def _tell(self, errors: int, warnings: int) -> None:
        if (errors, warnings) == self._counts:
            return
        first, self._counts = self._counts == (-1, -1), (errors, warnings)
        self.setAccessibleName(self.tr("Problem list: {text}").format(text=count_text(errors, warnings)))
        self.count_changed.emit(errors, warnings)
        if QAccessible.isActive() and not first:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, count_text(errors, warnings)))

    def _on_chosen(self, problem: Problem) -> None:
        if problem.node is None:
            return
        node = (problem.node, *problem.inside)[-1]
        self._editor.place.go((problem.node, *problem.inside)[:-1])
        self._selection.select([node])
        self._selection.focus_requested.emit(node)
        if problem.param is not None:
            self._selection.edit_requested.emit(node, problem.param)

    def _on_theme_changed(self) -> None:
        self._rebuild()


def _key(problem: Problem) -> object:
    """What makes two problems look the same: fixes are functions and never equal."""
    fixes = tuple(fix.text for fix in problem.fixes)
    return (problem.code, problem.message, problem.node, problem.param, problem.severity, fixes)


def count_text(errors: int, warnings: int) -> str:
    """How many there are, for status lines and screen readers: "2 problems, 1 hint"."""
    translate = QCoreApplication.translate
    parts = []
    if errors == 1:
        parts.append(translate("ProblemList", "1 problem"))
    elif errors:
        parts.append(translate("ProblemList", "{n} problems").format(n=errors))
    if warnings == 1:
        parts.append(translate("ProblemList", "1 hint"))
    elif warnings:
        parts.append(translate("ProblemList", "{n} hints").format(n=warnings))
    return ", ".join(parts) or translate("ProblemList", "No problems")
