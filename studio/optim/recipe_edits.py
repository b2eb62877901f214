"""Edits of a recipe as values: callable, comparable, picklable. They are the fixes of recipe problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from studio.core.params import ParamValue, defaults
from studio.core.project import Project, Recipe, Setting
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES
from studio.optim.entries import LossType, OptimizerType, ScheduleType

Part = Literal["optimizer", "schedule", "loss"]
Entry = OptimizerType | ScheduleType | LossType


@dataclass(frozen=True, slots=True)
class SetParam:
    """The edit that gives one parameter of the loss, optimizer or schedule another value."""

    part: Part
    name: str
    value: ParamValue

    def __call__(self, project: Project) -> Project:
        setting: Setting = getattr(project.recipe, self.part)
        changed = replace(setting, params={**setting.params, self.name: self.value})
        return replace(project, recipe=_with(project.recipe, self.part, changed))


@dataclass(frozen=True, slots=True)
class SetPart:
    """The edit that chooses another loss, optimizer or schedule, at its defaults."""

    part: Part
    type: str

    def __call__(self, project: Project) -> Project:
        setting = Setting(self.type, defaults(entries_of(self.part)[self.type].params))
        return replace(project, recipe=_with(project.recipe, self.part, setting))


@dataclass(frozen=True, slots=True)
class SetRecipeValue:
    """The edit that changes one plain value of the recipe: epochs, batch size, clipping."""

    name: str
    value: int | float | str | None

    def __call__(self, project: Project) -> Project:
        values: Mapping[str, object] = {self.name: self.value}
        return replace(project, recipe=replace(project.recipe, **values))  # type: ignore[arg-type]


def entries_of(part: Part) -> Mapping[str, Entry]:
    """What can be chosen for a part of the recipe, by id."""
    if part == "optimizer":
        return {entry.id: entry for entry in OPTIMIZERS}
    if part == "schedule":
        return {entry.id: entry for entry in SCHEDULES}
    return {entry.id: entry for entry in LOSSES}


def _with(recipe: Recipe, part: Part, setting: Setting) -> Recipe:
    if part == "optimizer":
        return replace(recipe, optimizer=setting)
    return replace(recipe, schedule=setting) if part == "schedule" else replace(recipe, loss=setting)
