"""Texts in the real window, from the file to an answer: cards, tokens, a small network, typed lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState
from tests.e2e.story import TRAINING_MS, Person
from tests.ui.shell.answers import Answers
from tests.ui.shell.choosing import choose


def letters(folder: Path) -> Path:
    """Either thanks or complaints, in words that tell them apart."""
    good, bad = ("thank you", "lovely", "great help"), ("broken", "refund", "very late")
    path = folder / "letters.jsonl"
    rows = []
    for i, name in enumerate(("Ann", "Bob", "Cem", "Dia") * 12):
        text = f"letter {i % 4}: {(good, bad)[i % 2][i % 3]}, said {name}"
        rows.append({"text": text, "sort": ("thanks", "complaint")[i % 2]})
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_that_texts_are_looked_at_learnt_and_used_by_the_same_five_steps(
    window: Any, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    answers.file = letters(tmp_path)
    person.click("ownTable")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.project.kind == "text-classification"
    assert person.see("datasetFacts").text() == "48 texts in 2 classes"

    grid = window.page("data").samples.texts
    assert "How the network reads it: " in person.see("tokenWords").text()
    choose(person.see("textClass"), "complaint", qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 24, timeout=20_000)
    person.click("showAllSamples")
    qtbot.waitUntil(lambda: grid.model.rowCount() == 48, timeout=20_000)

    person.go_to("network")
    window.page("network").selection.select(["input"])
    rows = window.page("network").inspector.details.figures.rows
    assert rows["What comes out"] == "8 words"

    person.go_to("train")
    person.type_number("epochs", "12")
    with qtbot.waitSignal(window.run.finished, timeout=TRAINING_MS):
        person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    assert window.run.result.metrics["accuracy"] == 1.0  # so that any test text is answered right below
    person.go_to("results")

    person.go_to("use")
    field, said = person.see("typedText"), lambda: person.see("prediction").text()
    qtbot.keyClicks(field, "lovely, thank you")
    qtbot.waitUntil(lambda: said() == "thanks", timeout=20_000)
    field.selectAll()
    qtbot.keyClicks(field, "it is broken")
    qtbot.waitUntil(lambda: said() == "complaint", timeout=20_000)
    person.click("randomSample")
    qtbot.waitUntil(lambda: person.see("certainty").text().endswith("✓"), timeout=20_000)

    field.selectAll()
    qtbot.keyClicks(field, "great help")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "refund, very late")
    person.click("predictLines")
    many = window.page("use").many
    qtbot.waitUntil(lambda: many.model.rowCount() == 2, timeout=20_000)
    shown = [[many.model.index(row, column).data() for column in (0, 1)] for row in range(2)]
    assert shown == [["great help", "thanks"], ["refund, very late", "complaint"]]
    titles = [many.model.headerData(i, Qt.Orientation.Horizontal) for i in range(many.model.columnCount())]
    assert titles == ["Text", "Prediction", "How sure", "Remarks"]
