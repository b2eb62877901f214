"""A few training pictures beside changed versions of themselves, as the network will see them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.data_step.variant_grid import GAP, SIDE, VariantGrid
from studio.ui.forms.editors import QuietComboBox
from studio.ui.labels import Note
from studio.ui.workers.engine_host import EngineHost
from studio.ui.workers.thumbnail_loader import as_image

_MOST_ROWS = 3
_MOST_VARIANTS = 9


class AugmentationPreview(QWidget):
    """Asks the engine whenever the augmentations change, while it is in sight: one question at a time,
    so that a slider's drag shows pictures on its way and never piles questions up."""

    def __init__(self, host: EngineHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentationPreview")
        self._host = host
        self._seed = 0
        self._project: Any = None
        self._dataset: Any = None
        self._rows = _MOST_ROWS
        self._samples: list[int] = []
        self._asked: object = None  # what the last question was about
        self._waiting = False
        self._answer: tuple[list[list[QImage]], tuple[tuple[str, ...], ...]] = ([], ())
        self.grid = VariantGrid(self)
        self.grid.setAccessibleName(self.tr("Pictures before and after"))
        self.grid.swap_requested.connect(self._on_swap)
        self._note = Note("", self)
        self.again = QuietButton(self.tr("Roll again"), "dice")
        self.again.setObjectName("previewAgain")
        self.again.setToolTip(self.tr("The same pictures, changed another way. Key: R"))
        self.again.clicked.connect(self.roll_again)
        self.other = QToolButton(self)
        self.other.setIcon(theme.icon("pictures"))
        self.other.setAccessibleName(self.tr("Other pictures"))
        self.other.setToolTip(self.tr("Other pictures"))
        self.other.setObjectName("previewOther")
        self.other.clicked.connect(self._on_other)
        self.classes = QuietComboBox(self)
        self.classes.setObjectName("previewClass")
        self.classes.setAccessibleName(self.tr("Class of the pictures shown"))
        self.classes.activated.connect(self._on_other)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.again)
        buttons.addWidget(self.classes, 1)
        buttons.addWidget(self.other)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._note)
        layout.addWidget(self.grid)
        layout.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(120)
        self._resized.timeout.connect(self._refresh)

    def show_project(self, project: Any, dataset: Any) -> None:
        """`project` or `dataset` None, or a table: nothing to see."""
        pictures = dataset is not None and len(dataset.facts.input_shape) == 3 and len(dataset) > 0
        if dataset is not self._dataset:
            self._dataset = dataset if pictures else None
            self._show_classes()
            self._samples = []
        self._project = project if pictures else None
        self.setVisible(self._project is not None)
        self._refresh()

    def set_rows(self, rows: int) -> None:
        """How many pictures there is room for, 1 to 3."""
        rows = min(max(rows, 1), _MOST_ROWS)
        if rows != self._rows:
            self._rows = rows
            self._show_answer()

    # -- asking -------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._project is None or not self.isVisible() or self._waiting:
            return
        choice = self._project.dataset
        samples = self._chosen_samples()
        key = (
            replace(choice, splits=type(choice.splits)(), facts=None),
            tuple(samples),
            self._variants(),
            self._seed,
        )
        if key == self._asked or not samples:
            return
        from studio.engine.requests import PreviewAugmentations

        self._asked, self._waiting = key, True
        if not self.grid.labels:
            self._note.setText(self.tr("Making examples …"))
        request = PreviewAugmentations(self._project, tuple(samples), self._variants(), self._seed)
        self._host.ask(request, self._on_answered)

    def _on_answered(self, answer: object) -> None:
        from studio.engine.events import AugmentationsPreviewed, RequestFailed

        self._waiting = False
        if isinstance(answer, AugmentationsPreviewed):
            self._note.setText(self.tr("Left the picture itself, then as training may see it:"))
            pictures = [[as_image(picture) for picture in row] for row in answer.pictures]
            self._answer = pictures, answer.labels
            self._show_answer()
        elif isinstance(answer, RequestFailed):
            self._note.setText(answer.message)
        self._refresh()  # something may have changed meanwhile

    def _show_answer(self) -> None:
        pictures, labels = self._answer
        self.grid.show_pictures(pictures[: self._rows], labels[: self._rows])

    def _variants(self) -> int:
        return min(max(2, (self.width() - SIDE - 8) // (SIDE + GAP)), _MOST_VARIANTS)

    # -- which samples ------------------------------------------------------------------------------

    def _show_classes(self) -> None:
        self.classes.clear()
        self.classes.addItem(self.tr("All classes"))
        if self._dataset is not None:
            self.classes.addItems(list(self._dataset.facts.classes))
        self.classes.setVisible(self.classes.count() > 1)

    def _pool(self) -> Any:
        """Numbers of the samples to choose from: of training, of the chosen class."""
        import numpy as np

        planned = getattr(self._dataset, "planned_split", None)
        rows = planned().train if planned is not None else np.arange(len(self._dataset))
        chosen = self.classes.currentIndex() - 1
        labels = getattr(self._dataset, "labels", None)
        if chosen >= 0 and labels is not None:
            of_class = rows[labels[rows] == chosen]
            rows = of_class if len(of_class) else np.flatnonzero(labels == chosen)
        return rows

    def _chosen_samples(self) -> list[int]:
        known = [index for index in self._samples if index < len(self._dataset)]
        if len(known) < _MOST_ROWS:  # also where fewer are shown: mixing needs others
            pool = self._pool()
            step = max(1, len(pool) // _MOST_ROWS)  # spread out, so that they are of several classes
            spread = [int(pool[place]) for place in range(0, len(pool), step)]
            known = list(dict.fromkeys([*known, *spread]))[:_MOST_ROWS]
            self._samples = known
        return known

    def roll_again(self) -> None:
        """The same pictures, changed another way."""
        self._seed += 1
        self._refresh()

    def _on_other(self) -> None:
        pool = self._pool()
        count = min(_MOST_ROWS, len(pool))
        self._samples = [int(pool[place]) for place in random.sample(range(len(pool)), count)]
        self._refresh()

    def _on_swap(self, row: int) -> None:
        pool = self._pool()
        if row < len(self._samples) and len(pool):
            self._samples[row] = int(pool[random.randrange(len(pool))])
            self._refresh()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()
