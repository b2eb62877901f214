"""A picture as its file shows it, or a whole text, in the middle of a dialog."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent, QTextOption
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.workers.job import Worker
from studio.ui.workers.thumbnail_loader import as_image

_LARGEST = 1024  # pixels of a side of the shown picture
_LONGEST = 200_000  # letters of a shown text; a book more would freeze the window


class LargePicture(QLabel):
    """Read beside the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("largePicture")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(120, 100)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.whole = QPixmap()
        self._worker = Worker("large picture", self)

    def show_sample(self, dataset: Any, sample: int) -> None:
        self.whole = QPixmap()
        self.setText(self.tr("Reading …"))
        self._worker.start(lambda _: _read(dataset, sample), self._on_read, self._on_failed)

    def stop(self) -> None:
        self._worker.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_read(self, image: object) -> None:
        assert isinstance(image, QImage)
        self.whole = QPixmap.fromImage(image)
        if self.whole.isNull():
            self._on_failed("", "")
        self._fit()

    def _on_failed(self, message: str, details: str) -> None:
        self.setText(self.tr("This picture cannot be shown. {reason}").format(reason=message))

    def _fit(self) -> None:
        if self.whole.isNull():
            return
        room = self.size()
        small = max(self.whole.width(), self.whole.height()) * 2 < min(room.width(), room.height())
        mode = (
            Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
        )
        self.setPixmap(self.whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode))


class LargeText(QPlainTextEdit):
    """To read, not to change; keys go to the dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("largeText")
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def show_sample(self, dataset: Any, sample: int) -> None:
        text = dataset.text(sample)
        self.setPlainText(text[:_LONGEST] + (" …" if len(text) > _LONGEST else ""))

    def stop(self) -> None:
        """There is nothing to wait for."""


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
