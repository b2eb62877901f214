"""Everything that can be known of a project without training it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from studio.core.problems import Problem
from studio.core.project import Project
from studio.data.dataset import DataError
from studio.data.health.catalogue import as_problems, examine, for_project
from studio.data.health.knowing import known_of
from studio.data.opening import open_dataset
from studio.kinds.project_check import check_project


@dataclass(frozen=True, slots=True)
class Report:
    """`shapes`: display name -> output shape without the batch dimension, None where unknown."""

    problems: tuple[Problem, ...]
    names: Mapping[str, str]
    shapes: Mapping[str, tuple[int, ...] | None]
    parameters: int
    multiply_adds: int

    @property
    def ok(self) -> bool:
        return not any(p.severity == "error" for p in self.problems)


def check(project: Project) -> Report:
    """The network's, the recipe's and the dataset's problems together; the data are opened for it."""
    data_error = None
    health: tuple[Problem, ...] = ()
    if project.dataset is not None:
        try:
            dataset = open_dataset(project.dataset)
            health = as_problems(for_project(examine(dataset, known_of(dataset)), project))
            project = replace(project, dataset=replace(project.dataset, facts=dataset.facts))
        except DataError as error:
            data_error = error
    analysis, problems = check_project(project, data_error)
    problems += health  # warnings: they stop nothing
    if analysis is None:
        return Report(problems, {}, {}, 0, 0)
    shapes = {analysis.names[node]: analysis.nodes[node].output for node in analysis.order}
    return Report(problems, analysis.names, shapes, analysis.parameters, analysis.multiply_adds)
