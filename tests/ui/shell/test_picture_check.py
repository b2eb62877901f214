"""The look through all pictures in the background: reported as it goes, quiet, out of the way."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.data.pictures import verification
from studio.data.sources.image_folder import ImageFolder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(20):
            Image.new("RGB", (40, 30), (number * 10, 10, 90)).save(
                tmp_path / "photos" / name / f"{number}.png"
            )
    return tmp_path / "photos"


def held(window: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """As while a network trains, whatever the run's state says."""
    check = window.document._check
    check.hold(True)
    monkeypatch.setattr(window.document, "hold_check", lambda still: None)
    return check


def opened(window: Any, qtbot: QtBot, folder: Path) -> Any:
    window.files.new_from(str(folder))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    return window.document


def test_that_showing_the_page_decodes_no_more_than_is_seen(
    window: Any, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFolder, "samples", None)  # calling it would fail
    document = opened(window, qtbot, photos)
    qtbot.waitUntil(lambda: not document._check.busy, timeout=10_000)
    assert document.dataset._reading.samples is None


def test_that_the_look_stands_still_while_a_network_trains(
    window: Any, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_TELL_S", 0.0)
    check = held(window, monkeypatch)
    (photos / "dog" / "7.png").write_bytes(b"broken")
    document = opened(window, qtbot, photos)
    qtbot.wait(100)
    assert document._check.busy
    assert document.dataset.skipped == ()
    check.hold(False)
    qtbot.waitUntil(lambda: not document._check.busy, timeout=10_000)
    assert [skipped.name for skipped in document.dataset.skipped] == ["dog/7.png"]
    assert document.project.dataset.facts.samples == 39
    assert not document.modified
    assert document.undo_stack.count() == 0


def test_that_other_shares_do_not_start_the_look_anew(
    window: Any, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_TELL_S", 0.0)
    calls: list[object] = []
    verify = verification.verify
    monkeypatch.setattr(verification, "verify", lambda *a: calls.append(a) or verify(*a))
    check = held(window, monkeypatch)
    (photos / "dog" / "7.png").write_bytes(b"broken")
    document = opened(window, qtbot, photos)
    window.page("data").splits.test.setValue(30)
    check.hold(False)
    qtbot.waitUntil(lambda: not document._check.busy, timeout=10_000)
    assert len(calls) == 1
    assert document.dataset.choice.splits.test == pytest.approx(0.3)
    assert [skipped.name for skipped in document.dataset.skipped] == ["dog/7.png"]  # the twin knows, too


def test_that_hardly_any_readable_picture_is_said_in_place_of_the_pictures(
    window: Any, qtbot: QtBot, photos: Path
) -> None:
    for path in (photos / "dog").iterdir():
        path.write_bytes(b"")
    opened(window, qtbot, photos)
    said = window.findChild(QLabel, "datasetError")
    qtbot.waitUntil(lambda: "cannot be read" in said.text(), timeout=10_000)
    assert "20 of 40 pictures in “photos” cannot be read" in said.text()


def test_that_closing_does_not_wait_for_a_drive_that_hangs(
    window: Any, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ui.workers import background

    monkeypatch.setattr(background, "_JOIN_S", 0.05)
    hanging, free = threading.Event(), threading.Event()

    def hang(self: ImageFolder, path: str, file: object = None) -> None:
        hanging.set()
        free.wait(20)

    monkeypatch.setattr(ImageFolder, "prepare", hang)
    opened(window, qtbot, photos)
    qtbot.waitUntil(hanging.is_set, timeout=10_000)
    window.document.close_project()
    window.close()
    assert not free.is_set()
    free.set()


def test_that_the_sizes_of_the_files_are_shown_once_all_were_looked_into(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    for number, size in enumerate([(40, 30), (40, 30), (200, 100), (10, 20), (40, 30), (60, 60)]):
        name = tmp_path / "photos" / "ab"[number % 2] / f"{number}.png"
        name.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (40 * number, 0, 0)).save(name)
    window.files.new_from(str(tmp_path / "photos"))
    sizes = window.page("data").balance.sizes
    qtbot.waitUntil(lambda: not sizes.isHidden(), timeout=20_000)
    width = window.document.project.dataset.facts.input_shape[2]
    assert sizes.note.text() == (
        "The files have 10×20 to 200×100 pixels, 40×30 in the middle. 50 % have 40×30. "
        f"The network gets all of them as {width}×{width}. Their longer sides:"
    )
    assert sizes.bars.accessibleName().startswith("Histogram from 20 to 200: 1, 0, 3, ")
