"""Whether a result is any good: held against guessing, and against what the network knows by heart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from studio.core.project import Project
from studio.ui.plots.quantities import count_text
from studio.ui.results_step.headline import things
from studio.ui.train_step.kind_metrics import quantity_named

if TYPE_CHECKING:
    from studio.engine.events import Evaluation

Level = Literal["broken", "unknown", "worse", "same", "better", "much better", "perfect"]

SURE = 1.64  # standard errors that luck alone exceeds in one of twenty cases
LEAST_GAIN = 0.01  # of the accuracy: less is no difference to speak of
FEW = 30  # samples under which one more or less decides
HEART_GAP = 0.05  # of the accuracy between training and other samples, before "by heart" is said
HEART_RATIO = 1.5  # of the typical errors, for numbers


def tr(text: str) -> str:
    return QCoreApplication.translate("Verdict", text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sentence` may be empty: then nobody knows what guessing would reach.

    `unseen`: it is about samples that the network did not learn from.
    """

    level: Level
    sentence: str
    unseen: bool = True

    @property
    def earned(self) -> bool:
        """Worth the colour of success."""
        return self.unseen and self.level in ("much better", "perfect")

    @property
    def poor(self) -> bool:
        return self.level in ("broken", "worse", "same")


def judge(evaluation: Evaluation, project: Project) -> Verdict:
    """The headline metric against what guessing would give on the same samples."""
    loss = evaluation.metrics.get("loss", 0.0)
    values = [v for name, v in evaluation.metrics.items() if name in ("accuracy", "rmse", "exact_match")]
    if not math.isfinite(loss) or any(not math.isfinite(v) for v in values):
        return Verdict(
            "broken",
            tr(
                "The network answers with something that is no number: its training went astray. Train again "
                "with a smaller learning rate."
            ),
        )
    if evaluation.detection is not None:
        return replace(_judge_boxes(evaluation), unseen=evaluation.split in ("validation", "test"))
    way = _judge_numbers if evaluation.confusion is None else _judge_classes
    judged = (_judge_labels if evaluation.labels is not None else way)(evaluation, project)
    return replace(judged, unseen=evaluation.split in ("validation", "test"))


def _judge_boxes(evaluation: Evaluation) -> Verdict:
    """Boxes drawn by chance are right next to never, so this is judged by itself."""
    found = evaluation.metrics.get("map50")
    if found is None or not math.isfinite(found):
        return Verdict("unknown", tr("There is no box on these pictures that could be found."))
    if found >= 0.99:
        return Verdict("perfect", tr("Nearly everything is found, named right and hardly anything imagined."))
    if found >= 0.7:
        return Verdict(
            "much better", tr("Most things are found and named right. By chance it would be none.")
        )
    if found >= 0.15:
        text = tr("It has begun to find things, but misses or mistakes many. More epochs or pictures help.")
        return Verdict("better", text)
    return Verdict("same", tr("It hardly finds anything yet. Train for more epochs, or look at the boxes."))


def _judge_classes(evaluation: Evaluation, project: Project) -> Verdict:
    accuracy, guess = evaluation.metrics.get("accuracy"), evaluation.guess.get("accuracy")
    if accuracy is None or guess is None or not evaluation.samples:
        return Verdict("unknown", "")
    share = quantity_named(project, "accuracy").text
    name = evaluation.guess_class
    if guess == 1:
        return Verdict(
            "unknown", tr("All of these samples are “{name}”, so they say little.").format(name=name)
        )
    luck = max(LEAST_GAIN, SURE * math.sqrt(guess * (1 - guess) / evaluation.samples))
    compared = tr("always answering “{name}”, the most frequent class, would be right in {share}.").format(
        name=name, share=share(guess)
    )
    if accuracy == 1:
        level, start = "perfect", tr("Not one mistake;")
    elif accuracy - guess > luck:
        much = (1 - accuracy) <= 0.5 * (1 - guess)
        level, start = ("much better", tr("Much better than guessing:")) if much else (
            "better", tr("Better than guessing:"))  # fmt: skip
    elif guess - accuracy > luck:
        level, start = "worse", tr("Worse than guessing:")
    else:
        level, start = "same", tr("No better than guessing:")
    sentence = f"{start} {compared}{_rare(evaluation, project, level)}{_few(evaluation)}"
    return Verdict(level, sentence)  # type: ignore[arg-type]


