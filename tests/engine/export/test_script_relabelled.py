"""Labels that a project corrects are corrected in its script, too: the same losses follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

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
    dataset: Any = open_dataset(project.dataset)
    classes = dataset.facts.classes

    def other(i: int) -> str:
        if not classes:
            return repr(float(dataset.label_of(i)) + 25.5)
        return str(classes[(classes.index(dataset.label_of(i)) + 1) % len(classes)])

    own = tuple(Relabelled(dataset.reference_of(i), other(i), answers=dataset.answers) for i in indices)
    changed = Relabel(own)(project)
    assert changed.dataset is not None
    facts = open_dataset(changed.dataset).facts
    return replace(changed, dataset=replace(changed.dataset, facts=facts))


@pytest.mark.parametrize("sort", ["folder", "digits"])
def test_that_a_script_learns_the_corrected_labels(sort: str, tmp_path: Path) -> None:
    data = colour_photos(tmp_path / "photos") if sort == "folder" else sort
    assert_same_losses(with_recipe(relabelled(project_for(data), 0, 3, 5), epochs=1), tmp_path)


@pytest.mark.parametrize("target", ["species", "body_mass_g"])
def test_that_a_script_learns_the_corrected_rows_of_a_table(target: str, tmp_path: Path) -> None:
    project = project_for("penguins", target=target)
    assert_same_losses(with_recipe(relabelled(project, 0, 3, 5, 200), epochs=1), tmp_path)


def test_that_a_script_learns_the_corrected_classes_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    moods = (("angry", "bad"), ("pleasant", "good"))
    rows = [f"this letter number {i} is {moods[i % 2][0]} to read,{moods[i % 2][1]}" for i in range(60)]
    path.write_text("\n".join(("text,mood", *rows)))
    assert_same_losses(with_recipe(relabelled(project_for(path), 0, 3, 5), epochs=1), tmp_path)
