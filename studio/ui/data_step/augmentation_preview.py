"""A few training pictures beside changed versions of themselves, as the network will see them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.labels import Note
from studio.ui.workers.engine_host import EngineHost
from studio.ui.workers.thumbnail_loader import as_image

_SIDE = 52
_GAP = 6
_SAMPLES = 4
_VARIANTS = 4


class AugmentationPreview(QWidget):
    """Asks the engine whenever the project's augmentations change, while it is in sight."""

    def __init__(self, host: EngineHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentationPreview")
        self._host = host
        self._seed = 0
        self._asked: object = None
        self._project: Any = None
        self._pictures = _Pictures(self)
        self._note = Note("", self)
        self._again = QuietButton(self.tr("Other examples"), "dice")
        self._again.setObjectName("previewAgain")
        self._again.clicked.connect(self._on_again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._note)
        layout.addWidget(self._pictures)
        layout.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)

    def show_project(self, project: Any, samples: int) -> None:
        """`project` None, or without augmentations: nothing to see."""
        self._project, self._samples = project, samples
        wanted = project is not None and samples > 0 and bool(project.dataset.augmentations)
        self.setVisible(wanted)
        if wanted:
            self._ask()

    def _ask(self) -> None:
        from studio.engine.requests import PreviewAugmentations

        dataset = self._project.dataset
        key = (dataset, self._seed)
        if key == self._asked:
            return
        self._asked = key
        step = max(1, self._samples // _SAMPLES)
        indices = tuple((number * step + self._seed * 7) % self._samples for number in range(_SAMPLES))
        self._note.setText(self.tr("Making examples …"))
        request = PreviewAugmentations(self._project, indices, _VARIANTS, self._seed)
        self._host.ask(request, self._on_answered, key="augmentations")

    def _on_answered(self, answer: object) -> None:
        from studio.engine.events import AugmentationsPreviewed, RequestFailed

        if isinstance(answer, AugmentationsPreviewed):
            self._note.setText(self.tr("Left the picture itself, then changed versions of it:"))
            self._pictures.show_pictures([[as_image(p) for p in row] for row in answer.pictures])
        elif isinstance(answer, RequestFailed):
            self._note.setText(answer.message)

    def _on_again(self) -> None:
        self._seed += 1
        self._ask()


class _Pictures(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[list[QImage]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pictures(self, rows: list[list[QImage]]) -> None:
        self._rows = rows
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize((_VARIANTS + 1) * (_SIDE + _GAP) + 8, max(1, len(self._rows)) * (_SIDE + _GAP))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = theme.colours()
        for row, pictures in enumerate(self._rows):
            for column, picture in enumerate(pictures):
                left = column * (_SIDE + _GAP) + (8 if column else 0)
                box = QRect(left, row * (_SIDE + _GAP), _SIDE, _SIDE)
                painter.fillRect(box, colours.raised)
                size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
                target = QRect(0, 0, size.width(), size.height())
                target.moveCenter(box.center())
                painter.drawImage(target, picture)
                if column == 0:
                    painter.setPen(colours.accent)
                    painter.drawRect(box.adjusted(0, 0, -1, -1))
