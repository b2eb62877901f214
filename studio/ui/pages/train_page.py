"""The Train step: the reins, the outcome, the curves; settings and history in its panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.forms.tab_order import order_by_layout
from studio.ui.labels import Note
from studio.ui.page import Panel
from studio.ui.panels.optimizer_panel import OptimizerPanel
from studio.ui.panels.run_history import RunHistory
from studio.ui.plots.quantities import count_text
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.step_area import SMALL_HEIGHT
from studio.ui.train_step.live_pictures import LivePictures
from studio.ui.train_step.outcome_card import OutcomeCard
from studio.ui.train_step.outcomes import Outcomes
from studio.ui.train_step.recipe_edits import planned_steps
from studio.ui.train_step.run_bar import RunBar

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.plots.plot_area import PlotArea


class TrainPage(QWidget):
    """The plots are made at the first visit: pyqtgraph takes a second to import."""

    next_requested = Signal()
    step_requested = Signal(str)  # a problem lies in another step: its id

    def __init__(
        self,
        document: Document,
        controller: RunController,
        dialogs: FileDialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainPage")
        self.setAccessibleName(self.tr("Train"))
        self._document = document
        self._controller = controller
        self._dialogs = dialogs or NativeFileDialogs()
        self._stale = False  # curves grew while another step was shown
        self.bar = RunBar(controller)
        self.card = OutcomeCard()
        self.settings = OptimizerPanel(document, controller.host)
        self.history = RunHistory(controller)
        self.plots: PlotArea | None = None
        self.outcomes = Outcomes(document, controller, self.card, self.settings)
        self.outcomes.next_requested.connect(self.next_requested)
        self.outcomes.step_requested.connect(self.step_requested)
        self.pictures = LivePictures()
        self._waiting = Note()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 16, 16, 12)
        self._layout.setSpacing(12)
        self._layout.addWidget(self.bar)
        self._layout.addWidget(self.card)
        self._layout.addWidget(self._waiting, 1)
        self._layout.addWidget(self.pictures)
        self._connect()

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (
            Panel(self.settings, self.tr("Training settings"), "right"),
            Panel(self.history, self.tr("Run history"), "bottom"),
        )

    def entered(self) -> None:
        self.make_plots()
        self.settings.entered()
        self.history.refresh()
        self._refresh()
        if self._stale and self.plots is not None:
            self._stale = False
            self.plots.refresh(both=True)
        if self.bar.train.isVisible() and self.bar.train.isEnabled():
            self.bar.train.setFocus()

    # -- wishes -------------------------------------------------------------------------------------

    def _connect(self) -> None:
        run, bar = self._controller, self.bar
        bar.train_requested.connect(self.outcomes.train)
        bar.resume_requested.connect(self.outcomes.go_on)
        bar.pause_requested.connect(run.pause)
        bar.continue_requested.connect(run.resume)
        bar.stop_requested.connect(run.stop)
        run.state_changed.connect(self._on_state_changed)
        run.events_arrived.connect(self._on_events)
        run.model_changed.connect(self._refresh)
        self._document.analysis_changed.connect(self._refresh)
        self._document.dataset_changed.connect(self._refresh)
        self._document.dataset_changed.connect(self._on_dataset_changed)
        self.history.comparison_changed.connect(self._show_curves)
        self.history.results_requested.connect(self.next_requested)
        run.train_requested.connect(self.outcomes.train)
        self.history.refused.connect(lambda sentence: self.card.tell("error", sentence))

    def stop(self) -> None:
        """Joins the threads that read pictures."""
        self.pictures.stop()

    def _on_dataset_changed(self) -> None:
        """What is shown is of other data, unless they change under a run that is on."""
        if not self._controller.state.active:
            self.pictures.begin(None)

    # -- what the run says --------------------------------------------------------------------------

    def _on_events(self, events: list[Event]) -> None:
        from studio.engine.events import EpochFinished, PicturesSeen, RunStarted, StepsDone

        if any(isinstance(event, RunStarted) for event in events):
            self._show_curves()
            self.pictures.begin(self._document.dataset)
        if seen := [event for event in events if isinstance(event, PicturesSeen)]:
            self.pictures.show_pictures(seen[-1])
        if not any(isinstance(event, StepsDone | EpochFinished) for event in events):
            self.bar.refresh()
            return
        if not self.isVisible() or self.plots is None:
            self._stale = True
            return
        self.bar.refresh_numbers()
        self.plots.refresh()

    def _on_state_changed(self) -> None:
        state = self._controller.state
        self.settings.set_locked(state.active)
        if state is RunState.PREPARING or not state.active:
            self._show_curves()
        self._refresh()
        order_by_layout(self)  # the buttons of the outcome are new

    def _refresh(self) -> None:
        outcomes = self.outcomes
        self.bar.set_ready(outcomes.ready, outcomes.resume_epoch, outcomes.more_epochs)
        self.bar.set_plan(self._plan())
        self.outcomes.refresh()

    def _plan(self) -> str:
        project = self._document.project
        if project is None or not self.outcomes.ready:
            return ""
        recipe, steps = project.recipe, planned_steps(project, self._document.dataset)
        if recipe.epochs == 1:
            return self.tr("One epoch of {steps} steps").format(steps=count_text(steps))
        return self.tr("{epochs} epochs of {steps} steps").format(
            epochs=count_text(recipe.epochs), steps=count_text(steps)
        )

    def _show_curves(self) -> None:
        if self.plots is None:
            return
        from studio.ui.train_step.kind_metrics import quantities_of

        project = self._controller.project or self._document.project
        if project is not None:
            self.plots.set_metrics(quantities_of(project))
        names, overlays = self.history.comparison()
        self.plots.set_run(self._controller.curves, overlays, names)

    def make_plots(self) -> None:
        """The plots, if they are not there yet: now rather than at the first visit."""
        if self.plots is not None:
            return
        from studio.ui.plots.plot_area import PlotArea
        from studio.ui.train_step.kind_metrics import quantities_of

        project = self._document.project
        self.plots = PlotArea(quantities_of(project) if project is not None else (), self._dialogs)
        self.plots.export_failed.connect(lambda sentence: self.card.tell("error", sentence))
        self._layout.replaceWidget(self._waiting, self.plots)
        self._layout.setStretchFactor(self.plots, 1)
        self._waiting.deleteLater()
        order_by_layout(self)
        self._show_curves()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low screen's height goes to the curves."""
        super().resizeEvent(event)
        small = self.height() < SMALL_HEIGHT
        self.bar.set_small(small)
        self.pictures.set_room(self.height())
        self.card.set_thin(small)
        self._layout.setContentsMargins(*((10, 8, 10, 6) if small else (16, 16, 16, 12)))
        self._layout.setSpacing(6 if small else 12)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self.plots is not None:
            self._stale = False
            self.plots.refresh(both=True)
