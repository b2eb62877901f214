"""The Use step: give the network something new and see what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import LanternError
from studio.ui.checkpoints import Model, read_preprocessing
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.page import Panel
from studio.ui.run_controller import RunController
from studio.ui.use_step.asking import Asking
from studio.ui.use_step.dice import Dice
from studio.ui.use_step.export_predictions import ExportPredictions
from studio.ui.use_step.given import accept_copy, is_for, read_given
from studio.ui.use_step.live_camera import LiveCamera
from studio.ui.use_step.nothing_to_use import not_usable, nothing_yet
from studio.ui.use_step.prediction_list import PredictionList
from studio.ui.use_step.used_model import LOW, UsedModel
from studio.ui.use_step.uses import Uses

if TYPE_CHECKING:
    from studio.data.preprocessing import Preprocessing
    from studio.engine.events import Prediction
    from studio.ui.use_step.picture_use import PictureUse
    from studio.ui.use_step.random_sample import RandomSample
    from studio.ui.use_step.row_use import RowUse
    from studio.ui.use_step.text_use import TextUse


class UsePage(QWidget):
    """Follows the controller's current model, or a guest; the engine predicts, the widgets show."""

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
        self.dice = Dice(document, self)
        self._guest: Model | None = None  # a loaded network that is only used, in place of the project's
        self._guest_of = ""  # id of the project that was open then
        self._shown: tuple[str, int] | None = None  # path and step of the model that is shown
        self._prepared: Preprocessing | None = None  # how it reads its inputs
        self.uses = Uses(self._dialogs, self)
        self.asking = Asking(controller.host, self)
        self.live = LiveCamera(controller.host, lambda: self.model, self)
        self._build()
        self._follow()

    @property
    def panels(self) -> tuple[Panel, ...]:
        return ()

    @property
    def pictures(self) -> PictureUse | None:
        return self.uses.pictures

    @property
    def rows(self) -> RowUse | None:
        return self.uses.rows

    @property
    def model(self) -> Model | None:
        return self._guest or self._controller.model

    def entered(self) -> None:
        self._refresh()
        if not self._many_shown and (use := self._current_use()) is not None:
            use.focus_first()

    def stop(self) -> None:
        """Joins the workers."""
        for part in (self.live, self.dice, self.asking, self._export, self.many):
            part.stop()

    # -- which model --------------------------------------------------------------------------------

    def use_guest(self, model: Model | None) -> None:
        """Answers come from this network, the project stays as it is; None: from the project's again."""
        project = self._document.project
        self._guest, self._guest_of = model, project.id if project is not None else ""
        self._refresh()

    def _on_project_changed(self) -> None:
        project = self._document.project
        if self._guest is not None and (project is None or project.id != self._guest_of):
            self.use_guest(None)
        self._on_model_changed()  # it may have other data than the network learnt from

    def _on_model_changed(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        model = self.model
        if model is None:
            self._shown = self._prepared = None
            self._stack.setCurrentWidget(self._empty)
            return
        self.head.tell(model, guest=self._guest is not None)
        if self._shown == (model.path, model.step):
            return  # the same weights, but the run that wrote them may have ended
        try:
            self._show_model(model)
        except (LanternError, OSError) as error:
            self._guest = self._shown = self._prepared = None  # the next visit finds the project's own
            self._broken.set_text(str(error))
            self._stack.setCurrentWidget(self._broken)

    def _show_model(self, model: Model) -> None:
        from studio.data.preprocessing import PicturePreprocessing, TextPreprocessing, from_json

        preprocessing = from_json(read_preprocessing(model.path))
        self._shown = (model.path, model.step)
        self._stack.setCurrentWidget(self._body)
        self._show_dice()
        if preprocessing == self._prepared:
            self._ask_again()
            return
        self.asking.forget()
        self._prepared = preprocessing
        if isinstance(preprocessing, PicturePreprocessing):
            use = self.uses.picture_use()
            use.set_preprocessing(preprocessing, boxes=model.project.kind == "object-detection")
            numbers = preprocessing.numbers
            names = ", ".join(f"“{name}”" for name in numbers.names) if numbers is not None else ""
            asked = self.tr("What is {names} of the picture?").format(names=names)
            self.head.title.setText(asked if names else self.tr("What is in the picture?"))
            self._inside.setCurrentWidget(use)
        elif isinstance(preprocessing, TextPreprocessing):
            texts = self.uses.text_use()
            texts.set_preprocessing(preprocessing)
            self.head.title.setText(self.tr("What is “{target}”?").format(target=preprocessing.target))
            self._inside.setCurrentWidget(texts)
            texts.ask_now()
        else:
            rows = self.uses.row_use()
            rows.set_preprocessing(preprocessing)
            self.head.title.setText(self.tr("What is “{target}”?").format(target=preprocessing.target))
            self._inside.setCurrentWidget(rows)
            rows.ask_now()
        self._show_dice()

    def _ask_again(self) -> None:
        """Newer weights of the same network: what people typed or chose stays, the answer follows."""
        if self._many_shown:
            return  # a list of answers, or one that is on its way
        for use in (self.rows, self.uses.texts):
            if use is not None and self._current_use() is use:
                self._inside.setCurrentWidget(use)
                use.ask_now()
        if self._for_pictures and self.pictures is not None:
            self._inside.setCurrentWidget(self.pictures)
            if self.pictures.path is not None and self.model is not None:
                self.asking.ask_one(self.model, str(self.pictures.path))

    def _show_dice(self) -> None:
        """A test sample can be tried where it is one that this network reads."""
        fit = self.dice.fit(self.model)
        why = "" if fit else self.tr("The project's data are not those that this network learnt from.")
        for use in (self.pictures, self.rows, self.uses.texts):
            if use is not None:
                use.dice.setEnabled(fit)
                use.dice.setToolTip(why or use.dice.accessibleName())

    # -- asking -------------------------------------------------------------------------------------

    def use_paths(self, paths: Sequence[Path]) -> None:
        """One picture is shown large; several, a folder or a table become a list of predictions."""
        model = self.model
        if model is None or not paths:
            return
        self._inside.setCurrentWidget(self.many)
        self.many.show_busy(self.tr("Looking for files…"))
        self.asking.ask_many(model, paths, self._for_pictures, self.show_one)

    def show_one(self, path: Path, name: str = "", truth: str = "") -> None:
        use, model = self.uses.picture_use(), self.model
        self._inside.setCurrentWidget(use)
        use.show_picture(path, name, truth)
        if model is not None:
            self.asking.ask_one(model, str(path))

    def _on_row_given(self, row: Mapping[str, Any]) -> None:
        if self.model is not None and not self._many_shown:
            self.asking.ask_one(self.model, dict(row))

    def _on_texts_given(self, texts: list[str]) -> None:
        if self.model is not None:
            self._inside.setCurrentWidget(self.many)
            self.many.show_busy(self.tr("Predicting {count} texts…").format(count=f"{len(texts):,}"))
            self.asking.ask_several(self.model, [{"text": text} for text in texts])

    def _on_answered(self, prediction: Prediction) -> None:
        if (use := self._current_use()) is not None:
            use.show_prediction(prediction)

    def _on_counted(self, count: int) -> None:
        text = self.tr("Predicting every text…") if self._for_texts else self.tr("Predicting every row…")
        pictures = self.tr("Predicting {count} pictures…").format(count=f"{count:,}")
        self.many.show_busy(pictures if self._for_pictures else text)

    def _on_many(self, predictions: Sequence[Prediction], complete: bool) -> None:
        if not predictions:
            self._close_many()
            return
        self.many.show_predictions(predictions, self._for_pictures, complete, self._for_texts)
        self._inside.setCurrentWidget(self.many)
        self.many.view.setFocus()

    def _on_many_row(self, prediction: Prediction) -> None:
        """A row of the list: see that picture, or put that row into the form."""
        path = Path(prediction.input)
        if self._for_pictures and path.is_file():
            self.show_one(path)
        elif self._for_texts and prediction.cells:
            self._inside.setCurrentWidget(self.uses.text_use())
            self.uses.text_use().fill(prediction.cells[0], "")
        elif self.rows is not None and prediction.cells:
            self._inside.setCurrentWidget(self.rows)
            self.rows.fill(dict(zip(prediction.columns, prediction.cells, strict=False)), "")

    def _tell(self, message: str) -> None:
        if (use := self._current_use()) is not None:
            self._inside.setCurrentWidget(use)
            use.answer.show_problem(message)

    # -- choosing -----------------------------------------------------------------------------------

    def _on_random_wanted(self) -> None:
        if (use := self._current_use()) is not None:
            self.asking.forget()  # an answer that is on its way is of something else
            use.answer.show_waiting()
            self.dice.roll()

    def _on_drawn(self, sample: RandomSample) -> None:
        if sample.picture is not None and self._for_pictures:
            self.show_one(sample.picture, sample.name, sample.truth)
        elif sample.row is not None and self._for_texts:
            self.uses.text_use().fill(str(sample.row.get("text", "")), sample.truth)
        elif sample.row is not None and self.rows is not None and not self._for_pictures:
            self.rows.fill(sample.row, sample.truth)

    # -- dropping and pasting -----------------------------------------------------------------------

    def paste(self) -> None:
        """Called by the Paste action: a picture, files, rows of a spreadsheet, a text."""
        mime = QGuiApplication.clipboard().mimeData()
        texts = self.uses.texts if self._current_use() is self.uses.texts else None
        if texts is not None and mime is not None and not mime.hasUrls():
            texts.edit.paste()
            return
        if self._current_use() is not None and mime is not None:
            self._take(mime)

    def _take(self, mime: QMimeData) -> None:
        given = read_given(mime, self._for_pictures)
        if given.refused:
            self._tell(given.refused)
        elif given.pasted and self._for_pictures:
            self.show_one(given.paths[0], self.tr("The pasted picture"))
        else:
            self.use_paths(given.paths)

    def _show_over(self, over: bool) -> None:
        if self.pictures is not None:
            self.pictures.zone.show_over(over)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._current_use() is not None and is_for(event.mimeData(), self._for_pictures):
            accept_copy(event)
            self._show_over(True)
        else:
            event.ignore()  # the window's

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW
        self.head.set_low(low)
        self._column.setContentsMargins(*((12, 8, 12, 8) if low else (16, 16, 16, 16)))

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        accept_copy(event)
        self._take(event.mimeData())

    # -- construction -------------------------------------------------------------------------------

    @property
    def _for_pictures(self) -> bool:
        return self.pictures is not None and self._current_use() is self.pictures

    @property
    def _for_texts(self) -> bool:
        return self.uses.texts is not None and self._current_use() is self.uses.texts

    @property
    def _many_shown(self) -> bool:
        return self._inside.currentWidget() is self.many

    def _current_use(self) -> PictureUse | RowUse | TextUse | None:
        return self.uses.of(self.model.project.kind) if self.model is not None else None

    def _close_many(self) -> None:
        self.asking.forget()
        use = self._current_use()
        if use is not None:
            self._inside.setCurrentWidget(use)
            if use is not self.pictures:
                self._ask_again()

    def _follow(self) -> None:
        self._controller.model_changed.connect(self._on_model_changed)
        self._controller.state_changed.connect(self._on_model_changed)
        self._document.dataset_changed.connect(self._show_dice)
        self._document.project_changed.connect(self._on_project_changed)
        self.asking.answered.connect(self._on_answered)
        self.asking.many_answered.connect(self._on_many)
        self.asking.failed.connect(self._tell)
        self.dice.drawn.connect(self._on_drawn)
        self.dice.failed.connect(self._tell)
        self.asking.counted.connect(self._on_counted)
        self.asking.progressed.connect(self.many.show_progress)
        self.asking.reading.connect(self.many.show_busy)
        self.many.closed.connect(self._close_many)
        self.many.cancelled.connect(self.asking.cancel)
        self.many.row_chosen.connect(self._on_many_row)
        self.uses.made.connect(self._inside.addWidget)
        self.uses.made.connect(self.live.follow)
        self.live.taken.connect(lambda path: self.show_one(path, self.tr("The picture from the camera")))
        self.uses.made.connect(self.many.share_threshold)
        self.uses.chosen.connect(self.use_paths)
        self.uses.random_wanted.connect(self._on_random_wanted)
        self.uses.row_given.connect(self._on_row_given)
        self.uses.texts_given.connect(self._on_texts_given)
        self.head.back_requested.connect(lambda: self.use_guest(None))
        self.head.step_requested.connect(self.step_requested)

    def _build(self) -> None:
        self._empty, self._broken = nothing_yet(), not_usable()
        for empty in (self._empty, self._broken):
            empty.chosen.connect(lambda: self.step_requested.emit("train"))
        self.head = UsedModel(self._document, self._controller)
        self._inside = QStackedWidget()
        self.many = PredictionList()
        self._export = ExportPredictions(self.many, self._dialogs, self._document, self)
        self._inside.addWidget(self.many)
        self._body = QWidget()
        column = self._column = QVBoxLayout(self._body)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addWidget(self._inside, 1)
        self._stack = QStackedWidget()
        for widget in (self._empty, self._broken, self._body):
            self._stack.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
