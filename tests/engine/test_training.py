"""Training does what it says, for every kind, and the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from studio.core.epochs import steps_per_epoch
from studio.core.project import Project, Setting
from studio.engine.batches import epoch_batches
from studio.engine.control import Control
from studio.engine.events import EpochFinished, Evaluation, Event, Predicted, RunStarted, StepsDone
from studio.engine.requests import Evaluate, Predict
from studio.engine.runs import list_runs
from studio.engine.session import open_session
from studio.engine.steps import SupervisedStep

from .conftest import Run, ask, augmented, finished, losses_of, project_of

ADAM = Setting("adam", {"lr": 0.01})


@pytest.mark.parametrize("dataset", ["digits", "iris", "sums"])
def test_that_each_kind_overfits_one_small_batch(dataset: str, regression_table: str, tmp_path: Path) -> None:
    dataset = regression_table if dataset == "sums" else dataset
    project = project_of(dataset, optimizer=ADAM, batch_size=16, schedule=Setting("constant"))
    session = open_session(project, lambda fraction: True)
    session.model.train()
    index = torch.arange(16) * (len(session.train) // 16)
    batch = session.train.take(index)
    first = float(session.train_step(batch).loss)
    for _ in range(150):
        session.train_step(batch)
    session.model.eval()  # dropout off
    with torch.inference_mode():
        outputs = session.model(batch.inputs)
        last = session.criterion(outputs, batch.targets).item()
    assert last < 0.02 * first


@pytest.mark.parametrize("dataset", ["iris", "sums"])
def test_that_a_run_learns_and_its_checkpoint_answers(dataset: str, regression_table: str, run: Run) -> None:
    project = project_of(regression_table if dataset == "sums" else dataset, optimizer=ADAM, epochs=40)
    end = finished(run(project))
    headline = end.metrics.get("accuracy", end.metrics.get("r2"))
    assert headline is not None
    assert headline > 0.85
    (evaluation,) = [e for e in ask(Evaluate(end.checkpoint)) if isinstance(e, Evaluation)]
    assert evaluation.metrics == end.metrics
    row = {"a": 1.0, "b": 1.0} if dataset == "sums" else _first_iris_row()
    (answer,) = [e for e in ask(Predict(end.checkpoint, (row,))) if isinstance(e, Predicted)]
    (prediction,) = answer.predictions
    assert prediction.problem is None
    if dataset == "sums":
        assert isinstance(prediction.prediction, float)
        assert prediction.prediction == pytest.approx(11.0, abs=1.5)
    else:
        assert prediction.prediction == "setosa"
        assert sum(prediction.probabilities.values()) == pytest.approx(1.0)


def _first_iris_row() -> dict[str, float]:
    project = project_of("iris")
    assert project.dataset is not None
    names = [column.name for column in project.dataset.columns if column.role == "feature"]
    return dict(zip(names, (5.1, 3.5, 1.4, 0.2), strict=True))


def test_that_a_bad_picture_does_not_spoil_the_others(run: Run, tmp_path: Path) -> None:
    from PIL import Image

    end = finished(run(project_of("digits", epochs=1)))
    Image.new("L", (40, 30), 128).save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    inputs = (str(tmp_path / "bad.png"), str(tmp_path / "good.png"))
    (answer,) = [e for e in ask(Predict(end.checkpoint, inputs)) if isinstance(e, Predicted)]
    bad, good = answer.predictions
    assert bad.problem is not None
    assert "bad.png" in bad.problem
    assert good.prediction in good.probabilities


@pytest.mark.parametrize("extras", [(), ("rotate", "noise")])
def test_that_the_same_project_and_seed_give_the_same_losses_bit_for_bit(
    extras: tuple[str, ...], run: Run
) -> None:
    project = augmented(project_of("digits", epochs=2), *extras)
    first = run(project)
    torch.manual_seed(99)  # whatever happened in the process before
    second = run(project)
    assert losses_of(first) == losses_of(second)
    assert finished(first).metrics == finished(second).metrics
    other = run(replace(project, recipe=replace(project.recipe, seed=1)))
    assert losses_of(other) != losses_of(first)


def test_that_a_convolutional_run_resumes_bit_for_bit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of("digits", "small-cnn", batch_size=200, epochs=2)
    whole = run(project)
    control = Control()
    with monkeypatch.context() as patched:
        stop_after_steps(patched, 3, control)
        first = run(project, control=control)
    second = run(project, resume_from=finished(first).checkpoint)
    assert losses_of(first) + losses_of(second) == losses_of(whole)
    (measured,) = [e for e in ask(Evaluate(finished(second).checkpoint)) if isinstance(e, Evaluation)]
    assert measured.metrics == finished(whole).metrics


RECIPES: dict[str, dict[str, object]] = {
    "momentum and one-cycle": {
        "optimizer": Setting("sgd", {"lr": 0.05, "momentum": 0.9}),
        "schedule": Setting("one_cycle"),
    },
    "plateau": {"schedule": Setting("reduce_on_plateau", {"patience": 0})},
    "warm-up": {"schedule": Setting("linear_warmup")},
    "milestones": {"schedule": Setting("multi_step", {"milestones": (1, 2)})},
    "Muon's two optimizers": {"optimizer": Setting("muon"), "schedule": Setting("cosine"), "clip_norm": 1.0},
    "early stopping": {
        "optimizer": Setting("rmsprop", {"lr": 0.02}),
        "patience": 1,
        "epochs": 6,
        "l1": 1e-5,
        "clip_value": 0.5,
    },
}


def with_dropout(project: Project) -> Project:
    """A dropout layer before the output."""
    from studio.core.network import Edge, Graph, Node

    graph = project.graph
    (last,) = graph.inputs_of("output")
    edges = tuple(edge for edge in graph.edges if edge != last)
    added = (Edge(last.source, "drop"), Edge("drop", "output"))
    return project.with_graph(Graph((*graph.nodes, Node("drop", "dropout", {"p": 0.2})), (*edges, *added)))


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("stop_at", [1, 7, 13])
def test_that_a_resumed_run_equals_the_uninterrupted_one_bit_for_bit(
    name: str, stop_at: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of("digits", "mlp", batch_size=200, **RECIPES[name])
    project = augmented(with_dropout(project), "random_crop", "noise")
    whole = run(project)
    control = Control()
    with monkeypatch.context() as patched:
        stop_after_steps(patched, stop_at, control)
        first = run(project, control=control)
    assert finished(first).ended == "stopped"
    second = run(project, resume_from=finished(first).checkpoint)
    assert losses_of(first) + losses_of(second) == losses_of(whole)
    assert finished(second).metrics == finished(whole).metrics
    assert finished(second).ended == finished(whole).ended
    epochs = {e.epoch: (e.train, e.validation) for e in [*first, *second] if isinstance(e, EpochFinished)}
    assert epochs == {e.epoch: (e.train, e.validation) for e in whole if isinstance(e, EpochFinished)}


def stop_after_steps(patched: pytest.MonkeyPatch, steps: int, control: Control) -> None:
    plain = SupervisedStep.__call__
    done = 0

    def step(self: SupervisedStep, batch: object) -> object:
        nonlocal done
        result = plain(self, batch)  # type: ignore[arg-type]
        done += 1
        if done == steps:
            control.stop()
        return result

    patched.setattr(SupervisedStep, "__call__", step)


def test_that_a_run_equals_a_plain_hand_written_loop_to_5_decimals(run: Run) -> None:
    project = project_of("digits", "mlp", optimizer=ADAM, batch_size=100, schedule=Setting("constant"))
    session = open_session(project, lambda fraction: True)  # for its source, samples and split only
    samples, rows = session.dataset.samples(), session.split.train
    mean, std = (torch.tensor(session.dataset.preprocessing()[k]) for k in ("mean", "std"))
    names: dict[str, object] = {}
    exec(session.source, names)

    torch.manual_seed(project.recipe.seed)
    model = names["Network"]()  # type: ignore[operator]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    inputs, targets = torch.from_numpy(samples.inputs[rows]), torch.from_numpy(samples.targets[rows])
    expected = []
    for epoch in range(3):
        generator = torch.Generator().manual_seed(project.recipe.seed * 1_000_000 + epoch)
        for batch in torch.randperm(len(rows), generator=generator).split(100):
            pictures = (inputs[batch].float() / 255 - mean.view(1, -1, 1, 1)) / std.view(1, -1, 1, 1)
            loss = nn.functional.cross_entropy(model(pictures), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    assert losses_of(run(project)) == pytest.approx(expected, abs=1e-5)


def test_that_every_sample_is_seen_once_an_epoch_and_no_batch_has_a_single_one() -> None:
    batches = epoch_batches(65, 16, seed=3, epoch=2)
    assert [len(batch) for batch in batches] == [16, 16, 16, 17]
    assert sorted(torch.cat(batches).tolist()) == list(range(65))
    assert steps_per_epoch(65, 16) == 4
    assert [len(batch) for batch in epoch_batches(1, 16, 0, 0)] == [1]
    for n in range(1, 70):
        for size in (1, 2, 16):
            assert steps_per_epoch(n, size) == len(epoch_batches(n, size, 0, 0))


def test_that_early_stopping_uses_the_best_weights(run: Run) -> None:
    project = project_of(
        "iris", optimizer=Setting("sgd", {"lr": 1.0, "momentum": 0.9}), patience=2, epochs=100
    )
    events = run(project)
    end = finished(events)
    assert end.ended == "early"
    epochs = [e for e in events if isinstance(e, EpochFinished)]
    best = min(range(len(epochs)), key=lambda i: epochs[i].validation["loss"])
    assert best == len(epochs) - 3
    (measured,) = [e for e in ask(Evaluate(end.checkpoint, "validation")) if isinstance(e, Evaluation)]
    assert measured.metrics["loss"] == pytest.approx(epochs[best].validation["loss"], abs=1e-6)


def test_that_steps_count_up_without_gaps_and_events_stay_few(run: Run) -> None:
    events = run(project_of("digits", epochs=3))
    start = next(e for e in events if isinstance(e, RunStarted))
    told = [e for e in events if isinstance(e, StepsDone)]
    step = 0
    for event in told:
        assert event.first_step == step
        assert len(event.metrics) == len(event.losses)
        step += len(event.losses)
    assert step == start.epochs * start.steps_per_epoch
    assert len(told) <= 13 * finished(events).elapsed_s + 2 * start.epochs


def test_that_the_record_tells_the_run_and_survives_a_torn_line(run: Run, tmp_path: Path) -> None:
    end = finished(run(project_of("iris", epochs=2)))
    record = Path(end.checkpoint).parent / "record.jsonl"
    with record.open("a", encoding="utf-8") as file:
        file.write('{"event": "epoch_fin')
    (told,) = list_runs(tmp_path / "runs")
    assert told.ended == "completed"
    assert told.metrics == pytest.approx(dict(end.metrics))
    assert [line["epoch"] for line in told.epochs] == [0, 1]
    assert told.checkpoint == Path(end.checkpoint)
    started = json.loads(record.read_text(encoding="utf-8").splitlines()[0])
    assert started["seed"] == 0
    assert started["versions"]["torch"] == torch.__version__
    assert started["fingerprint"]


def test_that_pausing_in_the_middle_of_an_epoch_changes_nothing(run: Run) -> None:
    project = project_of("digits", epochs=2)

    def watch(event: Event, control: Control) -> None:
        if type(event).__name__ == "Paused":
            control.save_now()
        if type(event).__name__ == "CheckpointWritten" and control.paused:
            control.resume()

    control = Control()
    control.pause()
    events = run(project, watch, control)
    names = [type(e).__name__ for e in events]
    assert names.index("Paused") < names.index("Resumed")
    assert "CheckpointWritten" in names[names.index("Paused") : names.index("Resumed")]
    assert losses_of(events) == losses_of(run(project))


def test_that_a_paused_run_can_be_stopped(run: Run) -> None:
    def watch(event: Event, control: Control) -> None:
        if type(event).__name__ == "Paused":
            control.stop()

    control = Control()
    control.pause()
    end = finished(run(project_of("digits"), watch, control))
    assert end.ended == "stopped"
    assert Path(end.checkpoint).is_file()


def test_that_a_stop_during_preparation_ends_without_a_step(run: Run) -> None:
    control = Control()
    control.stop()
    end = finished(run(project_of("digits"), control=control))
    assert (end.ended, end.steps) == ("stopped", 0)
