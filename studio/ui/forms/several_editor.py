"""Any of a few names, each with a tick: columns of a table, mostly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from studio.core.params import ParamValue, Several
from studio.ui.forms.editor import Editor, wrapped

_LINE = 24  # pixels
_SEEN = 6  # lines without scrolling


class SeveralEditor(Editor):
    """A list that is ticked by mouse or with the space bar."""

    def __init__(self, rule: Several, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in rule.options:
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(wrapped(name))
            item.setSizeHint(QSize(0, _LINE))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        seen = min(_SEEN, max(1, len(rule.options)))
        self.list.setFixedHeight(_LINE * seen + 2 * self.list.frameWidth() + 2)
        self.list.itemChanged.connect(lambda _: self.edited.emit(self.current(), True))
        self.row.addWidget(self.list, 1)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return (self.list,)

    @override
    def current(self) -> ParamValue:
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [item for item in items if item.checkState() is Qt.CheckState.Checked]
        return "\t".join(item.data(Qt.ItemDataRole.UserRole) for item in ticked)

    @override
    def set_value(self, value: ParamValue) -> None:
        chosen = str(value or "").split("\t")
        blocked = self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            ticked = item.data(Qt.ItemDataRole.UserRole) in chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.blockSignals(blocked)
        self.list.viewport().update()
