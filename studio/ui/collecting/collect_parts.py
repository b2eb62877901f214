"""What the dialog for collecting pictures is made of, and where it lies."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.collecting.bins_row import BinsRow
from studio.ui.collecting.class_bin import ClassBin
from studio.ui.labels import Note, OneLine


def tr(text: str) -> str:
    return QCoreApplication.translate("CollectDialog", text)


class Parts:
    """One per dialog, which gives them their meaning."""

    def __init__(
        self,
        dialog: QDialog,
        camera: QWidget,
        make: Callable[[str], ClassBin],
        made: Callable[[ClassBin], None],
    ) -> None:
        self.row = BinsRow(make, made)
        self.folder = OneLine()
        self.folder.setObjectName("collectFolder")
        self.another = _button(tr("Another folder…"), "folder", "collectAnother")
        self.another.setToolTip(tr("Collect elsewhere, or go on in a folder that was begun another day"))
        self.camera_button = _button(tr("Camera"), "camera", "collectCamera")
        self.camera_button.setCheckable(True)
        self.camera_button.setToolTip(tr("Take pictures with the computer’s camera"))
        self.says = Note()
        self.says.setObjectName("collectSays")
        self.problem = Note()
        self.problem.setObjectName("collectProblem")
        self.problem.hide()
        self.bar = QProgressBar()
        self.bar.setObjectName("collectProgress")
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.cancel = _button(tr("Stop"), "stop", "collectCancel")
        self.undo = _button("", "undo", "collectUndo")
        self.undo.setToolTip(tr("Undo (Ctrl+Z)"))
        self.redo = _button("", "redo", "collectRedo")
        self.redo.setToolTip(tr("Redo"))
        for button, name in ((self.undo, tr("Undo")), (self.redo, tr("Redo"))):
            button.setAccessibleName(name)
            button.setFixedWidth(40)
        for button, key in (
            (self.undo, QKeySequence.StandardKey.Undo),
            (self.redo, QKeySequence.StandardKey.Redo),
        ):  # a button's own shortcut would take its time, and lose one of two quick ones
            QShortcut(key, dialog).activated.connect(button.click)
        self.draw = _button(tr("Draw boxes instead…"), "", "collectDraw")
        self.draw.setToolTip(tr("Mark where in the pictures things are, so that they can be found"))
        self.close = _button(tr("Close"), "", "collectClose")
        self.close.setToolTip(tr("Everything is kept: open this folder to go on"))
        self.use = PrimaryButton(tr("Use these pictures"))
        self.use.setObjectName("collectUse")
        self.use.setAutoDefault(False)
        self._lay_out(dialog, camera)

    def show_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.says.setVisible(not busy)

    def show_progress(self, fraction: float) -> None:
        self.bar.setValue(round(100 * fraction))

    def _lay_out(self, dialog: QDialog, camera: QWidget) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.folder, 1)
        top.addWidget(self.another)
        top.addWidget(self.camera_button)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        camera.setFixedWidth(camera.sizeHint().width())
        camera.hide()
        middle.addWidget(camera)
        middle.addWidget(self.row, 1)
        busy = QHBoxLayout()
        busy.addWidget(self.bar, 1)
        busy.addWidget(self.cancel)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.undo)
        below.addWidget(self.redo)
        below.addStretch(1)
        for button in (self.draw, self.close, self.use):
            below.addWidget(button)
        layout = QVBoxLayout(dialog)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(middle, 1)
        layout.addWidget(self.says)
        layout.addWidget(self.problem)
        layout.addLayout(busy)
        layout.addLayout(below)


def _button(text: str, icon: str, name: str) -> QuietButton:
    button = QuietButton(text, icon)
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.setMinimumHeight(30)
    return button
