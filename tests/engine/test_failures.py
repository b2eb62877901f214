"""What goes wrong is said in a sentence, and nothing is lost."""

from __future__ import annotations

import errno
import gc
import math
import os
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.core import safe_write
from studio.core.project import Setting
from studio.engine import saving
from studio.engine import session as session_module
from studio.engine.batches import Batch
from studio.engine.checkpoint import read_checkpoint
from studio.engine.control import Control
from studio.engine.events import (
    CheckpointWritten,
    EpochFinished,
    Evaluation,
    Event,
    Notice,
    RequestFailed,
    RunStarted,
)
from studio.engine.requests import Evaluate, Predict
from studio.engine.steps import SupervisedStep

from .conftest import Run, ask, failed, finished, losses_of, project_of

FAST = Setting("sgd", {"lr": 1000.0, "momentum": 0.9})


def test_that_a_loss_that_is_no_number_stops_the_run_and_keeps_finite_weights(run: Run) -> None:
    events = run(project_of("iris", optimizer=FAST, schedule=Setting("constant"), epochs=30))
    failure = failed(events)
    assert failure.code == "not-finite"
    assert "learning rate is too high: it is 1000. Try 0.01, or" in failure.message
    assert failure.checkpoint is not None
    weights = read_checkpoint(failure.checkpoint).weights
    assert all(bool(torch.isfinite(w).all()) for w in weights.values())
    (measured,) = [e for e in ask(Evaluate(failure.checkpoint)) if isinstance(e, Evaluation)]
    assert math.isfinite(measured.metrics["loss"])  # finite weights may be too large to answer with numbers
    finished(run(project_of("iris", epochs=1)))  # the next run works


