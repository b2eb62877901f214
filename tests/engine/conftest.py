"""Small projects, and runs of them, for the engine's tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import Project, Setting
from studio.data.opening import recognise
from studio.engine.control import Control
from studio.engine.events import Event, RunFailed, RunFinished, StepsDone
from studio.engine.host import serve
from studio.engine.requests import Request, Train
from studio.kinds.new_project import infer_kind, new_project

Run = Callable[..., list[Event]]


def project_of(dataset: str, template: str | None = None, **recipe: object) -> Project:
    """A project as Lantern would make it, on the CPU, three epochs."""
    choice = recognise(dataset)
    assert choice.facts is not None
    project = new_project(infer_kind(choice.facts, choice.source), choice, template)
    changes = {"device": "cpu", "epochs": 3, "patience": None, **recipe}
    return replace(project, recipe=replace(project.recipe, **changes))  # type: ignore[arg-type]


def augmented(project: Project, *ids: str) -> Project:
    assert project.dataset is not None
    settings = tuple(Setting(name) for name in ids)
    return replace(project, dataset=replace(project.dataset, augmentations=settings))


def losses_of(events: list[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


def finished(events: list[Event]) -> RunFinished:
    last = events[-1]
    assert isinstance(last, RunFinished), last
    return last


def failed(events: list[Event]) -> RunFailed:
    last = events[-1]
    assert isinstance(last, RunFailed), last
    assert sum(isinstance(e, RunFailed | RunFinished) for e in events) == 1
    return last


def ask(request: Request, control: Control | None = None) -> list[Event]:
    events: list[Event] = []
    serve(request, events.append, control or Control())
    return events


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Trains a project; returns all its events. `watch(event, control)` may pull the reins."""

    def run_(
        project: Project,
        watch: Callable[[Event, Control], None] | None = None,
        control: Control | None = None,
        **request: str,
    ) -> list[Event]:
        events: list[Event] = []
        reins = control or Control()

        def emit(event: Event) -> None:
            events.append(event)
            if watch is not None:
                watch(event, reins)

        serve(Train(project, str(tmp_path / "runs"), **request), emit, reins)
        return events

    return run_


@pytest.fixture
def regression_table(tmp_path: Path) -> str:
    """120 rows whose target is a sum of two columns."""
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 120))
    rows = [f"{x:.4f},{y:.4f},{3 * x - 2 * y + 10:.4f}" for x, y in zip(a, b, strict=True)]
    path = tmp_path / "sums.csv"
    path.write_text("a,b,sum\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)
