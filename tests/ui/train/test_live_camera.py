"""The camera on the Use page: one question at a time, frames between are only shown, pictures are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core import places
from studio.core.project import Project
from studio.data.preprocessing import PicturePreprocessing
from studio.engine import events as e
from studio.engine.requests import Predict
from studio.ui.checkpoints import Model
from studio.ui.document import Document
from studio.ui.pages import use_page as use_page_module
from studio.ui.pages.use_page import UsePage
from studio.ui.run_controller import RunController
from tests.ui.collecting.conftest import FakeCamera

LEFT = Qt.MouseButton.LeftButton
CLASSES = ("Adelie", "Chinstrap", "Gentoo")


def _bytes(request: Predict) -> bytes:
    path = Path(str(request.inputs[0]))
    return path.read_bytes() if path.exists() else b""


class Host:
    """Keeps the questions until the test answers them."""

    def __init__(self) -> None:
        self.asked: list[tuple[Predict, Callable[[e.Event], None], bytes]] = []
        self.finished: list[str] = []

    def ask(
        self, request: Predict, answered: Callable[[e.Event], None], progressed: object = None, key: str = ""
    ) -> None:
        self.asked.append((request, answered, _bytes(request)))

    def finish(self, key: str) -> None:
        self.finished.append(key)

    def answer(self, number: int, name: str) -> None:
        shares = dict.fromkeys(CLASSES, 0.1) | {name: 0.8}
        self.asked[number][1](e.Predicted((e.Prediction("live", name, shares),)))


@pytest.fixture
def camera() -> FakeCamera:
    return FakeCamera(("Front", "Microscope"))


@pytest.fixture
def page(
    qtbot: QtBot,
    document: Document,
    controller: RunController,
    project: Project,
    tmp_path: Path,
    camera: FakeCamera,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[UsePage]:
    prepared = PicturePreprocessing(8, 8, 1, "pad", (0.5,), (0.5,), CLASSES)
    monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: prepared.to_json())
    (tmp_path / "m.safetensors").write_bytes(b"x")
    pictures = replace(project, kind="image-classification")
    controller._set_model(Model(str(tmp_path / "m.safetensors"), pictures, step=10, epochs_done=2))
    made = UsePage(document, controller)
    made.live.make = lambda: camera
    made.live._host = made.asking._host = Host()  # type: ignore[assignment]
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.entered()
    yield made
    made.stop()


def host(page: UsePage) -> Host:
    return page.live._host  # type: ignore[return-value]


def on(page: UsePage, qtbot: QtBot) -> None:
    assert page.pictures is not None
    qtbot.mouseClick(page.pictures.camera, LEFT)


def test_that_one_frame_is_asked_about_at_a_time(page: UsePage, qtbot: QtBot, camera: FakeCamera) -> None:
    on(page, qtbot)
    use = page.pictures
    assert use is not None
    assert use.live.isVisible()
    assert not use.camera.isVisible()
    for grey in (10, 20, 30):
        camera.show(grey)
    assert len(host(page).asked) == 1  # the others are only shown
    assert use.zone._picture.toImage().pixelColor(5, 5).red() == 30
    assert not use._seen.pixmap().isNull()
    host(page).answer(0, "Gentoo")
    assert use.answer.answer == "Gentoo"
    assert use.answer.bars.rows[0] == ("Gentoo", 0.8)
    page.live._since.start()  # a moment ago
    camera.show(40)
    assert len(host(page).asked) == 1  # an answer can be read before the next one comes
    page.live._since.invalidate()
    camera.show(50)
    assert len(host(page).asked) == 2
    host(page).answer(1, "Adelie")
    assert use.answer.answer == "Adelie"
    assert host(page).asked[0][2] != host(page).asked[1][2]


def test_that_found_boxes_stay_over_the_frames_until_others_are_found(
    page: UsePage, qtbot: QtBot, camera: FakeCamera
) -> None:
    on(page, qtbot)
    camera.show(10)
    box = e.FoundBox("Gentoo", 0.9, 10, 10, 90, 80)
    answer = e.Prediction("live", "1 Gentoo", {}, boxes=(box,), size=(600, 800))
    host(page).asked[0][1](e.Predicted((answer,)))
    zone = page.pictures.zone
    assert [name for _, name in zone._boxes] == ["Gentoo 90 %"]
    page.live._since.start()
    camera.show(200)
    assert [name for _, name in zone._boxes] == ["Gentoo 90 %"]
    assert zone._picture.toImage().pixelColor(5, 5).red() == 200


def test_that_a_picture_is_taken_and_asked_about(page: UsePage, qtbot: QtBot, camera: FakeCamera) -> None:
    on(page, qtbot)
    camera.show(10)
    camera.show(77)
    qtbot.mouseClick(page.pictures.live.take, LEFT)
    assert camera.stopped == 1
    assert not page.live.on
    assert page.pictures.path == places.cache() / "taken.jpg"
    assert page.pictures._name.text() == "The picture from the camera"
    asked = host(page).asked[-1][0]
    assert asked.inputs == (str(places.cache() / "taken.jpg"),)
    host(page).answer(0, "Chinstrap")  # of a frame of before: too late
    assert page.pictures.answer.answer != "Chinstrap"
    host(page).answer(1, "Adelie")
    assert page.pictures.answer.answer == "Adelie"


@pytest.mark.parametrize("way", ["stop", "leave", "another picture"])
def test_that_the_camera_is_let_go_of(
    page: UsePage, qtbot: QtBot, camera: FakeCamera, tmp_path: Path, way: str
) -> None:
    on(page, qtbot)
    camera.show()
    assert list(places.cache().glob("live *.jpg")) != []
    if way == "stop":
        qtbot.mouseClick(page.pictures.live.stop, LEFT)
    elif way == "leave":
        page.hide()
    else:
        page.show_one(tmp_path / "other.png")
    assert camera.stopped == 1
    assert not page.live.on
    assert host(page).finished.count("live") == 1
    assert list(places.cache().glob("live *.jpg")) == []
    camera.show()  # a frame that was on its way
    assert len([one for one in host(page).asked if "live" in str(one[0].inputs)]) == 1


def test_that_a_camera_that_gives_nothing_is_told(page: UsePage, qtbot: QtBot, camera: FakeCamera) -> None:
    camera.refuses = "No camera was found. Plug one in, or use pictures taken by a phone."
    on(page, qtbot)
    assert not page.live.on
    assert page.pictures.answer._sure.text() == camera.refuses
    assert page.pictures.camera.isVisible()
    camera.refuses = ""
    on(page, qtbot)
    camera.show()
    host(page).asked[0][1](e.RequestFailed("The network’s file is gone. Train it again."))
    assert page.pictures.answer._sure.text() == "The network’s file is gone. Train it again."
    assert not page.live.on


def test_that_another_camera_can_be_chosen(page: UsePage, qtbot: QtBot, camera: FakeCamera) -> None:
    on(page, qtbot)
    cameras = page.pictures.live.cameras
    assert [cameras.itemText(i) for i in range(cameras.count())] == ["Front", "Microscope"]
    cameras.setCurrentIndex(1)
    cameras.activated.emit(1)
    assert camera.started == [0, 1]
