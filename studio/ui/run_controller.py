"""The current run, for all pages: its state, its numbers, its checkpoints, and the runs before it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.ui.belonging import can_learn_on, changes, restored
from studio.ui.checkpoint_copies import CheckpointCopies
from studio.ui.checkpoints import Model, peek_model
from studio.ui.document import Document
from studio.ui.run_state import RunState
from studio.ui.workers.engine_host import EngineHost

if TYPE_CHECKING:  # these come with numpy, after the first frame
    from studio.engine.events import Event, RunFailed, RunFinished, RunStarted, StepsDone
    from studio.engine.runs import Run
    from studio.ui.plots.curves import RunCurves
    from studio.ui.workers.training_thread import Serve, TrainingThread

DRAIN_MS = 67  # 15 times a second
MOST_LOOKED_AT = 20  # runs, for one that is of the project as it is now


class RunController(QObject):
    """One per window. `state` first, then `state_changed`; numbers in `curves`, then `events_arrived`."""

    state_changed = Signal()
    events_arrived = Signal(list)  # some 15 times a second while a run is on
    finished = Signal()  # however it ended; `result` or `failure` says how
    model_changed = Signal()  # another checkpoint is the current one
    history_changed = Signal()
    train_requested = Signal()  # by another page; the Train page starts the run, if nothing is in its way
    checkpoint_saved = Signal(str)
    checkpoint_failed = Signal(str)  # a sentence

    def __init__(
        self,
        document: Document,
        host: EngineHost,
        serve: Serve | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.host = host
        self._serve = serve or (host.engine.serve if host.engine is not None else None)
        self._thread: TrainingThread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(DRAIN_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._drain)
        self._followed = ""  # id of the project whose history is shown
        self._saves: list[Path] = []  # checkpoints the user asked for, that the run has yet to write
        self._copies = CheckpointCopies(self)
        self._copies.saved.connect(self.checkpoint_saved)
        self._copies.failed.connect(self.checkpoint_failed)
        self._reset()
        document.project_changed.connect(self._on_project_changed)

    def _reset(self) -> None:
        self.state = RunState.IDLE
        self.project: Project | None = None  # as it was when the run began
        self.curves: RunCurves | None = None
        self.started: RunStarted | None = None
        self.last_steps: StepsDone | None = None
        self.result: RunFinished | None = None
        self.failure: RunFailed | None = None
        self.message = ""  # while preparing: what is being done
        self.fraction: float | None = None
        self.notices: list[str] = []
        self.model: Model | None = None
        self.began_s = 0.0
        self.session_curves: dict[str, RunCurves] = {}

    # -- the reins ----------------------------------------------------------------------------------

    def start(self, project: Project, resume_from: str | None = None) -> None:
        """Begins a run in a thread of its own. Does nothing while one is on."""
        from studio.core.places import runs_folder
        from studio.engine.requests import Train
        from studio.ui.plots.curves import RunCurves
        from studio.ui.workers.training_thread import TrainingThread

        if self._thread is not None:
            return
        resumed = self.curves if resume_from and self.model and self.model.path == resume_from else None
        self.project = project
        self.started = self.last_steps = self.result = self.failure = None
        self.notices, self.message, self.fraction = [], "", None
        self.curves = resumed or RunCurves()
        self.began_s = time.monotonic()
        folder = str(runs_folder(project.id))
        thread = TrainingThread(Train(project, folder, resume_from), self._serve, self)
        thread.finished.connect(self._on_thread_finished)
        self._thread = thread
        self._set_state(RunState.PREPARING)
        self._timer.start()
        thread.start()

    def pause(self) -> None:
        if self._thread is not None and self.state in (RunState.RUNNING, RunState.PREPARING):
            self._thread.pause()

    def resume(self) -> None:
        if self._thread is not None:
            self._thread.resume()

    def stop(self) -> None:
        """Ends the run after the current batch; a checkpoint is kept."""
        if self._thread is not None and self.state is not RunState.STOPPING:
            self._thread.stop()
            self._set_state(RunState.STOPPING)

    def save_checkpoint_now(self) -> None:
        """Asks the run for a checkpoint after the current batch."""
        if self._thread is not None:
            self._thread.save_now()

    def close(self) -> bool:
        """Stops what runs, waits for its last checkpoint, joins. True when no thread is left."""
        ended = True
        if self._thread is not None:
            ended = self._thread.close()
            self._on_thread_finished()
        self._timer.stop()
        self._copies.finish()
        return ended

    # -- checkpoints --------------------------------------------------------------------------------

    @property
    def last_checkpoint(self) -> str | None:
        """The current checkpoint: of the latest run, or the loaded one."""
        return self.model.path if self.model is not None else None

    def can_resume(self, project: Project) -> bool:
        """The current checkpoint is of the same network and data, and there are epochs left to train."""
        model = self.model
        return self.fits(project) and model is not None and model.epochs_done < project.recipe.epochs

    def fits(self, project: Project) -> bool:
        """Training of this project can go on from the current checkpoint, given more epochs if need be."""
        model = self.model
        if model is None or self.state.active or not Path(model.path).is_file():
            return False
        begun = model.step > 0 or model.loaded  # weights from elsewhere have no steps, but are worth keeping
        return begun and can_learn_on(model.project, project)

    @property
    def current_run(self) -> str:
        """The id of the run that is on, or whose network is the current one; empty where there is none."""
        if self.state.active:
            return self.started.run_id if self.started is not None else ""
        return self.model.run_id if self.model is not None else ""

    @property
    def belongs(self) -> bool:
        """The current network is of the open project as it is now: the same data, the same layers."""
        model = self.model
        return model is not None and not {"data", "network"} & set(
            changes(model.project, self.document.project)
        )

    def go_back(self) -> None:
        """The open project becomes what the current network was trained as: one edit that Undo takes back."""
        model, now = self.model, self.document.project
        if model is not None and now is not None and not self.state.active:
            self.document.push(restored(model.project, now), self.tr("Go back to the trained project"))

    def save_checkpoint(self, path: Path) -> None:
        """Copies the current checkpoint; while a run is on, a fresh one, after its current batch.

        Answered by `checkpoint_saved` or `checkpoint_failed`, later.
        """
        if self.state in (RunState.RUNNING, RunState.PAUSED):
            self._saves.append(path)
            self.save_checkpoint_now()
        elif self.model is not None:
            self._copies.copy(Path(self.model.path), path)
        else:
            self.checkpoint_failed.emit(self.tr("There is no checkpoint yet. Train the network first."))

    def adopt(self, model: Model) -> Project:
        """The project of a checkpoint that was read, whose weights become the current ones; open it in
        the document next. Raises LanternError: a run is on."""
        if self.state.active:
            raise LanternError(self.tr("Training is running. Stop it first, then load the checkpoint."))
        model = replace(model, loaded=True)
        self._reset()
        self._followed = model.project.id
        self._set_model(model)
        self._set_state(RunState.IDLE)
        self.history_changed.emit()
        return model.project

    def use_run(self, run: Run) -> None:
        """Makes the checkpoint of an earlier run the current one. Raises LanternError."""
        from studio.ui.recorded_curves import curves_of

        if run.checkpoint is None:
            raise LanternError(self.tr("This run left no checkpoint behind. Choose another one."))
        self._set_model(replace(peek_model(run.checkpoint), run_id=run.id))
        if not self.state.active:
            self.curves = self.session_curves.get(run.id) or curves_of(run)
            self.project = self.model.project if self.model is not None else None
            self.started = self.last_steps = self.result = self.failure = None
            self.notices = []
            self._set_state(RunState.IDLE)

    # -- history ------------------------------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        """The runs of the open project, latest first."""
        from studio.core.places import runs_folder
        from studio.engine.runs import list_runs

        project = self.document.project
        return list_runs(runs_folder(project.id)) if project is not None else ()

    def curves_of_run(self, run: Run) -> RunCurves:
        """Every step of a run of today, one point a second of an older one."""
        from studio.ui.recorded_curves import curves_of

        return self.session_curves.get(run.id) or curves_of(run)

    def delete_run(self, run: Run) -> None:
        """Removes a run with its checkpoints. Raises OSError."""
        import shutil

        shutil.rmtree(run.folder)
        self.session_curves.pop(run.id, None)
        if self.model is not None and Path(self.model.path).parent == run.folder:
            self._set_model(None)
            if not self.state.active:
                self.curves, self.result, self.failure = None, None, None
                self._set_state(RunState.IDLE)
        self.history_changed.emit()

    def _on_project_changed(self) -> None:
        """Another document: its history takes the place of the last one's."""
        project = self.document.project
        project_id = project.id if project is not None else ""
        if project_id == self._followed or self.state.active:
            return
        self._followed = project_id
        self._reset()
        if project is not None:
            self._restore_latest_run()
        self.state_changed.emit()
        self.model_changed.emit()
        self.history_changed.emit()

    def _restore_latest_run(self) -> None:
        """The latest that is of the project as it is now; where there is none, the latest."""
        now = self.document.project
        runs = [run for run in self.runs() if run.checkpoint is not None]

        def elsewhere(run: Run) -> bool:
            trained = run.project
            return trained is None or bool({"data", "network"} & set(changes(trained, now)))

        for run in sorted(runs[:MOST_LOOKED_AT], key=elsewhere):
            # A checkpoint of an older day that cannot be read is no reason not to open the project.
            with contextlib.suppress(LanternError, OSError):
                self.use_run(run)
                return

    # -- what the run says --------------------------------------------------------------------------

    def _drain(self) -> None:
        if self._thread is None:
            return
        events = self._thread.buffer.drain()
        if not events:
            return
        before = self.state
        for event in events:
            self._take(event)
        if self.curves is not None:
            self.curves.take(events)
        self.events_arrived.emit(events)
        if self.state is not before:
            self.state_changed.emit()

    def _take(self, event: Event) -> None:
        from studio.engine import events as e

        match event:
            case e.Preparing():
                self.message, self.fraction = event.message, event.fraction
            case e.Notice():
                self.notices.append(event.message)
            case e.RunStarted():
                self._take_start(event)
            case e.StepsDone():
                self.last_steps = event
            case e.Paused():
                self._enter(RunState.PAUSED)
            case e.Resumed():
                self._enter(RunState.RUNNING)
            case e.CheckpointWritten():
                self._take_checkpoint(event.path, event.step, event.reason)
            case e.RunFinished():
                self.result = event
            case e.RunFailed():
                self.failure = event

    def _take_start(self, event: RunStarted) -> None:
        from studio.ui.plots.curves import RunCurves

        self.started = event
        known = self.curves if event.first_step and self.curves is not None else None
        self.curves = known.until(event.first_step) if known is not None else RunCurves()
        self.session_curves[event.run_id] = self.curves
        self._enter(RunState.RUNNING)
        self.history_changed.emit()

    def _take_checkpoint(self, path: str, step: int, reason: str) -> None:
        if self.project is None:
            return
        if reason != "best":  # the best weights are for using; training goes on from the last ones
            self._set_model(self._model_at(path, step))
        if reason == "asked":
            self._answer_saves(path)

    def _model_at(self, path: str, step: int) -> Model:
        assert self.project is not None
        started = self.started
        per_epoch = started.steps_per_epoch if started is not None else 0
        return Model(
            path,
            self.project,
            step,
            epochs_done=step // per_epoch if per_epoch else 0,
            run_id=started.run_id if started is not None else "",
        )

    def _on_thread_finished(self) -> None:
        if self._thread is None:
            return
        self._thread.wait()
        self._drain()
        self._timer.stop()
        self._thread.deleteLater()
        self._thread = None
        if self.result is not None and self.result.checkpoint:
            self._set_model(self._model_at(self.result.checkpoint, self.result.steps))
        elif self.failure is not None and self.failure.checkpoint:
            self._set_model(self._failed_model(self.failure))
        if self._saves and self.model is not None:
            self._answer_saves(self.model.path)
        if self.result is not None and not self.result.checkpoint:
            self.result = None  # stopped before its first step: as if it had not begun
            self._set_state(RunState.IDLE)
        else:
            self._set_state(RunState.FINISHED if self.result is not None else RunState.FAILED)
        self.history_changed.emit()
        self.finished.emit()

    def _failed_model(self, failure: RunFailed) -> Model:
        """Weights rescued from a run that diverged come without the optimizer's state: usable, but there
        is no going on from them."""
        path = failure.checkpoint or ""
        known = self.model if self.model is not None and self.model.path == path else None
        found = known or self._model_at(path, 0)
        return replace(found, step=0) if failure.code == "not-finite" else found

    def _answer_saves(self, source: str) -> None:
        saves, self._saves = self._saves, []
        for path in saves:
            self._copies.copy(Path(source), path)

    def _set_model(self, model: Model | None) -> None:
        if model != self.model:
            self.model = model
            self.model_changed.emit()

    def _enter(self, state: RunState) -> None:
        """While stopping, what the run still says about pausing does not matter."""
        if self.state is not RunState.STOPPING:
            self.state = state

    def _set_state(self, state: RunState) -> None:
        self.state = state
        self.state_changed.emit()
