"""Pictures dropped into bins, and nothing else prepared: from the welcome page to an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from studio.ui.run_state import RunState
from tests.e2e.story import TRAINING_MS, Person


def photos(folder: Path) -> dict[str, list[Path]]:
    """Warm and cold ones, all in one folder, as a phone gives them."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    found: dict[str, list[Path]] = {"warm": [], "cold": []}
    for number in range(40):
        name = ("warm", "cold")[number % 2]
        pixels = rng.integers(0, 90, (16, 16, 3))
        pixels[:, :, 0 if name == "warm" else 2] += 150
        path = folder / f"IMG_{number:04}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(path)
        found[name].append(path)
    return found


def drop(target: Any, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(QPointF(30, 80), Qt.DropAction.CopyAction, mime, left, none))


def test_that_dropped_pictures_are_learnt_and_recognised(
    window: Any, answers: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    person = Person(window, qtbot)
    found = photos(tmp_path / "phone")
    answers.folder = tmp_path / "collected"
    person.click("collectPictures")
    dialog = person.see("collectDialog")
    person.click("collectAnother")
    for name, paths in found.items():
        qtbot.keyClicks(person.see("newCollectedClass"), name)
        qtbot.keyClick(person.see("newCollectedClass"), Qt.Key.Key_Return)
        drop(dialog.row.bin_of(name), paths)
        qtbot.waitUntil(
            lambda name=name: dialog.row.bin_of(name).count.text() == "20 pictures", timeout=20_000
        )
    assert person.see("collectSays").text().startswith("Enough for a first try.")
    person.click("collectUse")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert person.see("datasetFacts").text() == "40 pictures in 2 classes, 16×16, in colour"
    person.go_to("train")
    person.type_number("epochs", "8")
    with qtbot.waitSignal(window.run.finished, timeout=TRAINING_MS):
        person.click("trainButton")
    person.wait_for(RunState.FINISHED)
    person.go_to("use")
    person.see("usePage").use_paths(found["cold"][:1])
    qtbot.waitUntil(lambda: person.see("prediction").text() == "cold", timeout=20_000)
    assert len(list((tmp_path / "phone").iterdir())) == 40
