"""Use a network for pictures: drop one and see what the network says, and how it sees it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import LanternError
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Note
from studio.ui.results_step.mistakes import enlarged
from studio.ui.use_step.answer_card import AnswerCard
from studio.ui.use_step.drop_zone import DropZone
from studio.ui.use_step.found_boxes import THRESHOLD, drawn, sure_boxes
from studio.ui.use_step.live_row import LiveRow

if TYPE_CHECKING:
    from studio.data.preprocessing import PicturePreprocessing
    from studio.engine.events import Prediction

_SEEN = 112  # pixels
_SEEN_SMALL = 64
_ROOMY = 700  # pixels of width; below that buttons have short names, with the long ones as tooltips
_SHOWN = 1200  # a photo is shown, not printed


class PictureUse(QWidget):
    """Wishes go out as signals; the page asks the engine and hands the answer back."""

    files_wanted = Signal()
    folder_wanted = Signal()
    random_wanted = Signal()
    camera_wanted = Signal()
    left = Signal()  # something else is shown than what the camera sees, or nothing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preprocessing: PicturePreprocessing | None = None
        self.path: Path | None = None  # of the picture that is asked about
        self._truth = ""
        self._boxes = False
        self.zone = DropZone(
            self.tr("Drop pictures, a film or a folder here, paste a picture, or click to choose some")
        )
        self._prediction: Prediction | None = None
        self.live = LiveRow()
        self.answer = AnswerCard()
        self.answer.threshold.changed.connect(self._draw_boxes)
        self._seen = QLabel()
        self._seen.setObjectName("seenPicture")
        self._seen.setFixedSize(QSize(_SEEN, _SEEN))
        self._seen.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._seen_note = Note()
        self._name = Note()
        self._build()

    def set_preprocessing(self, preprocessing: PicturePreprocessing, *, boxes: bool = False) -> None:
        """`boxes`: the network finds things in pictures."""
        self.left.emit()
        self._preprocessing, self.path, self._truth, self._boxes = preprocessing, None, "", boxes
        self._prediction = None
        if boxes:
            tip = self.tr("Lower: more boxes are shown, also wrong ones. Higher: fewer, but surer ones.")
            self.answer.threshold.begin_at(round(100 * THRESHOLD), tip)
        self.zone.set_picture(None)
        self._seen.clear()
        self._seen_note.setText("")
        self._name.setText("")
        self.answer.clear(self._hint(preprocessing))

    def show_picture(self, path: Path, name: str = "", truth: str = "") -> None:
        """What is being asked about."""
        self.left.emit()
        self._truth, self.path, self._prediction = truth, path, None
        self._name.setText(name or path.name)
        self.zone.set_picture(_readable(path))
        self.answer.show_waiting()
        self.show_seen(path)

    def show_seen(self, path: Path) -> None:
        """How the network sees that picture."""
        if self._preprocessing is None:
            return
        try:
            seen = self._preprocessing.prepare_picture(path)
        except (LanternError, OSError) as error:
            self._seen.clear()
            self._seen_note.setText("")
            self.answer.show_problem(str(error))
            return
        self._seen.setPixmap(enlarged(seen.transpose(1, 2, 0), _SEEN))
        width, height = self._preprocessing.width, self._preprocessing.height
        colour = self.tr("in grey") if self._preprocessing.channels == 1 else self.tr("in colour")
        self._seen_note.setText(
            self.tr("So the network sees it: {width} x {height} points, {colour}.").format(
                width=width, height=height, colour=colour
            )
        )

    # -- the camera -----------------------------------------------------------------------------------

    def begin_live(self) -> None:
        self.path, self._truth, self._prediction = None, "", None
        self._seen.clear()
        self._seen_note.setText("")
        self.zone.set_picture(None)
        self._name.setText(self.tr("Waiting for the camera …"))
        self._buttons.hide()
        self.live.show()
        self.live.take.setFocus()

    def show_frame(self, image: QImage) -> None:
        """What the camera sees now; boxes of the last answer stay over it."""
        if self._name.text():
            self._name.setText("")
        self.zone.set_frame(QPixmap.fromImage(image))

    def end_live(self) -> None:
        """What was seen last stays, with its answer."""
        had_focus = self.live.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._name.setText("")
        self.live.hide()
        self._buttons.show()
        if had_focus:
            self.camera.setFocus()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def _hint(self, preprocessing: PicturePreprocessing) -> str:
        if preprocessing.numbers is not None:
            names = ", ".join(f"“{name}”" for name in preprocessing.numbers.names)
            return self.tr("It answers with a number for {names}.").format(names=names)
        if self._boxes:
            text = self.tr("It looks for {names}, and draws a box around each.")
            return text.format(names=", ".join(f"“{name}”" for name in preprocessing.classes))
        if preprocessing.multi_label:
            text = self.tr("It says of each of {count} labels how likely the picture has it.")
            return text.format(count=len(preprocessing.classes))
        return self.tr("It has {count} answers to choose from.").format(count=len(preprocessing.classes))

    def focus_first(self) -> None:
        """Where work begins."""
        self.zone.setFocus()

    def change_truth(self, truth: str) -> None:
        """The right answer was corrected."""
        if self._truth:
            self._truth = truth
            self.answer.change_truth(truth)

    def show_prediction(self, prediction: Prediction) -> None:
        numbers = self._preprocessing.numbers if self._preprocessing is not None else None
        target = ", ".join(numbers.names) if numbers is not None else ""
        self._prediction = prediction
        self.answer.show_prediction(prediction, target, self._truth)
        self._draw_boxes()

    def _draw_boxes(self) -> None:
        """Those that are sure enough, over the picture."""
        shown, prepared = self._prediction, self._preprocessing
        if shown is None or shown.boxes is None or shown.size is None or prepared is None:
            return
        found = sure_boxes(shown, self.answer.threshold.value)
        self.zone.set_boxes(drawn(found, prepared.classes), shown.size)

    def _build(self) -> None:
        choose = PrimaryButton()
        choose.setObjectName("choosePicture")
        choose.clicked.connect(self.files_wanted)
        folder = QuietButton("", "folder")
        folder.setObjectName("chooseFolder")
        folder.clicked.connect(self.folder_wanted)
        self.dice = QuietButton("", "dice")
        self.dice.setObjectName("randomSample")
        self.dice.clicked.connect(self.random_wanted)
        self.camera = QuietButton("", "camera")
        self.camera.setObjectName("useCamera")
        self.camera.setToolTip(self.tr("Camera: see live what the network says of what it sees"))
        self.camera.clicked.connect(self.camera_wanted)
        self._names = (
            (choose, self.tr("Choose pictures…"), self.tr("Choose…")),
            (folder, self.tr("Whole folder…"), self.tr("Folder…")),
            (self.dice, self.tr("Random test picture"), ""),
            (self.camera, self.tr("Camera"), ""),
        )
        self._name_buttons(roomy=True)
        self._buttons = QWidget()
        self.live.hide()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        for button in (choose, folder, self.dice, self.camera):
            buttons.addWidget(button)
        buttons.addStretch(1)
        seen = QHBoxLayout()
        seen.setSpacing(12)
        seen.addWidget(self._seen)
        seen.addWidget(self._seen_note, 1)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.zone, 1)
        left.addWidget(self._name)
        left.addWidget(self._buttons)
        left.addWidget(self.live)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.answer, 1)
        right.addLayout(seen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(left, 1)
        layout.addLayout(right, 1)
        self.zone.chosen.connect(self.files_wanted)

    def _name_buttons(self, roomy: bool) -> None:
        for button, long, short in self._names:
            button.setText(long if roomy else short)
            button.setAccessibleName(long)
            button.setMinimumWidth(0 if roomy or short else 44)
        self.live.set_roomy(roomy)
        side = _SEEN if roomy else _SEEN_SMALL
        self._seen.setFixedSize(QSize(side, side))
        self._seen.setScaledContents(not roomy)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._name_buttons(self.width() >= _ROOMY)
        super().resizeEvent(event)


def _readable(path: Path) -> QPixmap | None:
    """The picture at a size fit for the screen; None where Qt cannot show it (the engine may still)."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)  # as the camera was held
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _SHOWN:
        reader.setScaledSize(size.scaled(_SHOWN, _SHOWN, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else QPixmap.fromImage(image)
