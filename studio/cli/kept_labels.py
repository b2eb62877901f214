"""Labels that were corrected, here or in another project, count at the command line as in the window."""

from __future__ import annotations

from dataclasses import replace

from studio.cli.output import complain
from studio.core.problems import LanternError
from studio.core.project import Project


def with_kept_labels(project: Project) -> Project:
    """The project with the labels that are kept beside its data, and a network for their classes."""
    from studio.data import opening
    from studio.data.label_files import label_problem
    from studio.kinds.new_project import adapt_to_dataset

    choice = project.dataset
    if choice is None:
        return project
    problem = label_problem(choice)
    if problem:
        complain(problem)
    kept = opening.with_kept_labels(choice)
    if kept == choice:
        return project
    try:
        facts = opening.open_dataset(kept).facts
    except LanternError:
        return project  # who opens the data next says what is wrong with them
    return adapt_to_dataset(replace(project, dataset=kept), facts)
