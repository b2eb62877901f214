"""The head of the Use page: what is asked, which network answers, and whether it is still the project's."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.changed_notice import ChangedNotice
from studio.ui.checkpoints import Model
from studio.ui.document import Document
from studio.ui.labels import Note, Title
from studio.ui.run_controller import RunController
from studio.ui.use_step.model_words import about_model

LOW = 400  # pixels of the page's height under which the head gives way to what is asked and answered


class UsedModel(QWidget):
    """Of the project's network, or of a guest, which has nothing to do with the project."""

    step_requested = Signal(str)
    back_requested = Signal()  # from the guest to the project's network

    def __init__(self, document: Document, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.title = Title()
        self.title.setObjectName("useTitle")
        self.note = Note()
        self.note.setObjectName("usedModel")
        self.back = QuietButton(self.tr("Back to the project's network"), "arrow-left")
        self.back.setObjectName("backToProject")
        self.back.clicked.connect(self.back_requested)
        self.changed = ChangedNotice(document, controller, self.tr("The answers are"))
        self.changed.step_requested.connect(self.step_requested)
        note = QHBoxLayout()
        note.addWidget(self.note, 1)
        note.addWidget(self.back)
        self.meant = Note(
            self.tr("Save checkpoint, Export and Results still mean the network of the open project.")
        )
        self.meant.setObjectName("projectIsMeant")
        self._low = False
        for changed in (document.project_changed, controller.model_changed, controller.state_changed):
            changed.connect(self._make_room)  # after the notice, which follows the same
        column = self._inside = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.changed)
        column.addWidget(self.title)
        column.addLayout(note)
        column.addWidget(self.meant)

    def set_low(self, low: bool) -> None:
        """On a low page the title, which the page says again, gives way to the notice."""
        self._low = low
        self.changed.set_brief(low)
        self._inside.setSpacing(4 if low else 10)
        self._make_room()

    def _make_room(self) -> None:
        self.title.setVisible(not (self._low and self.changed.sentence))

    def tell(self, model: Model, guest: bool) -> None:
        self.back.setVisible(guest)
        self.meant.setVisible(guest)
        self.changed.set_wanted(not guest)
        self._make_room()
        self.note.setText(about_model(model, self._controller.state.active))
