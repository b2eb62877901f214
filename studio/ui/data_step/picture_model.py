"""Samples as rows of a model; thumbnails are read when they come into sight and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QElapsedTimer,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QImage, QPixmap
from typing_extensions import override

from studio.ui.forms.editor import wrapped
from studio.ui.workers.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.data.dataset import Dataset

_PAUSE_MS = 40  # between two goes of asking for pictures
BOXES = Qt.ItemDataRole.UserRole + 1  # ((height, width), boxes) of a picture with boxes, else None
_KEPT = 2000  # thumbnails; some 30 screens
CHANGED = Qt.ItemDataRole.UserRole + 2  # whether the user changed the label
Index = QModelIndex | QPersistentModelIndex


class PictureModel(QAbstractListModel):
    """`DisplayRole` the label, `DecorationRole` the picture (None until it is read), `UserRole` the index.

    Rows are two arrays of numbers, whatever their count: there is no object for each.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self.order: npt.NDArray[np.int64] | None = None  # of all samples, mixed
        self.whole = True  # all of them are shown
        self._rows: npt.NDArray[np.int64] | None = None  # the samples shown
        self._row_of: npt.NDArray[np.int32] | None = None
        self.samples = 0  # how many the dataset had when it was shown
        self._pictures: OrderedDict[int, QPixmap] = OrderedDict()
        self._asked: set[int] = set()
        self._wanted: dict[int, None] = {}  # painted without a picture, in order; asked for in a moment
        self._last_ask = QElapsedTimer()
        self._ask_timer = QTimer(self)
        self._ask_timer.setSingleShot(True)
        self._ask_timer.timeout.connect(self._ask)
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(self._on_loaded)

    def show_dataset(self, dataset: Dataset | None, rows: npt.NDArray[np.int64] | None = None) -> None:
        """All samples, mixed so that the first screen shows every class; or only `rows`, as they come."""
        import numpy as np

        samples = len(dataset) if dataset is not None else 0
        self.beginResetModel()
        same = getattr(dataset, "same_samples", None)
        known = dataset is self._dataset or (same is not None and same(self._dataset))
        if self.order is None or not known or samples != self.samples:
            self._loader.set_dataset(dataset)
            self._pictures.clear()
            self._asked.clear()
            self._wanted.clear()
            self.order = np.random.default_rng(0).permutation(samples)
        self._dataset, self.samples = dataset, samples
        self._show(rows)
        self.endResetModel()

    def show_rows(self, rows: npt.NDArray[np.int64] | None) -> None:
        """Only these samples of the same dataset, as they come; None: all of them."""
        self.beginResetModel()
        self._show(rows)
        self.endResetModel()

    def _show(self, rows: npt.NDArray[np.int64] | None) -> None:
        import numpy as np

        self.whole = rows is None
        self._rows = self.order if rows is None else rows[rows < self.samples]
        assert self._rows is not None
        self._row_of = np.full(self.samples, -1, np.int32)
        self._row_of[self._rows] = np.arange(len(self._rows), dtype=np.int32)

    def sample_at(self, row: int) -> int:
        assert self._rows is not None
        return int(self._rows[row])

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """The samples that are shown, in order; not to be changed."""
        assert self._rows is not None
        return self._rows

    def shown(self) -> list[int]:
        """The samples, in the order of the rows."""
        assert self._rows is not None
        samples: list[int] = self._rows.tolist()
        return samples

    def rows_of(self, samples: Iterable[int]) -> list[int]:
        """Where these are, of those that are shown."""
        assert self._row_of is not None
        return [row for sample in samples if (row := int(self._row_of[sample])) >= 0]

    def keep_only(self, first: int, last: int) -> None:
        """Only rows from `first` up to `last` are in sight: pictures of others need not be read."""
        if self._rows is None or not (self._asked or self._wanted):
            return
        wanted = set(self._rows[max(0, first) : last + 1].tolist())
        self._wanted = {sample: None for sample in self._wanted if sample in wanted}
        self._asked.difference_update(self._loader.keep_only(wanted))

    def stop(self) -> None:
        self._ask_timer.stop()
        self._loader.stop()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._rows is None else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._dataset is None or self._rows is None or not index.isValid():
            return None
        sample = int(self._rows[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._dataset.label_of(sample)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            label, name = self._dataset.label_of(sample), self._dataset.name_of(sample)
            if self._is_changed(sample):
                own = self._dataset.own_label_of(sample)  # type: ignore[attr-defined]
                label = self.tr("{label} (changed by you; the data say “{own}”)").format(label=label, own=own)
            return wrapped(f"{label}\n{name}")
        if role == CHANGED:
            return self._is_changed(sample)
        if role == Qt.ItemDataRole.UserRole:
            return sample
        if role == BOXES and hasattr(self._dataset, "input_boxes"):
            return self._dataset.facts.input_shape[1:], self._dataset.input_boxes(sample)
        return None

    def _is_changed(self, sample: int) -> bool:
        given = getattr(self._dataset, "given_label", None)
        return given is not None and given(sample) is not None

    def _picture(self, sample: int) -> QPixmap | None:
        picture = self._pictures.get(sample)
        if picture is not None:
            self._pictures.move_to_end(sample)
        elif sample not in self._asked and sample not in self._wanted:
            self._wanted[sample] = None
            if not self._ask_timer.isActive():
                since = self._last_ask.elapsed() if self._last_ask.isValid() else _PAUSE_MS
                self._ask_timer.start(max(0, _PAUSE_MS - since))
        return picture

    def _ask(self) -> None:
        """Not at every paint: while the bar is dragged, most screens are gone at once."""
        self._last_ask.start()
        for sample in reversed(self._wanted):  # the last asked for is read first: from the top down
            self._asked.add(sample)
            self._loader.ask(sample)
        self._wanted.clear()

    def _on_loaded(self, sample: int, image: QImage) -> None:
        self._asked.discard(sample)
        self._pictures[sample] = QPixmap.fromImage(image)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        row = int(self._row_of[sample]) if self._row_of is not None else -1
        if row >= 0:
            place = self.index(row)
            self.dataChanged.emit(place, place, [Qt.ItemDataRole.DecorationRole])
