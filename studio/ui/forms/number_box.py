"""A number field with arrows that lets people type anything and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget
from typing_extensions import override

from studio.core.params import Float, Int, ParamError
from studio.ui.forms.numbers import format_number, ladder_step, linear_step, parse_number, parse_whole

TEXT_MARGINS = (4, 0, 0, 0)  # pixels; a style sheet's padding does not reach the text of a spin box


class NumberBox(QAbstractSpinBox):
    """An editor for `Int` and `Float`. QSpinBox would swallow wrong keys; this keeps the text.

    `value_edited(value, final)` while the user types, steps or has finished; `refused(message)`
    while the text is not a number that `rule` takes.
    """

    value_edited = Signal(object, bool)
    refused = Signal(str)

    def __init__(self, rule: Int | Float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        self._value: float = 0
        self._pending = False  # a change was told that no final one followed yet
        self._wrong = False
        self._words = ""  # stand in place of the number while it does not count
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(True)
        self.setMinimumWidth(64)
        self.lineEdit().setTextMargins(*TEXT_MARGINS)
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self.finish)

    @property
    def value(self) -> float:
        return self._value

    @property
    def text_is_wrong(self) -> bool:
        return self._wrong

    def set_words(self, words: str) -> None:
        """While the number does not count, the words for that stand here, grey; empty: it counts."""
        if words == self._words:
            return
        self._words = words
        self._wrong = self._pending = False
        self.setEnabled(not words)
        self.lineEdit().setText(words or self._format(self._value))

    def set_value(self, value: float) -> None:
        """Shows a value; text that means the same already, or that is being mended, stays as typed."""
        same = value == self._value and self.lineEdit().text() != ""
        self._value = value
        if same and (self._wrong or self.hasFocus()):
            return
        self._wrong = False
        self.lineEdit().setText(self._words or self._format(value))

    def finish(self) -> None:
        """The user is done: the text takes its normal form, the change becomes one undo step."""
        if self._wrong or self._words:
            return
        self.lineEdit().setText(self._format(self._value))
        if self._pending:
            self._pending = False
            self.value_edited.emit(self._value, True)

    def _format(self, value: float) -> str:
        return format_number(value)

    def _on_text_edited(self, text: str) -> None:
        parse: Callable[[str], float] = parse_whole if isinstance(self._rule, Int) else parse_number
        try:
            value = self._rule.check(parse(text))
        except ParamError as error:
            self._wrong = True
            self.refused.emit(str(error))
            return
        assert isinstance(value, int | float)
        self._wrong = False
        self._value = value
        self._pending = True
        self.value_edited.emit(value, False)

    @override
    def stepBy(self, steps: int) -> None:
        value = self._clamped(self._stepped(steps))
        self._wrong = False
        self.lineEdit().setText(self._format(value))
        self.lineEdit().selectAll()
        self._value = value
        self._pending = True
        self.value_edited.emit(value, False)

    def _stepped(self, steps: int) -> float:
        if isinstance(self._rule, Int):
            return int(self._value) + steps
        if self._rule.log:
            return ladder_step(self._value, steps)
        step = linear_step(self._value, self._rule.minimum, self._rule.maximum)
        return float(f"{self._value + steps * step:.10g}")

    def _clamped(self, value: float) -> float:
        rule = self._rule
        value = min(max(value, rule.minimum), rule.maximum)
        if isinstance(rule, Float) and rule.above_minimum and value <= rule.minimum:
            return self._value if self._value > rule.minimum else ladder_step(0.0, 1)
        return value

    @override
    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        enabled = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value < self._rule.maximum:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._value > self._rule.minimum:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return enabled

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():  # otherwise scrolling the form would change whatever passes by
            super().wheelEvent(event)
        else:
            event.ignore()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.finish()

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if event.key() in arrows and not event.isAutoRepeat():
            self.finish()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finish()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._pending = False
