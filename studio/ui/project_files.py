"""New, open, save, close: everything between the document and the disk, with its questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.core.problems import LanternError
from studio.ui.boxes.drawing_way import draw_boxes
from studio.ui.checkpoint_files import CHECKPOINT_SUFFIX, CheckpointFiles
from studio.ui.collecting.collecting_way import CollectingWay
from studio.ui.dialogs.error_dialog import show_error
from studio.ui.dialogs.file_dialogs import FileDialogs, with_ending
from studio.ui.dialogs.questions import Questions
from studio.ui.document import Document
from studio.ui.gallery.gallery import Gallery
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.leaving import Leaving
from studio.ui.left_networks import note_home
from studio.ui.points.playing import Playing
from studio.ui.project_name import ProjectName
from studio.ui.run_controller import RunController
from studio.ui.sorting_way import SortingWay
from studio.ui.weights_import import WEIGHTS_SUFFIXES
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.core.project import DatasetChoice, Project
    from studio.data.boxes.box_drawing import Drawing
    from studio.data.pictures.collecting import Collecting
    from studio.data.pictures.picture_sorting import Sorting

PROJECT_SUFFIX = ".lantern"
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".rar", ".7z")
ARRAY_SUFFIXES = (".npz", ".npy")
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")  # boxes in COCO's format, or texts
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".xlsx", ".xlsm")


class ProjectFiles(QObject):
    """One per window; asks before anything would be lost."""

    opened = Signal()  # another project is open: from a file, from data, from a checkpoint
    restored = Signal()  # ... and it came with weights
    remembered = Signal(Path)  # a project file was opened or saved
    vanished = Signal(Path)  # a project file that was asked for is gone
    busy_changed = Signal(bool)  # a dataset is being looked at
    progressed = Signal(float)  # how far that is, from 0 to 1
    used = Signal(object)  # a Model that shall only answer on the Use page
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
        self._worker.progressed.connect(self.progressed)
        self.gallery = Gallery(window, dialogs, self._location)
        self.gallery.said.connect(self.said)
        self.playing = Playing(window, document, dialogs)
        self.sorting = SortingWay(window, document, dialogs)
        self.collecting = CollectingWay(window, dialogs)
        self.collecting.said.connect(self.said)
        self._name = ProjectName(document)
        self.relabelling = Relabelling(document, self)
        self.relabelling.kept.connect(self.said)
        self.relabelling.said.connect(self.said)
        self._on_disk = ""  # what was in the project's file when it was read or written last
        checkpoints = self.checkpoints = CheckpointFiles(
            window, document, run, self._worker, self._name, dialogs, questions, self.may_leave
        )
        self.leaving = Leaving(window, document, run, questions, self.save, checkpoints.save_before_leaving)
        checkpoints.said.connect(self.said)
        checkpoints.used.connect(self.used)
        checkpoints.imported.connect(self.restored)
        checkpoints.network_saved.connect(self.leaving.note_kept)
        checkpoints.replaced.connect(self._on_replaced)

    def _location(self) -> str:
        project = self._document.project
        return project.dataset.location if project is not None and project.dataset is not None else ""

    # -- leaving what is open -----------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Asks about a run that is on, then about what would be lost. False: stay."""
        return self.leaving.may_leave(self.name())

    def name(self) -> str:
        """What the project is called in titles and questions."""
        return self._name.shown()

    def proposed_name(self) -> str:
        """What a file of this project is called first."""
        return self._name.for_file()

    def close_project(self) -> bool:
        if not self.may_leave():
            return False
        self._document.close_project()
        return True

    # -- projects -----------------------------------------------------------------------------------

    def open(self) -> None:
        filters = self.tr("Lantern projects (*.lantern);;Checkpoints (*.safetensors)")
        chosen = self.dialogs.open_file(self._window, self.tr("Open project"), filters)
        if chosen is not None:
            self.open_path(chosen)

    def open_path(self, path: Path) -> None:
        """Whatever was dropped, named on the command line, or chosen: the file says what it is."""
        if path.suffix.lower() in (CHECKPOINT_SUFFIX, *WEIGHTS_SUFFIXES):
            self.open_checkpoint(path)
        elif path.is_dir() or _is_data(path.name.lower()):
            self.new_from(str(path))
        else:
            self.open_project(path)

    def open_project(self, path: Path) -> None:
        from studio.core.project_file import load_project

        try:  # first: a file that is no good shall cost nobody a run
            on_disk = _contents(path)
            project = load_project(path)
        except (LanternError, OSError) as error:
            if not path.exists():
                self.vanished.emit(path)
            self._complain(self.tr("The project could not be opened"), error)
            return
        if not self.may_leave():
            return
        self._open(project, path)
        self._on_disk = on_disk
        note_home(project.id, path)
        self.remembered.emit(path)
        self.opened.emit()

    def save(self) -> bool:
        """False: nothing was saved (no place chosen, disk full); the user was told."""
        path = self._document.path
        return self._write(path) if path is not None else self.save_as()

    def save_as(self) -> bool:
        path = self._document.path
        proposed = self.proposed_name() + PROJECT_SUFFIX
        if path is not None:
            proposed = str(path.with_name(proposed))
        filters = self.tr("Lantern projects (*.lantern)")
        chosen = self.dialogs.save_file(self._window, self.tr("Save project"), filters, proposed)
        if chosen is None:
            return False
        return self._write(with_ending(chosen, filters, PROJECT_SUFFIX), asked=True)

    def _write(self, path: Path, asked: bool = False) -> bool:
        """`asked`: the user just chose this file, whatever is in it."""
        from studio.core.project_file import save_project

        assert self._document.project is not None
        now = _contents(path)
        if not asked and now and now != self._on_disk:
            answer = self.questions.changed_on_disk(self._window, path.name)
            if answer != "overwrite":
                return self.save_as() if answer == "save_as" else False
        try:
            save_project(path, self._document.project)
        except (LanternError, OSError) as error:
            self._complain(self.tr("The project could not be saved"), error)
            return False
        self._on_disk = _contents(path)
        note_home(self._document.project.id, path)
        self._document.mark_saved(path)
        self.remembered.emit(path)
        self.said.emit(self.tr("Saved “{name}”.").format(name=path.name))
        return True

    def _open(self, project: Project, path: Path | None, proposed: str = "") -> None:
        self._name.proposed = proposed
        self._document.open_project(project, path)

    # -- data ---------------------------------------------------------------------------------------

    def choose_folder(self) -> Path | None:
        return self.dialogs.open_folder(self._window, self.tr("Folder with one sub-folder per class"))

    def choose_table(self) -> Path | None:
        filters = self.tr(
            "Tables (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm *.parquet *.csv.gz *.jsonl *.json);;"
            "Archives (*.zip *.tar *.tgz *.gz *.bz2 *.xz);;"
            "Arrays (*.npz *.npy *ubyte *ubyte.gz);;All files (*)"
        )
        return self.dialogs.open_file(self._window, self.tr("Table, one sample a row"), filters)

    def cancel_looking(self) -> None:
        """Stays with what was there before."""
        self._worker.cancel()

    def new_from_gallery(self) -> None:
        self.gallery.show(self.new_from)

    def new_from_points(self) -> None:
        self.playing.show(self.new_from)

    def new_from_collected(self, offered: Sequence[Path] = ()) -> None:
        """`offered`: pictures that are to be sorted into classes."""
        self.collecting.show(None, lambda folder: self.new_from(str(folder)), self._new_from_boxes, offered)

    def _new_from_boxes(self, folder: Path) -> None:
        self.draw_boxes(folder, self._open_choice)

    def draw_boxes(self, folder: Path, then: Callable[[object], None]) -> None:
        """Of the pictures in a folder that nothing sorts; `then` gets the choice that comes of it."""
        from studio.data.boxes.box_drawing import Drawing

        try:
            drawing = Drawing.of_folder(folder)
        except LanternError as error:
            self._complain(self.tr("These data cannot be used"), error)
            return
        draw_boxes(drawing, lambda choose: self.start(choose, then), self._window)

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

        self.recognise(location, self._open_choice)

    def _open_choice(self, found: object) -> None:
        from studio.kinds.new_project import infer_kind, new_project

        choice = cast("DatasetChoice", found)
        if choice.facts is not None and self.may_leave():
            project = new_project(infer_kind(choice.facts, choice.source), choice)
            self._open(project, None)
            self.opened.emit()

    def recognise(self, location: str, then: Callable[[object], None]) -> None:
        """Looks at data away from the window's thread; `then` gets a DatasetChoice with its facts."""

        def work(progress: Callable[[float], bool]) -> object:
            import studio.kinds.project_check  # noqa: F401  here, as the window would wait for it
            from studio.data.boxes.box_drawing import Drawing
            from studio.data.dataset import DataError
            from studio.data.opening import recognise
            from studio.data.pictures.collecting import Collecting, unfinished
            from studio.data.pictures.picture_sorting import Sorting
            from studio.kinds.new_project import infer_kind

            try:
                choice = recognise(location, progress=progress)
            except DataError as error:
                folder = (error.place or Path(location)).absolute()
                if error.code in ("empty", "single-class") and unfinished(folder):
                    return Collecting(folder)
                if error.code in ("columns", "single-class") and folder.is_dir():
                    sorting = Sorting.of(folder)
                    if sorting.unfinished:
                        return sorting
                if error.code == "unsorted" and folder.is_dir():
                    return Sorting.of(folder)
                if error.code == "undrawn" and folder.is_dir():
                    return Drawing.of_folder(folder)
                raise
            if choice.facts is None:
                raise LanternError(
                    f"“{Path(location).name}” could not be read far enough to build a network for it."
                )
            infer_kind(choice.facts, choice.source)  # raises where no kind of project fits
            return choice

        def sorted_or_done(found: object) -> None:
            if hasattr(found, "next_unsorted"):
                self.sorting.show(cast("Sorting", found), lambda choose: self.start(choose, then))
            elif hasattr(found, "add_class"):
                self.collecting.show(
                    cast("Collecting", found),
                    lambda folder: self.recognise(str(folder), then),
                    lambda folder: self.draw_boxes(folder, then),
                )
            elif hasattr(found, "next_open"):
                draw_boxes(cast("Drawing", found), lambda choose: self.start(choose, then), self._window)
            else:
                then(found)

        self.start(work, sorted_or_done)

    def start(
        self, work: Callable[[Callable[[float], bool]], object], then: Callable[[object], None]
    ) -> None:
        """Does `work` on data away from the window's thread; a later call replaces one under way."""

        def failed(message: str, details: str) -> None:
            show_error(self._window, self.tr("These data cannot be used"), message, details)

        self._worker.start(work, then, failed)

    # -- checkpoints --------------------------------------------------------------------------------

    def load_checkpoint(self) -> None:
        self.checkpoints.load()

    def open_checkpoint(self, path: Path) -> None:
        self.checkpoints.open(path)

    def save_checkpoint(self) -> None:
        self.checkpoints.save()

    def _on_replaced(self, proposed: str) -> None:
        self._name.proposed = proposed
        self.opened.emit()
        self.restored.emit()

    # -----------------------------------------------------------------------------------------------

    def stop(self) -> None:
        self._worker.stop()
        self.gallery.stop()
        self.collecting.stop()
        self.relabelling.stop()

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


def opens(path: Path) -> bool:
    """Whether `open_path` has a way to open such a file, by its name."""
    known = (PROJECT_SUFFIX, CHECKPOINT_SUFFIX, *WEIGHTS_SUFFIXES)
    return path.suffix.lower() in known or _is_data(path.name.lower())


def _is_data(name: str) -> bool:
    """Whether a file of that name is looked into as data, not as a project. MNIST's files end in “ubyte”."""
    return name.endswith((*TABLE_SUFFIXES, *JSON_SUFFIXES, *ARCHIVE_SUFFIXES, *ARRAY_SUFFIXES, "ubyte"))


def _contents(path: Path) -> str:
    """Tells one content of a file from another; empty where there is no file that can be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
