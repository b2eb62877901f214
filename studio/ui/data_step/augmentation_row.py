"""One augmentation of the list: on or off, its strength, all its parameters, its place among the others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import Problem
from studio.core.project import Setting
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.data_step.strength_slider import StrengthSlider
from studio.ui.forms.editor import wrapped
from studio.ui.forms.param_form import ParamForm
from studio.ui.labels import Note


class AugmentationRow(QFrame):
    """Shows one setting; tells what is wished for it. The list, not the row, knows the order."""

    toggled = Signal(bool)
    value_changed = Signal(str, object, bool)
    move_requested = Signal(int)  # -1 up, 1 down
    remove_requested = Signal()
    fix_chosen = Signal(object)  # a Fix

    def __init__(self, setting: Setting, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.type = setting.type
        entry = AUGMENTATIONS.get(setting.type)
        self.setProperty("card", True)
        name = entry.name if entry is not None else setting.type
        self.box = QCheckBox(name, self)
        self.box.setObjectName(f"augmentation.{setting.type}")
        self.box.setToolTip(wrapped(entry.help if entry is not None else self.tr("Unknown to this Lantern.")))
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.grip = _Grip(self)
        self.grip.setObjectName(f"grip.{place}")
        self.grip.setAccessibleName(self.tr("Place of {name}").format(name=name))
        self.grip.moved.connect(self.move_requested)
        self.grip.removed.connect(self.remove_requested)
        self.more = _button(self, "settings", self.tr("More settings of {name}").format(name=name))
        self.more.setObjectName(f"more.{place}")
        self.more.setCheckable(True)
        self.remove = _button(self, "close", self.tr("Take {name} out").format(name=name))
        self.remove.setObjectName(f"remove.{place}")
        self.slider: StrengthSlider | None = None
        self.form = ParamForm(self)
        self.form.hide()
        self.note = Note("", self)
        self.note.setObjectName(f"advice.{place}")
        self.note.hide()
        self.fix = QuietButton("", "", self)
        self.fix.setObjectName(f"adviceFix.{place}")
        self.fix.hide()
        self._problem: Problem | None = None
        self._lay_out()
        if entry is not None:
            self.slider = StrengthSlider(entry.strength_param, f"strength.{place}", self)
            self.slider.value_changed.connect(
                lambda value, final: self.value_changed.emit(entry.strength, value, final)
            )
            self._column.insertWidget(1, self.slider)
        self.more.setVisible(entry is not None and len(entry.params) > 1)
        self.box.toggled.connect(self.toggled)
        self.more.toggled.connect(self._on_more_toggled)
        self.remove.clicked.connect(self.remove_requested)
        self.fix.clicked.connect(self._on_fix_clicked)
        self.form.value_changed.connect(self.value_changed)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self.move_requested.emit(step))

    def show_setting(self, setting: Setting, place: int) -> None:
        entry = AUGMENTATIONS.get(setting.type)
        self.box.blockSignals(True)
        self.box.setChecked(setting.enabled)
        self.box.blockSignals(False)
        if entry is None or self.slider is None:
            return
        values = {**entry.defaults, **setting.params}
        self.slider.show_value(values[entry.strength])
        self.slider.setVisible(setting.enabled)
        others = [param for param in entry.params if param.name != entry.strength]
        self.form.set_params(others, values, prefix=f"augmentation.{setting.type}.{place}")
        self.form.setVisible(setting.enabled and self.more.isChecked())
        self.more.setEnabled(setting.enabled)

    def show_advice(self, problem: Problem | None) -> None:
        """What cannot be or is probably not meant, with its way out."""
        self._problem = problem
        fixes = problem.fixes if problem is not None else ()
        self.fix.setText(fixes[0].text if fixes else "")
        self.fix.setVisible(bool(fixes))
        self.note.setVisible(problem is not None)
        if problem is None:
            return
        text = problem.message.removeprefix(f"{self.box.text()}: ")
        self.note.setText(text[:1].upper() + text[1:])
        colours, palette = theme.colours(), self.note.palette()
        colour = colours.error if problem.severity == "error" else colours.warning
        palette.setColor(self.note.foregroundRole(), colour)
        self.note.setPalette(palette)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.grip)
        top.addWidget(self.box, 1)
        top.addWidget(self.more)
        top.addWidget(self.remove)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self._column.addLayout(top)
        self._column.addWidget(self.form)
        self._column.addWidget(self.note)
        self._column.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_fix_clicked(self) -> None:
        if self._problem is not None and self._problem.fixes:
            self.fix_chosen.emit(self._problem.fixes[0])

    def _on_more_toggled(self, on: bool) -> None:
        self.form.setVisible(on and self.box.isChecked())


class _Grip(QToolButton):
    """Held to drag the row; with the focus on it, Alt and the arrow keys move the row, Delete removes it."""

    moved = Signal(int)
    removed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(theme.icon("grip"))
        self.setAutoRaise(True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(
            wrapped(self.tr("Drag to change the order. Keys: Alt+Up, Alt+Down, Delete to take it out."))
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit()
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case _:
                super().keyPressEvent(event)


def _button(parent: QWidget, icon: str, name: str) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon))
    button.setAutoRaise(True)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
