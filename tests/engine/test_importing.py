"""Weights from elsewhere become a checkpoint that can be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.core.project import Project
from studio.data.opening import recognise
from studio.engine.building import build_network
from studio.engine.checkpoint import read_checkpoint
from studio.engine.control import Control
from studio.engine.events import Evaluation, Event, Imported, Notice, RequestFailed, RunFinished
from studio.engine.host import serve
from studio.engine.requests import Evaluate, ImportWeights, Request, Train
from studio.kinds.catalogue import KINDS
from studio.kinds.new_project import new_project


def ask(request: Request) -> list[Event]:
    events: list[Event] = []
    serve(request, events.append, Control())
    return events


@pytest.fixture
def project() -> Project:
    project = new_project("tabular-classification", recognise("iris"))
    return replace(project, recipe=replace(project.recipe, epochs=2, device="cpu"))


def weights_file(project: Project, path: Path) -> Path:
    assert project.dataset is not None
    assert project.dataset.facts is not None
    torch.manual_seed(5)
    _, model = build_network(project, KINDS[project.kind], project.dataset.facts)
    torch.save({"state_dict": model.state_dict()}, path)
    return path


def test_that_a_pth_can_be_used_and_trained_on(project: Project, tmp_path: Path) -> None:
    source = weights_file(project, tmp_path / "mine.pth")
    output = str(tmp_path / "imported.safetensors")
    assert ask(ImportWeights(project, str(source), output)) == [Imported(output)]
    stored = torch.load(source, weights_only=True)["state_dict"]
    weights = read_checkpoint(output).weights
    assert all(torch.equal(weights[name], stored[name]) for name in stored)
    assert isinstance(ask(Evaluate(output, device="cpu"))[-1], Evaluation)
    events = ask(Train(project, str(tmp_path / "runs"), resume_from=output))
    assert isinstance(events[-1], RunFinished)
    assert any(isinstance(e, Notice) and "holds only weights" in e.message for e in events)


def test_that_weights_of_another_network_are_refused_with_the_difference(
    project: Project, tmp_path: Path
) -> None:
    torch.save({"other.weight": torch.zeros(3, 3)}, tmp_path / "other.pth")
    output = tmp_path / "imported.safetensors"
    (failure,) = ask(ImportWeights(project, str(tmp_path / "other.pth"), str(output)))
    assert isinstance(failure, RequestFailed)
    assert "“other.pth” belongs to another network" in failure.message
    assert not output.exists()


def test_that_a_pickled_program_is_refused_and_not_run(project: Project, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    torch.save({"weight": Trap()}, tmp_path / "trap.pth")
    (failure,) = ask(
        ImportWeights(project, str(tmp_path / "trap.pth"), str(tmp_path / "imported.safetensors"))
    )
    assert isinstance(failure, RequestFailed)
    assert "could not be read as a PyTorch state dictionary" in failure.message
    assert not (tmp_path / "ran").exists()
