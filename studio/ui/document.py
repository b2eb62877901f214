"""The open document: the project, its undo stack, its file, its dataset, and what follows from them.

Widgets hold no truth: they show `project` and `analysis`, and change the project only by `push`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from studio.core.problems import Problem
from studio.core.project import DatasetChoice, DatasetFacts, Project
from studio.ui.commands import EditCommand
from studio.ui.workers.dataset_opener import DatasetOpener
from studio.ui.workers.picture_check import PictureCheck

if TYPE_CHECKING:  # at run time these come with numpy and Pillow, after the first frame
    from studio.data.dataset import DataError, Dataset
    from studio.data.pictures.file_facts import FileFacts
    from studio.graph.analysis import Analysis


class Document(QObject):
    """One per window. `project` is None while the welcome page is shown."""

    project_changed = Signal()  # any change, undo and redo included; read `project` again
    analysis_changed = Signal()  # follows each project_changed, once shapes and problems are known
    path_changed = Signal()
    dataset_changed = Signal()  # `dataset` was opened, replaced or lost
    dataset_loading = Signal(str, float)  # what is being done, fraction 0..1 or -1
    dataset_failed = Signal(object)  # a DataError
    held = Signal(bool)  # a network trains: what can wait is to wait

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._project: Project | None = None
        self._analysis: Analysis | None = None
        self._problems: tuple[Problem, ...] = ()
        self._path: Path | None = None
        self._dataset: Dataset | None = None
        self._dataset_error: DataError | None = None
        self._asked: DatasetChoice | None = None  # the choice that `dataset` answers, or will
        self._afresh = False  # labels may have been changed elsewhere: the table beside the data counts
        self._trigger: EditCommand | None = None  # the edit that asked for the dataset now opening
        self._opener = DatasetOpener(self)
        self._opener.opened.connect(self._on_dataset_opened)
        self._opener.failed.connect(self._on_dataset_failed)
        self._opener.progressed.connect(self.dataset_loading)
        self._check = PictureCheck(self)
        self._check.found.connect(self._on_pictures_checked)
        self._check.failed.connect(self._on_dataset_failed)
        self._check.progressed.connect(self._on_check_progressed)

    @property
    def project(self) -> Project | None:
        return self._project

    @property
    def analysis(self) -> Analysis | None:
        return self._analysis

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The network's, the recipe's and the dataset's problems together."""
        return self._problems

    @property
    def dataset(self) -> Dataset | None:
        """The opened dataset, None while it loads or cannot be opened."""
        return self._dataset

    @property
    def dataset_error(self) -> DataError | None:
        """Why the dataset cannot be used, None while that is not known or all is well."""
        return self._dataset_error

    @property
    def opening_dataset(self) -> bool:
        return self._opener.busy

    @property
    def checking_pictures(self) -> bool:
        """Whether the look into every picture file is still under way."""
        return self._check.busy

    @property
    def file_facts(self) -> FileFacts | None:
        """What that look found, once it is done."""
        return cast("FileFacts | None", self._check.facts)

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def modified(self) -> bool:
        return self._project is not None and not self.undo_stack.isClean()

    def push(self, after: Project, text: str, merge: str = "") -> None:
        """One undoable edit: the project becomes `after`; `text` is what the Undo menu says.
        Pushes in a row with the same non-empty `merge` (a slider drag, a node drag) become one."""
        before = self._project
        if before is None:
            raise ValueError("there is no project to edit; call open_project first")
        if after == before:
            return
        after = self._adapted_if_known(after)
        asked = self._asked
        self.undo_stack.push(EditCommand(before, after, text, self._show, merge))
        if self._asked != asked and self._opener.busy:
            self._trigger = self._top_command()

    def open_project(self, project: Project, path: Path | None) -> None:
        """Replaces the document: a new, opened or restored project. Starts opening its dataset."""
        self._trigger = None
        self._opener.forget()  # the files may have changed since
        self._afresh = True
        self._forget_dataset()
        self._project = None  # nobody may see the old undo stack with the new project
        self.undo_stack.clear()
        self._set_path(path)
        self._show(project)

    def close_project(self) -> None:
        """Back to no document."""
        self._trigger = None
        self._forget_dataset()
        self._check.follow(None)
        self._project, self._analysis, self._problems = None, None, ()
        self.undo_stack.clear()
        self._set_path(None)
        self.project_changed.emit()
        self.analysis_changed.emit()
        self.dataset_changed.emit()

    def mark_saved(self, path: Path) -> None:
        """The project as it is now lies in `path`."""
        self.undo_stack.setClean()
        self._set_path(path)

    def reopen_dataset(self) -> None:
        """Opens the dataset anew, past the cache: its files changed, or came back."""
        self._opener.forget()
        self._afresh = True
        self._forget_dataset()
        if self._project is not None:
            self._show(self._project)

    def cancel_opening(self) -> None:
        """Stops reading a dataset that takes too long; the project keeps its choice."""
        from studio.data.dataset import DataError

        if self._opener.busy:
            self._opener.cancel()
            self._on_dataset_failed(
                DataError(self.tr("Reading the dataset was stopped. Read it again to go on."), "stopped")
            )

    def stop(self) -> None:
        """Joins the worker; called when the window closes."""
        self._check.stop()
        self._opener.stop()

    def hold_check(self, still: bool) -> None:
        """While a network trains, nobody looks for unreadable pictures."""
        self._check.hold(still)
        self.held.emit(still)

    # -- one change ---------------------------------------------------------------------------------

    def _show(self, project: Project) -> None:
        self._project = project
        self._follow_dataset(project.dataset)
        self._analyse()
        self.project_changed.emit()
        self.analysis_changed.emit()

    def _analyse(self) -> None:
        from studio.kinds.project_check import check_project

        assert self._project is not None
        self._analysis, self._problems = check_project(self._project, self._dataset_error)

    def _follow_dataset(self, choice: DatasetChoice | None) -> None:
        """Opens what the project names, unless that is what is open, being opened, or known to fail."""
        wanted = _essence(choice)
        if wanted == self._asked:
            return
        self._forget_dataset()
        self._asked = wanted
        if choice is not None:
            self._dataset = self._opener.remembered(choice)
            if self._dataset is None:
                self._opener.open(choice, with_kept_labels=self._afresh)
        self._afresh = False
        self._check.follow(self._dataset)
        self.dataset_changed.emit()

    def _forget_dataset(self) -> None:
        self._opener.cancel()
        self._asked = None
        self._dataset = None
        self._dataset_error = None

    # -- the dataset arrives ------------------------------------------------------------------------

    def _on_dataset_opened(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._take_kept_labels(dataset.choice)
        self._adapt_to(dataset.facts)
        self.dataset_changed.emit()
        self._check.follow(dataset)

    def _take_kept_labels(self, found: DatasetChoice) -> None:
        """Labels are kept beside the data: what another project changed there is true here, too."""
        project = self._project
        if project is None or project.dataset is None or project.dataset.relabelled == found.relabelled:
            return
        taken = replace(project, dataset=replace(project.dataset, relabelled=found.relabelled))
        self._asked = _essence(taken.dataset)
        self._show(taken)

    def _on_pictures_checked(self) -> None:
        """Some cannot be read, or all have been looked at."""
        if self._dataset is not None:
            self._adapt_to(self._dataset.facts)
            self.dataset_changed.emit()

    def _on_check_progressed(self, fraction: float) -> None:
        if self._dataset is not None:
            self.dataset_loading.emit(self.tr("Looking through the pictures"), fraction)

    def _on_dataset_failed(self, error: DataError) -> None:
        self._dataset = None
        self._dataset_error = error
        self._trigger = None
        if self._project is not None:
            self._analyse()
            self.analysis_changed.emit()
        self.dataset_failed.emit(error)

    def _adapted_if_known(self, project: Project) -> Project:
        """With the facts of a dataset that was opened a moment ago, so that one undo takes both back."""
        if project.dataset is None:
            return project
        from studio.kinds.new_project import adapt_to_dataset

        dataset = self._opener.remembered(project.dataset)
        if dataset is None or project.dataset.facts == dataset.facts:
            return project
        return adapt_to_dataset(project, dataset.facts)

    def _adapt_to(self, facts: DatasetFacts) -> None:
        """Other facts than the project holds: they belong to the edit that chose the dataset."""
        from studio.kinds.new_project import adapt_to_dataset

        project, trigger, self._trigger = self._project, self._trigger, None
        if project is None or project.dataset is None or project.dataset.facts == facts:
            return
        adapted = adapt_to_dataset(project, facts)
        if _only_counts_differ(project.dataset.facts, facts):
            self._show(adapted)  # nothing that anybody chose: no step to undo
        elif trigger is not None and trigger is self._top_command() and trigger.after == project:
            trigger.after = adapted
            self._show(adapted)
        elif self.undo_stack.count() == 0:
            self._show(adapted)  # freshly opened: this is the state to undo to
        elif self.undo_stack.canRedo():
            # In the middle of undo and redo a push would throw the redo steps away.
            self._show(adapted)
        else:
            self.push(adapted, self.tr("Follow the dataset"))

    def _top_command(self) -> EditCommand | None:
        index = self.undo_stack.index()
        command = self.undo_stack.command(index - 1) if index > 0 else None
        return command if isinstance(command, EditCommand) else None

    def _set_path(self, path: Path | None) -> None:
        self._path = path
        self.path_changed.emit()


def _only_counts_differ(one: DatasetFacts | None, other: DatasetFacts) -> bool:
    return one is not None and replace(one, samples=other.samples, fingerprint=other.fingerprint) == other


def _essence(choice: DatasetChoice | None) -> DatasetChoice | None:
    """What must be opened anew when it changes: neither the augmentations nor the noted facts."""
    return None if choice is None else replace(choice, facts=None, augmentations=(), settled=())
