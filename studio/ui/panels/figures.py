"""A table of figures in words: what goes in, what comes out, how much there is to learn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.ui.forms.editor import wrapped


class Figures(QWidget):
    """Rows of (label, value, tooltip); labels quiet, values plain and selectable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_rows(self, rows: Sequence[tuple[str, str, str]]) -> None:
        while len(self._rows) < len(rows):
            self._add_row()
        for index, (label, value) in enumerate(self._rows):
            used = index < len(rows)
            label.setVisible(used)
            value.setVisible(used)
            if used:
                label.setText(rows[index][0])
                value.setText(rows[index][1])
                for part in (label, value):
                    part.setToolTip(wrapped(rows[index][2]) if rows[index][2] else "")

    @property
    def rows(self) -> dict[str, str]:
        return {label.text(): value.text() for label, value in self._rows if not label.isHidden()}

    def _add_row(self) -> None:
        label, value = QLabel(), QLabel(wordWrap=True)
        value.setTextFormat(Qt.TextFormat.PlainText)  # class names may look like HTML
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((label, value))