def test_that_out_of_memory_proposes_half_the_batch_and_the_next_run_works(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(self: SupervisedStep, batch: object) -> object:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ...")

    project = project_of("digits", batch_size=64)
    with monkeypatch.context() as patched:
        patched.setattr(SupervisedStep, "__call__", step)
        failure = failed(run(project))
    assert (failure.code, failure.batch_size) == ("out-of-memory", 32)
    assert "Try a batch size of 32 instead of 64." in failure.message
    finished(run(project))


@pytest.mark.parametrize("how", ["finished", "failed"])
def test_that_the_memory_of_a_run_is_given_back_without_a_collection(
    how: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[weakref.ref[object]] = []
    plain = session_module.build_network

    def build(*arguments: object) -> object:
        source, model = plain(*arguments)  # type: ignore[arg-type]
        seen.append(weakref.ref(model))
        seen.extend(weakref.ref(p) for p in model.parameters())
        return source, model

    monkeypatch.setattr(session_module, "build_network", build)
    monkeypatch.setattr(gc, "collect", lambda *_: 0)  # in the window, a run may not collect
    assert not gc.isenabled()
    optimizer = {} if how == "finished" else {"optimizer": FAST, "schedule": Setting("constant")}
    events = run(project_of("iris", **{"epochs": 30, **optimizer}))
    assert type(events[-1]).__name__ == ("RunFinished" if how == "finished" else "RunFailed")
    assert len(seen) > 2
    assert [ref() for ref in seen if ref() is not None] == []


def explode_at(step: int, patched: pytest.MonkeyPatch) -> None:
    """From this step on the weights are finite, and too large for any answer."""
    plain, count = SupervisedStep.__call__, 0

    def take(self: SupervisedStep, batch: Batch) -> object:
        nonlocal count
        count += 1
        if count > step:
            with torch.no_grad():
                for parameter in self.model.parameters():
                    parameter.fill_(1e37)
        return plain(self, batch)

    patched.setattr(SupervisedStep, "__call__", take)


def test_that_weights_too_large_to_answer_are_not_kept_but_the_best_before_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    explode_at(2 * 13 + 5, monkeypatch)  # in the third epoch
    project = project_of("iris", epochs=5, optimizer=Setting("sgd", {"lr": 0.001}))
    events = run(project)
    failure = failed(events)
    assert failure.code == "not-finite"
    assert failure.checkpoint is not None
    kept = read_checkpoint(failure.checkpoint)
    assert 0 < kept.step <= 31
    assert all(float(w.abs().max()) < 100 for w in kept.weights.values())


def test_that_the_weights_training_began_with_are_kept_where_no_later_ones_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    explode_at(3, monkeypatch)
    failure = failed(run(project_of("iris", epochs=2)))
    assert failure.code == "not-finite"
    assert failure.checkpoint is not None
    kept = read_checkpoint(failure.checkpoint)
    assert kept.step <= 3
    assert all(float(w.abs().max()) < 100 for w in kept.weights.values())


def full_disk(fails: Callable[[Path], bool]) -> Callable[..., None]:
    plain = safe_write.write_atomically

    def write(path: Path | str, fill: Callable[..., None]) -> None:
        if fails(Path(path)):
            cause = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise safe_write.SaveError(
                f"“{Path(path).name}” could not be saved: the disk is full."
            ) from cause
        plain(path, fill)

    return write


def test_that_training_goes_on_with_a_full_disk_and_saves_at_the_end(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.engine import checkpoint

    full = True
    monkeypatch.setattr(checkpoint, "write_atomically", full_disk(lambda path: full))
    monkeypatch.setattr(saving, "BEST_INTERVAL_S", 0.0)

    def watch(event: Event, control: Control) -> None:
        nonlocal full
        if isinstance(event, EpochFinished) and event.epoch == 2:
            full = False

    events = run(project_of("iris", epochs=3), watch)
    notices = [e.message for e in events if isinstance(e, Notice)]
    assert any("the disk is full. Training goes on" in message for message in notices)
    assert any("Saving works again" in message for message in notices)
    assert Path(finished(events).checkpoint).is_file()


def test_that_a_disk_that_stays_full_is_said_at_the_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.engine import checkpoint

    monkeypatch.setattr(checkpoint, "write_atomically", full_disk(lambda path: True))
    events = run(project_of("iris", epochs=2))
    failure = failed(events)
    assert failure.code == "disk"
    assert "the disk is full" in failure.message
    assert failure.checkpoint is None
    assert sum(isinstance(e, EpochFinished) for e in events) == 2


def test_that_an_output_that_cannot_be_written_does_not_lose_the_run(run: Run, tmp_path: Path) -> None:
    events = run(project_of("iris", epochs=1), output=str(tmp_path / "missing" / "c.safetensors"))
    assert Path(finished(events).checkpoint).is_file()
    assert any(isinstance(e, Notice) and "missing" in e.message for e in events)


def test_that_a_folder_for_runs_that_cannot_be_made_fails_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    failure = failed(run(project_of("iris")))
    assert failure.code == "disk"
    assert "runs" in failure.message


def test_that_a_dataset_that_vanished_fails_in_a_sentence(run: Run, regression_table: str) -> None:
    project = project_of(regression_table)
    Path(regression_table).unlink()
    failure = failed(run(project))
    assert failure.code == "data"
    assert "sums.csv" in failure.message
    assert "Traceback" not in failure.message


def test_that_a_broken_network_is_named_by_its_first_problem(run: Run) -> None:
    project = project_of("digits")
    graph = project.graph
    broken = project.with_graph(replace(graph, edges=graph.edges[1:]))
    failure = failed(run(broken))
    assert failure.code == "problem"
    assert not any(isinstance(e, RunStarted) for e in [failure])


def test_that_an_unknown_device_names_those_there_are(run: Run) -> None:
    failure = failed(run(project_of("iris", device="cuda:7")))
    assert failure.code == "device"
    assert "no device called “cuda:7”" in failure.message
    assert "cpu" in failure.message


def test_that_an_unexpected_error_becomes_a_failure_with_details(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SupervisedStep, "__call__", lambda self, batch: 1 / 0)
    failure = failed(run(project_of("iris")))
    assert failure.code == "unexpected"
    assert "division by zero" in failure.message
    assert "ZeroDivisionError" in failure.details


def test_that_other_requests_fail_with_a_sentence(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.safetensors")
    for request in (Evaluate(missing), Predict(missing, ("x.png",))):
        (answer,) = ask(request)
        assert isinstance(answer, RequestFailed)
        assert answer.message.startswith("There is no file")


def test_that_a_stop_in_a_validation_is_obeyed_and_resumed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.engine import loop

    project = project_of("digits", epochs=2)
    whole = run(project)
    control = Control()
    plain = loop.measure

    def measure(*arguments: object, **keywords: object) -> object:
        control.stop()
        return plain(*arguments, **keywords)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(loop, "measure", measure)
        first = run(project, control=control)
    assert finished(first).ended == "stopped"
    assert not any(isinstance(e, EpochFinished) for e in first)
    assert any(isinstance(e, CheckpointWritten) and e.reason == "stopped" for e in first)
    second = run(project, resume_from=finished(first).checkpoint)
    assert losses_of(first) + losses_of(second) == losses_of(whole)
    assert sum(isinstance(e, EpochFinished) for e in second) == 2


def test_that_resuming_a_finished_run_says_that_nothing_is_left(run: Run) -> None:
    project = project_of("iris", epochs=2)
    end = finished(run(project))
    failure = failed(run(project, resume_from=end.checkpoint))
    assert "has trained for 2 epochs already" in failure.message
    more = replace(project, recipe=replace(project.recipe, epochs=3))
    events = run(more, resume_from=end.checkpoint)
    assert finished(events).steps > end.steps


def test_that_resuming_with_another_network_names_the_difference(run: Run) -> None:
    end = finished(run(project_of("digits", "mlp", epochs=1)))
    failure = failed(run(project_of("digits", "small-cnn", epochs=2), resume_from=end.checkpoint))
    assert failure.code == "problem"
    assert "belongs to another network" in failure.message


def test_that_a_setting_out_of_range_is_refused_in_its_own_words(run: Run) -> None:
    project = project_of("penguins")
    wrong = replace(project.recipe, optimizer=Setting("adamw", {"lr": -1.0}))
    failure = failed(run(replace(project, recipe=wrong)))
    assert failure.code == "problem"
    assert failure.message == "AdamW: Learning rate: must be more than 0, received -1."
    failure = failed(run(replace(project, recipe=replace(project.recipe, batch_size=0))))
    assert failure.code == "problem"
    assert failure.message.startswith("The batch size must be 1 or more")


def test_that_going_on_after_early_stopping_grants_patience_anew(run: Run) -> None:
    project = project_of("iris", epochs=40, patience=1, optimizer=Setting("sgd", {"lr": 5.0}))
    early = finished(run(project))
    assert early.ended == "early"
    patient = replace(project, recipe=replace(project.recipe, patience=3))
    again = finished(run(project, resume_from=early.checkpoint))
    assert again.steps > early.steps
    assert finished(run(patient, resume_from=again.checkpoint)).steps > again.steps
