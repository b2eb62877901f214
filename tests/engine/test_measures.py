"""Our own figures against scikit-learn's, what previews show, devices, threads."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle

from studio.core.project import Recipe, Setting
from studio.engine import devices
from studio.engine.devices import DeviceError, choose_device, list_devices
from studio.engine.evaluate import probabilities
from studio.engine.events import AugmentationsPreviewed, SchedulePreviewed
from studio.engine.metrics import ClassTally, NumberTally, per_class_metrics
from studio.engine.preview import preview_schedule
from studio.engine.requests import Predict, PreviewAugmentations, PreviewSchedule
from studio.engine.threads import threads_for
from studio.engine.warmup import warm_up

from .conftest import Run, ask, augmented, finished, losses_of, project_of

CPU = torch.device("cpu")


@pytest.mark.parametrize("seed", range(3))
def test_that_class_metrics_equal_scikit_learn(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(0, 4, (90,), generator=generator)  # class 4 never occurs
    outputs = torch.randn(90, 5, generator=generator)
    tally = ClassTally(5, CPU)
    for part in (slice(0, 60), slice(60, 90)):
        tally.add(outputs[None, part], targets[None, part])
    predicted = outputs.argmax(1)
    results = tally.results()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class that is predicted and never occurs
        assert results["accuracy"] == pytest.approx(oracle.accuracy_score(targets, predicted))
        assert results["balanced_accuracy"] == pytest.approx(
            oracle.balanced_accuracy_score(targets, predicted)
        )
        for name, function in (("f1", oracle.f1_score), ("precision", oracle.precision_score)):
            expected = function(targets, predicted, average="macro", zero_division=0)
            assert results[name] == pytest.approx(expected), name
    expected_matrix = oracle.confusion_matrix(targets, predicted, labels=range(5))
    assert np.array_equal(tally.confusion(), expected_matrix)
    by_class = per_class_metrics(tally.confusion(), tuple("abcde"))
    recalls = oracle.recall_score(targets, predicted, average=None, labels=range(5), zero_division=0)
    assert [by_class[name]["recall"] for name in "abcde"] == pytest.approx(list(recalls))


def test_that_number_metrics_equal_scikit_learn_in_the_targets_units() -> None:
    generator = torch.Generator().manual_seed(0)
    targets, outputs = torch.randn(2, 80, 1, generator=generator)
    tally = NumberTally(CPU, scale=2.5)
    tally.add(outputs.view(4, 20, 1), targets.view(4, 20, 1))
    results = tally.results()
    y, p = targets.double() * 2.5 + 7, outputs.double() * 2.5 + 7
    assert results["rmse"] == pytest.approx(oracle.root_mean_squared_error(y, p))
    assert results["mae"] == pytest.approx(oracle.mean_absolute_error(y, p))
    assert results["r2"] == pytest.approx(oracle.r2_score(y, p))


def test_that_probabilities_add_up_whatever_the_network_ends_in() -> None:
    scores = torch.tensor([[2.0, 1.0, -1.0]])
    shares = torch.softmax(scores.double(), 1)
    for outputs in (scores, torch.softmax(scores, 1), torch.log_softmax(scores, 1)):
        assert torch.allclose(probabilities(outputs), shares, atol=1e-6)
    assert probabilities(torch.tensor([[0.0]])).tolist() == [[0.5, 0.5]]


def test_that_the_preview_shows_the_original_first() -> None:
    project = augmented(project_of("digits"), "noise")
    (answer,) = ask(PreviewAugmentations(project, (0, 5), variants=3, seed=1))
    assert isinstance(answer, AugmentationsPreviewed)
    assert answer.pictures.shape == (2, 4, 8, 8, 1)
    assert answer.pictures.dtype == np.uint8
    assert not np.array_equal(answer.pictures[:, 0], answer.pictures[:, 1])


def test_that_the_schedules_preview_is_the_schedule() -> None:
    project = project_of("iris", optimizer=Setting("sgd", {"lr": 0.1}), epochs=4)
    recipe = replace(project.recipe, schedule=Setting("step", {"step_size": 2, "gamma": 0.1}))
    (answer,) = ask(PreviewSchedule(recipe, 5))
    assert isinstance(answer, SchedulePreviewed)
    assert answer.learning_rates == pytest.approx([0.1] * 10 + [0.01] * 10)
    assert answer.steps == tuple(range(20))


def test_that_a_long_schedule_is_previewed_in_few_points() -> None:
    recipe: Recipe = replace(project_of("iris").recipe, schedule=Setting("cosine"), epochs=200)
    answer = preview_schedule(recipe, 10_000)
    assert len(answer.steps) <= 500
    assert answer.steps[-1] > 1_980_000
    assert answer.learning_rates[-1] < 0.01 * answer.learning_rates[0]


@pytest.mark.parametrize(
    ("schedule", "middle"),  # the middle: its rate as a share of the first, by the schedule's own formula
    [
        (Setting("constant"), 1.0),
        (Setting("cosine"), 0.5),
        (Setting("step", {"step_size": 120_000, "gamma": 0.5}), 0.5**4),  # the middle lies between two falls
        (Setting("step", {"step_size": 10, "gamma": 0.99999}), 0.99999**50_000),
        (Setting("multi_step", {"milestones": (100_000, 800_000), "gamma": 0.1}), 0.1),
        (Setting("exponential", {"gamma": 0.999999}), 0.999999**500_000),
        (Setting("reduce_on_plateau", {"factor": 0.1, "patience": 3, "cooldown": 0}), 1.0),
    ],
)
def test_that_a_million_epochs_are_previewed_in_few_steps(
    schedule: Setting, middle: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    step = torch.optim.AdamW.step
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda self: (steps.append(1), step(self)))
    recipe = replace(project_of("iris").recipe, schedule=schedule, epochs=1_000_000)
    answer = preview_schedule(recipe, 2)
    assert len(steps) <= 20_000
    assert answer.steps[-1] > 1_999_000
    shares = np.interp(1_000_500, answer.steps, np.array(answer.learning_rates) / answer.learning_rates[0])
    assert shares == pytest.approx(middle, rel=0.02)


def test_that_the_processor_is_listed_with_name_and_memory() -> None:
    cpu = list_devices()[0]
    assert (cpu.id, cpu.problem) == ("cpu", None)
    assert cpu.name
    assert cpu.memory_bytes
    assert cpu.memory_bytes > 2**28


def test_that_a_device_that_fails_a_small_computation_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reason = devices.try_device("cuda:63")
    assert reason is not None
    assert reason.startswith("a small test computation failed (")
    broken = devices.Device("cuda:0", "Old GPU", 2**30, reason)
    monkeypatch.setattr(devices, "list_devices", lambda: (list_devices()[0], broken))
    assert choose_device("auto").id == "cpu"
    with pytest.raises(DeviceError, match="“Old GPU” cannot be used: a small test computation failed"):
        choose_device("cuda")


def test_that_the_number_of_threads_is_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engine.threads.physical_cores", lambda: 4)
    assert threads_for(101_632, 64) == 1
    assert threads_for(1_100_000, 64) == 1  # a small convolutional network: a second thread would be slower
    assert threads_for(10_000_000, 64) == 3
    assert threads_for(100_000_000, 64) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory is given back at every step")
def test_that_a_process_that_only_trains_takes_no_page_twice() -> None:
    lines = (
        "import resource, sys",
        "from studio.engine.heap import keep_freed_memory",
        "if sys.argv[1] == 'keep': keep_freed_memory()",
        "faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt",
        "def step(): [bytearray(b'x') * 8_000_000 for _ in range(3)]",
        "step(); step(); before = faults()",
        "for _ in range(5): step()",
        "print(faults() - before)",
    )

    def faults(how: str) -> int:
        command = [sys.executable, "-c", "\n".join(lines), how]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert faults("keep") < 100
    assert faults("give back") > 5 * 2000  # 4 KiB each


def test_that_other_work_beside_a_run_does_not_change_its_random_numbers(run: Run) -> None:
    from .test_training import with_dropout

    project = with_dropout(project_of("digits", "mlp", epochs=6))
    alone = run(project)
    checkpoint = finished(alone).checkpoint
    done = threading.Event()

    def disturb() -> None:
        while not done.is_set():  # builds networks, which draw random weights
            ask(Predict(checkpoint, ("missing.png",)))

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        beside = run(project)
    finally:
        done.set()
        thread.join()
    assert losses_of(beside) == losses_of(alone)


def test_that_warming_up_leaves_the_random_numbers_alone() -> None:
    before = torch.get_rng_state()
    warm_up()
    warm_up()
    assert torch.equal(torch.get_rng_state(), before)


def test_that_every_cell_of_the_matrix_has_examples(run: Run) -> None:
    evaluation = finished(run(project_of("digits", epochs=1))).evaluation
    assert evaluation is not None
    assert evaluation.confusion is not None
    counts = {(int(t), int(p)): int(evaluation.confusion[t, p]) for t, p in np.argwhere(evaluation.confusion)}
    assert {cell: min(count, 12) for cell, count in counts.items()} == {
        cell: len(examples) for cell, examples in evaluation.by_cell.items()
    }
    for cell, examples in evaluation.by_cell.items():
        assert {example[1:3] for example in examples} == {cell}
        sureness = [example[3] for example in examples]
        assert sureness == sorted(sureness, reverse=cell[0] != cell[1])
