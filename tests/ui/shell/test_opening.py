"""What opening a dataset does before the window hears of it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from pytestqt.qtbot import QtBot

from studio.data.opening import recognise
from studio.data.pictures.picture_dataset import PictureDataset
from studio.ui.workers.dataset_opener import DatasetOpener

NEEDED = ("numpy.random", "studio.data.health.catalogue", "studio.data.profile")


def test_that_the_parts_are_dealt_out_away_from_the_window(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, threads = PictureDataset.planned_split, list[threading.Thread]()

    def planned(self: PictureDataset) -> object:
        threads.append(threading.current_thread())
        return plan(self)

    monkeypatch.setattr(PictureDataset, "planned_split", planned)
    opener = DatasetOpener()
    with qtbot.waitSignal(opener.opened, timeout=20_000):
        opener.open(recognise("digits"))
    opener.stop()
    assert threads
    assert threading.main_thread() not in threads


def test_that_libraries_are_loaded_before_the_window_shows_the_data() -> None:
    script = f"""
import sys
from PySide6.QtCore import QCoreApplication
from studio.core.project import DatasetChoice
from studio.ui.workers.dataset_opener import DatasetOpener
app = QCoreApplication([])
opener = DatasetOpener()
before = [name for name in {NEEDED!r} if name in sys.modules]
opener.opened.connect(app.quit)
opener.open(DatasetChoice("bundled", "iris"))
app.exec()
opener.stop()
print(before, [name for name in {NEEDED!r} if name not in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "[] []", done.stderr
