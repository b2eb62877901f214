"""The dataset that a shown result was measured on, for its pictures and rows: the open one or another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from studio.core.problems import LanternError
from studio.core.project import DatasetChoice, Project
from studio.ui.document import Document
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio.data.dataset import Dataset


class MeasuredSamples(QObject):
    """`follow` the project a network was trained in; `dataset` is None until its data are there.

    Samples are told by their place, so the dataset must be the very one: the same choice, and the same
    contents. `problem` says why there is none.
    """

    changed = Signal()

    def __init__(
        self, document: Document, parent: QObject | None = None, relabelling: Relabelling | None = None
    ) -> None:
        super().__init__(parent)
        self.relabelling = relabelling
        self._document = document
        self._worker = Worker("samples of results", self)
        self._choice: DatasetChoice | None = None
        self._own: Dataset | None = None  # opened here, because the project has other data by now
        self._opened: DatasetChoice | None = None  # what `_own` answers, or will
        self.problem = ""
        document.dataset_changed.connect(self._look)

    @property
    def dataset(self) -> Dataset | None:
        shared = self._shared()
        found = shared if shared is not None else self._own
        return found if found is not None and self._is_same(found) else None

    @property
    def document(self) -> Document:
        return self._document

    def open_twin(self) -> Dataset | None:
        """The open dataset, where its places are those of these samples: there, labels can be corrected."""
        now, dataset = self._document.dataset, self.dataset
        same = getattr(now, "same_samples", None)
        return now if dataset is not None and same is not None and same(dataset) else None

    def now(self, index: int) -> str:
        """The label that the user gave this sample since; empty where it is the one it was measured with."""
        now, dataset = self.open_twin(), self.dataset
        if dataset is None or now is None or not 0 <= index < len(dataset):
            return ""  # a result of other data is still shown for a moment while this one's are opened
        label = now.label_of(index)
        return label if label != dataset.label_of(index) else ""

    def picture(self, index: int) -> npt.NDArray[np.uint8] | None:
        """A sample as the network saw it, (height, width, channels); None where it cannot be shown."""
        picture = getattr(self.dataset, "picture", None)
        if picture is None:
            return None
        try:
            return np.asarray(picture(index))
        except (LanternError, OSError, IndexError):
            return None

    def follow(self, project: Project | None) -> None:
        choice = project.dataset if project is not None else None
        if choice != self._choice:
            self._choice, self._own, self._opened, self.problem = choice, None, None, ""
            self._worker.cancel()
        self._look()

    def stop(self) -> None:
        self._worker.stop()

    def _shared(self) -> Dataset | None:
        """The open project's dataset, where it is the one."""
        now = self._document.project
        if now is None or now.dataset is None or self._choice is None:
            return None
        return self._document.dataset if _essence(now.dataset) == _essence(self._choice) else None

    def _is_same(self, dataset: Dataset) -> bool:
        known = self._choice.facts if self._choice is not None else None
        return known is None or not known.fingerprint or dataset.facts.fingerprint == known.fingerprint

    def _look(self) -> None:
        """Opens what the open project does not have; while that one is still being read, waits for it."""
        choice, now = self._choice, self._document.project
        if choice is None:
            return
        open_elsewhere = (
            now is not None and now.dataset is not None and _essence(now.dataset) == _essence(choice)
        )
        if open_elsewhere:
            self._check(self._document.dataset)
            self.changed.emit()
        elif self._opened != choice and (twin := self._twin(choice)) is not None:
            self._opened = choice
            self._on_opened(twin)
        elif self._opened == choice:
            self.changed.emit()  # labels may have been changed
        else:
            self._opened = choice
            self._worker.start(_opening(choice), self._on_opened, self._on_failed)

    def _twin(self, choice: DatasetChoice) -> Dataset | None:
        """The open dataset as it was then, where only labels and parts are others: nothing is read again."""
        from studio.data.same_data import twin

        dataset = self._document.dataset
        return twin(dataset, choice) if dataset is not None else None

    def _on_opened(self, dataset: object) -> None:
        self._own = dataset  # type: ignore[assignment]
        self._check(self._own)
        self.changed.emit()

    def _check(self, dataset: Dataset | None) -> None:
        if dataset is None or self._is_same(dataset):
            self.problem = ""
        else:
            self.problem = self.tr(
                "The data have changed since, so the samples themselves cannot be shown any more."
            )

    def _on_failed(self, message: str, details: str) -> None:
        self.problem = self.tr("The samples themselves cannot be shown: {reason}").format(reason=message)
        self.changed.emit()


def _essence(choice: DatasetChoice) -> DatasetChoice:
    return replace(choice, facts=None, augmentations=())


def _opening(choice: DatasetChoice) -> Callable[[Callable[[float], bool]], object]:
    def work(progress: Callable[[float], bool]) -> object:
        from studio.data.opening import open_dataset

        dataset = open_dataset(choice, progress)
        dataset.samples(progress)  # unreadable files leave the numbering only now
        return dataset

    return work
