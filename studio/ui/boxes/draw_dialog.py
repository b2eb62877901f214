"""Draws boxes on pictures, one after the other: with the mouse, or with the keys alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from studio.data.boxes.box import Box
from studio.data.boxes.box_drawing import Drawing, moved, resized
from studio.ui.boxes.box_canvas import BoxCanvas
from studio.ui.boxes.class_list import ClassList
from studio.ui.boxes.drawing_saver import DrawingSaver
from studio.ui.boxes.large_pictures import LargePictures, Size, read_file
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.pictures.decoding import PictureArray

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class DrawDialog(QDialog):
    """Saves after each picture; the pictures and the files of others stay as they are."""

    drawn_out = Signal(Path)  # the folder with the boxes, to be learnt from

    def __init__(self, drawing: Drawing, parent: QWidget | None = None, place: int = 0) -> None:
        super().__init__(parent)
        self.setObjectName("drawDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Draw boxes on pictures"))
        self.drawing = drawing
        self.place = place
        self.saver = DrawingSaver(drawing, self)
        self.saver.saved.connect(self._on_saved)
        self.saver.failed.connect(self._on_failed)
        self._trouble = ""  # why the last picture's boxes are not on the disk
        self._before: list[tuple[Drawing, int]] = []
        self._size = (1, 1)
        self._unreadable = ""  # why the picture cannot be shown
        self._elsewhere = not drawing.may_write  # the boxes are kept in Lantern's own folder
        self.canvas = BoxCanvas(self, editable=True)
        self.pictures = LargePictures(self._read, len(drawing.files), self)
        self.pictures.loaded.connect(self._on_loaded)
        self.finished.connect(self.pictures.stop)
        self.canvas.setToolTip(
            self.tr(
                "Drag to draw a box, to move one, or to change its size by an edge.\n"
                "Keys: N a new box, B the next box, arrows move it, Shift with arrows changes its size, "
                "1 to 9 its class, Delete, Z undo, 0 nothing here, page down the next picture."
            )
        )
        self.says = Note()
        self.says.setObjectName("drawSays")
        self.problem = Note()
        self.problem.setObjectName("drawProblem")
        self.name = QLineEdit()
        self.name.setObjectName("newBoxClass")
        self.name.setPlaceholderText(self.tr("New class, then Enter"))
        self.name.setAccessibleName(self.tr("Name of a new class"))
        self.name.setMaxLength(60)
        self.classes = ClassList()
        self.back = self._button(self.tr("Back"), "arrow-left", "drawBack", self.tr("Page up"))
        self.next = self._button(self.tr("Next"), "arrow-right", "drawNext", self.tr("Page down"))
        self.undo = self._button(self.tr("Undo"), "undo", "drawUndo", self.tr("Z"))
        self.delete = self._button(self.tr("Delete"), "delete", "drawDelete", self.tr("Delete"))
        self.nothing = self._button(self.tr("Nothing here"), "", "drawNothing", self.tr("0"))
        self.use = PrimaryButton(self.tr("Save and use"))
        self.use.setObjectName("drawUse")
        self.use.setAutoDefault(False)
        self._lay_out()
        self._follow()
        self._show_picture()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        (self if drawing.classes else self.name).setFocus()
        self.resize(820, 540)

    # -- what is there --------------------------------------------------------------------------------

    @property
    def file(self) -> str:
        return self.drawing.files[self.place]

    @property
    def boxes(self) -> tuple[Box, ...]:
        return self.drawing.of(self.file)

    # -- what happens ---------------------------------------------------------------------------------

    def go(self, place: int) -> None:
        """To another picture; what was drawn on this one is on the disk then."""
        self.saver.save(self.drawing)
        self.place = place % len(self.drawing.files)
        self._show_picture()

    def add(self, box: Box) -> None:
        if not self.drawing.classes:
            self.problem.setText(self.tr("Name a class first: what do you want to draw a box around?"))
            self.name.setFocus()
            return
        self._change((*self.boxes, replace(box, class_index=self.canvas.new_class)), len(self.boxes))

    def set_class(self, number: int) -> None:
        """Of the selected box, and of those drawn from now on."""
        if number >= len(self.drawing.classes):
            return
        self.canvas.new_class = number
        chosen = self.canvas.selected
        if chosen >= 0 and self.boxes[chosen].class_index != number:
            self._replace(chosen, replace(self.boxes[chosen], class_index=number))
        else:
            self._show()
        self.setFocus()

    def delete_box(self) -> None:
        chosen = self.canvas.selected
        if chosen >= 0:
            self._change(tuple(b for i, b in enumerate(self.boxes) if i != chosen), -1)

    def say_nothing_here(self) -> None:
        """The picture shows none of the things: that, too, is worth learning."""
        if not self.canvas.editable:
            return
        self._change((), -1)
        self.go(self.drawing.next_open(self.place))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, chosen = event.key(), self.canvas.selected
        if event.text() and event.text() in "123456789":
            self.set_class(int(event.text()) - 1)
        elif event.text() == "0":
            self.say_nothing_here()
        elif key in _ARROWS and chosen >= 0:
            self._nudge(*_ARROWS[Qt.Key(key)], event.modifiers())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            self.go(self.place - 1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
            self.go(self.place + 1)
        elif key == Qt.Key.Key_Delete:
            self.delete_box()
        elif key in (Qt.Key.Key_Z, Qt.Key.Key_Backspace):
            self._on_undo()
        elif key == Qt.Key.Key_N:
            self._draw_in_the_middle()
        elif key == Qt.Key.Key_B and self.boxes:
            self._show((chosen + 1) % len(self.boxes))
        elif key == Qt.Key.Key_Escape and (self.canvas.cancel() or chosen >= 0):
            self._show(-1)
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # these end the name of a class
            super().keyPressEvent(event)

    @override
    def reject(self) -> None:
        """What was drawn so far is kept: nobody draws a hundred boxes twice."""
        if self.saver.finish(self.drawing):
            super().reject()

    def _nudge(self, across: int, down: int, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self.canvas.selected
        box = self.boxes[chosen]
        step = max(1.0, max(self._size) / 200)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            edges = "r" if across else "b"
            after = resized(box, edges, box.right + across * step, box.bottom + down * step, self._size)
        else:
            after = moved(box, across * step, down * step, self._size)
        self._replace(chosen, after)

    def _draw_in_the_middle(self) -> None:
        """A box for who draws with the keys: the arrows move it, with Shift they change its size."""
        height, width = self._size
        if not self.canvas.cancel():
            self.add(Box(0, width * 0.35, height * 0.35, width * 0.65, height * 0.65))

    def _replace(self, index: int, box: Box) -> None:
        self._change(tuple(box if i == index else b for i, b in enumerate(self.boxes)), index)

    def _change(self, boxes: tuple[Box, ...], selected: int) -> None:
        if not self.canvas.editable:
            return
        self._remember(self.drawing.with_boxes(self.file, boxes, self._size))
        self._show(selected)

    def _remember(self, drawing: Drawing) -> None:
        self._before.append((self.drawing, self.place))
        self.drawing = drawing

    def _on_undo(self) -> None:
        if self._before:
            self.drawing, self.place = self._before.pop()
            self._show_picture()

    def _on_new_class(self) -> None:
        drawing = self.drawing.with_class(self.name.text())
        self.name.clear()
        if drawing is not self.drawing:
            self._remember(drawing)
            self.set_class(len(drawing.classes) - 1)
        self.setFocus()  # the keys 1 to 9 are at work

    def _on_use(self) -> None:
        if self.saver.finish(self.drawing):
            self.accept()
            self.drawn_out.emit(self.drawing.folder)

    def _on_saved(self, path: Path) -> None:
        self._elsewhere, self._trouble = path != self.drawing.path, ""
        self.problem.setText(self._hint())

    def _on_failed(self, sentence: str) -> None:
        self._trouble = sentence
        self.problem.setText(sentence)

    # -- what is shown --------------------------------------------------------------------------------

    def _show_picture(self) -> None:
        self.canvas.show_waiting()
        self.canvas.editable = False  # nobody has seen it yet
        self.canvas.setAccessibleName(self.file)
        self._unreadable = ""
        self._show(-1)
        self.pictures.ask(self.place)

    def _read(self, place: int) -> tuple[PictureArray, Size]:
        """In another thread."""
        return read_file(self.drawing.folder / self.drawing.files[place])

    def _on_loaded(self, place: int, pixmap: QPixmap, size: Size, problem: str) -> None:
        if place == self.place:
            self._size, self._unreadable = size, problem
            self.canvas.show_picture(pixmap, size)
            self.canvas.editable = not pixmap.isNull()
            self._show(-1)

    def _show(self, selected: int | None = None) -> None:
        drawing = self.drawing
        chosen = self.canvas.selected if selected is None else selected
        self.canvas.show_boxes(self.boxes, drawing.classes, chosen)
        self.classes.show_classes(drawing.classes, self._counts(), self.canvas.new_class)
        told = self.tr("{name}: {boxes}\n{done} of {count} pictures looked through")
        self.says.setText(
            told.format(
                name=self.file, boxes=self._words(), done=len(drawing.boxes), count=len(drawing.files)
            )
        )
        self.undo.setEnabled(bool(self._before))
        self.delete.setEnabled(self.canvas.selected >= 0)
        self.nothing.setEnabled(not self.boxes and self.canvas.editable)
        self.problem.setText(self._hint())
        self.use.setEnabled(not drawing.lacks())

    def _words(self) -> str:
        if self.file not in self.drawing.boxes:
            return self.tr("not looked at yet")
        if not self.boxes:
            return self.tr("shows none of the things")
        count = len(self.boxes)
        return self.tr("1 box") if count == 1 else self.tr("{n} boxes").format(n=f"{count:,}")

    def _hint(self) -> str:
        if self._trouble or self._unreadable:
            return self._trouble or self._unreadable
        if not self.drawing.classes:
            return self.tr("Name what you want to find, such as “bird”.")
        if not self.drawing.count():
            return self.tr("Draw a box around a thing with the mouse, or press N.")
        if self._elsewhere:
            return self.tr(
                "Nothing can be written into the folder of the pictures. The boxes are kept in Lantern's own "
                "folder on this computer."
            )
        return ""

    def _counts(self) -> tuple[int, ...]:
        counts = [0] * len(self.drawing.classes)
        for boxes in self.drawing.boxes.values():
            for box in boxes:
                counts[box.class_index] += 1
        return tuple(counts)

    # -- parts ----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        self.canvas.box_drawn.connect(self.add)
        self.canvas.box_changed.connect(self._replace)
        self.canvas.box_selected.connect(self._on_selected)
        self.classes.class_chosen.connect(self.set_class)
        self.name.returnPressed.connect(self._on_new_class)
        self.back.clicked.connect(lambda: self.go(self.place - 1))
        self.next.clicked.connect(lambda: self.go(self.place + 1))
        self.undo.clicked.connect(self._on_undo)
        self.delete.clicked.connect(self.delete_box)
        self.nothing.clicked.connect(self.say_nothing_here)
        self.use.clicked.connect(self._on_use)

    def _on_selected(self, index: int) -> None:
        self.setFocus()
        if index >= 0:
            self.canvas.new_class = self.boxes[index].class_index
        self._show(index)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(4)
        side.addWidget(self.name)
        side.addWidget(self.classes, 1)
        side.addWidget(self.nothing)
        side.addWidget(self.problem)
        side.addWidget(self.use)
        tools = QWidget()
        tools.setFixedWidth(220)
        tools.setLayout(side)
        below = QHBoxLayout()
        below.setSpacing(4)
        for button in (self.back, self.next, self.undo, self.delete):
            below.addWidget(button)
        below.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self.canvas, 1)
        left.addWidget(self.says)
        left.addLayout(below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(left, 1)
        layout.addWidget(tools)

    def _button(self, text: str, icon: str, name: str, key: str) -> QuietButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setToolTip(self.tr("Key: {key}").format(key=key))
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys at work
        return button
