"""Checkpoints between the window and the disk: load one, use one, save one, with their questions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.core.problems import LanternError
from studio.ui.dialogs.error_dialog import show_error
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.dialogs.questions import Questions
from studio.ui.document import Document
from studio.ui.project_name import ProjectName
from studio.ui.run_controller import RunController
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.ui.checkpoints import Model

CHECKPOINT_SUFFIX = ".safetensors"


class CheckpointFiles(QObject):
    """One per window, beside ProjectFiles. `may_leave` asks about what is open."""

    replaced = Signal(str)  # the project of a checkpoint is open now; a name for it
    used = Signal(object)  # a Model that only answers on the Use page
    said = Signal(str)  # a sentence for the status bar
    network_saved = Signal(object)  # a Model that the user saved as a file of his own
    imported = Signal()  # weights went into the open network

    def __init__(
        self,
        window: QWidget,
        document: Document,
        run: RunController,
        worker: Worker,
        name: ProjectName,
        dialogs: FileDialogs,
        questions: Questions,
        may_leave: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._run = run
        self._worker = worker
        self._name = name
        self._dialogs = dialogs
        self._questions = questions
        self._may_leave = may_leave
        self._saving: dict[str, Model] = {}  # by target: what is being copied there
        run.checkpoint_saved.connect(self._on_saved)
        run.checkpoint_failed.connect(self._on_failed)

    # -- loading ------------------------------------------------------------------------------------

    def load(self) -> None:
        filters = self.tr("Checkpoints (*.safetensors);;PyTorch weights for this network (*.pth *.pt *.bin)")
        chosen = self._dialogs.open_file(self._window, self.tr("Load checkpoint"), filters)
        if chosen is not None:
            self.open(chosen)

    def open(self, path: Path) -> None:
        """A checkpoint is used beside the open project or takes its place; weights alone go into it."""
        from studio.ui.checkpoints import read_model_if_whole
        from studio.ui.weights_import import WEIGHTS_SUFFIXES

        if path.suffix.lower() in WEIGHTS_SUFFIXES:
            self._import_weights(path)
            return

        def read(model: object) -> None:
            # Asked only now: a file that is no good shall cost nobody a run.
            if model is None:
                self._import_weights(path)
            else:
                self._take(cast("Model", model), path)

        self._read(lambda: read_model_if_whole(path), read)

    def open_left(self, path: Path) -> None:
        """A network that was trained and never saved: its project with its runs, without a file."""
        from studio.ui.checkpoints import read_model

        def read(model: object) -> None:
            if self._may_leave():
                self._document.open_project(cast("Model", model).project, None)
                self.replaced.emit("")

        self._read(lambda: read_model(path), read)

    def _read(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """A big file is verified for seconds: not in the window's thread."""

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("The checkpoint could not be loaded"), message, details)

        self._worker.start(lambda progress: work(), then, failed)

    def _take(self, model: Model, path: Path) -> None:
        wanted = "replace"
        if self._document.project is not None:
            wanted = self._questions.loading(self._window, path.name, self._name.shown())
        if wanted == "use":
            from dataclasses import replace

            self.used.emit(replace(model, loaded=True))
            self.said.emit(self.tr("“{name}” answers on this page now.").format(name=path.name))
        elif wanted == "replace" and self._may_leave():
            self._replace(model, path)

    def _replace(self, model: Model, path: Path) -> None:
        try:
            project = self._run.adopt(model)
        except LanternError as error:
            show_error(self._window, self.tr("The checkpoint could not be loaded"), str(error))
            return
        self._document.open_project(project, None)  # no file yet: saving asks for one
        self.replaced.emit(path.stem)
        self.said.emit(self.tr("Loaded “{name}”.").format(name=path.name))

    def _import_weights(self, path: Path) -> None:
        from studio.ui.weights_import import WeightsImport

        def done(name: str) -> None:
            self.imported.emit()
            self.said.emit(self.tr("Loaded the weights of “{name}” into this network.").format(name=name))

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("The weights could not be loaded"), message, details)

        WeightsImport(self._document, self._run, done, failed).begin(path)

    # -- saving -------------------------------------------------------------------------------------

    def save(self) -> None:
        """The current network; while a run is on a fresh one, written after its batch."""
        chosen = self._ask_where()
        if chosen is None:
            return
        if not self._run.state.active and self._run.model is not None:
            self._saving[str(chosen)] = self._run.model
        self._run.save_checkpoint(chosen)

    def save_before_leaving(self) -> bool:
        """The same at once, since what is open is left next. False: nothing was saved; the user knows."""
        from studio.ui.checkpoints import copy_checkpoint

        chosen, model = self._ask_where(), self._run.model
        if chosen is None or model is None:
            return False
        try:
            copy_checkpoint(Path(model.path), chosen)
        except LanternError as error:
            self._on_failed(str(error))
            return False
        self.network_saved.emit(model)
        self.said.emit(self.tr("Saved the checkpoint “{name}”.").format(name=chosen.name))
        return True

    def _ask_where(self) -> Path | None:
        from studio.ui.dialogs.file_dialogs import with_ending

        filters = self.tr("Checkpoints (*.safetensors)")
        proposed = self._name.for_file() + CHECKPOINT_SUFFIX
        chosen = self._dialogs.save_file(self._window, self.tr("Save checkpoint"), filters, proposed)
        return None if chosen is None else with_ending(chosen, filters, CHECKPOINT_SUFFIX)

    def _on_saved(self, path: str) -> None:
        model = self._saving.pop(path, None)
        if model is not None:
            self.network_saved.emit(model)
        self.said.emit(self.tr("Saved the checkpoint “{name}”.").format(name=Path(path).name))

    def _on_failed(self, message: str) -> None:
        show_error(self._window, self.tr("The checkpoint could not be saved"), message)
