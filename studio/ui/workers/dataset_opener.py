"""Opens datasets away from the window's thread; the last one asked for wins."""

from __future__ import annotations

import traceback
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.core.project import DatasetChoice
from studio.ui.workers.background import BackgroundThread

if TYPE_CHECKING:
    from studio.data.dataset import Dataset

_KEPT = 2  # opened datasets remembered, so that undo finds the last ones without reading again


class _Opening(QObject):
    """Opens one dataset; ends in exactly one of `opened` and `failed`, unless it was cancelled."""

    opened = Signal(object, object)  # this opening, the Dataset
    failed = Signal(object, object)  # this opening, a DataError
    progressed = Signal(object, float)

    def __init__(self, choice: DatasetChoice, with_kept_labels: bool) -> None:
        super().__init__()
        self.choice = choice
        self._kept_labels = with_kept_labels
        self.thread_ = BackgroundThread(self._open, "dataset opening")

    def _open(self, is_stopped: Callable[[], bool]) -> None:
        from studio.data.dataset import Cancelled, DataError

        def told(fraction: float) -> bool:
            self.progressed.emit(self, fraction)
            return not is_stopped()

        try:
            from studio.data.opening import open_dataset, with_kept_labels

            if self._kept_labels:
                self.choice = with_kept_labels(self.choice)
            dataset = open_dataset(self.choice, told)
            _made_ready(dataset)
            if not is_stopped():
                self.opened.emit(self, dataset)
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


class DatasetOpener(QObject):
    """Answers `open` by `opened` or `failed`; an answer to an earlier question is dropped."""

    opened = Signal(object)  # a Dataset, which can be looked at
    failed = Signal(object)  # a DataError
    progressed = Signal(str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: _Opening | None = None
        self._running: list[_Opening] = []  # cancelled ones too, until their threads have ended
        self._kept: OrderedDict[str, Dataset] = OrderedDict()

    @property
    def busy(self) -> bool:
        """Whether `opened` or `failed` is yet to come."""
        return self._current is not None

    def remembered(self, choice: DatasetChoice) -> Dataset | None:
        """The dataset, if it was opened a moment ago, or the same samples with other labels or parts."""
        found = self._kept.get(_key(choice)) or self._with_parts(choice)
        if found is not None:
            self._remember(choice, found)
        return found

    def _with_parts(self, choice: DatasetChoice) -> Dataset | None:
        from studio.data.same_data import twin

        found = (twin(dataset, choice) for dataset in reversed(self._kept.values()))
        return next((dataset for dataset in found if dataset is not None), None)

    def open(self, choice: DatasetChoice, with_kept_labels: bool = False) -> None:
        """Starts opening; what was being opened is cancelled. `with_kept_labels`: those beside the data
        count, not the choice's."""
        self.cancel()
        opening = _Opening(choice, with_kept_labels)
        opening.opened.connect(self._on_opened)
        opening.failed.connect(self._on_failed)
        opening.progressed.connect(self._on_progressed)
        self._running = [*filter(_is_alive, self._running), opening]
        self._current = opening
        self.progressed.emit(self.tr("Opening the dataset"), -1.0)
        opening.thread_.start()

    def cancel(self) -> None:
        if self._current is not None:
            self._current.thread_.stop()
            self._current = None

    def forget(self) -> None:
        """Files may have changed: nothing that was opened counts any more."""
        self._kept.clear()

    def stop(self) -> None:
        """Cancels and joins; a thread that hangs in a read is left to itself."""
        self.cancel()
        for opening in self._running:
            opening.thread_.stop()
            opening.thread_.join()
        self._running.clear()

    def _on_opened(self, opening: _Opening, dataset: Dataset) -> None:
        if opening is not self._current:
            return
        self._current = None
        self._remember(opening.choice, dataset)
        self.opened.emit(dataset)

    def _remember(self, choice: DatasetChoice, dataset: Dataset) -> None:
        self._kept[_key(choice)] = dataset
        self._kept.move_to_end(_key(choice))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _on_failed(self, opening: _Opening, error: object) -> None:
        if opening is self._current:
            self._current = None
            self.failed.emit(error)

    def _on_progressed(self, opening: _Opening, fraction: float) -> None:
        if opening is self._current:
            self.progressed.emit(self.tr("Opening the dataset"), fraction)


def _made_ready(dataset: Dataset) -> None:
    """Does here what the Data page would wait for in the window's thread: libraries are loaded (a file may
    have to wait there until torch's are), and 100,000 samples are dealt out to the parts."""
    import numpy.random  # noqa: F401  numpy itself leaves it for the first use

    import studio.data.health.catalogue
    import studio.data.profile  # noqa: F401

    planned = getattr(dataset, "planned_split", None)
    if planned is not None:
        planned()


def _is_alive(opening: _Opening) -> bool:
    return not opening.thread_.join(0)


def _key(choice: DatasetChoice) -> str:
    """What the opened dataset depends on: not the augmentations, not the facts noted in the project."""
    return repr((_reading(choice), choice.splits, choice.normalisation, choice.left_out, choice.relabelled))


def _reading(choice: DatasetChoice) -> str:
    """What the samples themselves depend on."""
    return repr((choice.source, choice.location, sorted(choice.options.items()), choice.columns))
