"""Says that what is shown is of another state of the project, with the ways out. Hidden while it is not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.belonging import changed_sentence, changes
from studio.ui.document import Document
from studio.ui.run_controller import RunController
from studio.ui.train_step.outcome_card import Offer, OutcomeCard


class ChangedNotice(QWidget):
    """For any page that shows the current network: follows the project and the network by itself.

    `what`: the beginning of its sentence, "These results are". The page passes `step_requested` on.
    """

    step_requested = Signal(str)

    def __init__(
        self, document: Document, controller: RunController, what: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("changedNotice")
        self._document = document
        self._controller = controller
        self._what = what
        self._wanted = True
        self._brief = False
        self.card = OutcomeCard()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        for changed in (document.project_changed, controller.model_changed, controller.state_changed):
            changed.connect(self.refresh)
        self.refresh()

    @property
    def sentence(self) -> str:
        """Empty while nothing has changed."""
        return "" if self.isHidden() else self.card.sentence

    def set_wanted(self, wanted: bool) -> None:
        """Not while the page shows a network that is not the project's anyway."""
        if wanted != self._wanted:
            self._wanted = wanted
            self.refresh()

    def set_brief(self, brief: bool) -> None:
        """On low pages: only what has changed, in a thin card; all of it in the tooltip."""
        if brief != self._brief:
            self._brief = brief
            self.card.set_thin(brief)
            self.refresh()

    def refresh(self) -> None:
        model, now = self._controller.model, self._document.project
        whole = "" if model is None else changed_sentence(model.project, now, self._what)
        sentence = changed_sentence(model.project, now, brief=True) if model and self._brief else whole
        unwanted = not self._wanted or self._controller.state.active
        if model is None or now is None or not sentence or unwanted:
            self.hide()
            return
        settings_only = changes(model.project, now) == ("settings",)
        offers = change_offers(self._controller, self.step_requested.emit, settings_only)
        self.card.tell("info", sentence, offers)
        self.card.setToolTip(whole if self._brief else "")
        self.show()


def change_offers(
    controller: RunController, to_step: Callable[[str], object], settings_only: bool = False
) -> tuple[Offer, ...]:
    """The two ways out: train what the project is now, or go back to what was trained.

    `to_step`: called with a step's id.
    """

    def train() -> None:
        to_step("train")
        controller.train_requested.emit()

    back = tr("Go back to those settings") if settings_only else tr("Go back to that project")
    return (
        Offer(tr("Train again"), train, "trainAgain"),
        Offer(back, controller.go_back, "goBack"),
    )


def tr(text: str) -> str:
    return QCoreApplication.translate("ChangedNotice", text)
