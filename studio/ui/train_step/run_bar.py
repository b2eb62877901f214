"""The reins of a run: Train, Pause, Stop, how far it is, how fast, how long still."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import OneLine
from studio.ui.plots.quantities import count_text, duration_text
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.train_step.click_guard import ClickGuard
from studio.ui.train_step.pace import Pace, left_text

PARTS = 1000  # of the progress bar
NUMBERS_EVERY_S = 0.25
_NARROW = 520  # pixels: two buttons and a headline


class RunBar(QFrame):
    """Shows the controller's state; wishes go out as signals, the page decides."""

    train_requested = Signal()
    resume_requested = Signal()
    pause_requested = Signal()
    continue_requested = Signal()
    stop_requested = Signal()

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._resume_epoch: int | None = None
        self._more_epochs = 0
        self._ready = False
        self._numbers_shown_s = 0.0
        self._plan = ""
        self._owes_focus = False
        self._small = False
        self._pace = Pace()
        self._build()
        self._clock = QTimer(self)  # elapsed time goes on while a long step says nothing
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.refresh)
        controller.state_changed.connect(self.refresh)
        self.refresh()

    def set_ready(self, ready: bool, resume_epoch: int | None, more_epochs: int = 0) -> None:
        """Whether Train may be pressed; `resume_epoch`: the first of a run that goes on from a checkpoint.

        `more_epochs`: all that were asked for are done, and going on would add so many.
        """
        self._ready = ready
        self._resume_epoch = resume_epoch
        self._more_epochs = more_epochs
        self.refresh()

    def set_plan(self, plan: str) -> None:
        """What pressing Train would do, in a few words, while nothing is going on."""
        if plan != self._plan:
            self._plan = plan
            self._show_progress(self._controller.state)

    def set_small(self, small: bool) -> None:
        """On a low screen the curves need the height more than the buttons do."""
        changed, self._small = small is not self._small, small
        height = 36 if small else 48
        self.train.setMinimumHeight(height)
        for quiet in (self.pause, self.stop, self.again):
            quiet.setMinimumHeight(height)
        self._layout.setContentsMargins(*((8, 4, 10, 4) if small else (12, 10, 14, 10)))
        if changed:
            self.refresh()

    def refresh(self) -> None:
        state = self._controller.state
        active = state.active
        focused = QApplication.focusWidget()
        had_focus = self._owes_focus or focused in (self.train, self.again, self.pause, self.stop)
        if state is RunState.PREPARING:
            self._pace.start()
        self._clock.start() if active else self._clock.stop()
        resumable = self._resume_epoch is not None and not active
        self.train.setVisible(not active)
        self.train.setEnabled(self._ready)
        text = self._train_text(state, resumable)
        short = self._small and resumable  # the whole of it would be cut off at both ends
        self.train.setText(self.tr("Go on") if short else text)
        self.train.setToolTip(text if short else "")
        self.train.setMinimumWidth(max(110 if self._small else 150, self.train.sizeHint().width()))
        _set_primary(self.train, state not in (RunState.FINISHED, RunState.FAILED))
        self._show_train_icon()
        self.again.setVisible(resumable)
        self.again.setEnabled(self._ready)
        self.pause.setVisible(active)
        self.pause.setEnabled(state in (RunState.RUNNING, RunState.PAUSED))
        paused = state is RunState.PAUSED
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setIcon(theme.icon("play" if paused else "pause"))
        self.stop.setVisible(active)
        self.stop.setEnabled(active and state is not RunState.STOPPING)
        self._owes_focus = had_focus and state is RunState.STOPPING  # no button can take it meanwhile
        if had_focus:  # it stays in the bar, with what takes the place of what was pressed
            (self.stop if active else self.train).setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_progress(state)

    def _train_text(self, state: RunState, resumable: bool) -> str:
        if resumable:
            if self._more_epochs:
                return self.tr("Go on: {count} more epochs").format(count=self._more_epochs)
            return self.tr("Go on from epoch {number}").format(number=self._resume_epoch)
        if state in (RunState.FINISHED, RunState.FAILED) or self._controller.model is not None:
            return self.tr("Train again")
        return self.tr("Train")

    # -- progress -----------------------------------------------------------------------------------

    def refresh_numbers(self) -> None:
        """Progress, speed and time left, a few times a second at most; nobody reads faster, and every
        repaint takes Python's lock from the training."""
        now_s = time.monotonic()
        if now_s - self._numbers_shown_s >= NUMBERS_EVERY_S:
            self._numbers_shown_s = now_s
            self._show_progress(self._controller.state)

    def _show_progress(self, state: RunState) -> None:
        started = self._controller.started
        total = started.epochs * started.steps_per_epoch if started is not None else 0
        done = self._steps_done()
        self.progress.setVisible(state is not RunState.IDLE)
        if state is RunState.PREPARING:
            fraction = self._controller.fraction
            self.progress.setRange(0, 0 if fraction is None else PARTS)
            self.progress.setValue(round((fraction or 0) * PARTS))
        else:
            self.progress.setRange(0, PARTS)
            self.progress.setValue(round(PARTS * done / total) if total else 0)
        self.headline.setText(self._headline(state))
        self.progress.setAccessibleDescription(self.headline.text())
        self.facts.setText("  ·  ".join(self._facts(state, done, total)))

    def _facts(self, state: RunState, done: int, total: int) -> list[str]:
        """The line below: what matters most comes first, for the end is cut off where there is no room."""
        started, steps = self._controller.started, self._controller.last_steps
        result = self._controller.result
        if started is not None and state.active:
            facts = []
            if steps is not None and steps.time_left_s is not None and state is RunState.RUNNING:
                facts.append(left_text(steps.time_left_s))
            facts.append(self.tr("step {done} of {total}").format(
                done=count_text(done), total=count_text(total)))  # fmt: skip
            if steps is not None and state is RunState.RUNNING:
                facts.append(self._pace.speed_text(steps.samples_per_s))
            return [*facts, self.tr("on {device}").format(device=started.device_name)]
        if started is not None and result is not None:
            return [
                self.tr("{steps} steps").format(steps=count_text(result.steps)),
                duration_text(result.elapsed_s),
                self.tr("on {device}").format(device=started.device_name),
            ]
        return [self._plan] if state is RunState.IDLE and self._plan else []

    def _steps_done(self) -> int:
        steps, result = self._controller.last_steps, self._controller.result
        if result is not None:
            return result.steps
        if steps is not None:
            return steps.first_step + len(steps.losses)
        started = self._controller.started
        return started.first_step if started is not None else 0

    def _headline(self, state: RunState) -> str:
        started, steps = self._controller.started, self._controller.last_steps
        epoch = steps.epoch + 1 if steps is not None else 1
        epochs = started.epochs if started is not None else 0
        where = self.tr("Epoch {epoch} of {epochs}").format(epoch=epoch, epochs=epochs)
        result = self._controller.result
        match state:
            case RunState.IDLE:
                return self.tr("Ready to train") if self._ready else self.tr("Not ready yet")
            case RunState.PREPARING:
                seconds = int(time.monotonic() - self._controller.began_s)
                message = self._controller.message or self.tr("Getting ready")
                return f"{message}…" if seconds < 3 else f"{message}… {seconds} s"
            case RunState.RUNNING:
                return where
            case RunState.PAUSED:
                return self.tr("Paused in epoch {epoch} of {epochs}").format(epoch=epoch, epochs=epochs)
            case RunState.STOPPING:
                return self.tr("Stopping after this batch…")
            case RunState.FAILED:
                return self.tr("Training stopped with a problem")
        if result is not None and result.ended == "stopped":
            return self.tr("Stopped in epoch {epoch} of {epochs}").format(epoch=epoch, epochs=epochs)
        if result is not None and result.ended == "early":
            return self.tr("Stopped early after epoch {epoch}: no more improvement").format(epoch=epoch)
        return self.tr("Trained")

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setProperty("card", True)
        self.train = PrimaryButton(self.tr("Train"))
        self.train.setObjectName("trainButton")
        self.train.setAccessibleName(self.tr("Train"))
        self.train.setIcon(theme.icon("play", theme.colours().accent_text))
        self.train.setMinimumSize(150, 48)
        self.train.setIconSize(QSize(20, 20))
        font = self.train.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.train.setFont(font)
        self.again = QuietButton(self.tr("Start again"), "refresh")
        self.again.setObjectName("startAgainButton")
        self.again.setToolTip(self.tr("Trains from the beginning, with fresh weights and these settings."))
        self.pause = QuietButton(self.tr("Pause"), "pause")
        self.pause.setObjectName("pauseButton")
        self.stop = QuietButton(self.tr("Stop"), "stop")
        self.stop.setObjectName("stopButton")
        self.stop.setToolTip(self.tr("Ends the run after this batch. What was learnt is kept."))
        for quiet in (self.pause, self.stop, self.again):
            quiet.setMinimumHeight(48)
        self.headline = QLabel()
        self.headline.setObjectName("runHeadline")
        self.headline.setFont(theme.font("heading"))
        words_explained = self.tr(
            "A step is one correction of the weights, after one batch of samples. An epoch is one pass over "
            "all training samples."
        )
        self.headline.setToolTip(wrapped(words_explained))
        self.facts = OneLine()
        self.facts.setObjectName("runFacts")
        self.progress = QProgressBar()
        self.progress.setObjectName("trainProgress")
        self.progress.setAccessibleName(self.tr("Progress of the training"))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # or all below would jump when a run begins
        self.progress.setSizePolicy(keep)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(self.headline)
        words.addWidget(self.progress)
        words.addWidget(self.facts)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.train, self.again, self.pause, self.stop):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        buttons.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(12, 10, 14, 10)
        self._layout.setSpacing(12)
        self._layout.addLayout(buttons)
        self._layout.addLayout(words, 1)
        ClickGuard(self.train, self.again, self.pause, self.stop)
        self.train.clicked.connect(self._on_train)
        self.again.clicked.connect(self.train_requested)
        self.pause.clicked.connect(self._on_pause)
        self.stop.clicked.connect(self.stop_requested)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where buttons and words have no room beside each other, the words go below."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = self.width() < _NARROW
        self._layout.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def _show_train_icon(self) -> None:
        colours = theme.colours()
        primary = bool(self.train.property("primary"))
        self.train.setIcon(theme.icon("play", colours.accent_text if primary else colours.text))

    def _on_train(self) -> None:
        if self._resume_epoch is not None:
            self.resume_requested.emit()
        else:
            self.train_requested.emit()

    def _on_pause(self) -> None:
        if self._controller.state is RunState.PAUSED:
            self.continue_requested.emit()
        else:
            self.pause_requested.emit()

    def _retint(self) -> None:
        colours = theme.colours()
        self._show_train_icon()
        self.progress.setStyleSheet(
            f"QProgressBar {{ background: {colours.raised.name()}; border: none; border-radius: 4px; }}"
            f"QProgressBar::chunk {{ background: {colours.accent.name()}; border-radius: 4px; }}"
        )


def _set_primary(button: PrimaryButton, primary: bool) -> None:
    """After a run its results, or the way out of its failure, are the obvious next thing."""
    if bool(button.property("primary")) != primary:
        button.setProperty("primary", primary)
        button.setProperty("quiet", not primary)
        button.style().unpolish(button)
        button.style().polish(button)
