"""Train, pause, stop and export from the menu, as the Train page's own buttons do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.ui.dialogs.error_dialog import show_error
from studio.ui.dialogs.export_dialog import ExportDialog
from studio.ui.dialogs.file_dialogs import with_ending
from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState


class RunActions(QObject):
    """One per window. `train_page` goes to the Train page and returns it; `say`: into the status bar."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        run: RunController,
        files: ProjectFiles,
        train_page: Callable[[], QWidget],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._run = run
        self._files = files
        self._train_page = train_page
        self._say = say

    def train(self) -> None:
        """As the Train page's own button does it; goes on where training was paused."""
        page = self._train_page()
        if self._run.state is RunState.PAUSED:
            self._run.resume()
            return
        button = page.findChild(QAbstractButton, "trainButton")
        if button is not None and not self._run.state.active:
            button.click()

    def pause(self) -> None:
        if self._run.state is RunState.PAUSED:
            self._run.resume()
        else:
            self._run.pause()

    def stop(self) -> None:
        self._run.stop()

    def export(self) -> None:
        """Asks what and where, then lets the engine write it."""
        if self._document.project is None:
            return
        dialog = ExportDialog(self._window, has_weights=self._run.last_checkpoint is not None)
        dialog.chosen.connect(self._on_export_chosen)
        dialog.open()

    def _on_export_chosen(self, to: str) -> None:
        from studio.engine.requests import Export

        ending = {"script": ".py", "onnx": ".onnx", "pth": ".pth"}[to]
        filters = {
            "script": self.tr("Python scripts (*.py)"),
            "onnx": self.tr("ONNX models (*.onnx)"),
            "pth": self.tr("PyTorch weights (*.pth)"),
        }[to]
        project = self._document.project
        proposed = f"{self._files.proposed_name()}{ending}"
        chosen = self._files.dialogs.save_file(self._window, self.tr("Export"), filters, proposed)
        if chosen is None or project is None:
            return
        file = with_ending(chosen, filters, ending)
        source = project if to == "script" else self._run.last_checkpoint or project
        self._say(self.tr("Exporting “{name}” …").format(name=file.name))
        self._run.host.ask(Export(source, to, str(file)), self._on_exported)  # type: ignore[arg-type]

    def _on_exported(self, answer: object) -> None:
        from studio.engine.events import Exported, RequestFailed

        if isinstance(answer, Exported):
            self._say(self.tr("Exported to “{path}”.").format(path=answer.path))
        elif isinstance(answer, RequestFailed):
            show_error(self._window, self.tr("The export did not work"), answer.message, answer.details)
