"""Ties the health list to the document: looks in the background, shows evidence, applies fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.data_step.dataset_edits import DatasetEdits
from studio.ui.data_step.health_list import HealthList
from studio.ui.data_step.sample_view import SampleView
from studio.ui.document import Document
from studio.ui.workers.health_watch import HealthWatch

if TYPE_CHECKING:
    from studio.data.dataset import Dataset
    from studio.data.health.finding import Finding


class HealthPanel(QWidget):
    """The dock beside the class balance; the count is on its tab, the list may lie behind another."""

    def __init__(self, document: Document, edits: DatasetEdits, samples: SampleView) -> None:
        super().__init__()
        self.setObjectName("health")
        self._document, self._edits, self._samples = document, edits, samples
        self._all: tuple[Finding, ...] | None = None
        self._found_in: Dataset | None = None
        self._of = ""  # where the data lie that they are of
        self.list = HealthList(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.watch = HealthWatch(self)
        self.watch.began.connect(self.list.show_looking)
        self.watch.found.connect(self._on_found)
        self.watch.failed.connect(self.list.show_nothing)
        self.list.evidence_requested.connect(self._on_evidence_requested)
        self.list.fix_chosen.connect(edits.apply_fix)
        self.list.settled.connect(edits.settle)
        self.list.unsettle_requested.connect(edits.unsettle)
        document.project_changed.connect(self._refresh)
        self._soon = QTimer(self)  # the look into the files begins after the news of the dataset
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_dataset_changed)
        document.dataset_changed.connect(lambda: self._soon.start(0))
        document.dataset_failed.connect(lambda error: self._forget())
        document.held.connect(self.watch.hold)
        self._on_dataset_changed()

    def stop(self) -> None:
        self._soon.stop()
        self.watch.stop()

    def _on_dataset_changed(self) -> None:
        dataset = self._document.dataset
        if dataset is None and self._document.opening_dataset and self._location() == self._of:
            self.watch.follow(
                None, None
            )  # the same data, read another way: the list stays until there is news
        elif dataset is None:
            self._forget()
        elif not self._document.checking_pictures:  # else there is news of the files in a while
            self.watch.follow(dataset, self._document.file_facts)
        else:
            self.list.show_looking()

    def _location(self) -> str:
        project = self._document.project
        return project.dataset.location if project is not None and project.dataset is not None else ""

    def _forget(self) -> None:
        self.watch.follow(None, None)
        self._all = None
        self.list.show_nothing("")
        self._tell(0)

    def _on_found(self, findings: tuple[Finding, ...]) -> None:
        self._all, self._of = findings, self._location()
        self._found_in = self._document.dataset
        self._refresh()

    def _refresh(self) -> None:
        from studio.data.health.catalogue import for_project

        project = self._document.project
        if self._all is None or project is None:
            return
        shown = for_project(self._all, project)
        settled = project.dataset.settled if project.dataset is not None else ()
        self.list.show_findings(shown, sum(finding.key in settled for finding in self._all))
        if self._document.dataset is self._found_in:
            self._samples.show_findings(shown)
        self._tell(len(shown))

    def _tell(self, count: int) -> None:
        title = self.tr("Health")
        dock = self.parentWidget()
        if dock is not None:
            dock.setWindowTitle(f"{title} ({count:,})" if count else title)

    def _on_evidence_requested(self, finding: Finding) -> None:
        if self._document.dataset is not None and not self.watch.busy:  # else their places may be others now
            self._samples.show_evidence(finding)
