"""What a project leaves out, its script leaves out, too: the same losses follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.project import Project
from studio.data.left_out import LeaveOut
from studio.data.opening import open_dataset
from tests.engine.export.test_script import (
    assert_same_losses,
    colour_photos,
    project_for,
    with_recipe,
)


def without(project: Project, *indices: int) -> Project:
    assert project.dataset is not None
    dataset = open_dataset(project.dataset)
    references = tuple(dataset.reference_of(i) for i in indices)  # type: ignore[attr-defined]
    changed = LeaveOut(references)(project)
    assert changed.dataset is not None
    facts = open_dataset(changed.dataset).facts
    assert facts.samples == len(dataset) - len(indices)
    return replace(changed, dataset=replace(changed.dataset, facts=facts))


@pytest.mark.parametrize("sort", ["iris", "folder", "digits"])
def test_that_a_script_leaves_out_the_same_samples(sort: str, tmp_path: Path) -> None:
    data = colour_photos(tmp_path / "photos") if sort == "folder" else sort
    project = with_recipe(without(project_for(data), 0, 3, 5), epochs=1)
    assert_same_losses(project, tmp_path)
