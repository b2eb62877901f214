"""Opens datasets away from the window's thread; the last one asked for wins."""

from __future__ import annotations

import traceback
from collections import OrderedDict
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from studio.core.project import DatasetChoice

if TYPE_CHECKING:
    from studio.data.dataset import Dataset

_KEPT = 2  # opened datasets remembered, so that undo finds the last ones without reading again


class _Opening(QThread):
    """Opens one dataset; ends in exactly one of `opened` and `failed`, unless it was cancelled."""

    opened = Signal(object, object)  # this thread, the Dataset
    settled = Signal(object, object)  # the same, once every sample has been read
    failed = Signal(object, object)  # this thread, a DataError
    progressed = Signal(object, float)

    def __init__(self, choice: DatasetChoice) -> None:
        super().__init__()
        self.choice = choice
        self.setObjectName("dataset opening")

    def stop(self) -> None:
        self.requestInterruption()

    @override
    def run(self) -> None:
        from studio.data.dataset import Cancelled, DataError

        try:
            from studio.data.opening import open_dataset

            dataset = open_dataset(self.choice, self._on_progress)
            if not self.isInterruptionRequested():
                self.opened.emit(self, dataset)
                if not getattr(dataset, "decoded", True):
                    dataset.samples(self._on_progress)  # finds the pictures that cannot be read
                    self.settled.emit(self, dataset)
        except Cancelled:
            return
        except DataError as error:
            self.failed.emit(self, error)
        except Exception as error:  # noqa: BLE001  a thread that only prints would leave the page waiting
            wrapped = DataError(
                f"The dataset could not be opened: {error}. Check the files and choose it again."
            )
            wrapped.__cause__ = error
            wrapped.add_note(traceback.format_exc())
            self.failed.emit(self, wrapped)

    def _on_progress(self, fraction: float) -> bool:
        self.progressed.emit(self, fraction)
        return not self.isInterruptionRequested()


class DatasetOpener(QObject):
    """Answers `open` by `opened` or `failed`; an answer to an earlier question is dropped."""

    opened = Signal(object)  # a Dataset, which can be looked at; reading its samples may go on
    settled = Signal(object)  # the same: all samples have been read, some may have been left out
    failed = Signal(object)  # a DataError
    progressed = Signal(str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: _Opening | None = None  # opens or, after `opened`, reads
        self._opened: Dataset | None = None
        self._running: list[_Opening] = []  # cancelled ones too, until their threads have ended
        self._kept: OrderedDict[str, Dataset] = OrderedDict()

    @property
    def busy(self) -> bool:
        """Whether `opened` or `failed` is yet to come."""
        return self._current is not None and self._opened is None

    def remembered(self, choice: DatasetChoice) -> Dataset | None:
        """The dataset, if it was opened a moment ago, or the same pictures split another way."""
        found = self._kept.get(_key(choice)) or self._with_parts(choice)
        if found is not None:
            self._remember(choice, found)
        return found

    def _with_parts(self, choice: DatasetChoice) -> Dataset | None:
        from studio.data.dataset import DataError

        for dataset in reversed(self._kept.values()):
            with_parts = getattr(dataset, "with_parts", None)
            if with_parts is not None and _reading(dataset.choice) == _reading(choice):
                try:
                    return cast("Dataset", with_parts(choice))
                except DataError:
                    return None  # opening it says why
        return None

    def open(self, choice: DatasetChoice) -> None:
        """Starts opening; what was being opened is cancelled."""
        self.cancel()
        opening = _Opening(choice)
        opening.opened.connect(self._on_opened)
        opening.settled.connect(self._on_settled)
        opening.failed.connect(self._on_failed)
        opening.progressed.connect(self._on_progressed)
        opening.finished.connect(self._on_finished)
        self._running.append(opening)
        self._current = opening
        self.progressed.emit(self.tr("Opening the dataset"), -1.0)
        opening.start()

    def cancel(self) -> None:
        if self._current is not None:
            self._current.stop()
            self._current = None
        self._opened = None

    def forget(self) -> None:
        """Files may have changed: nothing that was opened counts any more."""
        self._kept.clear()

    def stop(self) -> None:
        """Cancels and waits until no thread of this worker is left."""
        self.cancel()
        for opening in self._running:
            opening.stop()
            opening.wait()
        self._running.clear()

    def _on_opened(self, opening: _Opening, dataset: Dataset) -> None:
        if opening is not self._current:
            return
        self._opened = dataset
        if getattr(dataset, "decoded", True):
            self._keep(opening, dataset)
        self.opened.emit(dataset)

    def _on_settled(self, opening: _Opening, dataset: Dataset) -> None:
        if opening is self._current:
            self._keep(opening, dataset)
            self.settled.emit(dataset)

    def _keep(self, opening: _Opening, dataset: Dataset) -> None:
        self._current = self._opened = None
        self._remember(opening.choice, dataset)

    def _remember(self, choice: DatasetChoice, dataset: Dataset) -> None:
        self._kept[_key(choice)] = dataset
        self._kept.move_to_end(_key(choice))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _on_failed(self, opening: _Opening, error: object) -> None:
        if opening is self._current:
            self._current = self._opened = None
            self.failed.emit(error)

    def _on_progressed(self, opening: _Opening, fraction: float) -> None:
        if opening is self._current:
            reading = self._opened is not None
            what = self.tr("Reading the samples") if reading else self.tr("Opening the dataset")
            self.progressed.emit(what, fraction)

    def _on_finished(self) -> None:
        self._running = [opening for opening in self._running if not opening.isFinished()]


def _key(choice: DatasetChoice) -> str:
    """What the opened dataset depends on: not the augmentations, not the facts noted in the project."""
    return repr((_reading(choice), choice.splits, choice.normalisation))


def _reading(choice: DatasetChoice) -> str:
    """What the samples themselves depend on."""
    return repr((choice.source, choice.location, sorted(choice.options.items()), choice.columns))
