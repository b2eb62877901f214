"""A small search that pops up: type, arrows, Enter. Esc closes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

_WIDTH, _HEIGHT, _ROW = 300, 360, 28  # pixels


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a chooser. `refusal` greys it out and is said instead of `help`."""

    id: str
    text: str
    help: str = ""
    icon: QIcon | None = None
    refusal: str = ""


class Chooser(QFrame):
    """Offers options that `find(typed)` returns; `chosen(id)` follows, then the popup is gone."""

    chosen = Signal(str)

    def __init__(
        self, parent: QWidget, title: str, find: Callable[[str], Sequence[Option]], nothing: str
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._find = find
        self._nothing = nothing
        self.search = QLineEdit(placeholderText=title, clearButtonEnabled=True)
        self.search.setAccessibleName(title)
        self.search.setObjectName("chooserSearch")
        self.list = QListWidget()
        self.list.setObjectName("chooserList")
        self.list.setAccessibleName(title)
        self.list.setIconSize(QSize(18, 18))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.help = QLabel(wordWrap=True)
        self.help.setMinimumHeight(48)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        for widget in (self.search, self.list, self.help):
            box.addWidget(widget)
        self.search.textChanged.connect(self._show_matches)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(self._show_help)
        self.resize(_WIDTH, _HEIGHT)
        self._show_matches("")

    def open_at(self, point: QPoint) -> None:
        screen = self.screen().availableGeometry()
        x = min(point.x(), screen.right() - self.width())
        y = min(point.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), x), max(screen.top(), y))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show_matches(self, typed: str) -> None:
        self.list.clear()
        for option in self._find(typed):
            item = QListWidgetItem(option.icon or QIcon(), option.text)
            item.setData(Qt.ItemDataRole.UserRole, option)
            item.setSizeHint(QSize(0, _ROW))
            item.setToolTip(option.refusal or option.help)
            if option.refusal:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        first = next((r for r in range(self.list.count()) if self._enabled(r)), -1)
        self.list.setCurrentRow(first)
        if self.list.count() == 0:
            self.help.setText(self._nothing)

    def _enabled(self, row: int) -> bool:
        return bool(self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled)

    def _show_help(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            option: Option = item.data(Qt.ItemDataRole.UserRole)
            self.help.setText(option.refusal or option.help)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        option: Option = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        self.chosen.emit(option.id)

    def _step(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count() and not self._enabled(row):
            row += by
        if 0 <= row < self.list.count():
            self.list.setCurrentRow(row)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                    self._step(1)
                case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                    self._step(-1)
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self.list.currentItem())
                case Qt.Key.Key_Escape:
                    self.close()
                case _:
                    return False
            return True
        return super().eventFilter(watched, event)
