"""Things found in pictures, from a folder with boxes to boxes around the user's own: by mouse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState
from tests.data.boxes.sample_folder import blocks
from tests.e2e.story import TRAINING_MS, Person
from tests.ui.shell.answers import Answers


def test_that_boxes_are_learnt_looked_at_drawn_and_taken_home(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    data = blocks(tmp_path / "blocks")
    window.files.new_from(str(data))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.project.kind == "object-detection"
    assert "24 pictures with" in person.see("datasetFacts").text()
    assert "2 classes" in person.see("datasetFacts").text()

    person.go_to("train")
    person.type_number("epochs", "4")
    with qtbot.waitSignal(window.run.finished, timeout=TRAINING_MS):
        person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    assert 0 <= window.run.result.metrics["map50"] <= 1
    shown = person.see("livePictures").shown
    assert shown.epoch == 3
    assert person.see("livePictureList").count() == len(shown.pictures) > 0

    person.go_to("results")
    table = person.see("classPrecision")
    assert [table.item(row, 0).text() for row in range(2)] == ["red block", "blue block"]
    shown = person.see("detectedPictures")
    slider = next(s for s in window.findChildren(QSlider, "threshold") if s.isVisible())
    counts = []
    for percent in (99, 1):
        slider.setValue(percent)
        counts.append([int(shown.item(i).text().split()[0]) for i in range(shown.count())])
    none, all_of_them = counts
    assert sum(none) < sum(all_of_them)
    assert "are right" in person.see("thresholdSays").text()

    person.go_to("use")
    page = window.findChild(object, "usePage")
    page.use_paths([data / "00.png"])
    qtbot.waitUntil(lambda: page.pictures.answer.threshold.isVisible(), timeout=20_000)
    page.pictures.answer.threshold.slider.setValue(99)
    assert person.see("prediction").text() == "nothing"
    page.pictures.answer.threshold.slider.setValue(1)
    assert "block" in person.see("prediction").text()

    page.use_paths([data])
    qtbot.waitUntil(lambda: len(page.many.predictions) == 24, timeout=20_000)
    assert person.see("listThreshold").value() == 1  # as it was left on the single picture
    answers.save_to = tmp_path / "found.json"
    person.click("exportPredictions")
    qtbot.waitUntil((tmp_path / "found.json").is_file, timeout=10_000)
    every = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert len(every["images"]) == 24
    found = sum(len(p.boxes or ()) for p in page.many.predictions)
    assert len(every["annotations"]) == sum(
        box.probability >= 0.01 for p in page.many.predictions for box in p.boxes or ()
    )
    assert 0 < len(every["annotations"]) <= found
