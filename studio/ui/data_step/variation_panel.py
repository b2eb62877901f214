"""The Augmentation panel: the preview stays in sight above, the list scrolls below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import Fix, Problem
from studio.ui.data_step.augmentation_list import AugmentationList
from studio.ui.data_step.augmentation_preview import AugmentationPreview
from studio.ui.data_step.variant_grid import GAP, SIDE
from studio.ui.document import Document
from studio.ui.labels import Note
from studio.ui.workers.engine_host import EngineHost

_LIST_HEIGHT = 330  # for list and buttons, before the preview gets a second and third row
_ROW = SIDE + GAP + 26  # with the two lines that say what a mixed picture is


class VariationPanel(QWidget):
    """Follows the document; `augmentations` tells what is wished."""

    def __init__(self, document: Document, host: EngineHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("variation")
        self._document = document
        self.augmentations = AugmentationList()
        self.preview = AugmentationPreview(host)
        self._rows_note = Note(self.tr("Augmentation is for pictures; these data are rows of a table."))
        inside = QWidget()
        below = QVBoxLayout(inside)
        below.setContentsMargins(0, 0, 6, 0)
        below.addWidget(self._rows_note)
        below.addWidget(self.augmentations)
        below.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 6, 12)
        layout.setSpacing(10)
        layout.addWidget(self.preview)
        layout.addWidget(self._area, 1)
        self.augmentations.fix_chosen.connect(self._on_fix_chosen)
        # Wherever in the panel the focus is; fields to type into keep the letter for themselves.
        again = QShortcut(QKeySequence("R"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.preview.roll_again)
        document.analysis_changed.connect(self._show)
        document.dataset_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        project, dataset = self._document.project, self._document.dataset
        choice = project.dataset if project is not None else None
        if choice is None:
            return
        facts = choice.facts
        pictures = facts is not None and len(facts.input_shape) == 3
        self.augmentations.setVisible(pictures)
        self._rows_note.setVisible(not pictures)
        self.augmentations.show_augmentations(
            choice.augmentations, self._advice(), facts is not None and facts.boxes > 0
        )
        self.preview.show_project(project, dataset)

    def _advice(self) -> dict[int, Problem]:
        """By place; the same sentences stand in the list of problems, with their fixes."""
        found: dict[int, Problem] = {}
        for problem in self._document.problems:
            name, _, place = (problem.param or "").partition(".")
            if problem.node is None and name == "augmentation" and place.isdigit():
                found.setdefault(int(place), problem)
        return found

    def _on_fix_chosen(self, fix: Fix) -> None:
        project = self._document.project
        if project is not None:
            self._document.push(fix.edit(project), fix.text)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.preview.set_rows((self.height() - _LIST_HEIGHT) // _ROW)
