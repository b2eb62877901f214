"""More pictures for the classes that a project has: the dialog to collect them, on its own folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.core.project import DatasetChoice
from studio.ui.buttons import QuietButton
from studio.ui.data_step.dataset_edits import DatasetEdits
from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles


class AddPictures(QuietButton):
    """There where the data are a folder of classes; `collect` begins a new folder for any project."""

    def __init__(
        self, document: Document, files: ProjectFiles, edits: DatasetEdits, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("Add pictures…"), "camera", parent)
        self.setObjectName("addPictures")
        self.setToolTip(
            self.tr("Drop more pictures into the classes, or take them with the camera: all is copied")
        )
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
        from studio.data.pictures.collecting import Collecting

        choice = self._choice()
        if choice is not None and _holds_classes(choice):
            self._show(Collecting(Path(choice.location)))

    def collect(self) -> None:
        self._show(None)

    def _show(self, collecting: object) -> None:
        self._files.collecting.show(
            collecting,  # type: ignore[arg-type]
            self._on_used,
            lambda folder: self._files.draw_boxes(folder, self._edits.take),
        )

    def _on_used(self, folder: Path) -> None:
        choice = self._choice()
        if choice is not None and choice.source == "image-folder" and Path(choice.location) == folder:
            self._document.reopen_dataset()
        else:
            self._edits.choose(str(folder))

    def _follow(self, *_: object) -> None:
        choice = self._choice()
        self.setVisible(choice is not None and _holds_classes(choice))

    def _choice(self) -> DatasetChoice | None:
        project = self._document.project
        return project.dataset if project is not None else None


def _holds_classes(choice: DatasetChoice) -> bool:
    from studio.data.pictures.collecting import Collecting

    if choice.source != "image-folder":
        return False
    folder = Path(choice.location)
    return folder.is_dir() and not Collecting(folder).why_not_here()
