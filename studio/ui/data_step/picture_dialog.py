"""One sample in large, as its file shows it; its label can be corrected here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.buttons import QuietButton
from studio.ui.document import Document
from studio.ui.labels import Note
from studio.ui.relabelling import Relabelling
from studio.ui.workers.job import Worker
from studio.ui.workers.thumbnail_loader import as_image

_LARGEST = 1024  # pixels of a side of the shown picture


class PictureDialog(QDialog):
    """`samples`: those to leaf through, as the grid shows them."""

    def __init__(
        self,
        document: Document,
        relabelling: Relabelling,
        dataset: Any,
        samples: Sequence[int],
        place: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pictureDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Picture"))
        self._document, self._relabelling = document, relabelling
        self.dataset, self._samples, self.place = dataset, samples, place
        self._whole = QPixmap()
        self._worker = Worker("large picture", self)
        self.picture = QLabel()
        self.picture.setObjectName("largePicture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(120, 100)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.says = Note()
        self.says.setObjectName("pictureSays")
        self.back = self._button(
            self.tr("Back"), "arrow-left", "pictureBack", lambda: self.go(self.place - 1)
        )
        self.next = self._button(
            self.tr("Next"), "arrow-right", "pictureNext", lambda: self.go(self.place + 1)
        )
        self.label = self._button("", "", "pictureLabel", self._on_label)
        self.label.setToolTip(self.tr("Change the label: also by the keys 1 to 9"))
        below = QHBoxLayout()
        for button in (self.back, self.next, self.label):
            below.addWidget(button)
        below.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.says)
        layout.addLayout(below)
        document.dataset_changed.connect(self._on_dataset_changed)
        self.resize(620, 460)
        self.go(place)

    @property
    def sample(self) -> int:
        return int(self._samples[self.place])

    def go(self, place: int) -> None:
        self.place = place % len(self._samples)
        self._whole = QPixmap()
        self.picture.setText(self.tr("Reading …"))
        self._tell()
        dataset, sample = self.dataset, self.sample
        self._worker.start(lambda _: _read(dataset, sample), self._on_read, self._on_failed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.go(self.place + (1 if event.key() == Qt.Key.Key_Right else -1))
        elif not self._relabelling.on_key(self.dataset, [self.sample], event):
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def done(self, result: int) -> None:
        self._worker.stop()
        super().done(result)

    # -----------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        dataset, sample = self.dataset, self.sample
        label, name = dataset.label_of(sample), dataset.name_of(sample)
        given = getattr(dataset, "given_label", lambda _: None)(sample)
        was = self.tr(" (the data say “{own}”)").format(own=dataset.own_label_of(sample)) if given else ""
        told = self.tr("{name}: {label}{was}\n{place} of {count}")
        place, count = f"{self.place + 1:,}", f"{len(self._samples):,}"
        self.says.setText(told.format(name=name, label=label, was=was, place=place, count=count))
        self.picture.setAccessibleName(f"{name}: {label}")
        self.label.setText(self.tr("Change label…"))
        self.label.setVisible(self._relabelling.can(dataset))
        for button in (self.back, self.next):
            button.setEnabled(len(self._samples) > 1)

    def _on_label(self) -> None:
        menu = self._relabelling.menu(self.dataset, [self.sample], self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.label.mapToGlobal(self.label.rect().bottomLeft()))

    def _on_dataset_changed(self) -> None:
        """The same pictures with other labels; of other data there is nothing to show."""
        dataset = self._document.dataset
        same = getattr(dataset, "same_pictures", None)
        if same is not None and same(self.dataset):
            self.dataset = dataset
            self._tell()
        elif dataset is not self.dataset:
            self.reject()

    def _on_read(self, image: object) -> None:
        assert isinstance(image, QImage)
        self._whole = QPixmap.fromImage(image)
        if self._whole.isNull():
            self._on_failed("", "")
        self._fit()

    def _on_failed(self, message: str, details: str) -> None:
        self.picture.setText(self.tr("This picture cannot be shown. {reason}").format(reason=message))

    def _fit(self) -> None:
        if self._whole.isNull():
            return
        room = self.picture.size()
        small = max(self._whole.width(), self._whole.height()) * 2 < min(room.width(), room.height())
        mode = (
            Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
        )
        self.picture.setPixmap(self._whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode))

    def _button(self, text: str, icon: str, name: str, pressed: Callable[[], None]) -> QPushButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys at work
        button.clicked.connect(pressed)
        return button


def _read(dataset: Any, sample: int) -> QImage:
    """The file itself where there is one; else the picture as the network gets it."""
    path = getattr(dataset, "path", None)
    if path is not None:
        reader = QImageReader(path(sample))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > _LARGEST:
            reader.setScaledSize(size.scaled(QSize(_LARGEST, _LARGEST), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if not image.isNull():
            return image
    return as_image(dataset.picture(sample))
