"""Paint your own points: a square, some classes, an eraser; saved as an ordinary table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.safe_write import SaveError, write_text_atomically
from studio.data.points.point_sets import CLASS_NAMES
from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.labels import Note
from studio.ui.points.paint_area import PaintArea


class PaintDialog(QDialog):
    """`folder`: where the project lies; the table is proposed to be saved there."""

    painted = Signal(Path)  # the table that was saved

    def __init__(self, dialogs: FileDialogs, folder: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paintDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Paint your own points"))
        self._dialogs = dialogs
        self._folder = folder
        self.area = PaintArea(self)
        self.says = Note()
        self.says.setObjectName("paintSays")
        self.classes = QButtonGroup(self)
        self.eraser = self._tool(self.tr("Eraser"), "delete", "paintEraser")
        self.eraser.setCheckable(True)
        self.undo = self._tool(self.tr("Undo"), "undo", "paintUndo")
        self.clear = self._tool(self.tr("Clear"), "reset", "paintClear")
        self.use = PrimaryButton(self.tr("Save and use…"))
        self.use.setObjectName("paintUse")
        self.use.setAutoDefault(False)
        self._lay_out()
        self.classes.idClicked.connect(self.choose_class)
        self.eraser.clicked.connect(self._on_eraser)
        self.undo.clicked.connect(self.area.undo)
        self.clear.clicked.connect(self.area.clear)
        self.use.clicked.connect(self._on_use)
        self.area.changed.connect(self._on_changed)
        self.area.class_chosen.connect(self.choose_class)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self.area.undo)
        self.choose_class(0)
        self._on_changed()
        self.area.setFocus()
        self.resize(620, 480)

    def choose_class(self, code: int) -> None:
        """What the next points are; puts the eraser away."""
        self.area.code, self.area.erasing = code, False
        self.eraser.setChecked(False)
        self.classes.button(code).setChecked(True)
        self.area.update()

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(4)
        names = QGridLayout()
        names.setSpacing(4)
        for code, name in enumerate(CLASS_NAMES):
            button = QuietButton(name)
            button.setObjectName(f"paintClass{name}")
            button.setAccessibleName(self.tr("Class {name}").format(name=name))
            button.setToolTip(self.tr("Points of class {name} (key {key})").format(name=name, key=code + 1))
            button.setIcon(_dot(theme.colours().series(code)))
            button.setCheckable(True)
            button.setAutoDefault(False)
            self.classes.addButton(button, code)
            names.addWidget(button, *divmod(code, 2))
        side.addLayout(names)
        side.addWidget(self.eraser)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.undo)
        row.addWidget(self.clear)
        side.addLayout(row)
        side.addWidget(self.says)
        side.addStretch(1)
        side.addWidget(self.use)
        tools = QWidget()
        tools.setFixedWidth(196)
        side.setContentsMargins(0, 0, 0, 0)
        tools.setLayout(side)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(self.area, 1)
        layout.addWidget(tools)

    def _tool(self, text: str, icon: str, name: str) -> QuietButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    # -- what happens -------------------------------------------------------------------------------

    def _on_eraser(self, on: bool) -> None:
        self.area.erasing = on

    def _on_changed(self) -> None:
        painting = self.area.painting
        self.undo.setEnabled(self.area.can_undo)
        self.clear.setEnabled(bool(painting.points))
        lacks = painting.lacks()
        self.use.setEnabled(not lacks)
        counts = ", ".join(f"{name}: {count}" for name, count in painting.counts().items())
        self.says.setText("\n".join(words for words in (counts, lacks) if words))

    def _on_use(self) -> None:
        name = self.tr("my points") + ".csv"
        proposed = str(self._folder / name) if self._folder is not None else name
        path = self._dialogs.save_file(self, self.tr("Save points"), self.tr("Tables (*.csv)"), proposed)
        if path is None:
            return
        try:
            write_text_atomically(path, self.area.painting.csv())
        except SaveError as error:
            self.says.setText(str(error))
            return
        self.accept()
        self.painted.emit(path)


def _dot(colour: QColor) -> QIcon:
    picture = QPixmap(16, 16)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(2, 2, 12, 12)
    painter.end()
    return QIcon(picture)
