"""One problem on screen: what it is, where, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.problems import Fix, Problem
from studio.ui import theme
from studio.ui.forms.editor import wrapped


class ProblemRow(QFrame):
    """`chosen`: show me the place. `fix_chosen(fix)`: mend it."""

    chosen = Signal(object)
    fix_chosen = Signal(object)

    def __init__(self, problem: Problem, place: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.setObjectName("problemRow")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        colours = theme.colours()
        error = problem.severity == "error"
        tint = colours.error if error else colours.warning
        icon = QLabel()
        icon.setPixmap(theme.icon("error" if error else "warning", tint).pixmap(QSize(16, 16)))
        kind = self.tr("Problem") if error else self.tr("Advice")
        self.setAccessibleName(f"{kind}: {problem.message}")
        self.message = QLabel(problem.message, wordWrap=True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(self.message)
        self.buttons = [self._fix_button(index, fix) for index, fix in enumerate(problem.fixes)]
        if self.buttons:
            row = WrappingRow(self.buttons)
            text.addWidget(row)
        if place:
            self.setToolTip(wrapped(place))
        box = QHBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 6)
        box.setSpacing(8)
        box.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(text, 1)

    def _fix_button(self, index: int, fix: Fix) -> QPushButton:
        button = QPushButton(fix.text)
        button.setObjectName("fixButton")
        button.setIcon(theme.icon("wand", theme.colours().accent))
        button.setAccessibleName(self.tr("Fix: {text}").format(text=fix.text))
        button.clicked.connect(lambda: self.fix_chosen.emit(self.problem.fixes[index]))
        return button

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.problem)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem)
        else:
            super().keyPressEvent(event)


class WrappingRow(QWidget):
    """Buttons and choices beside each other where there is room, else below each other."""

    def __init__(self, widgets: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets = widgets
        for widget in widgets:
            widget.setParent(self)
            if isinstance(widget, QPushButton):
                tip = widget.toolTip() or wrapped(widget.text())  # a narrow panel may cut it off
                widget.setToolTip(tip)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def rearrange(self) -> None:
        """After one was hidden, shown or given other words."""
        self.setMinimumHeight(self._arrange(self.width(), True))
        self.updateGeometry()

    def _arrange(self, width: int, move: bool) -> int:
        x = y = height = 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint().expandedTo(widget.minimumSize())
            if x and x + size.width() > width:
                x, y, height = 0, y + height + 6, 0
            if move:
                widget.setGeometry(x, y, min(size.width(), max(width, 40)), size.height())
            x, height = x + size.width() + 6, max(height, size.height())
        return y + height

    @override
    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, False)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def sizeHint(self) -> QSize:
        width = max(self.width(), 160)
        return QSize(width, self._arrange(width, False))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._arrange(max(self.width(), 80), False))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setMinimumHeight(self._arrange(self.width(), True))
