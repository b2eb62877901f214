"""The five steps on the left: where you are, what is done, where something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme

_WIDTH = 92  # pixels, as all here
_USUAL, _LOWEST = 64, 44  # the height of a step's picture and word
StepState = Literal["todo", "done", "problem", "busy"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `id` also names its icon."""

    id: str
    title: str


class StepBar(QFrame):
    """Emits `chosen(id)`; shows whatever state it is told."""

    chosen = Signal(str)

    def __init__(self, steps: tuple[Step, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepBar")
        self.setAccessibleName(self.tr("Steps"))
        self.setFixedWidth(_WIDTH)
        self._buttons: dict[str, StepButton] = {}
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        for number, step in enumerate(steps, start=1):
            button = StepButton(step, number, self)
            button.clicked.connect(lambda _=False, step_id=step.id: self.chosen.emit(step_id))
            group.addButton(button)
            layout.addWidget(button)
            self._buttons[step.id] = button
        layout.addStretch(1)

    def set_current(self, step_id: str) -> None:
        """Marks a step; an empty id marks none (the welcome page)."""
        for name, button in self._buttons.items():
            button.group().setExclusive(False)
            button.setChecked(name == step_id)
            button.group().setExclusive(True)

    def set_state(self, step_id: str, state: StepState) -> None:
        self._buttons[step_id].set_state(state)

    def state(self, step_id: str) -> StepState:
        return self._buttons[step_id].state

    def button(self, step_id: str) -> QAbstractButton:
        return self._buttons[step_id]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.colours()
        painter.fillRect(self.rect(), colours.surface)
        painter.setPen(QPen(colours.border, 1))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())


class StepButton(QAbstractButton):
    """A picture over a word, with a badge for the state."""

    def __init__(self, step: Step, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"step.{step.id}")
        self.setText(step.title)
        self.setIcon(theme.icon(step.id))
        self.setCheckable(True)
        self.setToolTip(f"{step.title}  (Ctrl+{number})")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(80)
        self.setMinimumHeight(_LOWEST)  # on a low screen the steps move together
        self.setMaximumHeight(_USUAL)
        self.state: StepState = "todo"
        self.set_state("todo")

    def set_state(self, state: StepState) -> None:
        self.state = state
        words = {
            "todo": self.tr("not done yet"),
            "done": self.tr("done"),
            "problem": self.tr("has a problem"),
            "busy": self.tr("working"),
        }
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(words[state])
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, _USUAL)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, _LOWEST)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.isChecked()
        self._paint_ground(painter, active)
        ink = QColor(colours.accent if active else colours.text if self.isEnabled() else colours.muted)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        top = (self.height() - _LOWEST) // 2
        theme.icon(self.objectName().removeprefix("step."), ink).paint(
            painter, QRect(0, top, self.width(), 24), Qt.AlignmentFlag.AlignCenter
        )
        painter.setPen(ink)
        font = theme.font("small")
        font.setBold(active)
        painter.setFont(font)
        painter.drawText(QRectF(0, top + 25, self.width(), 19), Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_badge(painter, QPointF(self.width() / 2 + 14, max(top + 4, 9)))

    def _paint_ground(self, painter: QPainter, active: bool) -> None:
        colours = theme.colours()
        ground = QColor(colours.accent)
        ground.setAlpha(34 if active else 14 if self.underMouse() and self.isEnabled() else 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)

    def _paint_badge(self, painter: QPainter, centre: QPointF) -> None:
        """A tick, an exclamation mark or a dot: told apart by shape, not by colour alone."""
        if self.state == "todo" or not self.isEnabled():
            return
        colours = theme.colours()
        colour = {"done": colours.success, "problem": colours.error, "busy": colours.accent}[self.state]
        painter.setPen(QPen(colours.surface, 2))
        painter.setBrush(colour)
        painter.drawEllipse(centre, 7, 7)
        ink = QPen(colours.surface, 1.6)
        ink.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(ink)
        x, y = centre.x(), centre.y()
        if self.state == "done":
            painter.drawPolyline([QPointF(x - 3, y), QPointF(x - 0.8, y + 2.4), QPointF(x + 3, y - 2.4)])
        elif self.state == "problem":
            painter.drawLine(QPointF(x, y - 3.5), QPointF(x, y + 0.5))
            painter.drawPoint(QPointF(x, y + 3.2))
        else:
            painter.drawEllipse(centre, 1.5, 1.5)
