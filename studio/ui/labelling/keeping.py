"""Keeps corrected labels beside the data after every edit, undo and redo, away from the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.ui.commands import EditCommand
from studio.ui.document import Document
from studio.ui.workers.background import BackgroundThread

if TYPE_CHECKING:
    from studio.core.project import DatasetChoice


class LabelKeeping(QObject):
    """`kept`: the labels were written, with a sentence that says where."""

    kept = Signal(str)
    _written = Signal(object, str)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._known: DatasetChoice | None = None  # the choice whose labels are on the disk
        self._latest: DatasetChoice | None = None
        self._lock = threading.Lock()
        self._threads: list[BackgroundThread] = []
        self._written.connect(self._on_written)
        document.undo_stack.indexChanged.connect(self._on_edited)

    def stop(self) -> None:
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _on_edited(self) -> None:
        """After each edit, undo and redo. What merely came with the data is kept already."""
        project = self._document.project
        choice, known = project.dataset if project is not None else None, self._known
        if choice is not None and (known is None or _place(known) != _place(choice)):
            known = self._before_edit() or choice
        self._known = choice
        if choice is None or known is None or _place(known) != _place(choice):
            return
        if choice.relabelled != known.relabelled:
            self._latest = choice
            self._threads = [thread for thread in self._threads if not thread.join(0)]
            thread = BackgroundThread(self._writing(choice), "keeping labels")
            self._threads.append(thread)
            thread.start()

    def _before_edit(self) -> DatasetChoice | None:
        stack = self._document.undo_stack
        command = stack.command(stack.index() - 1) if stack.index() else None
        return command.before.dataset if isinstance(command, EditCommand) else None

    def _writing(self, choice: DatasetChoice) -> Callable[[Callable[[], bool]], None]:
        def work(is_stopped: Callable[[], bool]) -> None:
            from studio.core.safe_write import SaveError
            from studio.data.label_files import save_labels

            with self._lock:
                if choice is not self._latest:
                    return  # newer ones are waiting behind this lock
                try:
                    self._written.emit(save_labels(choice), "")
                except (SaveError, OSError) as error:
                    self._written.emit(None, str(error))

        return work

    def _on_written(self, place: Any, problem: str) -> None:
        if place is None:
            words = self.tr("The changed labels are in the project only: {problem}").format(problem=problem)
        elif place.beside:
            words = self.tr("Your labels are kept in “{name}” beside the data.").format(name=place.path.name)
        else:
            words = self.tr(
                "Your labels are kept in Lantern’s own folder, because the data’s own may not be changed."
            )
        self.kept.emit(words)


def _place(choice: DatasetChoice) -> tuple[str, str]:
    return choice.source, choice.location
