"""What the open project is called: in titles, in questions, and as the name of its first file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from studio.ui.document import Document


class ProjectName:
    """One per window. `proposed`: for a project without a file, the name of the checkpoint it came from."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.proposed = ""

    def shown(self) -> str:
        """For titles and questions."""
        path = self._document.path
        return path.stem if path is not None else QCoreApplication.translate("ProjectName", "Untitled")

    def for_file(self) -> str:
        """What a file of this project is called first: as the project, else as its data."""
        path, project = self._document.path, self._document.project
        if path is not None or self.proposed:
            return path.stem if path is not None else self.proposed
        location = project.dataset.location if project is not None and project.dataset is not None else ""
        return Path(location).stem or self.shown()
