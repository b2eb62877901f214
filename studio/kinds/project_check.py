"""Analysis and every problem of a project: for the window, the command line and the engine alike."""

from __future__ import annotations

from studio.core.problems import Problem
from studio.core.project import MAIN, Project
from studio.data.dataset import DataError
from studio.data.pictures.augmentation_advice import preparation_problems
from studio.graph.analysis import Analysis, analyse, recipe_problems
from studio.kinds.catalogue import KINDS
from studio.kinds.category_embedding import embedding_problems
from studio.layers.catalogue import LAYERS
from studio.optim.checks import recipe_problems as optimizer_problems


def check_project(
    project: Project, data_error: DataError | None = None
) -> tuple[Analysis | None, tuple[Problem, ...]]:
    """What follows from the network, and all problems: the data's, the network's, the recipe's."""
    analysis = None
    problems: tuple[Problem, ...] = ()
    if data_error is not None:
        problems += (Problem(f"data-{data_error.code}", str(data_error), fixes=data_error.fixes),)
    facts = project.dataset.facts if project.dataset is not None else None
    if MAIN in project.graphs:
        around = KINDS[project.kind].surroundings(facts) if facts is not None else None
        analysis = analyse(project.graphs[MAIN], LAYERS, around)
        problems += (*analysis.problems, *recipe_problems(project, analysis, LAYERS))
    problems += embedding_problems(project)
    if project.dataset is not None:
        problems += preparation_problems(project.dataset, project.recipe.batch_size)
    splits = project.dataset.splits if project.dataset is not None else None
    return analysis, (*problems, *optimizer_problems(project.recipe, splits))
