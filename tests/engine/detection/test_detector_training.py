"""A detector from data to answer: learns a batch by heart, repeats itself, resumes, answers for pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core.project import Project, Setting
from studio.data.boxes.detection_dataset import DetectionDataset
from studio.data.boxes.scenes import Scenes
from studio.data.sources import clothes_scenes
from studio.engine.control import Control
from studio.engine.detection.tally import DetectionTally
from studio.engine.events import (
    EpochFinished,
    Evaluation,
    Event,
    Exported,
    PicturesSeen,
    Predicted,
    StepsDone,
)
from studio.engine.requests import Evaluate, Export, Predict
from studio.engine.results_file import kept_results
from studio.engine.session import open_session
from studio.kinds.catalogue import KINDS

from ..conftest import Run, ask, augmented, finished, losses_of, project_of


@pytest.fixture(scope="module")
def whole() -> Scenes:
    from studio.data.sources.bundled import BUNDLED

    entry = BUNDLED["fashion-mnist"]
    return clothes_scenes.made_scenes(entry.path, entry.classes)


@pytest.fixture
def few_scenes(whole: Scenes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few pictures of each part: enough for a run of a second."""
    from studio.data.boxes.box import BoxTable

    kept = [int(i) for part in range(3) for i in np.flatnonzero(whole.parts == part)[:24]]
    table = BoxTable.of([whole.table.boxes(i) for i in kept])
    small = Scenes(whole.pictures[kept], table, whole.parts[kept])
    monkeypatch.setattr(clothes_scenes, "made_scenes", lambda path, names: small)


def project(**recipe: object) -> Project:
    made = project_of("clothes-scenes", **{"epochs": 2, "batch_size": 8, **recipe})
    assert made.dataset is not None
    return replace(made, dataset=replace(made.dataset, options={"size": 48}))


def test_that_a_detector_overfits_one_small_batch(few_scenes: None) -> None:
    session = open_session(project(optimizer=Setting("adam", {"lr": 0.005})), lambda fraction: True)
    batch = session.train.take(torch.arange(4))
    session.model.train()
    for _ in range(120):
        session.train_step(batch)
    session.model.eval()
    tally = DetectionTally(5)
    with torch.inference_mode():
        tally.add(session.model(batch.inputs)[None], batch.targets[None])
    assert tally.results()["map50"] > 0.99


def test_that_runs_repeat_themselves_and_go_on_where_they_stopped(few_scenes: None, run: Run) -> None:
    wanted = augmented(project(), "horizontal_flip", "affine", "colour_jitter")
    whole_run = losses_of(run(wanted))
    assert losses_of(run(wanted)) == whole_run

    def stop(event: Event, control: Control) -> None:
        if isinstance(event, StepsDone):
            control.stop()

    first = run(wanted, stop)
    begun = losses_of(first)
    assert 0 < len(begun) < len(whole_run)
    rest = losses_of(run(wanted, resume_from=finished(first).checkpoint))
    assert begun + rest == whole_run


def test_that_events_tell_the_parts_of_the_loss_and_the_precision(few_scenes: None, run: Run) -> None:
    events = run(project())
    (epoch, _) = [event for event in events if isinstance(event, EpochFinished)]
    assert set(epoch.train) == {"loss", "class_loss", "box_loss", "fit_loss"}
    assert sum(epoch.train[p] for p in ("class_loss", "box_loss", "fit_loss")) == pytest.approx(
        epoch.train["loss"], rel=1e-4
    )
    assert {"map50", "map"} < set(epoch.validation)
    end = finished(events)
    assert end.evaluation is not None
    assert kept_results(Path(end.checkpoint).parent) == end.evaluation
    report = end.evaluation.detection
    assert report is not None
    assert len(report.pictures) == 24
    assert report.pictures[0].truth
    (measured,) = [e for e in ask(Evaluate(end.checkpoint)) if isinstance(e, Evaluation)]
    assert measured.metrics == end.metrics
    assert "map50" in measured.metrics


def test_that_each_epoch_shows_the_same_pictures_that_are_not_learnt_from(few_scenes: None, run: Run) -> None:
    from studio.data.opening import open_dataset

    wanted = project(epochs=2)
    events = run(wanted)
    seen = [event for event in events if isinstance(event, PicturesSeen)]
    assert [one.epoch for one in seen] == [0, 1]
    assert wanted.dataset is not None
    dataset = open_dataset(wanted.dataset)
    assert isinstance(dataset, DetectionDataset)
    shown = [[picture.index for picture in one.pictures] for one in seen]
    assert shown[0] == shown[1]
    assert len(set(shown[0])) == 8
    assert set(shown[0]) <= set(dataset.split().validation.tolist())
    for picture in seen[1].pictures:
        true = [box.class_index for box in dataset.boxes(picture.index)]
        assert [box.label for box in picture.truth] == true
        assert all(box.score >= 0.05 for box in picture.found)


def test_that_boxes_are_in_the_pixels_of_the_picture(few_scenes: None, run: Run, tmp_path: Path) -> None:
    end = finished(run(project()))
    wide = tmp_path / "wide.png"
    Image.new("RGB", (300, 100), "grey").save(wide)
    (answer,) = [e for e in ask(Predict(end.checkpoint, (str(wide), "no.png"))) if isinstance(e, Predicted)]
    seen, missing = answer.predictions
    assert seen.size == (100, 300)
    assert seen.boxes is not None
    for box in seen.boxes:
        assert 0 <= box.left < box.right <= 300
        assert 0 <= box.top < box.bottom <= 100
    assert missing.boxes is None
    assert missing.problem is not None
    assert "no.png" in missing.problem


def test_that_weights_leave(few_scenes: None, run: Run, tmp_path: Path) -> None:
    end = finished(run(project(epochs=1)))
    (written,) = ask(Export(end.checkpoint, "pth", str(tmp_path / "w.pth")))
    assert isinstance(written, Exported)


def test_that_the_command_line_lists_boxes(
    few_scenes: None, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from studio import cli

    end = finished(run(project(epochs=1)))
    picture = tmp_path / "p.png"
    Image.new("RGB", (60, 60), "grey").save(picture)
    assert cli.main(["predict", end.checkpoint, str(picture), "--json", "--threshold", "0"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["input"] == str(picture)
    assert set(answer["boxes"][0]) == {"class", "probability", "box"}
    assert cli.main(["evaluate", end.checkpoint, "--json"]) == 0
    assert 0 <= json.loads(capsys.readouterr().out)["metrics"]["map50"] <= 1


def test_that_only_losses_for_boxes_are_offered() -> None:
    kind = KINDS["object-detection"]
    assert kind.losses == ("detection_focal", "detection_bce")
    assert not any(loss in kind.losses for k in KINDS if k is not kind for loss in k.losses)
