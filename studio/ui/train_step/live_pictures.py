"""Pictures a detector does not learn from, with what it finds in them after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.ui.labels import Note
from studio.ui.workers.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from studio.engine.events import BoxShown, PictureShown, PicturesSeen

SIDE, SMALL_SIDE = 112, 80  # pixels of a picture
ROOMY, LOW = 560, 470  # pixels of the page's height: for large pictures, for any
SURE = 0.3  # as on the other pages


class LivePictures(QWidget):
    """Empty and hidden until a run tells of pictures. True boxes are white and dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("livePictures")
        self._classes: tuple[str, ...] = ()
        self._seen: PicturesSeen | None = None
        self._pixmaps: dict[int, QPixmap] = {}
        self._asked = set[int]()
        self._room = True
        self._side = SIDE
        self._loader = ThumbnailLoader(self)
        self._loader.loaded.connect(self._on_loaded)
        self.says = Note()
        self.says.setObjectName("liveSays")
        self.list = self._make_list()
        self._fit()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.says)
        layout.addWidget(self.list)
        self.hide()

    @property
    def shown(self) -> PicturesSeen | None:
        return self._seen

    def begin(self, dataset: Any) -> None:
        """A run begins on this dataset, or none is there any more."""
        self._seen, self._pixmaps = None, {}
        self._asked.clear()
        self._classes = tuple(getattr(dataset, "classes", ())) if dataset is not None else ()
        self._loader.set_dataset(dataset)
        self.list.clear()
        self.hide()

    def show_pictures(self, seen: PicturesSeen) -> None:
        self._seen = seen
        for picture in seen.pictures:
            if picture.index not in self._asked:
                self._asked.add(picture.index)
                self._loader.ask(picture.index)
        self._show()

    def set_room(self, height: int) -> None:
        """`height` of the whole page: where it is low, the curves come first."""
        self._room = height >= LOW
        self._set_side(SIDE if height >= ROOMY else SMALL_SIDE)
        self.setVisible(self._room and self._seen is not None)

    def _set_side(self, side: int) -> None:
        if side != self._side:
            self._side = side
            self._fit()
            self._show()

    def _fit(self) -> None:
        self.list.setIconSize(QSize(self._side, self._side))
        self.list.setGridSize(QSize(self._side + 6, self._side + 6))
        self.list.setFixedHeight(self._side + 26)

    def stop(self) -> None:
        """Ends the threads that read pictures."""
        self._loader.stop()

    def _on_loaded(self, index: int, image: QImage) -> None:
        self._pixmaps[index] = QPixmap.fromImage(image)
        self._show()

    def _show(self) -> None:
        from studio.ui.results_step.detection_card import with_boxes

        seen = self._seen
        if seen is None:
            return
        place = self.list.horizontalScrollBar().value()
        self.list.clear()
        for picture in seen.pictures:
            found = [box for box in picture.found if box.score >= SURE]
            item = QListWidgetItem()
            item.setToolTip(self._told(picture, found))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())
            pixmap = self._pixmaps.get(picture.index)
            if pixmap is not None and not pixmap.isNull():
                keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                small = pixmap.scaled(self._side, self._side, keep, smooth)
                nameless = ("",) * len(self._classes)  # there is no room for names
                item.setIcon(QIcon(with_boxes(small, picture.truth, found, nameless)))
            self.list.addItem(item)
        self.list.horizontalScrollBar().setValue(place)
        self.says.setText(self._sentence(seen.pictures, seen.epoch + 1))
        self.setVisible(self._room)

    def _told(self, picture: PictureShown, found: Sequence[BoxShown]) -> str:
        there = ", ".join(self._classes[box.label] for box in picture.truth)
        seen = ", ".join(f"{self._classes[box.label]} ({box.score:.0%})" for box in found)
        return self.tr("There: {there}\nFound: {found}").format(there=there or "–", found=seen or "–")

    def _sentence(self, pictures: Sequence[PictureShown], epoch: int) -> str:
        found = sum(box.score >= SURE for picture in pictures for box in picture.found)
        there = sum(len(picture.truth) for picture in pictures)
        if not found:
            words = self.tr(
                "After epoch {epoch} it is not yet sure of any box in these pictures, which it does not "
                "learn from. White and dashed: what is there."
            )
            return words.format(epoch=epoch)
        words = self.tr(
            "After epoch {epoch} it finds {found} boxes in these pictures, which it does not learn from; "
            "{there} are there, white and dashed."
        )
        return words.format(epoch=epoch, found=f"{found:,}", there=f"{there:,}")

    def _make_list(self) -> QListWidget:
        shown = QListWidget()
        shown.setObjectName("livePictureList")
        shown.setAccessibleName(self.tr("What is found while it trains"))
        shown.setViewMode(QListView.ViewMode.IconMode)
        shown.setFlow(QListView.Flow.LeftToRight)
        shown.setWrapping(False)
        shown.setMovement(QListView.Movement.Static)
        shown.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        shown.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return shown
