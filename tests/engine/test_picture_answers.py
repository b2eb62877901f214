"""Numbers and several labels of pictures: trained, resumed, evaluated elsewhere, predicted, exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core.project import Project, Setting
from studio.engine.control import Control
from studio.engine.events import Evaluation, Event, Exported, Predicted, RunFinished
from studio.engine.host import serve
from studio.engine.label_metrics import LabelTally, average_precisions, label_curves, label_metrics
from studio.engine.metrics import NumberTally
from studio.engine.requests import Evaluate, Export, Predict, Train
from studio.engine.results_file import kept_results
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe

CPU = torch.device("cpu")


def stripes(folder: Path, count: int = 40, seed: int = 0) -> Path:
    """Pictures with red, green and blue stripes: any of them, or none."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = ["image,tags"]
    for i in range(count):
        pixels = rng.integers(0, 60, (12, 12, 3))
        tags = [name for name in ("red", "green", "blue") if rng.random() < 0.5]
        for place, name in enumerate(("red", "green", "blue")):
            if name in tags:
                pixels[place * 4 : place * 4 + 4, :, place] = 250
        Image.fromarray(pixels.astype(np.uint8)).save(folder / "images" / f"{i:03}.png")
        rows.append(f"{i:03}.png,{';'.join(tags) or 'none'}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def spots(folder: Path, count: int = 40, seed: int = 0) -> Path:
    """A bright spot each, and where it is: y in centimetres."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = ["image,x,y"]
    for i in range(count):
        pixels = rng.integers(0, 60, (12, 12, 3))
        x, y = rng.integers(0, 9, 2)
        pixels[y : y + 3, x : x + 3] = 255
        Image.fromarray(pixels.astype(np.uint8)).save(folder / "images" / f"{i:03}.png")
        rows.append(f"{i:03}.png,{x},{y}.5 cm")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def trained(project: Project, runs: Path) -> RunFinished:
    events: list[Event] = []
    serve(Train(project, str(runs)), events.append, Control())
    ended = events[-1]
    assert isinstance(ended, RunFinished), ended
    return ended


def asked(request: Evaluate | Predict | Export, wanted: type) -> Event:
    answers: list[Event] = []
    serve(request, answers.append, Control())
    found = [answer for answer in answers if isinstance(answer, wanted)]
    assert len(found) == 1, answers
    return found[0]


def test_that_several_labels_are_learnt_measured_and_said_of_new_pictures(tmp_path: Path) -> None:
    project = with_recipe(project_for(stripes(tmp_path / "a")), epochs=8)
    assert project.kind == "image-multilabel-classification"
    ended = trained(project, tmp_path / "runs")
    assert set(ended.metrics) == {
        "loss",
        "f1",
        "mean_average_precision",
        "exact_match",
        "precision",
        "recall",
    }
    evaluation = ended.evaluation
    assert evaluation is not None
    assert evaluation.labels is not None
    assert evaluation.classes == ("blue", "green", "red")
    assert evaluation.metrics["f1"] == pytest.approx(1, abs=0.1)
    assert kept_results(Path(ended.checkpoint).parent) is not None
    kept = kept_results(Path(ended.checkpoint).parent)
    assert kept is not None
    assert kept.labels is not None
    assert kept.labels.hits.tolist() == evaluation.labels.hits.tolist()
    other = asked(Evaluate(ended.checkpoint, "all", str(stripes(tmp_path / "b", 20, 1))), Evaluation)
    assert isinstance(other, Evaluation)
    assert (other.samples, other.metrics["exact_match"]) == (20, pytest.approx(1, abs=0.15))
    image = tmp_path / "new.png"
    pixels = np.full((12, 12, 3), 30, np.uint8)
    pixels[0:4, :, 0] = pixels[8:12, :, 2] = 250
    Image.fromarray(pixels).save(image)
    answer = asked(Predict(ended.checkpoint, (str(image),)), Predicted)
    assert isinstance(answer, Predicted)
    (said,) = answer.predictions
    assert (said.labels, said.prediction) == (("blue", "red"), "blue, red")
    assert sum(said.probabilities.values()) > 1.5  # each stands for itself


def test_that_numbers_are_learnt_and_told_in_their_own_units(tmp_path: Path) -> None:
    project = with_recipe(project_for(spots(tmp_path / "a", 60)), epochs=12)
    assert project.kind == "image-regression"
    ended = trained(project, tmp_path / "runs")
    assert ended.evaluation is not None
    x, y = ended.evaluation.numbers
    assert [(x.name, x.unit), (y.name, y.unit)] == [("x", ""), ("y", "cm")]
    assert ended.metrics["rmse"] == pytest.approx((x.metrics["rmse"] + y.metrics["rmse"]) / 2)
    assert ended.metrics["rmse"] < 0.6 * ended.evaluation.guess["rmse"]
    assert y.metrics["rmse"] == pytest.approx(
        float(np.sqrt(np.mean((y.predictions - y.targets) ** 2))), rel=1e-4
    )
    picture = str(tmp_path / "a" / "images" / "000.png")
    answer = asked(Predict(ended.checkpoint, (picture,)), Predicted)
    assert isinstance(answer, Predicted)
    (said,) = answer.predictions
    assert tuple(said.numbers) == ("x", "y")
    assert said.units == ("", "cm")
    assert said.prediction == f"x {said.numbers['x']:.6g}, y {said.numbers['y']:.6g} cm"
    onnx = asked(Export(ended.checkpoint, "pth", str(tmp_path / "m.pth")), Exported)
    assert isinstance(onnx, Exported)


@pytest.mark.parametrize("make", [stripes, spots], ids=lambda make: make.__name__)
def test_that_the_script_trains_to_the_same_losses(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    project = with_recipe(project_for(make(tmp_path / "a")), epochs=2, seed=1)
    if make is stripes:
        loss = Setting("bce_with_logits", {"pos_weight": True})
        project = replace(project, recipe=replace(project.recipe, loss=loss))
    assert_same_losses(project, tmp_path)


def test_that_average_precision_is_that_of_the_field() -> None:
    """Worked out by hand: hits at places 1 and 3, and at 2 of a tie of two."""
    scores = np.array([[4.0, 1.0], [3.0, 1.0], [2.0, 0.0], [1.0, -1.0]])
    truth = np.array([[1, 0], [0, 1], [1, 0], [0, 0]], bool)
    assert average_precisions(scores, truth) == pytest.approx(((1 + 2 / 3) / 2, 0.5))
    metrics = label_metrics(scores, truth)
    assert metrics["mean_average_precision"] == pytest.approx((5 / 6 + 0.5) / 2)
    assert metrics["f1"] == pytest.approx((4 / 6 + 2 / 3) / 2)
    assert metrics["exact_match"] == 0.25  # the third sample
    curves = label_curves(np.array([[0.9, 0.2], [0.4, 0.6]]), np.array([[1, 0], [1, 1]], bool))
    assert curves.exact[curves.thresholds.index(0.5)] == 1
    assert curves.exact[curves.thresholds.index(0.3)] == 2
    assert curves.hits[curves.thresholds.index(0.5)].tolist() == [1, 1]


def test_that_a_tally_of_labels_goes_on_where_it_stood() -> None:
    generator = torch.Generator().manual_seed(0)
    outputs = torch.randn(4, 5, 3, generator=generator)
    targets = (torch.rand(4, 5, 3, generator=generator) > 0.5).float()
    whole, half, rest = (LabelTally(3, CPU) for _ in range(3))
    whole.add(outputs, targets)
    half.add(outputs[:2], targets[:2])
    rest.load_state(half.state())
    rest.add(outputs[2:], targets[2:])
    assert rest.results() == whole.results()


def test_that_several_numbers_are_each_counted_in_their_own_units() -> None:
    tally = NumberTally(CPU, (2.0, 10.0))
    steps = tally.add(torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]), torch.zeros(1, 2, 2))
    assert steps == pytest.approx([(2 * 0.5**0.5 + 10 * 0.5**0.5) / 2])
    assert [one["mae"] for one in tally.each()] == pytest.approx([1.0, 5.0])
    other = NumberTally(CPU, (2.0, 10.0))
    other.load_state(tally.state())
    assert other.results()["rmse"] == tally.results()["rmse"]
