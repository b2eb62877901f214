"""The label of the test sample that the dice gave: where the data are wrong, it is corrected here, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.document import Document
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.use_step.dice import Dice
from studio.ui.use_step.uses import Uses

if TYPE_CHECKING:
    from studio.ui.use_step.random_sample import RandomSample


class DrawnLabel(QObject):
    """Offers a button beside the known truth; undo and redo are followed."""

    def __init__(
        self, document: Document, relabelling: Relabelling, dice: Dice, uses: Uses, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._document, self._relabelling, self._uses = document, relabelling, uses
        self._drawn: tuple[Any, int] | None = None  # the dataset, and the sample's place in it
        dice.drawn.connect(self._on_drawn)
        uses.made.connect(self._on_made)
        document.dataset_changed.connect(self._on_dataset_changed)

    def _on_made(self, use: Any) -> None:
        use.answer.correct.clicked.connect(lambda: self._on_wanted(use.answer.correct))

    def _on_drawn(self, sample: RandomSample) -> None:
        dataset = self._document.dataset
        self._drawn = (dataset, sample.index)
        for use in self._made():
            use.answer.correctable = self._relabelling.can(dataset)

    def _on_wanted(self, button: QWidget) -> None:
        dataset = self._same()
        if self._drawn is not None and self._relabelling.can(dataset):
            menu = self._relabelling.menu(dataset, [self._drawn[1]], button)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _on_dataset_changed(self) -> None:
        dataset = self._same()
        if self._drawn is not None and dataset is not None and dataset is not self._drawn[0]:
            self._drawn = (dataset, self._drawn[1])
            for use in self._made():
                use.change_truth(dataset.label_of(self._drawn[1]))

    def _same(self) -> Any:
        """The open dataset, where it has the sample at the same place."""
        dataset = self._document.dataset
        same = getattr(dataset, "same_samples", None)
        return dataset if self._drawn is not None and same is not None and same(self._drawn[0]) else None

    def _made(self) -> list[Any]:
        uses = self._uses
        return [use for use in (uses.pictures, uses.rows, uses.texts) if use is not None]
