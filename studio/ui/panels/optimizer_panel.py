"""How the network is trained: loss, optimizer, schedule, length, restraint, device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.params import Param, ParamValue, defaults
from studio.core.problems import Problem
from studio.core.project import Recipe, Setting
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.document import Document
from studio.ui.forms.editor import wrapped
from studio.ui.forms.number_box import NumberBox
from studio.ui.forms.param_form import ParamForm
from studio.ui.forms.tab_order import order_by_layout
from studio.ui.labels import Heading
from studio.ui.train_step.device_choice import DeviceChoice
from studio.ui.train_step.entry_choice import EntryChoice
from studio.ui.train_step.recipe_edits import offered, planned_steps, recommended, with_optimizer
from studio.ui.train_step.recipe_params import RECIPE_ALIASES, drawing_params, length_params, restraint_params
from studio.ui.train_step.schedule_preview import SchedulePreview
from studio.ui.workers.engine_host import EngineHost

if TYPE_CHECKING:
    from studio.engine.events import Event

_WIDTH = 270  # pixels; below that the fields are too narrow to read
PREVIEW_MS = 150  # after the last change, so that typing asks once


class OptimizerPanel(QScrollArea):
    """Shows `document.project.recipe`; every change is one undoable edit of it."""

    def __init__(self, document: Document, host: EngineHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optimizerPanel")
        self.setAccessibleName(self.tr("Training settings"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document = document
        self._host = host
        self._gesture = 0  # a new number after each finished edit: only one drag or typing merges
        self._remembered: dict[str, Setting] = {}  # optimizers as they were left, by id
        self._project_id = ""
        self._previewed: tuple[Recipe, int] | None = None  # with the steps in an epoch
        self._asked_devices = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_MS)
        self._timer.timeout.connect(self._ask_preview)
        self._build()
        document.project_changed.connect(self.refresh)
        document.dataset_changed.connect(self._on_dataset_changed)
        document.analysis_changed.connect(self._show_problems)
        self.refresh()

    # -- what is shown ------------------------------------------------------------------------------

    def entered(self) -> None:
        """The Train step is seen: now the devices are worth the seconds that torch takes."""
        if not self._asked_devices:
            from studio.engine.requests import ListDevices

            self._asked_devices = True
            self._host.ask(ListDevices(), self._on_devices)
        self._timer.start()

    def set_locked(self, locked: bool) -> None:
        """While a run is on, its recipe is shown but not edited: a change would not reach it."""
        self._body.setEnabled(not locked)

    def refresh(self) -> None:
        from studio.kinds.catalogue import KINDS
        from studio.kinds.kind import BALANCED
        from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES

        project = self._document.project
        self._body.setVisible(project is not None)
        if project is None:
            return
        if project.id != self._project_id:
            self._project_id, self._remembered = project.id, {}
        recipe = project.recipe
        kind = KINDS.get(project.kind)
        fitting = [LOSSES[i] for i in kind.losses if i in LOSSES] if kind is not None else list(LOSSES)
        self._loss.set_entries(fitting)
        self._optimizer.set_entries([entry for entry in OPTIMIZERS if offered(entry)])
        self._schedule.set_entries(list(SCHEDULES))
        for choice, form, setting, registry in (
            (self._loss, self._loss_form, recipe.loss, LOSSES),
            (self._optimizer, self._optimizer_form, recipe.optimizer, OPTIMIZERS),
            (self._schedule, self._schedule_form, recipe.schedule, SCHEDULES),
        ):
            choice.select(setting.type)
            entry = registry.get(setting.type)
            _show_params(form, entry.params if entry is not None else (), setting.params)
        length = (*self._length, *(self._drawing if kind is not None and kind.target in BALANCED else ()))
        numbers = {p.name: getattr(recipe, p.name) for p in (*length, *self._restraint)}
        self._length_form.set_params(length, numbers, prefix="recipe", aliases=RECIPE_ALIASES)
        self._restraint_form.set_params(self._restraint, numbers, prefix="recipe")
        self._device.select(recipe.device)
        self._reset.setEnabled(project.dataset is not None and project.dataset.facts is not None)
        if self.isVisible():
            self._timer.start()

    def _on_dataset_changed(self) -> None:
        """Only now the steps of an epoch are known."""
        if self.isVisible():
            self._timer.start()

    def focus_param(self, name: str) -> None:
        """Leads to the place of a problem: a parameter by its name."""
        for form in self._forms:
            if form.focus_param(name.rpartition(".")[2]):
                return
        choices = {"loss": self._loss, "optimizer": self._optimizer, "schedule": self._schedule}
        choice = choices.get(name)
        if choice is not None:
            choice.combo.setFocus()
        elif name == "device":
            self._device.combo.setFocus()

    def wrong_number(self) -> NumberBox | None:
        """A field whose text is no number that can be used: the recipe still holds another one."""
        boxes = self.findChildren(NumberBox)
        return next((box for box in boxes if box.text_is_wrong and box.isVisibleTo(self)), None)

    def _show_problems(self) -> None:
        """The sentence stands under the field that it is about."""
        for form in self._forms:
            form.clear_errors()
        for problem in self._document.problems:
            if problem.node is None and problem.param:
                self._show_problem(problem)

    def _show_problem(self, problem: Problem) -> None:
        name = (problem.param or "").rpartition(".")[2]
        for form in self._forms:
            form.set_error(name, problem.message)

    @property
    def _forms(self) -> tuple[ParamForm, ...]:
        return (
            self._loss_form,
            self._optimizer_form,
            self._schedule_form,
            self._length_form,
            self._restraint_form,
        )

    # -- edits --------------------------------------------------------------------------------------

    def _push(self, recipe: Recipe, text: str, merge: str = "", final: bool = True) -> None:
        project = self._document.project
        if project is None:
            return
        self._document.push(
            replace(project, recipe=recipe), text, f"{merge}.{self._gesture}" if merge else ""
        )
        if final:
            self._gesture += 1

    @property
    def _recipe(self) -> Recipe | None:
        project = self._document.project
        return project.recipe if project is not None else None

    def _on_loss(self, loss_id: str) -> None:
        from studio.optim.catalogue import LOSSES

        recipe = self._recipe
        if recipe is not None and recipe.loss.type != loss_id:
            loss = Setting(loss_id, defaults(LOSSES[loss_id].params))
            self._push(replace(recipe, loss=loss), self.tr("Choose loss"))

    def _on_optimizer(self, optimizer_id: str) -> None:
        from studio.optim.catalogue import OPTIMIZERS

        recipe = self._recipe
        if recipe is None or recipe.optimizer.type == optimizer_id:
            return
        self._remembered[recipe.optimizer.type] = recipe.optimizer
        old = OPTIMIZERS.get(recipe.optimizer.type)
        changed = with_optimizer(recipe, old, OPTIMIZERS[optimizer_id], self._remembered)
        self._push(changed, self.tr("Choose optimizer"))

    def _on_schedule(self, schedule_id: str) -> None:
        from studio.optim.catalogue import SCHEDULES

        recipe = self._recipe
        if recipe is not None and recipe.schedule.type != schedule_id:
            schedule = Setting(schedule_id, defaults(SCHEDULES[schedule_id].params))
            self._push(replace(recipe, schedule=schedule), self.tr("Choose schedule"))

    def _on_setting(self, field: str) -> Callable[[str, ParamValue, bool], None]:
        def changed(name: str, value: ParamValue, final: bool) -> None:
            recipe = self._recipe
            if recipe is None:
                return
            setting: Setting = getattr(recipe, field)
            setting = Setting(setting.type, {**setting.params, name: value})
            edited = replace(recipe, **{field: setting})  # type: ignore[arg-type]
            self._push(edited, self.tr("Change training setting"), f"recipe.{field}.{name}", final)

        return changed

    def _on_number(self, name: str, value: ParamValue, final: bool) -> None:
        recipe = self._recipe
        if recipe is not None:
            edited = replace(recipe, **{name: value})  # type: ignore[arg-type]
            self._push(edited, self.tr("Change training setting"), f"recipe.{name}", final)

    def _on_device(self, device_id: str) -> None:
        if self._recipe is not None:
            self._push(replace(self._recipe, device=device_id), self.tr("Choose device"))

    def _on_reset(self) -> None:
        project = self._document.project
        recipe = recommended(project) if project is not None else None
        if recipe is not None:
            self._push(recipe, self.tr("Reset training settings"))

    # -- what the engine knows ----------------------------------------------------------------------

    def _on_devices(self, answer: Event) -> None:
        from studio.engine.events import DevicesListed, RequestFailed

        if isinstance(answer, DevicesListed):
            self._device.set_devices(answer.devices)
        elif isinstance(answer, RequestFailed):
            self._asked_devices = False
            self._device.set_problem(answer.message)

    def _ask_preview(self) -> None:
        from studio.engine.requests import PreviewSchedule

        project = self._document.project
        if project is None or not self._asked_devices:
            return
        wanted = (project.recipe, planned_steps(project, self._document.dataset))
        if self._previewed != wanted:
            self._previewed = wanted
            self._host.ask(PreviewSchedule(*wanted), self._on_preview, key="schedule-preview")

    def _on_preview(self, answer: Event) -> None:
        from studio.engine.events import SchedulePreviewed

        if isinstance(answer, SchedulePreviewed):
            self._preview.set_rates(answer.learning_rates)
        else:
            self._previewed = None  # asked again at the next change
            self._preview.set_rates(())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """The dataset or the split may have changed in another step."""
        super().showEvent(event)
        self._timer.start()

    # -- construction -------------------------------------------------------------------------------

    def _build(self) -> None:
        self._length, self._restraint = length_params(), restraint_params()
        self._drawing = drawing_params()
        self._loss = EntryChoice(
            "lossSelector",
            self.tr("Loss"),
            self.tr("The number that says how wrong the network is. Training makes it as small as it can."),
        )
        self._optimizer = EntryChoice(
            "optimizerSelector",
            self.tr("Optimizer"),
            self.tr("The rule by which the network corrects its weights after each batch of samples."),
        )
        self._schedule = EntryChoice(
            "scheduleSelector",
            self.tr("Learning-rate schedule"),
            self.tr("How the size of the corrections changes during the run: bold first, careful later."),
        )
        self._preview = SchedulePreview()
        self._device = DeviceChoice()
        self._loss_form, self._optimizer_form, self._schedule_form = ParamForm(), ParamForm(), ParamForm()
        for form, prefix in (
            (self._loss_form, "loss"),
            (self._optimizer_form, "optimizer"),
            (self._schedule_form, "schedule"),
        ):
            form.setObjectName(prefix)
            form.value_changed.connect(self._on_setting(prefix))
        self._length_form, self._restraint_form = ParamForm(), ParamForm()
        for form in (self._length_form, self._restraint_form):
            form.value_changed.connect(self._on_number)
        self._loss.chosen.connect(self._on_loss)
        self._optimizer.chosen.connect(self._on_optimizer)
        self._schedule.chosen.connect(self._on_schedule)
        self._device.chosen.connect(self._on_device)
        self._reset = QuietButton(self.tr("Reset to recommended"), "reset")
        self._reset.setObjectName("resetRecipe")
        self._reset.setToolTip(self.tr("The settings that usually work well for this kind of project."))
        self._reset.clicked.connect(self._on_reset)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        length = self.tr(
            "How long the network learns, and how many samples it looks at before each correction."
        )
        restraint = self.tr("What keeps the network from learning by heart, or its corrections from jumping.")
        groups: Sequence[tuple[str, str, tuple[QWidget, ...]]] = (
            ("", "", (self._optimizer, self._optimizer_form)),
            (self.tr("Length"), length, (self._length_form,)),
            ("", "", (self._loss, self._loss_form)),
            ("", "", (self._schedule, self._preview, self._schedule_form)),
            (self.tr("Restraint"), restraint, (self._restraint_form,)),
            ("", "", (self._device,)),
        )
        for number, (title, help, widgets) in enumerate(groups):
            if number:
                column.addWidget(_rule())
            if title:
                heading = Heading(title)
                heading.setFont(_bold())
                heading.setToolTip(wrapped(help))
                column.addWidget(heading)
            for widget in widgets:
                column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(self._reset)
        column.addStretch(1)
        self.setWidget(self._body)
        for form in self._forms:
            form.rebuilt.connect(lambda: order_by_layout(self._body))


def _bold() -> QFont:
    font = theme.font("body")
    font.setBold(True)
    return font


def _rule() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setFixedHeight(1)
    line.setStyleSheet("color: palette(mid);")
    return line


def _show_params(form: ParamForm, declared: tuple[Param, ...], values: object) -> None:
    form.set_params(declared, values, prefix=form.objectName(), aliases={"lr": "learningRate"})  # type: ignore[arg-type]
    form.setVisible(bool(declared))
