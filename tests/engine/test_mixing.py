"""Mixup and CutMix in a run: every loss takes them, the metrics are honest, a run resumes bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from studio.core.project import Project, Setting
from studio.engine.batches import Batch, Mixed
from studio.engine.control import Control
from studio.engine.events import (
    AugmentationsPreviewed,
    EpochFinished,
    Evaluation,
    Notice,
    Predicted,
    RequestFailed,
)
from studio.engine.requests import Evaluate, Predict, PreviewAugmentations
from studio.engine.steps import SupervisedStep

from .conftest import Run, ask, augmented, finished, losses_of, project_of
from .test_training import stop_after_steps


def step_of(criterion: nn.Module, model: nn.Module, target: str = "classes") -> SupervisedStep:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    return SupervisedStep(model, criterion, [optimizer], target, 0.0, None, None, True)  # type: ignore[arg-type]


def mixed_batch(share: float) -> tuple[Batch, torch.Tensor]:
    """A batch whose second targets are a rearrangement of the first, and the soft targets of the mix."""
    targets, partners = torch.tensor([0, 1, 2, 2]), torch.tensor([2, 0, 3, 1])
    inputs = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
    soft = share * nn.functional.one_hot(targets, 3) + (1 - share) * nn.functional.one_hot(
        targets[partners], 3
    )
    return Batch(inputs, targets, Mixed(targets[partners], torch.tensor(share))), soft


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_that_the_loss_of_a_mix_is_torchs_loss_of_soft_targets(smoothing: float) -> None:
    torch.manual_seed(0)
    model = nn.Linear(5, 3)
    batch, soft = mixed_batch(0.7)
    criterion = nn.CrossEntropyLoss(label_smoothing=smoothing)
    assert step_of(criterion, model)(batch).loss == pytest.approx(criterion(model(batch.inputs), soft).item())
    binary = nn.BCEWithLogitsLoss()
    expected = binary(model(batch.inputs), soft).item()
    assert step_of(binary, model, "binary")(batch).loss == pytest.approx(expected)


def test_that_class_weights_count_in_both_halves_of_a_mix() -> None:
    torch.manual_seed(0)
    model, weight = nn.Linear(5, 3), torch.tensor([1.0, 2.0, 0.5])
    batch, soft = mixed_batch(0.6)
    logs = torch.log_softmax(model(batch.inputs), dim=1)
    # By hand: each picture's surprise, weighted by its classes; torch divides by the weights of the batch.
    expected = -(logs * soft * weight).sum() / weight[batch.targets].sum()
    criterion = nn.CrossEntropyLoss(weight=weight)
    assert step_of(criterion, model)(batch).loss == pytest.approx(expected.item())
    ending = nn.Sequential(model, nn.LogSoftmax(dim=1))
    assert step_of(nn.NLLLoss(weight=weight), ending)(batch).loss == pytest.approx(expected.item())


def test_that_metrics_go_by_the_class_with_the_larger_share() -> None:
    model = nn.Linear(5, 3)
    for share, expected in ((0.7, [0, 1, 2, 2]), (0.3, [2, 0, 2, 1])):
        batch, _ = mixed_batch(share)
        assert step_of(nn.CrossEntropyLoss(), model)(batch).targets.tolist() == expected


def test_that_a_mixed_number_is_a_mixed_target() -> None:
    batch = Batch(torch.zeros(2, 1), torch.tensor([[1.0], [3.0]]),
                  Mixed(torch.tensor([[3.0], [1.0]]), torch.tensor(0.25)))  # fmt: skip
    assert batch.shown.tolist() == [[2.5], [1.5]]


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "nll"])
def test_that_every_loss_for_pictures_trains_on_mixed_ones(loss: str, run: Run) -> None:
    project = augmented(project_of("digits", "mlp", loss=Setting(loss), epochs=3), "mixup", "cutmix")
    if loss == "nll":
        project = with_log_softmax(project)
    events = run(project)
    losses = losses_of(events)
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    notes = [event.message for event in events if isinstance(event, Notice)]
    assert any(note.startswith("Training pictures are mixed.") for note in notes)
    (*_, last) = [event for event in events if isinstance(event, EpochFinished)]
    assert last.validation["accuracy"] > last.train["accuracy"] - 0.05  # only training is mixed


def with_log_softmax(project: Project) -> Project:
    from studio.core.network import Edge, Node

    graph = project.graph
    (last,) = [edge for edge in graph.edges if edge.target == "output"]
    added = Node("log_softmax_1", "log_softmax", {})
    edges = [edge for edge in graph.edges if edge is not last]
    edges += [Edge(last.source, added.id), Edge(added.id, "output")]
    return project.with_graph(replace(graph, nodes=(*graph.nodes, added), edges=tuple(edges)))


@pytest.mark.parametrize(
    "names",
    [
        ("affine", "horizontal_flip", "mixup", "cutmix"),
        ("trivial_augment", "blur"),
        ("rand_augment", "random_resized_crop"),
    ],
)
def test_that_a_varied_run_resumes_bit_for_bit_in_mid_epoch(
    names: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = augmented(project_of("digits", "mlp", batch_size=200, epochs=2), *names)
    whole = run(project)
    control = Control()
    with monkeypatch.context() as patched:
        stop_after_steps(patched, 4, control)
        first = run(project, control=control)
    second = run(project, resume_from=finished(first).checkpoint)
    assert losses_of(first) + losses_of(second) == losses_of(whole)
    assert finished(second).metrics == finished(whole).metrics


def test_that_the_preview_names_what_a_mix_is_asked_for() -> None:
    project = augmented(project_of("digits"), "mixup")
    (answer,) = ask(PreviewAugmentations(project, (0, 1, 2), variants=6, seed=3))
    assert isinstance(answer, AugmentationsPreviewed)
    assert answer.pictures.shape == (3, 7, 8, 8, 1)
    assert [row[0] for row in answer.labels] == ["0", "1", "2"]
    mixed = {label for row in answer.labels for label in row[1:] if "%" in label}
    assert mixed
    for label in mixed:
        first, second = label.split(", ")
        assert int(first.split(" % ")[0]) + int(second.split(" % ")[0]) == 100


def test_that_a_preview_without_augmentations_repeats_the_original() -> None:
    (answer,) = ask(PreviewAugmentations(project_of("digits"), (4,), variants=2))
    assert isinstance(answer, AugmentationsPreviewed)
    assert (answer.pictures[0, 0] == answer.pictures[0, 2]).all()
    (failure,) = ask(PreviewAugmentations(project_of("digits"), (99_999,), variants=2))
    assert isinstance(failure, RequestFailed)
    assert failure.message == "None of these pictures can be read. Choose other ones."


@pytest.mark.parametrize("way", ["imagenet", "none"])
def test_that_a_checkpoint_answers_with_the_normalisation_it_was_trained_with(
    way: str, tmp_path: Path, run: Run
) -> None:
    random = np.random.default_rng(0)
    for number, name in enumerate(("red", "green")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(12):
            pixels = random.integers(0, 120, (12, 12, 3), dtype=np.uint8)
            pixels[..., number] += 120
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{i}.png")
    project = project_of(str(tmp_path / "photos"), "mlp", epochs=8, batch_size=8)
    assert project.dataset is not None
    project = replace(project, dataset=replace(project.dataset, normalisation=way))  # type: ignore[arg-type]
    ended = finished(run(project))
    (measured,) = [e for e in ask(Evaluate(ended.checkpoint)) if isinstance(e, Evaluation)]
    assert measured.metrics == ended.metrics
    (answer,) = ask(Predict(ended.checkpoint, (str(tmp_path / "photos" / "green" / "3.png"),)))
    assert isinstance(answer, Predicted)
    assert answer.predictions[0].prediction == "green"
