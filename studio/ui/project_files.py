"""New, open, save, close, checkpoints: everything between the document and the disk, with its questions."""

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
from studio.ui.run_controller import RunController
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.core.project import DatasetChoice
    from studio.ui.checkpoints import Model

PROJECT_SUFFIX = ".lantern"
CHECKPOINT_SUFFIX = ".safetensors"
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".rar", ".7z")
ARRAY_SUFFIXES = (".npz", ".npy")
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".xlsx", ".xlsm")


class ProjectFiles(QObject):
    """One per window; asks before anything would be lost."""

    opened = Signal()  # another project is open: from a file, from data, from a checkpoint
    restored = Signal()  # ... and it came with weights
    remembered = Signal(Path)  # a project file was opened or saved
    vanished = Signal(Path)  # a project file that was asked for is gone
    busy_changed = Signal(bool)  # a dataset is being looked at
    said = Signal(str)  # a sentence for the status bar

    def __init__(
        self,
        window: QWidget,
        document: Document,
        run: RunController,
        dialogs: FileDialogs,
        questions: Questions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._run = run
        self.dialogs = dialogs
        self.questions = questions
        self._worker = Worker("dataset recognition", self)
        self._worker.busy_changed.connect(self.busy_changed)
        run.checkpoint_saved.connect(self._on_checkpoint_saved)
        run.checkpoint_failed.connect(self._on_checkpoint_failed)

    # -- leaving what is open -----------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Asks about a run that is on, then about unsaved changes. False: stay."""
        if self._run.state.active:
            if self.questions.stop_training(self._window) == "cancel":
                return False
            self._run.stop()
            self._run.close()
        if not self._document.modified:
            return True
        answer = self.questions.unsaved(self._window, self.name())
        if answer == "save":
            return self.save()
        return answer == "discard"

    def name(self) -> str:
        """What the project is called in titles and questions."""
        path = self._document.path
        return path.stem if path is not None else self.tr("Untitled")

    def close_project(self) -> bool:
        if not self.may_leave():
            return False
        self._document.close_project()
        return True

    # -- projects -----------------------------------------------------------------------------------

    def open(self) -> None:
        filters = self.tr("Lantern projects (*.lantern);;Checkpoints (*.safetensors)")
        chosen = self.dialogs.open_file(self._window, self.tr("Open project"), filters, self._folder())
        if chosen is not None:
            self.open_path(chosen)

    def open_path(self, path: Path) -> None:
        """Whatever was dropped, named on the command line, or chosen: the file says what it is."""
        if path.suffix.lower() in (CHECKPOINT_SUFFIX, ".pth", ".pt"):
            self.open_checkpoint(path)
        elif path.is_dir() or _is_data(path.name.lower()):
            self.new_from(str(path))
        else:
            self.open_project(path)

    def open_project(self, path: Path) -> None:
        from studio.core.project_file import load_project

        if not self.may_leave():
            return
        try:
            project = load_project(path)
        except (LanternError, OSError) as error:
            if not path.exists():
                self.vanished.emit(path)
            self._complain(self.tr("The project could not be opened"), error)
            return
        self._document.open_project(project, path)
        self.remembered.emit(path)
        self.opened.emit()

    def save(self) -> bool:
        """False: nothing was saved (no place chosen, disk full); the user was told."""
        path = self._document.path
        return self._write(path) if path is not None else self.save_as()

    def save_as(self) -> bool:
        proposed = str(Path(self._folder()) / f"{self.name()}{PROJECT_SUFFIX}")
        filters = self.tr("Lantern projects (*.lantern)")
        chosen = self.dialogs.save_file(self._window, self.tr("Save project"), filters, proposed)
        if chosen is None:
            return False
        return self._write(chosen if chosen.suffix else chosen.with_suffix(PROJECT_SUFFIX))

    def _write(self, path: Path) -> bool:
        from studio.core.project_file import save_project

        assert self._document.project is not None
        try:
            save_project(path, self._document.project)
        except (LanternError, OSError) as error:
            self._complain(self.tr("The project could not be saved"), error)
            return False
        self._document.mark_saved(path)
        self.remembered.emit(path)
        self.said.emit(self.tr("Saved “{name}”.").format(name=path.name))
        return True

    # -- data ---------------------------------------------------------------------------------------

    def choose_folder(self) -> Path | None:
        return self.dialogs.open_folder(self._window, self.tr("Folder with one sub-folder per class"))

    def choose_table(self) -> Path | None:
        filters = self.tr(
            "Tables (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm);;Archives (*.zip *.tar *.tgz *.gz *.bz2 *.xz);;"
            "Arrays (*.npz *.npy *ubyte *ubyte.gz);;All files (*)"
        )
        return self.dialogs.open_file(self._window, self.tr("Table, one sample a row"), filters)

    def new_from_folder(self) -> None:
        chosen = self.choose_folder()
        if chosen is not None:
            self.new_from(str(chosen))

    def new_from_table(self) -> None:
        chosen = self.choose_table()
        if chosen is not None:
            self.new_from(str(chosen))

    def new_from(self, location: str) -> None:
        """A ready project for a bundled dataset or the user's own data."""

        def open_it(choice: object) -> None:
            from studio.kinds.new_project import infer_kind, new_project

            choice = cast("DatasetChoice", choice)
            if choice.facts is not None and self.may_leave():
                project = new_project(infer_kind(choice.facts, choice.source), choice)
                self._document.open_project(project, None)
                self.opened.emit()

        self.recognise(location, open_it)

    def recognise(self, location: str, then: Callable[[object], None]) -> None:
        """Looks at data away from the window's thread; `then` gets a DatasetChoice with its facts."""

        def work(progress: Callable[[float], bool]) -> object:
            from studio.data.opening import recognise
            from studio.kinds.new_project import infer_kind

            choice = recognise(location, progress=progress)
            if choice.facts is None:
                raise LanternError(
                    f"“{Path(location).name}” could not be read far enough to build a network for it."
                )
            infer_kind(choice.facts, choice.source)  # raises where no kind of project fits
            return choice

        self.start(work, then)

    def start(
        self, work: Callable[[Callable[[float], bool]], object], then: Callable[[object], None]
    ) -> None:
        """Does `work` on data away from the window's thread; a later call replaces one under way."""

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("These data cannot be used"), message, details)

        self._worker.start(work, then, failed)

    # -- checkpoints --------------------------------------------------------------------------------

    def load_checkpoint(self) -> None:
        filters = self.tr("Checkpoints (*.safetensors);;PyTorch weights for this network (*.pth *.pt *.bin)")
        chosen = self.dialogs.open_file(self._window, self.tr("Load checkpoint"), filters, self._folder())
        if chosen is not None:
            self.open_checkpoint(chosen)

    def open_checkpoint(self, path: Path) -> None:
        """Restores network, recipe and weights from one file; weights alone go into the open project."""
        from studio.ui.checkpoints import read_model_if_whole
        from studio.ui.weights_import import WEIGHTS_SUFFIXES

        if path.suffix.lower() in WEIGHTS_SUFFIXES:
            self._import_weights(path)
            return

        def adopt(model: object) -> None:
            if model is None:
                self._import_weights(path)
                return
            if not self.may_leave():  # asked only now: a file that is no good shall cost nobody a run
                return
            try:
                project = self._run.adopt(cast("Model", model))
            except LanternError as error:
                self._complain(title, error)
                return
            self._document.open_project(project, None)
            self.opened.emit()
            self.restored.emit()
            self.said.emit(self.tr("Loaded “{name}”.").format(name=path.name))

        def failed(message: str, details: str) -> None:
            show_error(self._window, title, message, details)

        title = self.tr("The checkpoint could not be loaded")
        # A big file is verified for seconds: not in the window's thread.
        self._worker.start(lambda progress: read_model_if_whole(path), adopt, failed)

    def _import_weights(self, path: Path) -> None:
        from studio.ui.weights_import import WeightsImport

        def done(name: str) -> None:
            self.restored.emit()
            self.said.emit(self.tr("Loaded the weights of “{name}” into this network.").format(name=name))

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("The weights could not be loaded"), message, details)

        WeightsImport(self._document, self._run, done, failed).begin(path)

    def save_checkpoint(self) -> None:
        proposed = str(Path(self._folder()) / f"{self.name()}{CHECKPOINT_SUFFIX}")
        filters = self.tr("Checkpoints (*.safetensors)")
        chosen = self.dialogs.save_file(self._window, self.tr("Save checkpoint"), filters, proposed)
        if chosen is not None:
            self._run.save_checkpoint(chosen if chosen.suffix else chosen.with_suffix(CHECKPOINT_SUFFIX))

    def _on_checkpoint_saved(self, path: str) -> None:
        self.said.emit(self.tr("Saved the checkpoint “{name}”.").format(name=Path(path).name))

    def _on_checkpoint_failed(self, message: str) -> None:
        show_error(self._window, self.tr("The checkpoint could not be saved"), message)

    # -----------------------------------------------------------------------------------------------

    def stop(self) -> None:
        self._worker.stop()

    def _folder(self) -> str:
        path = self._document.path
        return str(path.parent if path is not None else Path.home())

    def _complain(self, title: str, error: Exception) -> None:
        if isinstance(error, LanternError):
            show_error(self._window, title, str(error))
            return
        name = Path(str(getattr(error, "filename", "") or "")).name
        reason = getattr(error, "strerror", None) or str(error)
        sentence = self.tr("“{name}”: {reason}. Choose another file or folder.").format(
            name=name, reason=reason
        )
        show_error(self._window, title, sentence, repr(error))


def _is_data(name: str) -> bool:
    """Whether a file of that name is looked into as data, not as a project. MNIST's files end in “ubyte”."""
    return name.endswith((*TABLE_SUFFIXES, *ARCHIVE_SUFFIXES, *ARRAY_SUFFIXES, "ubyte"))
