"""The open document: the project, its undo stack, its file, its dataset, and what follows from them.

Widgets hold no truth: they show `project` and `analysis`, and change the project only by `push`.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from studio.core.problems import Problem
from studio.core.project import Project
from studio.data.dataset import Dataset
from studio.graph.analysis import Analysis


class Document(QObject):
    """One per window. `project` is None while the welcome page is shown."""

    project_changed = Signal()  # any change, undo and redo included; read `project` again
    analysis_changed = Signal()  # follows each project_changed, once shapes and problems are known
    path_changed = Signal()
    dataset_changed = Signal()  # `dataset` was opened, replaced or lost
    dataset_loading = Signal(str, float)  # what is being done, fraction 0..1 or -1
    dataset_failed = Signal(object)  # a DataError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)

    @property
    def project(self) -> Project | None:
        raise NotImplementedError

    @property
    def analysis(self) -> Analysis | None:
        raise NotImplementedError

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The network's, the recipe's and the dataset's problems together."""
        raise NotImplementedError

    @property
    def dataset(self) -> Dataset | None:
        """The opened dataset, None while it loads or cannot be opened."""
        raise NotImplementedError

    @property
    def path(self) -> Path | None:
        raise NotImplementedError

    @property
    def modified(self) -> bool:
        raise NotImplementedError

    def push(self, after: Project, text: str, merge: str = "") -> None:
        """One undoable edit: the project becomes `after`; `text` is what the Undo menu says.
        Pushes in a row with the same non-empty `merge` (a slider drag, a node drag) become one."""
        raise NotImplementedError

    def open_project(self, project: Project, path: Path | None) -> None:
        """Replaces the document: a new, opened or restored project. Starts opening its dataset."""
        raise NotImplementedError
