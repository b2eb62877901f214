"""Pictures with a table, from the folder to an answer: several labels, then a number, by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState
from tests.e2e.story import TRAINING_MS, Person


def folder(path: Path, count: int = 40) -> Path:
    """Red and blue halves, each there or not; and a green as bright as the water is deep."""
    rng = np.random.default_rng(0)
    path.mkdir()
    rows = ["file,colours,depth"]
    for i in range(count):
        tags = [name for name in ("red", "blue") if rng.random() < 0.5]
        green = int(rng.integers(0, 200))
        pixels = rng.integers(0, 30, (12, 12, 3))
        pixels[:6, :, 0] += 200 * ("red" in tags)
        pixels[6:, :, 2] += 200 * ("blue" in tags)
        pixels[:, :, 1] += green
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path / f"{i:02}.png")
        rows.append(f"{i:02}.png,{'+'.join(tags) or 'none'},{green / 10} cm")
    (path / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return path


def choose(person: Person, name: str, value: str) -> None:
    box = person.see(name)
    box.setCurrentIndex(box.findData(value))


def trained(person: Person, epochs: str) -> None:
    person.go_to("train")
    person.type_number("epochs", epochs)
    with person.qtbot.waitSignal(
        person.window.run.finished, timeout=TRAINING_MS
    ):  # it may be over in a blink
        person.click("trainButton")
    person.wait_for(RunState.FINISHED)


def test_that_labels_and_then_a_number_are_learnt_by_the_same_five_steps(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    data = folder(tmp_path / "lights")
    window.files.new_from(str(data))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert person.see("datasetFacts").text() == "40 pictures with 2 labels, 12×12, in colour"
    assert "each is learnt by itself" in person.see("datasetNotes").text()
    trained(person, "6")
    person.go_to("results")
    table = person.see("labelRows")
    assert [table.item(row, 0).text() for row in range(table.rowCount())] == ["blue", "red"]
    person.see("labelThreshold").setValue(0)
    assert table.item(0, 2).text() == "100 %"  # with a threshold of 1 % every one is found
    person.go_to("use")
    window.findChild(object, "usePage").use_paths([data / "00.png"])
    qtbot.waitUntil(lambda: person.see("prediction").text() not in ("", "–"), timeout=20_000)
    assert person.see("threshold").value() == 50

    person.go_to("data")
    choose(person, "source.learn", "class")
    person.click("dataFix")  # “Learn the number “depth””: what the sentence beside it offers
    qtbot.waitUntil(lambda: window.document.project.kind == "image-regression", timeout=20_000)
    assert "predicting “depth”" in person.see("datasetFacts").text()
    assert "from 0" in person.see("datasetNotes").text()
    person.see("numberBalance")
    trained(person, "6")
    person.go_to("results")
    person.see("regressionPlots")
    person.go_to("use")
    window.findChild(object, "usePage").use_paths([data / "00.png"])
    qtbot.waitUntil(lambda: person.see("prediction").text().endswith(" cm"), timeout=20_000)
