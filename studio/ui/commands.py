"""The undo stack's one command: the project before, the project after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from studio.core.project import Project

_NEVER_MERGES = -1  # Qt's own value for "no id"


class EditCommand(QUndoCommand):
    """One undoable edit. Commands in a row with the same `merge` become one: a slider drag, a node drag."""

    def __init__(
        self, before: Project, after: Project, text: str, show: Callable[[Project], None], merge: str = ""
    ) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.merge = merge
        self._show = show

    @override
    def redo(self) -> None:
        self._show(self.after)

    @override
    def undo(self) -> None:
        self._show(self.before)

    @override
    def id(self) -> int:
        return hash(self.merge) & 0x3FFF_FFFF if self.merge else _NEVER_MERGES

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditCommand) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)  # dragged back to where it began: nothing to undo
        return True
