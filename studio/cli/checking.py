"""Everything that can be known of a project without training it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.problems import Problem
from studio.core.project import Project
from studio.data.dataset import DataError
from studio.data.opening import open_dataset
from studio.graph.analysis import analyse, recipe_problems
from studio.kinds.catalogue import KINDS
from studio.layers.catalogue import LAYERS
from studio.optim.checks import recipe_problems as optimizer_problems


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
    """The network's, the recipe's and the dataset's problems together."""
    facts = project.dataset.facts if project.dataset else None
    data_problems: list[Problem] = []
    if project.dataset is not None:
        try:
            facts = open_dataset(project.dataset).facts
        except DataError as error:
            data_problems.append(Problem(f"data-{error.code}", str(error), fixes=error.fixes))
    around = KINDS[project.kind].surroundings(facts) if facts else None
    analysis = analyse(project.graph, LAYERS, around)
    problems = (
        *data_problems,
        *analysis.problems,
        *recipe_problems(project, analysis, LAYERS),
        *optimizer_problems(project.recipe),
    )
    shapes = {}
    for node in analysis.order:
        shapes[analysis.names[node]] = analysis.nodes[node].output
    return Report(problems, analysis.names, shapes, analysis.parameters, analysis.multiply_adds)
