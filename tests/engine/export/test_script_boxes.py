"""Scripts of detectors: the same boxes, losses and precision, without Lantern."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.project import Project, Setting
from studio.engine.detection.average_precision import Seen, class_precision, mean_precision
from studio.engine.export.script_precision import average_precision
from tests.data.boxes.sample_folder import blocks
from tests.engine.export.test_script import lantern_epochs, project_for, script_output, with_recipe

SGD = Setting("sgd", {"lr": 0.01, "momentum": 0.9})


def boxes_project(
    tmp_path: Path, *augmentations: str, template: str | None = None, **recipe: object
) -> Project:
    project = with_recipe(
        project_for(blocks(tmp_path / "blocks"), template),
        **{"epochs": 2, "batch_size": 8, "optimizer": SGD, **recipe},
    )
    assert project.dataset is not None
    assert project.kind == "object-detection"
    settings = tuple(Setting(name) for name in augmentations)
    return replace(project, dataset=replace(project.dataset, augmentations=settings))


def assert_same(project: Project, tmp_path: Path) -> None:
    epochs = lantern_epochs(project, tmp_path)
    said = script_output(project, tmp_path)
    pattern = r"epoch \d+: training loss (\S+), validation loss (\S+), map50 (\S+)$"
    found = re.findall(pattern, said, re.MULTILINE)
    assert len(found) == len(epochs) == project.recipe.epochs
    for event, (train_loss, validation_loss, precision) in zip(epochs, found, strict=True):
        assert float(train_loss) == pytest.approx(event.train["loss"], abs=1e-5)
        assert float(validation_loss) == pytest.approx(event.validation["loss"], abs=1e-5)
        assert float(precision) == pytest.approx(event.validation["map50"], abs=1e-4)


def test_that_a_detector_trains_to_the_same_losses_and_precision_without_lantern(tmp_path: Path) -> None:
    project = boxes_project(tmp_path, "horizontal_flip", "affine", "colour_jitter", "mixup")
    assert_same(project, tmp_path)
    text = (tmp_path / "train.py").read_text("utf-8")
    assert "def augment_boxes(" in text
    assert "mixup" not in text  # it does not fit boxes, and training leaves it out
    assert "class DetectionLoss(nn.Module):" in text
    assert 'CLASSES = ["red block", "blue block"]' in text


def test_that_a_detector_without_augmentation_comes_out_the_same_for_the_other_loss(tmp_path: Path) -> None:
    project = boxes_project(
        tmp_path,
        template="detector-with-neck",
        loss=Setting("detection_bce", {"boxes": "iou"}),
        schedule=Setting("one_cycle"),
        clip_norm=1.0,
    )
    assert_same(project, tmp_path)
    assert "augment" not in (tmp_path / "train.py").read_text("utf-8")


@pytest.mark.parametrize("seed", range(6))
def test_that_the_precision_of_the_script_is_that_of_the_run(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seen, found, truth = [], [], torch.full((12, 5, 5), -1.0)
    for picture in range(12):
        low = rng.random((8, 2)) * 0.6
        boxes = np.concatenate([low, low + 0.1 + rng.random((8, 2)) * 0.3], axis=1).astype(np.float32)
        labels = rng.integers(0, 3, 8)
        count = int(rng.integers(0, 5))
        guessed = (boxes + rng.normal(0, 0.02, boxes.shape)).astype(np.float32)
        scores = np.sort(rng.random(8).astype(np.float32))[::-1].copy()
        truth[picture, :count] = torch.from_numpy(np.concatenate([labels[:, None], boxes], axis=1)[:count])
        found.append(tuple(map(torch.from_numpy, (guessed, labels, scores))))
        seen.append(
            Seen(
                boxes[:count].astype(np.float64),
                labels[:count],
                guessed.astype(np.float64),
                labels,
                scores.astype(np.float64),
            )
        )
    expected = mean_precision([class_precision(seen, label) for label in range(3)])["map50"]
    assert 0 < expected < 1
    assert average_precision(found, truth, 3) == pytest.approx(expected, abs=1e-9)
