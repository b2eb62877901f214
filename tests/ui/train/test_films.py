"""Films on the Use page: read as pictures, by a stand-in and, where it can be loaded, by QtMultimedia."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.engine import events as e
from studio.engine.control import Control
from studio.engine.requests import Predict
from studio.ui.checkpoints import Model
from studio.ui.use_step import film_frames
from studio.ui.use_step.asking import Asking
from studio.ui.use_step.film_frames import Film, FilmFrames, PlayedFilm
from studio.ui.use_step.given import is_for
from studio.ui.workers.engine_host import EngineHost


class Strip(Film):
    """A film that gets lighter by the second, and may be shorter than it says."""

    def __init__(self, says_ms: int, has_ms: int | None = None) -> None:
        super().__init__()
        self.says_ms, self.has_ms = says_ms, says_ms if has_ms is None else has_ms
        self.asked: list[int] = []
        self.silent = False

    def open(self, path: Path) -> None:
        if not self.silent:
            self.opened.emit(self.says_ms)
            self.seek(0)

    def seek(self, at_ms: int) -> None:
        self.asked.append(at_ms)
        if at_ms >= self.has_ms:
            self.ended.emit()
            return
        image = QImage(20, 10, QImage.Format.Format_RGB32)
        image.fill(QColor(at_ms // 50, 0, 0))
        self.frame.emit(image)

    def close(self) -> None:
        self.asked.append(-1)


def read(film: Film, folder: Path, qtbot: QtBot) -> list[Path]:
    frames = FilmFrames(film)
    with qtbot.waitSignal(frames.finished, timeout=10_000) as told:
        frames.read(Path("holiday.mp4"), folder)
    assert not frames.busy
    return list(told.args[0])


def test_that_a_film_is_two_pictures_a_second(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "earlier.jpg").write_bytes(b"x")
    film = Strip(2_100)
    found = read(film, tmp_path / "films", qtbot)
    assert film.asked == [0, 500, 1000, 1500, 2000, -1]
    assert [path.name for path in found] == [
        "holiday 0h00m00.0s.jpg",
        "holiday 0h00m00.5s.jpg",
        "holiday 0h00m01.0s.jpg",
        "holiday 0h00m01.5s.jpg",
        "holiday 0h00m02.0s.jpg",
    ]
    assert sorted(path.name for path in (tmp_path / "films").iterdir()) == [path.name for path in found]
    reds = [Image.open(path).convert("RGB").getpixel((5, 5))[0] for path in found]  # type: ignore[index]
    assert reds == pytest.approx([0, 10, 20, 30, 40], abs=3)


def test_that_a_long_film_has_fewer_pictures(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_frames, "MOST_FRAMES", 4)
    hour = 3_600_000
    found = read(Strip(2 * hour), tmp_path / "films", qtbot)
    assert [path.stem.split()[1] for path in found] == [
        "0h00m00.0s",
        "0h30m00.0s",
        "1h00m00.0s",
        "1h30m00.0s",
    ]


def test_that_a_film_that_ends_early_is_what_came(qtbot: QtBot, tmp_path: Path) -> None:
    assert len(read(Strip(5_000, has_ms=1_200), tmp_path / "films", qtbot)) == 3


def test_that_a_film_without_a_picture_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    frames = FilmFrames(Strip(5_000, has_ms=0))
    with qtbot.waitSignal(frames.failed, timeout=10_000) as told:
        frames.read(tmp_path / "holiday.mp4", tmp_path / "films")
    assert told.args == [
        "“holiday.mp4”: No picture of it could be read. Save it as MP4 or WebM with another program."
    ]
    assert not frames.busy


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("libpulse.so.0: cannot open shared object file", "Films need “libpulse.so.0”, which this computer"),
        ("No module named 'PySide6.QtMultimedia'", "This Lantern came without its part for films."),
    ],
)
def test_that_a_missing_library_is_said_with_a_way_out(
    qtbot: QtBot, tmp_path: Path, reason: str, words: str
) -> None:
    def load() -> Any:
        raise ImportError(reason)

    frames = FilmFrames(PlayedFilm(load=load))
    with qtbot.waitSignal(frames.failed, timeout=10_000) as told:
        frames.read(tmp_path / "holiday.mp4", tmp_path / "films")
    assert told.args[0].startswith(f"“holiday.mp4”: {words}")
    assert told.args[0].endswith("or save pictures of the film and choose those.")


class Answers:
    """An engine that has the same answer for everything."""

    def __init__(self) -> None:
        self.inputs: list[tuple[str, ...]] = []

    def __call__(self, request: Predict, emit: Any, control: Control) -> None:
        self.inputs.append(tuple(Path(given).name for given in request.inputs))  # type: ignore[arg-type]
        emit(e.Predicted(tuple(e.Prediction(str(given), "cat", {"cat": 1.0}) for given in request.inputs)))


@pytest.fixture
def engine() -> Answers:
    return Answers()


@pytest.fixture
def asking(qtbot: QtBot, engine: Answers) -> Iterator[Asking]:
    host = EngineHost(engine)  # type: ignore[arg-type]
    made = Asking(host)
    yield made
    made.stop()
    host.close()


def test_that_films_stand_among_pictures(
    qtbot: QtBot, asking: Asking, engine: Answers, project: Project, tmp_path: Path
) -> None:
    films = [Strip(1_000)]
    asking.make_film = lambda parent: films[0]
    words: list[str] = []
    asking.reading.connect(words.append)
    paths = [tmp_path / name for name in ("a.png", "one.MP4", "b.png", "two.webm")]
    with qtbot.waitSignal(asking.many_answered, timeout=10_000) as told:
        asking.ask_many(Model("m", project, step=1, epochs_done=1), paths, True, lambda path: None)
    assert engine.inputs == [
        (
            "a.png",
            "one 0h00m00.0s.jpg",
            "one 0h00m00.5s.jpg",
            "b.png",
            "two 0h00m00.0s.jpg",
            "two 0h00m00.5s.jpg",
        )
    ]
    assert len(told.args[0]) == 6
    assert words == [f"Reading “{name}”, two pictures a second…" for name in ("one.MP4", "two.webm")]
    # Those of other films make room.
    with qtbot.waitSignal(asking.many_answered, timeout=10_000):
        asking.ask_many(Model("m", project, step=1, epochs_done=1), paths[1:2], True, lambda path: None)
    assert not Path(told.args[0][-1].input).exists()


def test_that_reading_a_film_can_be_cancelled(
    qtbot: QtBot, asking: Asking, engine: Answers, project: Project, tmp_path: Path
) -> None:
    film = Strip(1_000)
    film.silent = True
    asking.make_film = lambda parent: film
    asking.ask_many(Model("m", project, step=1, epochs_done=1), [tmp_path / "a.mp4"], True, lambda path: None)
    with qtbot.waitSignal(asking.many_answered, timeout=10_000) as told:
        asking.cancel()
    assert told.args == [(), False]
    assert film.asked == [-1]
    assert engine.inputs == []


def test_that_films_are_taken_where_pictures_are() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/films/holiday.MOV")])
    assert is_for(mime, pictures=True)
    assert not is_for(mime, pictures=False)


@pytest.mark.qt_log_ignore("QRhi", "Couldn't", "Could not open media")  # what it says of the computer
def test_that_a_real_film_is_read(qtbot: QtBot, tmp_path: Path) -> None:
    """A second of a test picture, 64 by 48 points."""
    try:
        import PySide6.QtMultimedia  # noqa: F401
    except ImportError as error:
        pytest.skip(str(error))
    frames = FilmFrames(PlayedFilm())
    with qtbot.waitSignal(frames.finished, timeout=60_000) as told:
        frames.read(Path(__file__).parent / "films" / "tiny.mp4", tmp_path / "films")
    assert [Image.open(path).size for path in told.args[0]] == [(64, 48)] * 2
    assert told.args[0][0].read_bytes() != told.args[0][1].read_bytes()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    with qtbot.waitSignal(frames.failed, timeout=60_000) as told:
        frames.read(broken, tmp_path / "films")
    assert told.args[0].startswith("“broken.mp4”: It cannot be played (")
