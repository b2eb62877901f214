"""The dice of the Use page: something of the test split, which the network never saw."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from studio.ui.document import Document
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.core.project import Project
    from studio.data.dataset import Dataset
    from studio.ui.checkpoints import Model
    from studio.ui.use_step.random_sample import RandomSample


class Dice(QObject):
    """`roll` is answered by `drawn` or `failed`, later."""

    drawn = Signal(object)  # a RandomSample
    failed = Signal(str)  # a sentence

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._worker = Worker("random sample", self)
        self._random = random.Random()

    def fit(self, model: Model | None) -> bool:
        """Whether there are samples that this network reads."""
        return self._document.dataset is not None and same_data(self._document.project, model)

    def roll(self) -> None:
        from studio.ui.use_step.random_sample import random_test_sample

        dataset = self._document.dataset
        if dataset is None:
            self.failed.emit(self.tr("The data are not open yet. Wait a moment, then try again."))
            return
        # The first time all pictures may have to be read: not in the window's thread.
        self._worker.start(
            lambda progress: random_test_sample(dataset, self._random, progress),
            lambda found: self._on_drawn(dataset, found),
            lambda sentence, details: self.failed.emit(sentence),
        )

    def stop(self) -> None:
        """Joins the thread."""
        self._worker.stop()

    def _on_drawn(self, dataset: Dataset, found: object) -> None:
        if dataset is not self._document.dataset:
            return  # other data by now
        sample = cast("RandomSample | None", found)
        if sample is None:
            self.failed.emit(
                self.tr("There are no test samples. Give the test split a share in the Data step.")
            )
        else:
            self.drawn.emit(sample)


def same_data(project: Project | None, model: Model | None) -> bool:
    """Whether the network learnt from the data that the project has now."""
    if project is None or project.dataset is None or model is None or model.project.dataset is None:
        return False
    here, there = project.dataset, model.project.dataset
    return (here.source, here.location) == (there.source, there.location)
