"""Labels that a project corrects are corrected in its script, too: the same losses follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.project import Project, Relabelled
from studio.data.opening import open_dataset
from studio.data.relabelling import Relabel
from tests.engine.export.test_script import (
    assert_same_losses,
    colour_photos,
    project_for,
    with_recipe,
)


def relabelled(project: Project, *indices: int) -> Project:
    assert project.dataset is not None
    dataset = open_dataset(project.dataset)
    classes = dataset.facts.classes
    changed = Relabel(
        tuple(
            Relabelled(
                dataset.reference_of(i),  # type: ignore[attr-defined]
                classes[(classes.index(dataset.label_of(i)) + 1) % len(classes)],
            )
            for i in indices
        )
    )(project)
    assert changed.dataset is not None
    facts = open_dataset(changed.dataset).facts
    return replace(changed, dataset=replace(changed.dataset, facts=facts))


@pytest.mark.parametrize("sort", ["folder", "digits"])
def test_that_a_script_learns_the_corrected_labels(sort: str, tmp_path: Path) -> None:
    data = colour_photos(tmp_path / "photos") if sort == "folder" else sort
    assert_same_losses(with_recipe(relabelled(project_for(data), 0, 3, 5), epochs=1), tmp_path)
