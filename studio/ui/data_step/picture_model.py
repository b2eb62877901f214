"""Samples as rows of a model; thumbnails are read when they come into sight and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap
from typing_extensions import override

from studio.ui.workers.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from studio.data.dataset import Dataset

_KEPT = 2000  # thumbnails; some 30 screens
Index = QModelIndex | QPersistentModelIndex


class PictureModel(QAbstractListModel):
    """`DisplayRole` the label, `DecorationRole` the picture (None until it is read), `UserRole` the index."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._rows: list[int] = []
        self.samples = 0  # how many the dataset had when it was shown; reading may leave some out
        self._row_of: dict[int, int] = {}
        self._pictures: OrderedDict[int, QPixmap] = OrderedDict()
        self._asked: set[int] = set()
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(self._on_loaded)

    def show_dataset(self, dataset: Dataset | None, label: str = "") -> None:
        """All samples, or those of one class, mixed so that the first screen shows every class."""
        samples = len(dataset) if dataset is not None else 0
        if dataset is not self._dataset or samples != self.samples:  # a sample left out moves all others
            self._loader.set_dataset(dataset)
            self._pictures.clear()
            self._asked.clear()
        self.beginResetModel()
        self._dataset, self.samples = dataset, samples
        self._rows = [] if dataset is None else _mixed(dataset, label)
        self._row_of = {index: row for row, index in enumerate(self._rows)}
        self.endResetModel()

    def stop(self) -> None:
        self._loader.stop()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._dataset is None or not index.isValid():
            return None
        sample = self._rows[index.row()]
        if sample >= len(self._dataset):
            return None  # it was just left out; the model is told in a moment
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._dataset.label_of(sample)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self._dataset.label_of(sample)}\n{self._dataset.name_of(sample)}"
        if role == Qt.ItemDataRole.UserRole:
            return sample
        return None

    def _picture(self, sample: int) -> QPixmap | None:
        picture = self._pictures.get(sample)
        if picture is not None:
            self._pictures.move_to_end(sample)
        elif sample not in self._asked:
            self._asked.add(sample)
            self._loader.ask(sample)
        return picture

    def _on_loaded(self, sample: int, image: QImage) -> None:
        self._asked.discard(sample)
        self._pictures[sample] = QPixmap.fromImage(image)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        row = self._row_of.get(sample)
        if row is not None:
            place = self.index(row)
            self.dataChanged.emit(place, place, [Qt.ItemDataRole.DecorationRole])


def _mixed(dataset: Dataset, label: str) -> list[int]:
    import numpy as np

    order = np.random.default_rng(0).permutation(len(dataset)).tolist()
    return [index for index in order if not label or dataset.label_of(index) == label]
