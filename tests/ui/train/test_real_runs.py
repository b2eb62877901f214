"""Tiny real trainings through the thread: the engine, the data and the window's half together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import Project, Setting
from studio.data.opening import recognise
from studio.engine.control import Control
from studio.engine.host import serve
from studio.engine.requests import Predict
from studio.engine.steps import SupervisedStep
from studio.kinds.new_project import infer_kind, new_project
from studio.ui.checkpoints import read_model
from studio.ui.document import Document
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.workers.engine_host import EngineHost


@pytest.fixture
def penguins() -> Project:
    """The bundled table with a ready network; 5 epochs."""
    choice = recognise("penguins")
    assert choice.facts is not None
    made = new_project(infer_kind(choice.facts, choice.source), choice)
    return replace(made, recipe=replace(made.recipe, epochs=5, device="cpu"))


@pytest.fixture
def real(qtbot: QtBot) -> Iterator[RunController]:
    document, host = Document(), EngineHost()
    made = RunController(document, host)
    yield made
    assert made.close()
    host.close()
    document.stop()


def train(qtbot: QtBot, controller: RunController, project: Project, **kwargs: str) -> None:
    with qtbot.waitSignal(controller.finished, timeout=120_000):
        controller.start(project, **kwargs)


def long(project: Project) -> Project:
    return replace(project, recipe=replace(project.recipe, epochs=100_000))


def test_that_a_real_run_ends_with_curves_a_result_and_a_checkpoint(
    qtbot: QtBot, real: RunController, penguins: Project
) -> None:
    train(qtbot, real, penguins)
    assert real.failure is None, real.failure
    assert real.result is not None
    assert real.result.ended == "completed"
    assert real.started is not None
    assert real.curves is not None
    assert len(real.curves.step_loss) == 5 * real.started.steps_per_epoch == real.result.steps
    assert real.curves.validation["loss"].epochs.tolist() == [1, 2, 3, 4, 5]
    assert real.model is not None
    assert real.model.project == penguins
    assert len(real.runs()) == 0  # no document is open; the record lies under the project's id
    answers: list[object] = []
    real.host.ask(Predict(real.model.path, ({"island": "Dream"},)), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
    assert "There is no column “bill_length_mm”" in answers[0].predictions[0].problem  # type: ignore[attr-defined]


def test_that_pause_stop_and_save_act_within_a_batch(
    qtbot: QtBot, real: RunController, penguins: Project, tmp_path: Path
) -> None:
    real.start(long(penguins))
    qtbot.waitUntil(lambda: real.state is RunState.RUNNING, timeout=120_000)
    real.pause()
    qtbot.waitUntil(lambda: real.state is RunState.PAUSED, timeout=2000)
    with qtbot.waitSignal(real.checkpoint_saved, timeout=5000):
        real.save_checkpoint(tmp_path / "paused.safetensors")
    assert (tmp_path / "paused.safetensors").stat().st_size > 1000
    real.resume()
    qtbot.waitUntil(lambda: real.state is RunState.RUNNING, timeout=2000)
    began = time.monotonic()
    with qtbot.waitSignal(real.finished, timeout=5000):
        real.stop()
    assert time.monotonic() - began < 5
    assert real.result is not None
    assert real.result.ended == "stopped"
    assert real.can_resume(long(penguins))


def test_that_a_resumed_run_goes_on_in_the_same_curves(
    qtbot: QtBot, real: RunController, penguins: Project
) -> None:
    train(qtbot, real, penguins)
    assert real.curves is not None
    before = real.curves.step_loss.values.copy()
    longer = replace(penguins, recipe=replace(penguins.recipe, epochs=8))
    assert real.can_resume(longer)
    train(qtbot, real, longer, resume_from=real.last_checkpoint or "")
    assert real.failure is None, real.failure
    assert real.started is not None
    first = real.started.first_step
    assert first > 0
    assert real.curves.step_loss.values[:first].tolist() == before[:first].tolist()
    assert len(real.curves.step_loss) == 8 * real.started.steps_per_epoch


def test_that_a_checkpoint_brings_back_its_project_and_can_be_used(
    qtbot: QtBot, real: RunController, penguins: Project, tmp_path: Path
) -> None:
    train(qtbot, real, penguins)
    file = tmp_path / "mine.safetensors"
    with qtbot.waitSignal(real.checkpoint_saved, timeout=5000):
        real.save_checkpoint(file)
    restored = real.adopt(read_model(file))
    assert restored == penguins
    assert real.model is not None
    assert real.model.loaded
    assert real.model.path == str(file)
    assert real.state is RunState.IDLE
    longer = replace(restored, recipe=replace(restored.recipe, epochs=9))
    assert real.can_resume(longer)


def test_that_a_failed_run_says_so_and_the_next_one_works(
    qtbot: QtBot, real: RunController, penguins: Project
) -> None:
    wild = Setting("sgd", {"lr": 1000.0, "momentum": 0.99})
    train(qtbot, real, replace(penguins, recipe=replace(penguins.recipe, optimizer=wild)))
    assert real.state is RunState.FAILED
    assert real.failure is not None
    assert real.failure.code == "not-finite"
    train(qtbot, real, penguins)
    assert real.state is RunState.FINISHED


def test_that_closing_in_the_middle_of_training_leaves_a_checkpoint_and_no_thread(
    qtbot: QtBot, real: RunController, penguins: Project
) -> None:
    real.start(long(penguins))
    qtbot.waitUntil(lambda: real.state is RunState.RUNNING, timeout=120_000)
    assert real.close()
    assert real.last_checkpoint is not None
    assert Path(real.last_checkpoint).is_file()


def test_that_early_stopping_comes_at_the_same_step_however_often_it_was_stopped(
    qtbot: QtBot, real: RunController, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = recognise("iris")
    assert choice.facts is not None
    made = new_project(infer_kind(choice.facts, choice.source), choice)
    recipe = replace(made.recipe, epochs=60, patience=2, device="cpu")
    iris = replace(made, recipe=replace(recipe, optimizer=Setting("sgd", {"lr": 0.5})))
    train(qtbot, real, iris)
    assert real.result is not None
    assert real.curves is not None
    whole, losses = real.result, real.curves.validation["loss"].values.tolist()
    assert whole.ended == "early"
    reins: list[Control] = []
    steps = itertools.count(1)
    stops = {whole.steps // 3, whole.steps // 2, whole.steps - 1}
    plain_step = SupervisedStep.__call__

    def step(self: SupervisedStep, batch: Any) -> Any:
        if next(steps) in stops:
            reins[-1].stop()  # after this batch
        return plain_step(self, batch)

    def serve_and_note(request: Any, emit: Any, control: Control) -> None:
        reins.append(control)
        serve(request, emit, control)

    monkeypatch.setattr(SupervisedStep, "__call__", step)
    real._serve = serve_and_note
    for part in range(3):
        train(qtbot, real, iris, **({"resume_from": real.last_checkpoint or ""} if part else {}))
        assert real.result is not None
        assert (real.result.ended, real.result.steps) == ("stopped", sorted(stops)[part])
    train(qtbot, real, iris, resume_from=real.last_checkpoint or "")
    assert real.result is not None
    assert (real.result.ended, real.result.steps, real.result.metrics) == (
        "early",
        whole.steps,
        whole.metrics,
    )
    assert real.curves.validation["loss"].values.tolist() == losses


def test_that_a_run_goes_on_as_it_began_while_its_project_changes(
    qtbot: QtBot, real: RunController, penguins: Project
) -> None:
    document = real.document
    document.open_project(long(penguins), None)
    real.start(long(penguins))
    qtbot.waitUntil(lambda: real.last_steps is not None, timeout=120_000)
    wine = recognise("wine")
    assert wine.facts is not None
    other = new_project(infer_kind(wine.facts, wine.source), wine)
    document.push(replace(other, id=penguins.id), "other data, another network")
    assert real.state is RunState.RUNNING
    assert real.project == long(penguins)
    with qtbot.waitSignal(real.finished, timeout=60_000):
        real.stop()
    assert real.result is not None
    assert real.model is not None
    assert real.model.project == long(penguins)
    assert not real.belongs  # so the pages say that the network is of other data
    document.undo_stack.undo()
    assert real.belongs
