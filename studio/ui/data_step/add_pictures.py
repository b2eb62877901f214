"""More pictures for the classes that a project has: the dialog to collect them, on its own folder; or the
dialog to sort, on the pictures that were left over when they were sorted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from studio.core.project import DatasetChoice
from studio.ui.buttons import QuietButton
from studio.ui.data_step.dataset_edits import DatasetEdits
from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles

if TYPE_CHECKING:
    from studio.data.pictures.collecting import Collecting


class AddPictures(QuietButton):
    """There where it has something to do; `collect` begins a new folder for any project."""

    def __init__(
        self, document: Document, files: ProjectFiles, edits: DatasetEdits, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "camera", parent)
        self.setObjectName("addPictures")
        self._document = document
        self._files = files
        self._edits = edits
        self.clicked.connect(self.add)
        document.project_changed.connect(self._follow)
        document.dataset_changed.connect(self._follow)
        document.dataset_failed.connect(self._follow)
        self._follow()

    def add(self) -> None:
        """What is added belongs to the project at once; each old picture stays in its part."""
        choice = self._choice()
        if choice is None:
            return
        if choice.source == "image-folder":
            from studio.data.pictures.collecting import Collecting

            self._show(Collecting(Path(choice.location)))
            return
        from studio.data.pictures.picture_sorting import Sorting

        sorting = Sorting.of(Path(choice.location).parent)
        if sorting.unfinished:
            self._files.sorting.show(sorting, lambda work: self._files.start(work, self._on_sorted))
        else:
            self._files.said.emit(
                self.tr("“{name}” was changed elsewhere, so it is not added to here.").format(
                    name=Path(choice.location).name
                )
            )

    def collect(self, offered: Sequence[Path]) -> None:
        """`offered`: pictures that are to be sorted into the new folder."""
        self._show(None, offered)

    def _show(self, collecting: Collecting | None, offered: Sequence[Path] = ()) -> None:
        def boxes(folder: Path) -> None:
            self._files.draw_boxes(folder, self._edits.take)

        self._files.collecting.show(collecting, self._on_used, boxes, offered)

    def _on_used(self, folder: Path) -> None:
        if self._is_open("image-folder", str(folder)):
            self._document.reopen_dataset()
        else:
            self._edits.choose(str(folder))

    def _on_sorted(self, found: object) -> None:
        choice = cast(DatasetChoice, found)
        if self._is_open(choice.source, choice.location):
            self._document.reopen_dataset()
        else:
            self._edits.take(choice)

    def _is_open(self, source: str, location: str) -> bool:
        choice = self._choice()
        return choice is not None and (choice.source, choice.location) == (source, location)

    def _follow(self, *_: object) -> None:
        """By what is known: a folder on a slow drive is only looked into when somebody wants to."""
        choice, dataset = self._choice(), self._document.dataset
        classes = (
            choice is not None
            and choice.source == "image-folder"
            and getattr(dataset, "fixed_split", None) is None
        )
        left_over = choice is not None and _was_sorted_here(choice) and bool(getattr(dataset, "skipped", ()))
        self.setVisible(classes or left_over)
        self.setText(self.tr("Sort the rest…") if left_over else self.tr("Add pictures…"))
        self.setToolTip(
            self.tr("Put the pictures that are in no class yet into one")
            if left_over
            else self.tr("Drop more pictures into the classes, or take them with the camera: all is copied")
        )

    def _choice(self) -> DatasetChoice | None:
        project = self._document.project
        return project.dataset if project is not None else None


def _was_sorted_here(choice: DatasetChoice) -> bool:
    """Whether its table is one that the dialog to sort pictures writes."""
    table = Path(choice.location)
    columns = choice.options.get("column_names")
    ours = table.suffix == ".csv" and table.name.startswith("labels") and columns == "file\tclass"
    return choice.source == "labelled-pictures" and ours
