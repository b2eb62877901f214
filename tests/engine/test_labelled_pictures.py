"""Pictures with a table of labels train, are evaluated as another dataset, and export as a script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from studio.engine.control import Control
from studio.engine.events import Evaluation, Event, RunFinished
from studio.engine.host import serve
from studio.engine.requests import Evaluate, Train
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe


def labelled(folder: Path, side: int = 8) -> Path:
    """Dark and bright pictures, told apart by the table alone."""
    rng = np.random.default_rng(0)
    (folder / "images").mkdir(parents=True)
    rows = ["image,label"]
    for i in range(40):
        low = 0 if i % 2 else 150
        pixels = rng.integers(low, low + 100, (side, side, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / "images" / f"{i:03}.png")
        rows.append(f"{i:03}.png,{'dark' if i % 2 else 'bright'}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_that_they_train_and_another_such_folder_is_evaluated(tmp_path: Path) -> None:
    project = with_recipe(project_for(labelled(tmp_path / "a")), epochs=5)
    assert project.kind == "image-classification"
    events: list[Event] = []
    serve(Train(project, str(tmp_path / "runs")), events.append, Control())
    ended = events[-1]
    assert isinstance(ended, RunFinished), ended
    answers: list[Event] = []
    other = labelled(tmp_path / "b", side=12)
    serve(Evaluate(ended.checkpoint, "all", str(other)), answers.append, Control())
    found = [answer for answer in answers if isinstance(answer, Evaluation)]
    assert [answer.samples for answer in found] == [40]
    assert found[0].classes == ("bright", "dark")


def test_that_the_script_trains_to_the_same_losses(tmp_path: Path) -> None:
    project = with_recipe(project_for(labelled(tmp_path / "a")), epochs=2, seed=1)
    assert_same_losses(replace(project), tmp_path)
