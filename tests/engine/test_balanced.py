"""Rare classes and labels drawn more often: evenly, by seed and epoch alone, and the same in the script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.core.project import Project, Setting
from studio.data.health.catalogue import for_project
from studio.data.health.finding import Finding
from studio.data.health.mending import DrawEvenly
from studio.data.opening import recognise
from studio.engine.batches import balanced_batches, drawing_weights, label_drawing_weights
from studio.engine.control import Control
from studio.engine.events import Event, RunFinished
from studio.engine.host import serve
from studio.engine.requests import Train
from studio.engine.session import open_session
from studio.optim.checks import recipe_problems
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe
from tests.engine.test_picture_answers import stripes


def test_that_every_class_comes_up_as_often() -> None:
    targets = torch.tensor([0] * 900 + [1] * 90 + [2] * 10)
    weights = drawing_weights(targets)
    batches = balanced_batches(weights, 64, seed=3, epoch=1)
    assert [len(batch) for batch in batches] == [64] * 15 + [40]
    counts = torch.bincount(targets[torch.cat(batches)])
    assert counts.tolist() == pytest.approx([333, 333, 333], abs=60)
    again, other = (balanced_batches(weights, 64, 3, epoch) for epoch in (1, 2))
    assert torch.equal(torch.cat(again), torch.cat(batches))
    assert not torch.equal(torch.cat(other), torch.cat(batches))
    assert [len(b) for b in balanced_batches(torch.ones(65, dtype=torch.double), 16, 0, 0)] == [
        16,
        16,
        16,
        17,
    ]


def test_that_a_sample_with_several_labels_goes_by_its_rarest() -> None:
    targets = torch.tensor([[1, 1], [1, 0], [1, 0], [0, 0]]).float()
    assert label_drawing_weights(targets).tolist() == [1, 0.5, 0.5, 1]


def test_that_a_run_draws_by_weight_where_there_are_classes(tmp_path: Path) -> None:
    project = with_recipe(project_for("penguins"), balanced=True)
    session = open_session(project, lambda fraction: True)
    assert session.weights is not None
    assert len(session.weights) == len(session.train)
    numbers = with_recipe(project_for("penguins", target="body_mass_g"), balanced=True)
    assert open_session(numbers, lambda fraction: True).weights is None


@pytest.mark.parametrize("make", ["penguins", "stripes"])
def test_that_the_script_draws_the_same(make: str, tmp_path: Path) -> None:
    project = project_for(stripes(tmp_path / "a") if make == "stripes" else make)
    assert_same_losses(with_recipe(project, epochs=2, seed=2, balanced=True), tmp_path)


def test_that_a_resumed_run_ends_as_one_in_one_go(tmp_path: Path) -> None:
    project = with_recipe(project_for("iris"), epochs=4, seed=1, balanced=True, schedule=Setting("constant"))

    def trained(project: Project, resume_from: str | None = None) -> RunFinished:
        events: list[Event] = []
        serve(Train(project, str(tmp_path / "runs"), resume_from), events.append, Control())
        assert isinstance(events[-1], RunFinished), events[-1]
        return events[-1]

    half = trained(with_recipe(project, epochs=2))
    assert trained(project, half.checkpoint).metrics == trained(project).metrics


def test_that_the_health_check_offers_it_and_is_content_with_it() -> None:
    choice = recognise("penguins")
    project = replace(project_for("penguins"), dataset=choice)
    finding = Finding("uneven-classes", "advice", "…")
    assert for_project([finding], project) == (finding,)
    assert for_project([finding], DrawEvenly()(project)) == ()


def test_that_balancing_twice_is_told_with_a_way_out() -> None:
    project = with_recipe(
        project_for("iris"), balanced=True, loss=Setting("cross_entropy", {"class_weights": True})
    )
    problem = next(p for p in recipe_problems(project.recipe) if p.code == "balanced-twice")
    assert [fix.text for fix in problem.fixes] == [
        "Draw all samples equally often", "Let all mistakes count the same"
    ]  # fmt: skip
    for fix in problem.fixes:
        assert "balanced-twice" not in [p.code for p in recipe_problems(fix.edit(project).recipe)]
