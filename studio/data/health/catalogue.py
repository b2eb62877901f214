"""All checks of a dataset's health, one entry each, and the one way to run them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.core.problems import Problem
from studio.core.project import Project
from studio.core.registry import Registry
from studio.data.dataset import Cancelled, Dataset, Progress
from studio.data.health import boxes, classes, columns, files, giveaway, leaking, picture_values, rows, texts
from studio.data.health.entry import HealthCheck
from studio.data.health.finding import SEVERITIES, Finding, Known
from studio.data.health.mending import WEIGHING_LOSSES, DrawEvenly, WeighClasses

HEALTH_CHECKS: Registry[HealthCheck] = Registry(
    "health check",
    (
        HealthCheck(
            "unreadable", "Unreadable files", "Files that are damaged or cut off cannot be learnt from.",
            "pictures", files.unreadable_files,
        ),
        HealthCheck(
            "same-pictures", "The same picture twice",
            "The same picture in training and test makes results look too good; with two labels it misleads.",
            "pictures", files.same_pictures,
        ),
        HealthCheck(
            "similar-pictures", "Nearly the same picture",
            "Pictures taken in one go or saved anew are nearly as bad as the same one twice.",
            "pictures", files.similar_pictures,
        ),
        HealthCheck(
            "forms", "Sizes and colours", "Pictures of very different form teach the network the form.",
            "pictures", files.picture_forms,
        ),
        HealthCheck(
            "plain-pictures", "Pictures that show nothing",
            "A picture of one colour throughout teaches nothing about its class.",
            "pictures", picture_values.plain_pictures,
        ),
        HealthCheck(
            "broken-values", "Values that are no numbers",
            "What a calculation left as “not a number” is no part of a picture.",
            "pictures", picture_values.broken_values,
        ),
        HealthCheck(
            "strange-numbers", "Numbers that cannot be right",
            "An age of 999 pulls everything that is learnt out of shape.",
            "pictures", picture_values.strange_numbers,
        ),
        HealthCheck(
            "same-rows", "The same row twice",
            "The same row in training and test makes results look too good; with two answers it misleads.",
            "table", rows.same_rows,
        ),
        HealthCheck(
            "telltale", "Columns that give the answer away",
            "A column that was filled in after the answer was known helps only until the network is used.",
            "table", giveaway.telltale_columns,
        ),
        HealthCheck(
            "groups", "Rows that belong together",
            "With rows of one patient in training and in test, results look better than for a new one.",
            "table", leaking.split_groups,
        ),
        HealthCheck(
            "times", "Rows in the order of time",
            "What lies between two training rows is easier to answer than what comes after all of them.",
            "table", leaking.split_times,
        ),
        HealthCheck(
            "useless", "Columns of no use", "What is the same, or different, in every row teaches nothing.",
            "table", columns.useless_columns,
        ),
        HealthCheck(
            "values", "Values that cannot be right", "An age of 999 pulls everything else out of shape.",
            "table", columns.strange_values,
        ),
        HealthCheck(
            "units", "Mixed units", "5 kg and 700 g mean something else than 5 and 700.",
            "table", columns.mixed_units,
        ),
        HealthCheck(
            "empty-texts", "Empty texts", "What has no text says nothing about its class.",
            "texts", texts.empty_texts,
        ),
        HealthCheck(
            "same-texts", "The same text twice",
            "The same text in training and test makes results look too good; with two labels it misleads.",
            "texts", texts.same_texts,
        ),
        HealthCheck(
            "text-lengths", "Very short and very long texts",
            "Two letters say nothing, and of a whole book the network reads the first page only.",
            "texts", texts.text_lengths,
        ),
        HealthCheck(
            "named-classes", "Texts that name their class",
            "A network that finds the answer written in the text learns nothing else.",
            "texts", texts.named_classes,
        ),
        HealthCheck(
            "left-out-boxes", "Boxes of no use",
            "A box outside of its picture, or without size, marks nothing.",
            "boxes", boxes.boxes_left_out,
        ),
        HealthCheck(
            "tiny-boxes", "Tiny things",
            "What is a few points in size cannot be told apart, nor found again.",
            "boxes", boxes.tiny_boxes,
        ),
        HealthCheck(
            "repeated-boxes", "Boxes on top of each other", "A thing that is marked twice is learnt as two.",
            "boxes", boxes.repeated_boxes,
        ),
        HealthCheck(
            "box-parts", "Parts without boxes", "What is to be learnt, and measured, must be in each part.",
            "boxes", boxes.boxless_parts,
        ),
        HealthCheck(
            "box-classes", "Classes with few boxes", "A network needs examples of everything it is to find.",
            "boxes", boxes.few_boxes,
        ),
        HealthCheck(
            "small-classes", "Small classes", "A network needs examples of everything it is to tell apart.",
            "any", classes.small_classes,
        ),
        HealthCheck(
            "uneven-classes", "Uneven classes",
            "Where one class is far larger, always answering that one looks like success.",
            "any", classes.uneven_classes,
        ),
    ),
)  # fmt: skip


def examine(
    dataset: Dataset, known: Known | None = None, progress: Progress | None = None
) -> tuple[Finding, ...]:
    """What all checks find, the worst first; seconds for a million rows. Raises Cancelled, DataError."""
    known = known or Known()
    fitting = [check for check in HEALTH_CHECKS if check.fits(dataset)]
    found: list[Finding] = []
    for number, check in enumerate(fitting):
        if progress is not None and not progress(number / len(fitting)):
            raise Cancelled
        found += check.find(dataset, known)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def for_project(findings: Iterable[Finding], project: Project) -> tuple[Finding, ...]:
    """Without what this project has taken care of already, or its user called fine."""
    loss = project.recipe.loss
    settled = frozenset(project.dataset.settled) if project.dataset is not None else frozenset()
    weighing = project.recipe.balanced or bool(loss.params.get(WEIGHING_LOSSES.get(loss.type, "")))
    kept = []
    for finding in findings:
        if finding.key in settled or (weighing and finding.code in ("uneven-classes", "rare-labels")):
            continue
        kept.append(_that_fit(finding, project))
    return tuple(kept)


def _that_fit(finding: Finding, project: Project) -> Finding:
    """With the fixes that this project's loss, and what it learns, can take."""
    facts = project.dataset.facts if project.dataset is not None else None
    refused: tuple[type, ...] = () if project.recipe.loss.type in WEIGHING_LOSSES else (WeighClasses,)
    if facts is not None and facts.learns not in ("classes", "labels"):
        refused += (DrawEvenly,)
    fixes = tuple(fix for fix in finding.fixes if not isinstance(fix.edit, refused))
    return replace(finding, fixes=fixes)


def as_problems(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """As the command line tells them: none of them stops training."""
    return tuple(
        Problem(f"health-{finding.code}", finding.sentence, fixes=finding.fixes, severity="warning")
        for finding in findings
    )
