"""A script for points makes them itself and trains to the same losses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.data.opening import open_dataset, recognise
from studio.data.points.point_sets import POINT_SETS
from studio.engine.export.script_table import table_section
from studio.kinds.new_project import infer_kind, new_project
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe


@pytest.mark.parametrize("entry", POINT_SETS, ids=lambda entry: entry.id)
def test_that_the_script_makes_the_very_points_of_the_project(entry) -> None:
    choice = recognise(entry.id, {"points": 90, "seed": 7})
    project = new_project(infer_kind(choice.facts), choice)
    text, imports, packages = table_section(project, open_dataset(choice))  # raises where they differ
    assert "DATA" not in text
    assert "Path" not in text
    assert packages == set()
    assert "import sys" not in imports


@pytest.mark.parametrize("name", ["spirals", "sine"])
def test_that_points_train_to_the_same_losses(name: str, tmp_path: Path) -> None:
    project = with_recipe(project_for(name), epochs=3, seed=2)
    assert_same_losses(replace(project), tmp_path)
