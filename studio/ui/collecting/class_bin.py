"""One class: its name, how many pictures it has, the pictures, and the ways to get more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.data.pictures.collected_names import LONGEST
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.collecting.bin_view import BinView
from studio.ui.collecting.thumbnails import Thumbnails
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note, OneLine
from studio.ui.use_step.given import accept_copy

_WIDTH = 192  # two cells and a scroll bar beside them


class ClassBin(QFrame):
    """Knows no folder: it shows pictures, and tells what was wished for. `name` is empty for the bin of
    pictures that are in no class yet."""

    renamed = Signal(str)  # to this; what comes of it is told by `show_name`
    delete_requested = Signal()
    files_wanted = Signal()
    paste_requested = Signal()
    dropped = Signal(object)  # QMimeData from elsewhere
    moved_here = Signal(list)  # paths from another bin
    record_pressed = Signal()
    record_released = Signal()

    def __init__(self, name: str, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classBin")
        self.setProperty("card", True)
        self.setFixedWidth(_WIDTH)
        self.setAcceptDrops(bool(name))
        self.name = name
        self._over = False
        self._camera = False
        self.title = QLineEdit()
        self.title.setObjectName("className")
        self.title.setMaxLength(LONGEST)
        self.title.setFrame(False)
        self.title.setReadOnly(not name)
        self.title.setAccessibleName(self.tr("Name of the class"))
        self.count = OneLine()
        self.count.setObjectName("classCount")
        self.view = BinView(thumbnails)
        self.view.setObjectName("classPictures")
        self.hint = Note(self.tr("Drop pictures or a folder here"))
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.files = self._button(self.tr("Files…"), "pictures", "binFiles")
        self.files.setToolTip(self.tr("Choose picture files to copy into this class"))
        self.record = self._button("", "", "binRecord")
        self.menu_button = QToolButton()
        self.menu_button.setObjectName("binMenu")
        self.menu_button.setIcon(theme.icon("menu"))
        self.menu_button.setAutoRaise(True)
        self.menu_button.setToolTip(self.tr("More about this class"))
        self._lay_out()
        self._follow()
        self.show_name(name)
        self.show_camera(ready=False, text="")
        self.show_paths(())

    # -- showing --------------------------------------------------------------------------------------

    def show_name(self, name: str) -> None:
        self.name = name
        self.title.setText(name or self.tr("In no class yet"))
        self.title.setCursorPosition(0)
        self.title.setToolTip(wrapped(name) if name else "")
        for button, words in (
            (self.record, self.tr("Take pictures of “{name}”")),
            (self.files, self.tr("Choose files for “{name}”")),
            (self.menu_button, self.tr("More about “{name}”")),
        ):
            button.setAccessibleName(words.format(name=name))
        self.view.setAccessibleName(self.tr("Pictures of “{name}”").format(name=self.title.text()))

    def show_paths(self, paths: tuple[Path, ...], newest: bool = False) -> None:
        """`newest`: the last one is to be seen."""
        self.view.show_paths(paths)
        count = len(paths)
        self.count.setText(
            self.tr("1 picture") if count == 1 else self.tr("{n} pictures").format(n=f"{count:,}")
        )
        self.hint.setVisible(not count and bool(self.name))
        if newest and count:
            self.view.scrollTo(self.view.files.index(count - 1))

    def show_camera(self, ready: bool, text: str) -> None:
        """Whether pictures can be taken now, and what the button says."""
        self._camera = ready and bool(self.name)
        self.record.setVisible(bool(text) and bool(self.name))
        self.record.setEnabled(ready)
        self.record.setText(text)

    @property
    def picture_count(self) -> int:
        return len(self.view.files.paths)

    def begin_rename(self) -> None:
        if self.name:
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)
            self.title.selectAll()

    # -- wishes ---------------------------------------------------------------------------------------

    def _on_name_typed(self) -> None:
        if self.name and self.title.text() != self.name:
            self.renamed.emit(self.title.text())

    def menu(self) -> QMenu:
        menu = QMenu(self)
        chosen = self.view.chosen()
        if self.name:
            menu.addAction(self.tr("Choose files…"), self.files_wanted.emit)
            menu.addAction(self.tr("Paste\tCtrl+V"), self.paste_requested.emit)
            menu.addAction(self.tr("Rename…\tF2"), self.begin_rename)
        if chosen and self.name:
            menu.addSeparator()
            words = self.tr("Take out 1 picture") if len(chosen) == 1 else self.tr("Take out {n} pictures")
            menu.addAction(
                words.format(n=len(chosen)) + "\t" + self.tr("Del"),
                lambda: self.view.remove_requested.emit(chosen),
            )
        if self.name:
            menu.addSeparator()
            menu.addAction(self.tr("Take the class away"), self.delete_requested.emit)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space in the pictures is the camera's button; in the name it is a letter."""
        if event.type() == QEvent.Type.FocusOut and watched is self.view:
            self.record_released.emit()
        elif (
            watched is self.view
            and self._camera
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            if not event.isAutoRepeat():
                pressed = event.type() == QEvent.Type.KeyPress
                (self.record_pressed if pressed else self.record_released).emit()
            return event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        return super().eventFilter(watched, event)

    # -- dropping -------------------------------------------------------------------------------------

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if event.source() is not self.view and (mime.hasUrls() or mime.hasImage() or mime.hasText()):
            accept_copy(event)
            self._show_over(True)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        accept_copy(event)
        source = event.source()
        if isinstance(source, BinView):
            self.moved_here.emit(source.chosen())
        else:
            self.dropped.emit(event.mimeData())

    def _show_over(self, over: bool) -> None:
        self._over = over
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._over:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colours().accent, 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)

    # -- parts ----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        self.title.editingFinished.connect(self._on_name_typed)
        self.title.returnPressed.connect(self.view.setFocus)
        self.files.clicked.connect(self.files_wanted)
        self.menu_button.clicked.connect(
            lambda: self._show_menu(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))
        )
        self.view.customContextMenuRequested.connect(
            lambda place: self._show_menu(self.view.viewport().mapToGlobal(place))
        )
        self.view.rename_requested.connect(self.begin_rename)
        self.view.paste_requested.connect(self.paste_requested)
        self.record.pressed.connect(self.record_pressed)
        self.record.released.connect(self.record_released)
        self.view.installEventFilter(self)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.title, 1)
        top.addWidget(self.menu_button)
        inside = QVBoxLayout(self.view)
        inside.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.count, 1)
        below.addWidget(self.files)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.record)
        layout.addLayout(below)
        self.menu_button.setVisible(bool(self.name))
        self.files.setVisible(bool(self.name))
        self.view.setMinimumHeight(48)  # low screens

    def _button(self, text: str, icon: str, name: str) -> QuietButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setMinimumHeight(30)
        return button
