"""Leaving what is open: what would be lost is asked about, once, and nothing that is safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.questions import Questions
from studio.ui.dialogs.stopping_dialog import stop_and_wait
from studio.ui.document import Document
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState

if TYPE_CHECKING:
    from studio.ui.checkpoints import Model


class Leaving(QObject):
    """`save` and `save_network` ask for a place and answer whether something was saved."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        run: RunController,
        questions: Questions,
        save: Callable[[], bool],
        save_network: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._run = run
        self._questions = questions
        self._save = save
        self._save_network = save_network
        self._ending = False  # a run, by the answer to the question
        self._kept: set[tuple[str, int]] = set()  # path and step of networks that the user saved

    def note_kept(self, model: Model) -> None:
        """The user saved this network as a file of his own."""
        self._kept.add((model.path, model.step))

    def may_leave(self, name: str) -> bool:
        """Asks about a run that is on, then about what is not saved. False: stay."""
        if self._ending:
            return False  # asked again meanwhile: the first answer holds
        if self._run.state.active:
            begun = self._run.state is not RunState.PREPARING
            if self._questions.stop_training(self._window, begun) == "cancel":
                return False
            self._end_run()
        if self.network_at_stake() is not None:
            return self._ask_about_network(name)
        return self._ask_about_changes(name)

    def _end_run(self) -> None:
        self._ending = True
        try:
            stop_and_wait(self._run, self._window)
            self._run.close()
        finally:
            self._ending = False

    def network_at_stake(self) -> Model | None:
        """A network that was trained here, in a project without a file, and that was not saved either.

        The runs of a project with a file are found again when it is opened.
        """
        model = self._run.model
        if self._document.project is None or self._document.path is not None or model is None:
            return None
        safe = model.loaded or model.step == 0 or (model.path, model.step) in self._kept
        return None if safe else model

    def _ask_about_network(self, name: str) -> bool:
        answer = self._questions.trained(self._window, name)
        if answer == "project":
            return self._save()
        if answer == "checkpoint":
            return self._save_network() and self._ask_about_changes(name)
        return answer == "discard"

    def _ask_about_changes(self, name: str) -> bool:
        if not self._document.modified or self._in_a_checkpoint():
            return True
        answer = self._questions.unsaved(self._window, name)
        if answer == "save":
            return self._save()
        return answer == "discard"

    def _in_a_checkpoint(self) -> bool:
        """A checkpoint that the user saved has the project in it, as it was trained."""
        model = self._run.model
        return (
            model is not None
            and self._document.path is None
            and (model.path, model.step) in self._kept
            and model.project == self._document.project
        )
