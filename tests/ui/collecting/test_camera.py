"""The camera, with frames that the test gives: held, counted down, lost, refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from studio.ui.collecting.collect_dialog import CollectDialog
from studio.ui.collecting.frames import CameraFrames

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def ready(dialog: CollectDialog, qtbot: Any, camera: Any) -> CollectDialog:
    """Two classes and a camera that is on and shows something."""
    for name in ("rock", "paper"):
        dialog.add_class(name)
    qtbot.mouseClick(dialog.parts.camera_button, LEFT)
    camera.show()
    return dialog


def test_that_pictures_are_taken_while_the_button_is_held(ready: CollectDialog, qtbot: Any) -> None:
    rock, paper = ready.row.bins
    assert rock.record.text() == "Hold to record"
    ready.camera.rate.setValue(15)
    qtbot.mousePress(rock.record, LEFT)
    assert rock.picture_count == 1
    assert rock.record.text() == "Recording …"
    assert not paper.record.isEnabled()
    qtbot.waitUntil(lambda: rock.picture_count >= 3, timeout=20_000)
    qtbot.mouseRelease(rock.record, LEFT)
    taken = rock.picture_count
    assert not ready.camera.recording
    assert rock.record.text() == "Hold to record"
    assert len(ready.collecting.pictures("rock")) == taken
    reader = QImageReader(str(ready.collecting.pictures("rock")[0]))
    assert reader.size() == QSize(640, 480)
    ready.parts.undo.click()  # all of one go are one step
    assert rock.picture_count == 0
    assert ready.collecting.classes() == ("paper", "rock")


def test_that_space_in_the_pictures_of_a_class_records_for_it(ready: CollectDialog, qtbot: Any) -> None:
    paper = ready.row.bins[1]
    paper.view.setFocus()
    qtbot.keyPress(paper.view, Qt.Key.Key_Space)
    assert ready.camera.recording
    assert paper.picture_count == 1
    qtbot.keyRelease(paper.view, Qt.Key.Key_Space)
    assert not ready.camera.recording
    assert ready.row.bins[0].picture_count == 0
    qtbot.keyPress(paper.view, Qt.Key.Key_Space)
    ready.row.bins[0].view.setFocus()  # the key is let go elsewhere
    assert not ready.camera.recording


def test_that_a_countdown_leaves_time_to_step_before_the_camera(ready: CollectDialog, qtbot: Any) -> None:
    camera, rock = ready.camera, ready.row.bins[0]
    camera.way.setCurrentIndex(1)
    camera.way.activated.emit(1)
    assert rock.record.text() == "Record 5 s"
    qtbot.mouseClick(rock.record, LEFT)
    assert rock.record.text() == "Get ready … 3"
    assert rock.picture_count == 0
    camera.clock.stop()  # the test is the clock
    for expected in ("Get ready … 2", "Get ready … 1", "Stop (5 s left)", "Stop (4 s left)"):
        camera.clock.timeout.emit()
        assert rock.record.text() == expected
    assert rock.picture_count >= 1
    for _ in range(4):
        camera.clock.timeout.emit()
    assert not camera.recording
    assert rock.record.text() == "Record 5 s"


def test_that_a_second_click_or_escape_ends_a_countdown(ready: CollectDialog, qtbot: Any) -> None:
    camera, rock = ready.camera, ready.row.bins[0]
    camera.way.setCurrentIndex(1)
    for end in (
        lambda: qtbot.mouseClick(rock.record, LEFT),
        lambda: qtbot.keyClick(ready, Qt.Key.Key_Escape),
    ):
        qtbot.mouseClick(rock.record, LEFT)
        assert camera.counting
        end()
        assert not camera.counting
        assert not camera.clock.isActive()
    assert ready.isVisible()
    assert rock.picture_count == 0


def test_that_a_camera_which_fails_in_the_middle_is_told_and_what_was_taken_stays(
    ready: CollectDialog, qtbot: Any, camera: Any
) -> None:
    rock, panel = ready.row.bins[0], ready.camera
    qtbot.mousePress(rock.record, LEFT)
    camera.failed.emit("The camera was unplugged. Plug it in again, or choose another one.")
    assert not panel.recording
    assert panel.problem.text() == "The camera was unplugged. Plug it in again, or choose another one."
    assert rock.picture_count == 1
    assert not rock.record.isVisible()
    assert panel.again.isVisible()
    qtbot.mouseClick(panel.again, LEFT)
    camera.show()
    assert panel.ready
    assert not panel.problem.isVisible()
    qtbot.mouseClick(ready.parts.camera_button, LEFT)
    assert not panel.on


def test_that_the_window_shows_that_it_waits_before_a_slow_library_is_loaded(
    dialog: CollectDialog, qtbot: Any, camera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(camera), "quick", property(lambda _: False))
    dialog.parts.camera_button.setChecked(True)
    assert dialog.camera.picture.text() == "Waiting for the camera …"
    assert camera.started == []
    qtbot.waitUntil(lambda: camera.started == [0])
    dialog.parts.camera_button.setChecked(False)
    dialog.parts.camera_button.setChecked(True)
    dialog.parts.camera_button.setChecked(False)
    assert not dialog.camera.on


def test_that_another_camera_can_be_chosen(dialog: CollectDialog, qtbot: Any, camera: Any) -> None:
    camera.names = ("Front", "Microscope")
    dialog.parts.camera_button.setChecked(True)
    assert camera.started == [0]
    assert dialog.camera.picture.text() == "Waiting for the camera …"
    dialog.camera.cameras.setCurrentIndex(1)
    dialog.camera.cameras.activated.emit(1)
    assert camera.started == [0, 1]
    camera.names = ("Front",)
    camera.cameras_changed.emit()
    assert not dialog.camera.cameras.isVisible()


def test_that_a_full_disk_ends_the_recording_with_a_sentence(
    ready: CollectDialog, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.data.pictures.collected_names import CollectError

    def full(*_: Any) -> None:
        raise CollectError("The picture cannot be saved: no space left on device.")

    monkeypatch.setattr(ready.collecting, "add_bytes", full)
    qtbot.mousePress(ready.row.bins[0].record, LEFT)
    assert not ready.camera.recording
    assert ready.parts.problem.text() == "The picture cannot be saved: no space left on device."


def test_that_closing_lets_go_of_the_camera(ready: CollectDialog, camera: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(ready.finished):
        ready.reject()
    assert camera.stopped == 1


# -- the computer's cameras, with a stand-in for QtMultimedia ---------------------------------------------


class Part(QObject):
    """Camera, session and sink in one."""

    videoFrameChanged = Signal(object)
    errorOccurred = Signal(object, str)
    videoInputsChanged = Signal()
    made: ClassVar[list[Part]] = []

    def __init__(self, *given: Any) -> None:
        super().__init__()
        self.given = given
        self.calls: list[str] = []
        Part.made.append(self)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def setCamera(self, _: Any) -> None: ...
    def setVideoSink(self, _: Any) -> None: ...
    def setCameraFormat(self, form: Any) -> None:
        self.calls.append(form.name)


class Device:
    def __init__(self, name: str) -> None:
        self._name = name

    def description(self) -> str:
        return self._name

    def id(self) -> str:
        return self._name

    def videoFormats(self) -> list[Any]:
        sizes = ((320, 240, 30), (1920, 1080, 30), (640, 480, 15), (640, 480, 30))
        return [
            SimpleNamespace(
                name=f"{w}x{h}@{fps}",
                resolution=lambda w=w, h=h: QSize(w, h),
                maxFrameRate=lambda fps=fps: fps,
            )
            for w, h, fps in sizes
        ]


class Devices(Part):
    present: ClassVar[list[Device]] = []

    @staticmethod
    def videoInputs() -> list[Device]:
        return Devices.present


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    Part.made = []
    Devices.present = [Device("Front")]
    monkeypatch.setattr(
        QCoreApplication, "checkPermission", lambda *_: Qt.PermissionStatus.Granted, raising=False
    )
    return SimpleNamespace(QMediaDevices=Devices, QCamera=Part, QMediaCaptureSession=Part, QVideoSink=Part)


def frames(library: Any) -> tuple[CameraFrames, list[str], list[QImage]]:
    source = CameraFrames(load=lambda: library)
    told: list[str] = []
    seen: list[QImage] = []
    source.failed.connect(told.append)
    source.frame.connect(seen.append)
    return source, told, seen


def picture() -> Any:
    return SimpleNamespace(toImage=lambda: QImage(4, 4, QImage.Format.Format_RGB32))


def test_that_frames_come_no_faster_than_they_can_be_shown(library: Any, qtbot: Any) -> None:
    source, told, seen = frames(library)
    assert source.cameras() == ("Front",)
    source.start()
    camera, _, sink = Part.made[1:]
    assert camera.calls == ["640x480@30", "start"]
    sink.videoFrameChanged.emit(picture())
    assert len(seen) == 1
    source._last.start()  # a moment ago
    sink.videoFrameChanged.emit(picture())
    assert (len(seen), told) == (1, [])
    source.stop()
    assert camera.calls[-1] == "stop"


def test_that_each_thing_that_can_go_wrong_is_a_sentence(library: Any, qtbot: Any) -> None:
    source, told, _ = frames(library)
    source.start()
    Part.made[1].errorOccurred.emit(SimpleNamespace(name="CameraError"), "Device or resource busy.")
    source.start()
    source._patience.timeout.emit()
    source.start()
    Devices.present = []
    Part.made[0].videoInputsChanged.emit()
    source.start()
    assert told == [
        "The camera gives no pictures: Device or resource busy. Close other programs that use it, then try "
        "again.",
        "The camera gives no pictures: nothing arrived. Close other programs that use it, then try again.",
        "The camera was unplugged. Plug it in again, or choose another one.",
        "No camera was found. Plug one in, or use pictures taken by a phone.",
    ]


def test_that_a_refused_permission_says_where_to_allow_it(
    library: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        QCoreApplication, "checkPermission", lambda *_: Qt.PermissionStatus.Denied, raising=False
    )
    source, told, _ = frames(library)
    source.start()
    assert told == [
        "Lantern may not use the camera. Allow it in the system’s settings, under privacy and camera, then "
        "try again."
    ]


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("libpulse.so.0: cannot open shared object file: No such file", "The camera needs “libpulse.so.0”"),
        ("No module named 'PySide6.QtMultimedia'", "This Lantern came without its part for cameras."),
    ],
)
def test_that_a_missing_library_says_how_to_get_it(qtbot: Any, reason: str, says: str) -> None:
    def load() -> Any:
        raise ImportError(reason)

    source = CameraFrames(load=load)
    told: list[str] = []
    source.failed.connect(told.append)
    source.start()
    assert source.cameras() == ()
    assert told[0].startswith(says)
    assert told[0].endswith("or use pictures taken by a phone.")
