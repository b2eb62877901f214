"""The main parameter of an augmentation: a slider to drag, a field to type into."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget
from typing_extensions import override

from studio.core.params import Float, Int, Param, ParamValue
from studio.ui.forms.editor import wrapped
from studio.ui.forms.number_box import NumberBox

_STEPS = 100  # of a slider for a fraction; finer values are typed


class StrengthSlider(QWidget):
    """Tells `value_changed(value, final)`; `final` is False while the handle is held."""

    value_changed = Signal(object, bool)

    def __init__(self, param: Param, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert isinstance(param.type, Int | Float)
        self._rule = param.type
        self._showing = False
        self.slider = _Slider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName(name)
        self.slider.setAccessibleName(param.label)
        self.slider.setAccessibleDescription(param.help)
        self.slider.setToolTip(wrapped(f"{param.label}: {param.help}"))
        if isinstance(self._rule, Int):
            self.slider.setRange(self._rule.minimum, min(self._rule.maximum, 64))
        else:
            self.slider.setRange(0, _STEPS)
            self.slider.setPageStep(10)
        self.box = NumberBox(self._rule, self)
        self.box.setObjectName(f"{name}.value")
        self.box.setAccessibleName(param.label)
        self.box.setToolTip(wrapped(param.help))
        self.box.setFixedWidth(68)
        self.box.value_edited.connect(self.value_changed)
        label = QLabel(param.label, self)
        label.setToolTip(wrapped(param.help))
        label.setBuddy(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderReleased.connect(lambda: self._tell(final=True))

    def show_value(self, value: ParamValue) -> None:
        if not isinstance(value, int | float):
            return
        self._showing = True
        if isinstance(self._rule, Int):
            self.slider.setValue(int(value))
        elif not self.slider.isSliderDown():  # while it is held, it stands where the hand is
            span = self._rule.maximum - self._rule.minimum
            self.slider.setValue(round((value - self._rule.minimum) / span * _STEPS))
        self._showing = False
        self.box.set_value(value)

    def _on_moved(self) -> None:
        if not self._showing:
            self._tell(final=not self.slider.isSliderDown())

    def _tell(self, *, final: bool) -> None:
        at = self.slider.value()
        if isinstance(self._rule, Int):
            self.value_changed.emit(at, final)
            return
        span = self._rule.maximum - self._rule.minimum
        self.value_changed.emit(float(f"{self._rule.minimum + span * at / _STEPS:.4g}"), final)


class _Slider(QSlider):
    """Scrolling the panel must not change the strengths that pass by."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
