"""The window with chosen answers, pictures to drop, and a camera that shows what the test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PIL import Image
from PySide6.QtGui import QImage

from studio.data.pictures.collecting import Collecting
from studio.ui.collecting.collect_dialog import CollectDialog
from studio.ui.collecting.frames import FrameSource
from tests.ui.shell.conftest import answers, window

__all__ = ["answers", "window"]


class FakeCamera(FrameSource):
    """Gives frames when it is told to."""

    def __init__(self, names: tuple[str, ...] = ("Front",), refuses: str = "") -> None:
        super().__init__()
        self.names = names
        self.refuses = refuses
        self.started: list[int] = []
        self.stopped = 0

    def cameras(self) -> tuple[str, ...]:
        return self.names

    def start(self, number: int = 0) -> None:
        self.started.append(number)
        if self.refuses:
            self.failed.emit(self.refuses)

    def stop(self) -> None:
        self.stopped += 1

    def show(self, grey: int = 128) -> None:
        image = QImage(800, 600, QImage.Format.Format_RGB888)
        image.fill(grey << 16 | grey << 8 | grey)
        self.frame.emit(image)


@pytest.fixture
def camera() -> FakeCamera:
    return FakeCamera()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Folders “cats” and “dogs” of three pictures each."""
    folder = tmp_path / "photos"
    for number, name in enumerate(("cats", "dogs")):
        (folder / name).mkdir(parents=True)
        for i in range(3):
            colour = (200 * number, 40 * i, 90)
            Image.new("RGB", (20, 16), colour).save(folder / name / f"{name[:-1]} {i}.png")
    return folder


@pytest.fixture
def dialog(qtbot: Any, tmp_path: Path, answers: Any, camera: FakeCamera) -> Iterator[CollectDialog]:
    made = CollectDialog(Collecting(tmp_path / "mine"), answers, camera)
    made.show()
    made.activateWindow()  # keys go to the active window only
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if shiboken6.isValid(made) and made.isVisible():
        made.reject()
