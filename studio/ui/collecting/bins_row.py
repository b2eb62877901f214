"""The classes side by side, and the place where another one is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.data.pictures.collected_names import LONGEST
from studio.ui.collecting.class_bin import ClassBin
from studio.ui.labels import Note

_NEW_WIDTH = 168


class _Row(QHBoxLayout):
    """As high as there is room: a note that wraps would make it as high as everything would like to be."""

    @override
    def hasHeightForWidth(self) -> bool:
        return False


class BinsRow(QScrollArea):
    """`made(bin)` is called for each new bin, to follow it."""

    class_named = Signal(str)

    def __init__(
        self, make: Callable[[str], ClassBin], made: Callable[[ClassBin], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("classBins")
        self.setAccessibleName(self.tr("Classes"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._make, self._made = make, made
        self.bins: list[ClassBin] = []  # of the classes, from left to right
        self.unsorted = make("")
        self.unsorted.hide()
        made(self.unsorted)
        self.new_class = QLineEdit()
        self.new_class.setObjectName("newCollectedClass")
        self.new_class.setPlaceholderText(self.tr("New class, then Enter"))
        self.new_class.setAccessibleName(self.tr("Name of a new class"))
        self.new_class.setMaxLength(LONGEST)
        self.new_class.returnPressed.connect(self._on_named)
        self.guide = Note(
            self.tr(
                "Make a class for each thing that the computer shall tell apart, such as “cats” and "
                "“dogs”.\n\n"
                "Then fill each: drop pictures or a folder into it, choose files, paste a copied picture, or "
                "take pictures with the camera.\n\n"
                "Everything is copied into the folder named above; your own files stay as they are."
            )
        )
        self.guide.setObjectName("collectGuide")
        self.guide.setMinimumWidth(200)
        self.guide.setMaximumWidth(420)
        self.guide.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._row = _Row()
        self._lay_out()

    def show_classes(self, names: Sequence[str]) -> None:
        """A bin for each, in this order; bins that stay keep what is selected in them."""
        by_name = {one.name: one for one in self.bins}
        for name, gone in by_name.items():
            if name not in names:
                self._row.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        self.bins = []
        for number, name in enumerate(names):
            one = by_name.get(name)
            if one is None:
                one = self._make(name)
                self._made(one)
            if self._row.indexOf(one) != number + 1:
                self._row.insertWidget(number + 1, one)
            self.bins.append(one)
        self.guide.setVisible(not names)
        for before, after in zip(self.bins, self.bins[1:], strict=False):
            QWidget.setTabOrder(before, after)

    def bin_of(self, name: str) -> ClassBin | None:
        return next((one for one in self.bins if one.name == name), None)

    def show_bin(self, one: ClassBin) -> None:
        """Scrolls so that it is seen, once it has its place."""
        self.widget().layout().activate()  # type: ignore[union-attr]
        bar = self.horizontalScrollBar()
        bar.setValue(min(max(bar.value(), one.geometry().right() - self.viewport().width() + 8), one.x()))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def _on_named(self) -> None:
        self.class_named.emit(self.new_class.text())

    def _lay_out(self) -> None:
        new = QFrame()
        new.setFixedWidth(_NEW_WIDTH)
        column = QVBoxLayout(new)
        column.setContentsMargins(4, 8, 4, 8)
        column.addWidget(self.new_class)
        column.addWidget(Note(self.tr("Or drop folders here: each becomes a class.")))
        column.addStretch(1)
        inside = QWidget()
        self._row.setSpacing(8)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.unsorted)
        self._row.addWidget(new)
        self._row.addWidget(self.guide, 100)
        self._row.addStretch(1)
        inside.setLayout(self._row)
        self.setWidget(inside)
