"""The edits behind the fixes of findings: values, so that they can be compared and undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from studio.core.problems import Fix
from studio.core.project import Project
from studio.data.health.finding import MOST_SAMPLES
from studio.data.left_out import LeaveOut

# Those that can balance the classes, or the labels, and the parameter that does.
WEIGHING_LOSSES = {"cross_entropy": "class_weights", "nll": "class_weights", "bce_with_logits": "pos_weight"}


class _Named(Protocol):
    def reference_of(self, index: int) -> str: ...


@dataclass(frozen=True, slots=True)
class IgnoreColumn:
    """The edit after which a column is no longer learnt from."""

    name: str

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        columns = tuple(
            replace(c, role="ignore") if c.name == self.name and c.role == "feature" else c
            for c in project.dataset.columns
        )
        return replace(project, dataset=replace(project.dataset, columns=columns))


@dataclass(frozen=True, slots=True)
class UseColumnAs:
    """The edit after which a column says how rows are split: by group, or by time."""

    name: str
    role: Literal["group", "time"]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        columns = tuple(
            replace(c, role=self.role) if c.name == self.name and c.role != "target" else c
            for c in project.dataset.columns
        )
        return replace(project, dataset=replace(project.dataset, columns=columns))


@dataclass(frozen=True, slots=True)
class CountAsEmpty:
    """The edit after which these cells of a column count as empty."""

    name: str
    codes: tuple[str, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        columns = tuple(
            replace(c, missing_codes=tuple(dict.fromkeys((*c.missing_codes, *self.codes))))
            if c.name == self.name
            else c
            for c in project.dataset.columns
        )
        return replace(project, dataset=replace(project.dataset, columns=columns))


@dataclass(frozen=True, slots=True)
class SetUnit:
    """The edit after which the numbers of a column are turned into this unit."""

    name: str
    unit: str

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        columns = tuple(
            replace(c, unit=self.unit) if c.name == self.name else c for c in project.dataset.columns
        )
        return replace(project, dataset=replace(project.dataset, columns=columns))


@dataclass(frozen=True, slots=True)
class WeighClasses:
    """The edit after which mistakes on rare classes, or missed rare labels, count more."""

    def __call__(self, project: Project) -> Project:
        loss = project.recipe.loss
        if loss.type not in WEIGHING_LOSSES:
            return project
        weighing = replace(loss, params={**loss.params, WEIGHING_LOSSES[loss.type]: True})
        return replace(project, recipe=replace(project.recipe, loss=weighing))


@dataclass(frozen=True, slots=True)
class DrawEvenly:
    """The edit after which samples of rare classes, or labels, are drawn more often."""

    def __call__(self, project: Project) -> Project:
        return replace(project, recipe=replace(project.recipe, balanced=True))


@dataclass(frozen=True, slots=True)
class MakeGrey:
    """The edit after which all pictures are read without their colour."""

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        options = {**project.dataset.options, "colour": "grey"}
        return replace(project, dataset=replace(project.dataset, options=options))


def leave_out(dataset: object, samples: list[int], text: str) -> tuple[Fix, ...]:
    """A fix that leaves these samples out; none where the data cannot, or they are very many."""
    if not samples or len(samples) > MOST_SAMPLES or not hasattr(dataset, "reference_of"):
        return ()
    return (Fix(text, LeaveOut(tuple(dataset.reference_of(i) for i in samples))),)


def ignore_column(name: str) -> tuple[Fix, ...]:
    return (Fix(f"Ignore “{name}”", IgnoreColumn(name)),)
