"""The Use step: give the network something new and see what it says."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import LanternError
from studio.core.safe_write import SaveError
from studio.ui.checkpoints import Model, read_preprocessing
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.empty_state import EmptyState
from studio.ui.labels import Note, Title
from studio.ui.page import Panel
from studio.ui.run_controller import RunController
from studio.ui.use_step.drop_zone import PICTURE_SUFFIXES, TABLE_SUFFIXES
from studio.ui.use_step.prediction_table import PredictionTable
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.use_step.picture_use import PictureUse
    from studio.ui.use_step.row_use import RowUse


class UsePage(QWidget):
    """Follows the controller's current model; the engine predicts, the widgets show."""

    next_requested = Signal()
    step_requested = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: RunController,
        dialogs: FileDialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("usePage")
        self.setAccessibleName(self.tr("Use"))
        self.setAcceptDrops(True)
        self._document = document
        self._controller = controller
        self._dialogs = dialogs or NativeFileDialogs()
        self._worker = Worker("random sample", self)
        self._random = random.Random()
        self._shown: tuple[str, int] | None = None  # path and step of the model that is shown
        self.pictures: PictureUse | None = None
        self.rows: RowUse | None = None
        self._build()
        controller.model_changed.connect(self._on_model_changed)
        controller.state_changed.connect(self._on_model_changed)
        document.dataset_changed.connect(self._show_dice)

    @property
    def panels(self) -> tuple[Panel, ...]:
        return ()

    def entered(self) -> None:
        self._refresh()

    def stop(self) -> None:
        """Joins the worker; called when the window closes."""
        self._worker.stop()

    # -- which model --------------------------------------------------------------------------------

    def _on_model_changed(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        model = self._controller.model
        if model is None:
            self._shown = None
            self._stack.setCurrentWidget(self._empty)
            return
        if self._shown == (model.path, model.step):
            self._show_about(model)  # the same weights, but the run that wrote them may have ended
            return
        try:
            self._show_model(model)
        except (LanternError, OSError) as error:
            self._shown = None
            self._broken.set_text(str(error))
            self._stack.setCurrentWidget(self._broken)

    def _show_model(self, model: Model) -> None:
        from studio.data.preprocessing import PicturePreprocessing, from_json

        preprocessing = from_json(read_preprocessing(model.path))
        self._shown = (model.path, model.step)
        self._stack.setCurrentWidget(self._body)
        self._model_note.setText(self._about(model))
        if isinstance(preprocessing, PicturePreprocessing):
            use = self._picture_use()
            use.set_preprocessing(preprocessing)
            self._title.setText(self.tr("What is in the picture?"))
            self._inside.setCurrentWidget(use)
        else:
            rows = self._row_use()
            rows.set_preprocessing(preprocessing)
            self._title.setText(self.tr("What is “{target}”?").format(target=preprocessing.target))
            self._inside.setCurrentWidget(rows)
            rows.ask_now()
        self._show_dice()

    def _show_about(self, model: Model) -> None:
        predicting = self._inside.currentWidget() is self._many and not self._many.predictions
        if not predicting:  # then the note says how many files are on their way
            self._model_note.setText(self._about(model))

    def _about(self, model: Model) -> str:
        name = Path(model.path).name
        one = self.tr("1 epoch")
        many = self.tr("{count} epochs").format(count=model.epochs_done)
        epochs = one if model.epochs_done == 1 else many
        if model.loaded and not model.step:
            return self.tr("With the weights from “{name}”.").format(name=name)
        if model.loaded:
            return self.tr("With the network from “{name}”, trained for {epochs}.").format(
                name=name, epochs=epochs
            )
        if self._controller.state.active:
            return self.tr("With the network as it was when it was saved last; training goes on.")
        return self.tr("With the network as it was trained last, for {epochs}.").format(epochs=epochs)

    def _show_dice(self) -> None:
        for use in (self.pictures, self.rows):
            if use is not None:
                use.dice.setEnabled(self._document.dataset is not None)

    # -- asking -------------------------------------------------------------------------------------

    def use_paths(self, paths: Sequence[Path]) -> None:
        """One picture is shown large, several or a folder or a table become a table of predictions."""
        files = _files_of(paths, PICTURE_SUFFIXES if self._for_pictures else TABLE_SUFFIXES)
        if not files:
            self._tell(self.tr("There is nothing here that the network can look at."))
        elif self._for_pictures and len(files) == 1:
            self.show_one(files[0])
        else:
            self._many.show_predictions(())
            self._inside.setCurrentWidget(self._many)
            self._model_note.setText(self.tr("Predicting {count} files…").format(count=len(files)))
            self._ask(tuple(map(str, files)), self._on_many)

    def show_one(self, path: Path, name: str = "", truth: str = "") -> None:
        use = self._picture_use()
        self._inside.setCurrentWidget(use)
        use.show_picture(path, name, truth)
        self._ask((str(path),), self._on_picture)

    def _ask(self, inputs: tuple[Any, ...], answered: Any) -> None:
        from studio.engine.requests import Predict

        model = self._controller.model
        if model is not None:
            self._controller.host.ask(Predict(model.path, inputs), answered, key="predict")

    def _on_picture(self, answer: Event) -> None:
        from studio.engine.events import Predicted

        use = self._picture_use()
        if isinstance(answer, Predicted) and answer.predictions:
            use.show_prediction(answer.predictions[0])
        else:
            use.answer.show_problem(getattr(answer, "message", ""))

    def _on_row_given(self, row: Mapping[str, Any]) -> None:
        self._ask((dict(row),), self._on_row)

    def _on_row(self, answer: Event) -> None:
        from studio.engine.events import Predicted

        rows = self._row_use()
        if isinstance(answer, Predicted) and answer.predictions:
            rows.show_prediction(answer.predictions[0])
        else:
            rows.answer.show_problem(getattr(answer, "message", ""))

    def _on_many(self, answer: Event) -> None:
        from studio.engine.events import Predicted

        model = self._controller.model
        if isinstance(answer, Predicted):
            self._many.show_predictions(answer.predictions)
            self._model_note.setText(self._about(model) if model is not None else "")
        else:
            self._tell(getattr(answer, "message", ""))

    def _on_many_row(self, row: int) -> None:
        """A row of the table of pictures: see that picture."""
        path = Path(self._many.predictions[row].input)
        if self._for_pictures and path.is_file():
            self.show_one(path)

    def _tell(self, message: str) -> None:
        self._close_many()
        use = self._current_use()
        if use is not None:
            use.answer.show_problem(message)

    # -- choosing -----------------------------------------------------------------------------------

    def _on_files_wanted(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in PICTURE_SUFFIXES)
        filters = self.tr("Pictures ({endings})").format(endings=endings)
        path = self._dialogs.open_file(self, self.tr("Choose a picture"), filters)
        if path is not None:
            self.use_paths([path])

    def _on_folder_wanted(self) -> None:
        path = self._dialogs.open_folder(self, self.tr("Folder with pictures"))
        if path is not None:
            self.use_paths([path])

    def _on_table_wanted(self) -> None:
        path = self._dialogs.open_file(self, self.tr("Choose a table"), self.tr("Tables (*.csv *.tsv *.txt)"))
        if path is not None:
            self.use_paths([path])

    def _on_random_wanted(self) -> None:
        from studio.ui.use_step.random_sample import random_test_sample

        dataset = self._document.dataset
        if dataset is not None:
            # The first time the pictures may have to be read: not in the window's thread.
            self._worker.start(
                lambda progress: random_test_sample(dataset, self._random),
                self._on_random,
                lambda message, details: self._tell(message),
            )

    def _on_random(self, sample: Any) -> None:
        if sample is None:
            self._tell(self.tr("There are no test samples. Give the test split a share in the Data step."))
        elif sample.picture is not None:
            self.show_one(sample.picture, sample.name, sample.truth)
        elif sample.row is not None:
            self._row_use().fill(sample.row, sample.truth)

    def _on_export(self) -> None:
        filters = self.tr("Tables (*.csv)")
        path = self._dialogs.save_file(self, self.tr("Export predictions"), filters, "predictions.csv")
        if path is None:
            return
        try:
            self._many.write_csv(path)
        except SaveError as error:
            self._model_note.setText(str(error))

    # -- dropping -----------------------------------------------------------------------------------

    @property
    def _for_pictures(self) -> bool:
        return self._current_use() is self.pictures and self.pictures is not None

    def _current_use(self) -> PictureUse | RowUse | None:
        model = self._controller.model
        if model is None:
            return None
        return self.rows if model.project.kind.startswith("tabular") else self.pictures

    def _droppable(self, event: QDropEvent) -> list[Path]:
        suffixes = PICTURE_SUFFIXES if self._for_pictures else TABLE_SUFFIXES
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return [p for p in paths if p.suffix.lower() in suffixes or (self._for_pictures and p.is_dir())]

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._current_use() is not None and self._droppable(event):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = self._droppable(event)
        if paths:
            event.acceptProposedAction()
            self.use_paths(paths)

    # -- construction -------------------------------------------------------------------------------

    def _picture_use(self) -> PictureUse:
        if self.pictures is None:
            from studio.ui.use_step.picture_use import PictureUse

            self.pictures = PictureUse()
            self.pictures.paths_given.connect(self.use_paths)
            self.pictures.files_wanted.connect(self._on_files_wanted)
            self.pictures.folder_wanted.connect(self._on_folder_wanted)
            self.pictures.random_wanted.connect(self._on_random_wanted)
            self._inside.addWidget(self.pictures)
        return self.pictures

    def _row_use(self) -> RowUse:
        if self.rows is None:
            from studio.ui.use_step.row_use import RowUse

            self.rows = RowUse()
            self.rows.row_given.connect(self._on_row_given)
            self.rows.file_wanted.connect(self._on_table_wanted)
            self.rows.random_wanted.connect(self._on_random_wanted)
            self._inside.addWidget(self.rows)
        return self.rows

    def _close_many(self) -> None:
        use = self._current_use()
        if use is not None:
            self._inside.setCurrentWidget(use)

    def _build(self) -> None:
        self._empty = EmptyState(
            "use",
            self.tr("Nothing to use yet"),
            self.tr(
                "Train a network first, or load a checkpoint (File menu). "
                "Then give it something new here and see what it says."
            ),
            self.tr("To training"),
        )
        self._empty.chosen.connect(lambda: self.step_requested.emit("train"))
        self._broken = EmptyState("error", self.tr("The network cannot be used"), "", self.tr("To training"))
        self._broken.chosen.connect(lambda: self.step_requested.emit("train"))
        self._title = Title()
        self._title.setObjectName("useTitle")
        self._model_note = Note()
        self._inside = QStackedWidget()
        self._many = PredictionTable()
        self._many.closed.connect(self._close_many)
        self._many.export_requested.connect(self._on_export)
        self._many.row_chosen.connect(self._on_many_row)
        self._inside.addWidget(self._many)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._model_note)
        column.addWidget(self._inside, 1)
        self._stack = QStackedWidget()
        for widget in (self._empty, self._broken, self._body):
            self._stack.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)


def _files_of(paths: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """Files as they are; folders with all fitting files below them, by name."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (
                p for p in path.rglob("*") if p.suffix.lower() in suffixes and not p.name.startswith(".")
            )
            files += sorted(inside)
        else:
            files.append(path)
    return files
