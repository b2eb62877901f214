"""A drive that stops answering: the window goes on, another dataset opens, and closing does not wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from studio.data.sources import folder_walk
from studio.ui.labelling.sample_dialog import SampleDialog
from studio.ui.workers.job import Worker

TOO_LONG_S = 100  # a read that nobody ends; nothing may wait for it


class Stalled:
    """Every read of folders called “network drive” hangs until it is let go."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.waited_out = False

    def __call__(self, *args: Any, **options: Any) -> Any:
        if any("network drive" in str(one) for one in args):
            self.entered.set()
            self.waited_out |= not self.let_go.wait(TOO_LONG_S)
        return self._real(*args, **options)


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stalled]:
    drive = Stalled(folder_walk._read)
    monkeypatch.setattr(folder_walk, "_read", drive)
    yield drive
    drive.let_go.set()


def pets(folder: Path) -> Path:
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for i in range(4):
            Image.new("RGB", (12, 12), (60 * i, 10, 90)).save(folder / name / f"{i}.png")
    return folder


def test_that_another_dataset_opens_while_a_drive_stalls(
    window: Any, qtbot: QtBot, tmp_path: Path, stalled: Stalled
) -> None:
    window.files.new_from(str(pets(tmp_path / "network drive")))
    qtbot.waitUntil(stalled.entered.is_set, timeout=20_000)
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    assert window.document.project.dataset.location == "iris"
    assert not stalled.waited_out


def test_that_closing_does_not_wait_for_a_drive_that_stalls(
    window: Any, qtbot: QtBot, tmp_path: Path, stalled: Stalled
) -> None:
    window.files.new_from(str(pets(tmp_path / "network drive")))
    qtbot.waitUntil(stalled.entered.is_set, timeout=20_000)
    window.close()
    assert not window.isVisible()
    assert not stalled.waited_out


def test_that_a_large_picture_on_a_stalled_drive_can_be_closed(
    window: Any, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ui.labelling import large_sample

    window.files.new_from(str(pets(tmp_path / "pets")))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.document.checking_pictures, timeout=20_000)
    real = large_sample._read
    drive = Stalled(lambda _, dataset, sample: real(dataset, sample))
    monkeypatch.setattr(large_sample, "_read", lambda *sample: drive("network drive", *sample))
    grid = window.page("data").samples.pictures
    dialog = SampleDialog(window.document, window.files.relabelling, grid.dataset, [0, 1], 0, window)
    dialog.open()
    qtbot.waitUntil(drive.entered.is_set, timeout=20_000)
    dialog.reject()
    assert not drive.waited_out
    drive.let_go.set()


def test_that_what_writes_is_waited_for(qtbot: QtBot) -> None:
    worker = Worker("writing", writes=True)
    begun, go_on, written = threading.Event(), threading.Event(), []

    def work(progress: Any) -> None:
        begun.set()
        assert go_on.wait(TOO_LONG_S)
        written.append("all of it")

    worker.start(work, lambda _: None, lambda *_: None)
    assert begun.wait(TOO_LONG_S)
    threading.Timer(0.0, go_on.set).start()
    worker.stop()
    assert written == ["all of it"]
