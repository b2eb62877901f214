"""What stands between the reins and the curves: problems, or how the run ended, each with a way on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.core.problems import Fix, Problem
from studio.core.project import Recipe, Setting
from studio.ui.belonging import changed_sentence
from studio.ui.changed_notice import change_offers
from studio.ui.checkpoints import Model
from studio.ui.document import Document
from studio.ui.plots.quantities import setting_text
from studio.ui.results_step.verdict import Verdict, by_heart, judge
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.split_words import split_samples
from studio.ui.train_step.kind_metrics import quantity_named
from studio.ui.train_step.outcome_card import Offer, OutcomeCard, Tone

if TYPE_CHECKING:
    from studio.engine.events import RunFailed, RunFinished
    from studio.ui.panels.optimizer_panel import OptimizerPanel

MORE_EPOCHS = 10  # offered after a finished run: enough to see whether it still helps


class Outcomes(QObject):
    """Fills the card, and does what its buttons say."""

    next_requested = Signal()
    step_requested = Signal(str)

    def __init__(
        self, document: Document, controller: RunController, card: OutcomeCard, settings: OptimizerPanel
    ) -> None:
        super().__init__(card)
        self._document = document
        self._controller = controller
        self._card = card
        self._settings = settings

    # -- starting -----------------------------------------------------------------------------------

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self._document.problems if p.severity == "error")

    @property
    def ready(self) -> bool:
        """Nothing stands in the way of a run."""
        return self._document.project is not None and not self.errors

    def train(self) -> None:
        """From the beginning."""
        if self.ready and self._document.project is not None and not self._refuse_wrong_number():
            self._controller.start(self._document.project)

    @property
    def resume_epoch(self) -> int | None:
        """The first epoch, from 1, of a run that goes on from the current checkpoint; None: it can't."""
        project, model = self._document.project, self._controller.model
        if project is None or model is None or not self._controller.fits(project):
            return None
        return model.epochs_done + 1

    @property
    def more_epochs(self) -> int:
        """How many going on would add where all that the recipe asks for are done; 0 where some are left."""
        project = self._document.project
        if project is None or self.resume_epoch is None or self._controller.can_resume(project):
            return 0
        return min(project.recipe.epochs, MORE_EPOCHS)

    def go_on(self) -> None:
        """From the current checkpoint; where all epochs are done, for some more."""
        first, more = self.resume_epoch, self.more_epochs
        if not self.ready or first is None or self._refuse_wrong_number():
            return
        project = self._document.project
        if project is not None and more:
            longer = replace(project.recipe, epochs=first - 1 + more)
            text = self.tr("{count} more epochs").format(count=more)
            self._document.push(replace(project, recipe=longer), text)
            project = self._document.project
        if project is not None:
            self._controller.start(project, self._controller.last_checkpoint)

    def _refuse_wrong_number(self) -> bool:
        """What is trained must be what is shown: a number in red is in no recipe."""
        box = self._settings.wrong_number()
        if box is None:
            return False
        sentence = self.tr("“{text}” cannot be used: it stands in red in the training settings.")
        self._card.tell("warning", sentence.format(text=box.text()), more=self.tr("Mend this, then train."))
        box.setFocus()
        box.selectAll()
        return True

    # -- the card -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        state = self._controller.state
        if state.active:
            self._card.hide()
        elif state is RunState.FAILED and self._controller.failure is not None:
            self._tell_failure(self._controller.failure)
        elif self.errors:
            self._tell_problem(self.errors[0], len(self.errors) - 1)
        elif self._controller.model is not None and not self._controller.belongs:
            self._tell_changed(self._controller.model)
        elif state is RunState.FINISHED and self._controller.result is not None:
            self._tell_result(self._controller.result)
        elif self._controller.model is not None and self._controller.model.loaded:
            self._card.tell(
                "info",
                self.tr("A checkpoint is loaded: the network knows what it had learnt by then."),
                [Offer(self.tr("Use it →"), lambda: self.step_requested.emit("use"), "useLoaded")],
            )
        else:
            self._card.hide()

    def _tell_problem(self, problem: Problem, others: int) -> None:
        offers = [
            Offer(fix.text, partial(self._apply, fix), primary=number == 0)
            for number, fix in enumerate(problem.fixes[:2])
        ]
        offers.append(Offer(self.tr("Show me"), lambda: self._lead_to(problem), "showProblem"))
        more = self.tr("Mend this, then train.")
        if others:
            more = self.tr("Mend this, then train. More problems: {count}.").format(count=others)
        self._card.tell("warning", problem.message, offers, more)

    def _apply(self, fix: Fix) -> None:
        project = self._document.project
        if project is not None:
            self._document.push(fix.edit(project), fix.text)

    def _lead_to(self, problem: Problem) -> None:
        of_data = (problem.param or "").startswith(("augmentation", "normalisation"))
        if problem.code.startswith("data") or of_data:
            self.step_requested.emit("data")
        elif problem.node is None and problem.param:
            self._settings.focus_param(problem.param)
        else:
            self.step_requested.emit("network")

    def _tell_changed(self, model: Model) -> None:
        """The curves and the trained network are of an earlier state of the project."""
        sentence = changed_sentence(
            model.project, self._document.project, self.tr("The curves and the results are")
        )
        _, back = change_offers(self._controller, self.step_requested.emit)
        self._card.tell("info", sentence, [back], self.tr("Train to see how it does now."))

    def _tell_result(self, result: RunFinished) -> None:
        offers = [
            Offer(self.tr("See results →"), self.next_requested.emit, "seeResults", primary=True),
            Offer(self.tr("Use it →"), lambda: self.step_requested.emit("use"), "useModel"),
        ]
        verdict, heart = self._verdict(result)
        notices = self._controller.notices
        more = " ".join(text for text in (verdict.sentence, heart, notices[-1] if notices else "") if text)
        tone: Tone = "success" if verdict.earned else "warning" if verdict.poor else "info"
        self._card.tell(tone, self._result_sentence(result), offers, more)

    def _verdict(self, result: RunFinished) -> tuple[Verdict, str]:
        """How it compares with guessing, and with what it knows of its training samples."""
        project, curves = self._controller.project, self._controller.curves
        if project is None or result.evaluation is None:
            return Verdict("unknown", ""), ""
        learnt = {name: curve.values[-1] for name, curve in curves.train.items()} if curves else {}
        return judge(result.evaluation, project), by_heart(learnt, result.evaluation, project)

    def _result_sentence(self, result: RunFinished) -> str:
        project, started = self._controller.project, self._controller.started
        metric = started.metric if started is not None else ""
        if project is None or metric not in result.metrics:
            return self.tr("The run has ended; what was learnt is kept.")
        quantity = quantity_named(project, metric)
        value = quantity.text(result.metrics[metric])
        reached = self.tr("Reached {value}") if quantity.share else self.tr("{metric} of {value}")
        reached = reached.format(metric=quantity.name, value=value)
        split = result.evaluation.split if result.evaluation is not None else "validation"
        if split != "test":
            return self.tr("{reached} on the {samples}").format(reached=reached, samples=split_samples(split))
        if project.kind.startswith("tabular"):
            return self.tr("{reached} on rows it had never seen").format(reached=reached)
        if project.kind.startswith("text"):
            return self.tr("{reached} on texts it had never seen").format(reached=reached)
        return self.tr("{reached} on pictures it had never seen").format(reached=reached)

    # -- failures -----------------------------------------------------------------------------------

    def _tell_failure(self, failure: RunFailed) -> None:
        offers = self._fixes(failure)
        curves = self._controller.curves
        if failure.checkpoint and curves is not None and len(curves.step_loss):  # else nothing was learnt
            offers.append(
                Offer(self.tr("Use what was learnt"), lambda: self.step_requested.emit("use"), "useRescued")
            )
        self._card.tell("error", failure.message, offers, details=failure.details)

    def _fixes(self, failure: RunFailed) -> list[Offer]:
        project = self._document.project
        if project is None:
            return []
        recipe = project.recipe
        if failure.code == "out-of-memory" and failure.batch_size:
            text = self.tr("Try batch size {size}").format(size=failure.batch_size)
            return [self._retry(text, replace(recipe, batch_size=failure.batch_size))]
        if failure.code == "not-finite":
            return self._calmer(recipe)
        if failure.code == "device":
            return [self._retry(self.tr("Use the processor"), replace(recipe, device="cpu"))]
        if failure.code == "engine-lost" and self.resume_epoch is not None:
            return [Offer(self.tr("Go on from there"), self.go_on, "goOn", primary=True)]
        if failure.code == "data":
            return [Offer(self.tr("To the data"), lambda: self.step_requested.emit("data"), "toData", True)]
        if failure.code == "problem":
            text = self.tr("To the network")
            return [Offer(text, lambda: self.step_requested.emit("network"), "toNetwork", True)]
        return [Offer(self.tr("Try again"), self.train, "tryAgain", True)]

    def _calmer(self, recipe: Recipe) -> list[Offer]:
        from studio.optim.checks import calmer_rate

        smaller = calmer_rate(recipe.optimizer)
        if smaller is None:
            return [self._retry(self.tr("Shorten large corrections"), replace(recipe, clip_norm=1.0))]
        optimizer = Setting(recipe.optimizer.type, {**recipe.optimizer.params, "lr": smaller})
        text = self.tr("Use learning rate {rate}").format(rate=setting_text(smaller))
        return [self._retry(text, replace(recipe, optimizer=optimizer))]

    def _retry(self, text: str, recipe: Recipe) -> Offer:
        """One click changes the setting, undoably, and trains again."""

        def action() -> None:
            project = self._document.project
            if project is not None:
                self._document.push(replace(project, recipe=recipe), text)
                self.train()

        return Offer(text, action, "fixAndTrain", primary=True)
