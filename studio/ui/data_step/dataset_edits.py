"""The edits of the Data step: each a project before, a project after, one line in the Undo menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.core.params import ParamValue
from studio.core.project import Column, DatasetChoice, Project, Setting, Splits
from studio.ui.dialogs.error_dialog import show_error
from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles


class DatasetEdits(QObject):
    """One per Data page. What is typed or dragged in one go becomes one undo step."""

    def __init__(self, document: Document, files: ProjectFiles, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._files = files
        self._window = window
        self._gesture = 0

    def choose(self, location: str) -> None:
        """Another dataset; the network is kept where it can be."""
        self._files.recognise(location, self._take)

    def relink(self) -> None:
        """The folder or file was moved: the same data from another place."""
        choice = self._choice()
        if choice is None:
            return
        pictures = choice.source == "image-folder"
        found = self._files.choose_folder() if pictures else self._files.choose_table()
        if found is not None:
            self._push(replace(choice, location=str(found)), self.tr("Find “{name}”").format(name=found.name))

    def set_option(self, name: str, value: ParamValue, final: bool) -> None:
        choice = self._choice()
        if choice is not None:
            options = {**choice.options, name: value}
            self._push(replace(choice, options=options), self.tr("Change how data are read"), name, final)

    def set_splits(self, splits: Splits, final: bool) -> None:
        choice = self._choice()
        if choice is not None:
            self._push(replace(choice, splits=splits), self.tr("Change the parts"), "splits", final)

    def set_normalisation(self, wanted: bool) -> None:
        choice = self._choice()
        if choice is not None:
            changed = replace(choice, normalisation="training" if wanted else "none")
            self._push(changed, self.tr("Change normalisation"))

    def set_augmentations(self, settings: tuple[Setting, ...], final: bool, which: str) -> None:
        choice = self._choice()
        if choice is not None:
            changed = replace(choice, augmentations=settings)
            self._push(changed, self.tr("Change augmentation"), which, final)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        choice = self._choice()
        if choice is not None:
            self._push(replace(choice, columns=columns), self.tr("Change columns"))

    def set_target(self, name: str) -> None:
        """Another column to predict; that may make it another kind of project."""
        choice = self._choice()
        if choice is None or any(c.name == name and c.role == "target" for c in choice.columns):
            return

        def change(progress: Callable[[float], bool]) -> Project:
            from studio.data.opening import with_target
            from studio.kinds.new_project import infer_kind, new_project

            changed = with_target(choice, name)
            assert changed.facts is not None
            return new_project(infer_kind(changed.facts, changed.source), changed)

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("This column cannot be predicted"), message, details)
            self._document.project_changed.emit()  # the form shows the old target again

        self._files.start(change, self._take, failed)

    def _take(self, fresh: Project) -> None:
        """`fresh` is a ready project for the data: all of it is taken if the kind of data changed."""
        project = self._document.project
        if project is None or fresh.dataset is None:
            return
        name = Path(fresh.dataset.location).name
        text = self.tr("Choose “{name}”").format(name=name)
        self._document.push(combined(project, fresh), text)

    def _choice(self) -> DatasetChoice | None:
        return self._document.project.dataset if self._document.project is not None else None

    def _push(self, choice: DatasetChoice, text: str, what: str = "", final: bool = True) -> None:
        project = self._document.project
        if project is None:
            return
        merge = f"data.{what}.{self._gesture}" if what else ""
        self._document.push(replace(project, dataset=choice), text, merge)
        if final:
            self._gesture += 1  # the next change begins an undo step of its own


def combined(project: Project, fresh: Project) -> Project:
    """The project with the data of `fresh`; network and recipe too where the old ones cannot fit."""
    from studio.kinds.new_project import adapt_to_dataset

    assert fresh.dataset is not None
    old = project.dataset.facts if project.dataset is not None else None
    new = fresh.dataset.facts
    same = old is not None and new is not None and len(old.input_shape) == len(new.input_shape)
    if fresh.kind != project.kind or not same:
        return replace(fresh, id=project.id, unknown=project.unknown)
    assert new is not None
    return adapt_to_dataset(replace(project, dataset=fresh.dataset), new)
