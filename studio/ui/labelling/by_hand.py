"""Mouse and keys by which the labels of shown samples are corrected, the same in every list of samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView
from typing_extensions import override

from studio.ui.labelling.relabelling import Relabelling


class LabelsByHand(QObject):
    """A right click or the menu key: the classes. A digit: one of them. F2: the answer is typed or ticked."""

    def __init__(
        self,
        view: QAbstractItemView,
        dataset: Callable[[], Any],
        chosen: Callable[[], list[int]],
        relabelling: Relabelling,
    ) -> None:
        """`dataset`: that of the samples, None where they cannot be corrected; `chosen`: the selected
        samples."""
        super().__init__(view)
        self._view, self._dataset, self._chosen, self._relabelling = view, dataset, chosen, relabelling
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu_requested)
        view.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._relabelling.on_key(self._dataset(), self._chosen(), event, self._view)
        return False

    def _on_menu_requested(self, point: QPoint) -> None:
        """At the mouse, for what is selected; by the key, at the current sample."""
        index = self._view.indexAt(point)
        if index.isValid() and not self._view.selectionModel().isSelected(index):
            self._view.setCurrentIndex(index)
        samples, dataset = self._chosen(), self._dataset()
        if not samples and self._relabelling.can(dataset) and self._view.selectionModel().hasSelection():
            words = self.tr("Nothing is learnt from this, so there is no label to correct: it has none.")
            self._relabelling.said.emit(words)
        if samples and self._relabelling.can(dataset):
            menu = self._relabelling.menu(dataset, samples, self._view)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._view.viewport().mapToGlobal(point))
