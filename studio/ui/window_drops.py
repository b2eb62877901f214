"""What is dropped onto the window, on whatever page: opened, handed to the Use page, or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtWidgets import QWidget

from studio.graph.blocks.sharing import SUFFIX as BLOCK_SUFFIX
from studio.ui.dialogs.error_dialog import show_error
from studio.ui.project_files import ProjectFiles, opens
from studio.ui.run_controller import RunController
from studio.ui.use_step.given import accept_copy, are_pictures, local_paths, read_given

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

    from studio.ui.pages.use_page import UsePage


class WindowDrops(QObject):
    """`use_page()` goes to the Use page and returns it. `block(path)` takes in a block's file."""

    def __init__(
        self,
        window: QWidget,
        files: ProjectFiles,
        run: RunController,
        use_page: Callable[[], UsePage],
        block: Callable[[Path], str],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._files = files
        self._run = run
        self._use_page = use_page
        self._block = block

    def enter(self, event: QDropEvent) -> None:
        """Anything may be dropped: who drops the wrong thing is told, not left with a crossed-out mouse."""
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            accept_copy(event)

    def drop(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        accept_copy(event)
        paths = local_paths(mime)
        refused = "" if paths else self._without_files(mime)
        # Not now: a question would hold the program that was dragged from, until it is answered.
        QTimer.singleShot(0, self, lambda: self._refuse(refused) if refused else self.take(paths))

    def take(self, paths: Sequence[Path]) -> None:
        """Opens the one thing that was dropped, or says why not."""
        if are_pictures(paths):
            self._take_pictures(list(paths))
        elif len(paths) > 1:
            self._refuse(
                self.tr(
                    "{count} things were dropped, but only one can be open. Drop one project, checkpoint, "
                    "table or folder. Pictures to learn from belong into one folder, with a sub-folder for "
                    "each class."
                ).format(count=len(paths))
            )
        elif paths and paths[0].suffix.lower() == BLOCK_SUFFIX:
            self._take_block(paths[0])
        elif paths and (paths[0].is_dir() or opens(paths[0]) or not paths[0].exists()):
            self._files.open_path(paths[0])
        elif paths:
            self._refuse(
                self.tr(
                    "“{name}” is nothing that Lantern opens. Drop a project (.lantern), a checkpoint "
                    "(.safetensors), a table (CSV, Excel), or a folder of pictures or texts with a "
                    "sub-folder for each class."
                ).format(name=paths[0].name)
            )

    def _take_block(self, path: Path) -> None:
        """A block that somebody shared goes into the user's palette."""
        refused = self._block(path)
        if refused:
            show_error(self._window, self.tr("This block cannot be used"), refused)

    def _take_pictures(self, pictures: list[Path]) -> None:
        model = self._run.model
        if model is not None and model.project.kind.startswith("image"):
            self._use_page().use_paths(pictures)
        else:
            self._files.new_from_collected(pictures)

    def _without_files(self, mime: QMimeData) -> str:
        """Why something that is no file cannot be taken."""
        if mime.hasImage():
            return self.tr(
                "Pictures from a browser can be dropped on the Use page, once a network is trained."
            )
        refused = read_given(mime, pictures=True).refused
        if mime.hasUrls() or mime.text().startswith(("http:", "https:", "ftp:")):
            return refused
        return self.tr("That is no file. Drop a project, a checkpoint, a table or a folder of pictures.")

    def _refuse(self, sentence: str) -> None:
        show_error(self._window, self.tr("This cannot be opened"), sentence)
