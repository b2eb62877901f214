"""The edits of the Data step: each a project before, a project after, one line in the Undo menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.core.params import ParamValue
from studio.core.problems import Fix
from studio.core.project import Column, DatasetChoice, Setting, Splits
from studio.data.pictures.normalisation import NormalisationId
from studio.ui.data_step.dataset_picker import name_of_location
from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles

if TYPE_CHECKING:
    from studio.data.taken_as import Ways


class DatasetEdits(QObject):
    """One per Data page. What is typed or dragged in one go becomes one undo step."""

    def __init__(self, document: Document, files: ProjectFiles, page: QWidget) -> None:
        super().__init__(page)
        self._document = document
        self._files = files
        self._gesture = 0

    def choose(self, location: str) -> None:
        """Another dataset; the network is kept where it can be."""
        self._files.recognise(location, self.take)

    def relink(self) -> None:
        """The folder or file was moved: the same data from another place."""
        choice = self._choice()
        if choice is None:
            return
        if choice.source == "downloaded":
            self._files.gallery.show(lambda _: self._document.reopen_dataset(), choice.location)
            return
        pictures = (
            choice.source in ("image-folder", "idx", "text-folder") and not Path(choice.location).suffix
        )
        found = self._files.choose_folder() if pictures else self._files.choose_table()
        if found is None:
            return

        def work(progress: Callable[[float], bool]) -> DatasetChoice:
            from studio.data.opening import relink

            return relink(choice, found)

        self._files.start(work, self.take)

    def set_option(self, name: str, value: ParamValue, final: bool) -> None:
        choice = self._choice()
        if choice is not None:
            options = {**choice.options, name: value}
            self._push(replace(choice, options=options), self.tr("Change how data are read"), name, final)

    def take_otherwise(self, ways: Ways, name: str, value: str) -> None:
        """As a table or as texts, from other columns, from another sheet: looked at first, so that what
        cannot be leaves the project as it was. `name`: "taken", or an option of the source."""
        choice = self._choice()
        if choice is None:
            return

        def work(progress: Callable[[float], bool]) -> DatasetChoice:
            from studio.data import taken_as

            if name == "taken":
                return taken_as.as_texts(choice) if value == "texts" else taken_as.as_table(choice)
            if name == "sheet":
                return taken_as.with_sheet(choice, value)
            return taken_as.with_field(choice, ways, name, value)

        text = {
            "taken": self.tr("Take it as texts") if value == "texts" else self.tr("Take it as a table"),
            "sheet": self.tr("Read the sheet “{name}”"),
            "text_column": self.tr("Take the texts from “{name}”"),
            "target_column": self.tr("Predict “{name}”"),
        }[name].format(name=value)
        self._files.start(work, lambda changed: self.take(changed, text))

    def set_splits(self, splits: Splits, final: bool) -> None:
        choice = self._choice()
        if choice is not None:
            self._push(replace(choice, splits=splits), self.tr("Change the parts"), "splits", final)

    def set_normalisation(self, way: NormalisationId) -> None:
        choice = self._choice()
        if choice is not None:
            changed = replace(choice, normalisation=way)
            self._push(changed, self.tr("Change normalisation"))

    def set_augmentations(self, settings: tuple[Setting, ...], final: bool, which: str) -> None:
        choice = self._choice()
        if choice is not None:
            changed = replace(choice, augmentations=settings)
            self._push(changed, self.tr("Change augmentation"), which, final)

    def apply_fix(self, fix: Fix) -> None:
        """The way out of a finding of the health check."""
        project = self._document.project
        if project is not None:
            self._document.push(fix.edit(project), fix.text)

    def settle(self, key: str) -> None:
        """The user called a finding fine."""
        choice = self._choice()
        if choice is not None and key not in choice.settled:
            self._push(replace(choice, settled=(*choice.settled, key)), self.tr("Set a finding aside"))

    def unsettle(self) -> None:
        choice = self._choice()
        if choice is not None:
            self._push(replace(choice, settled=()), self.tr("Show findings again"))

    def bring_back(self, references: tuple[str, ...]) -> None:
        """Samples that were left out are used again."""
        from studio.data.left_out import BringBack

        project = self._document.project
        if project is not None:
            self._document.push(BringBack(references)(project), self.tr("Use samples again"))

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        choice = self._choice()
        if choice is not None:
            self._push(replace(choice, columns=columns), self.tr("Change columns"))

    def set_target(self, name: str) -> None:
        """Another column to predict; that may make it another kind of project."""
        choice = self._choice()
        if choice is None or any(c.name == name and c.role == "target" for c in choice.columns):
            return

        def work(progress: Callable[[float], bool]) -> DatasetChoice:
            from studio.data.opening import with_target

            return with_target(choice, name)

        self._files.start(
            work, lambda changed: self.take(changed, self.tr("Predict “{name}”").format(name=name))
        )

    def take(self, found: object, text: str = "") -> None:
        """The network and the recipe are kept where they can be; see `adapt_to_dataset`."""
        from studio.kinds.new_project import adapt_to_dataset

        project, choice = self._document.project, cast(DatasetChoice, found)
        if project is not None:
            named = text or self.tr("Choose “{name}”").format(name=name_of_location(choice))
            self._document.push(adapt_to_dataset(project, choice), named)

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