def _judge_labels(evaluation: Evaluation, project: Project) -> Verdict:
    """By average precision: it asks for no threshold, and guessing gets as much as a label is frequent."""
    name = "mean_average_precision"
    reached, guess = evaluation.metrics.get(name), evaluation.guess.get(name)
    if reached is None or guess is None or not evaluation.samples:
        return Verdict("unknown", "")
    if not (math.isfinite(reached) and math.isfinite(guess)) or guess == 1:
        return Verdict("unknown", tr("These samples have no label, or all of them: they say little."))
    share = quantity_named(project, name).text
    compared = tr("whoever draws lots reaches a mean average precision of {guess}, the network {reached}.")
    compared = compared.format(guess=share(guess), reached=share(reached))
    level: Level
    if evaluation.metrics.get("exact_match") == 1:
        level, start = "perfect", tr("Every label right in every picture;")
    elif reached - guess >= 0.5 * (1 - guess):
        level, start = "much better", tr("Much better than guessing:")
    elif reached - guess >= 0.05 * (1 - guess):
        level, start = "better", tr("Better than guessing:")
    elif reached >= guess - 0.05:
        level, start = "same", tr("No better than guessing:")
    else:
        level, start = "worse", tr("Worse than guessing:")
    return Verdict(level, f"{start} {compared}{_few(evaluation)}")


def _rare(evaluation: Evaluation, project: Project, level: str) -> str:
    """With class weights a network gives up some accuracy for the rare classes: that is no failure."""
    balanced = evaluation.metrics.get("balanced_accuracy", 0.0)
    guess = evaluation.guess.get("balanced_accuracy", 1.0)
    if level not in ("same", "worse") or balanced - guess < 0.3 * (1 - guess):
        return ""
    text = tr(" But it finds the rare classes too: balanced accuracy {share}, by guessing {guess}.")
    share = quantity_named(project, "balanced_accuracy").text
    return text.format(share=share(balanced), guess=share(guess))


def _few(evaluation: Evaluation) -> str:
    if evaluation.samples >= FEW:
        return ""
    text = tr(" With only {count} samples, luck plays a part.")
    return text.format(count=count_text(evaluation.samples))


def _judge_numbers(evaluation: Evaluation, project: Project) -> Verdict:
    error, guess = evaluation.metrics.get("rmse"), evaluation.guess.get("rmse")
    if error is None or guess is None or not math.isfinite(guess) or not evaluation.samples:
        return Verdict("unknown", "")
    if guess == 0:
        same = tr("All of these {things} have the same number, so they say little.")
        return Verdict("unknown", same.format(things=things(project, 2)))
    quantity = quantity_named(project, "rmse")
    compared = tr("always answering the average of the training {things} would be off by {error}.").format(
        things=things(project, 2), error=quantity.text(guess)
    )
    level: Level
    if error == 0:
        level, start = "perfect", tr("Exactly right everywhere;")
    elif error <= 0.5 * guess:
        level, start = "much better", tr("Much better than guessing:")
    elif error <= 0.95 * guess:
        level, start = "better", tr("Better than guessing:")
    elif error <= 1.05 * guess:
        level, start = "same", tr("No better than guessing:")
    else:
        level, start = "worse", tr("Worse than guessing:")
    return Verdict(level, f"{start} {compared}{_few(evaluation)}")


def by_heart(train: Mapping[str, float], evaluation: Evaluation, project: Project) -> str:
    """A sentence where the network knows its training samples much better than these; else empty.

    `train`: its metrics on the training split, as they were while it learnt.
    """
    if evaluation.split not in ("validation", "test") or not evaluation.samples:
        return ""
    name = "accuracy" if evaluation.confusion is not None else "rmse"
    name = "exact_match" if evaluation.labels is not None else name
    learnt, now = train.get(name), evaluation.metrics.get(name)
    if learnt is None or now is None or not (math.isfinite(learnt) and math.isfinite(now)):
        return ""
    if name != "rmse":
        luck = SURE * math.sqrt(now * (1 - now) / evaluation.samples)
        found = learnt - now > max(HEART_GAP, luck) and (1 - now) > 2 * (1 - learnt)
        text = tr("On the samples it learnt from it is right in {value}: ")
        if name == "exact_match":
            text = tr("On the samples it learnt from all labels are right in {value}: ")
    else:
        found = evaluation.samples >= FEW / 2 and now > HEART_RATIO * learnt
        text = tr("On the samples it learnt from its typical error is only {value}: ")
    if not found:
        return ""
    reason = tr(
        "it has learnt part of them by heart (overfitting). More samples, dropout, a smaller network or "
        "fewer epochs help."
    )
    return text.format(value=quantity_named(project, name).text(learnt)) + reason
