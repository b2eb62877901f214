"""The line below: what is being done, what was just done, on which device."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from studio.ui.document import Document
from studio.ui.project_files import ProjectFiles
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState

_SAID_MS = 8000


class StatusLine(QStatusBar):
    """Follows the document's dataset and the run."""

    def __init__(self, document: Document, run: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self._document = document
        self._run = run
        self._bar = QProgressBar(self)
        self._bar.setFixedWidth(140)
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setFlat(True)
        self._cancel.setObjectName("cancelLooking")
        self._cancel.clicked.connect(document.cancel_opening)
        self._state = QLabel("", self)
        self._device = QLabel("", self)
        self._device.setObjectName("statusDevice")
        for widget in (self._bar, self._cancel, self._state, self._device):
            self.addPermanentWidget(widget)
        self._bar.hide()
        self._cancel.hide()
        document.dataset_loading.connect(self._on_dataset_loading)
        document.dataset_changed.connect(self._on_dataset_settled)
        document.dataset_failed.connect(self._on_dataset_settled)
        run.state_changed.connect(self._on_run_changed)
        self._on_run_changed()

    def say(self, sentence: str) -> None:
        """Something was done; gone after a while."""
        self.showMessage(sentence, _SAID_MS)

    def follow_looking(self, files: ProjectFiles) -> None:
        """Datasets that are being recognised: an archive is unpacked for it, which takes a while."""
        files.busy_changed.connect(self._on_looking)
        files.progressed.connect(self._on_looked)
        self._cancel.clicked.connect(files.cancel_looking)

    def _on_looking(self, busy: bool) -> None:
        if busy:
            self.showMessage(self.tr("Looking at the data …"))
            self._bar.setRange(0, 0)
        else:
            self.clearMessage()
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)

    def _on_looked(self, fraction: float) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(fraction * 1000))

    def _on_dataset_loading(self, what: str, fraction: float) -> None:
        self._bar.setRange(0, 0 if fraction < 0 else 1000)
        if fraction >= 0:
            self._bar.setValue(round(fraction * 1000))
        self._bar.show()
        self._cancel.setVisible(self._document.opening_dataset)
        self._state.setText(f"{what} …")
        if fraction >= 1:
            self._on_dataset_settled()

    def _on_dataset_settled(self) -> None:
        if self._document.opening_dataset:
            return
        self._bar.hide()
        self._cancel.hide()
        self._on_run_changed()

    def _on_run_changed(self) -> None:
        words = {
            RunState.IDLE: "",
            RunState.PREPARING: self.tr("Preparing to train …"),
            RunState.RUNNING: self.tr("Training …"),
            RunState.PAUSED: self.tr("Training is paused"),
            RunState.STOPPING: self.tr("Stopping after this batch …"),
            RunState.FINISHED: self.tr("Training finished"),
            RunState.FAILED: self.tr("Training ended with a problem"),
        }
        self._state.setText(words[self._run.state])
        started = self._run.started
        self._device.setText(started.device_name if started is not None else "")
