"""The classes that boxes are drawn for, in their colours, the first nine with the key that chooses them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from studio.ui.boxes.painting import colour_of
from studio.ui.forms.editor import wrapped

KEYS = 9


class ClassList(QListWidget):
    """`class_chosen` tells which; the list itself keeps no choice."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boxClasses")
        self.setAccessibleName(self.tr("Classes"))
        self.setMinimumHeight(64)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys 1 to 9 at work
        self.itemClicked.connect(lambda item: self.class_chosen.emit(self.row(item)))
        self.itemActivated.connect(lambda item: self.class_chosen.emit(self.row(item)))

    def show_classes(self, names: tuple[str, ...], counts: tuple[int, ...], current: int) -> None:
        self.blockSignals(True)
        while self.count() > len(names):
            self.takeItem(self.count() - 1)
        while self.count() < len(names):
            self.addItem(QListWidgetItem())
        for row, (name, count) in enumerate(zip(names, counts, strict=True)):
            key = f"{row + 1}  " if row < KEYS else ""
            item = self.item(row)
            item.setText(f"{key}{name}  ({count:,})")
            item.setToolTip(wrapped(name))
            swatch = QPixmap(12, 12)
            swatch.fill(QColor("black"))  # a frame, for the row that is chosen may have this colour
            painter = QPainter(swatch)
            painter.fillRect(1, 1, 10, 10, colour_of(row))
            painter.end()
            item.setIcon(QIcon(swatch))
        self.setCurrentRow(current if current < len(names) else -1)
        self.blockSignals(False)
