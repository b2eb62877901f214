"""Asks the engine about one input or many, and hands the answers to whoever shows them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.ui.use_step.film_frames import Film, FilmFrames, PlayedFilm, is_film
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.checkpoints import Model
    from studio.ui.workers.engine_host import EngineHost

_KEY = "predict"  # a later question takes the place of an earlier one


class Asking(QObject):
    """One per Use page; one question at a time."""

    answered = Signal(object)  # a Prediction, the answer to `ask_one`
    many_answered = Signal(object, bool)  # Predictions; whether all were looked at
    failed = Signal(str)  # a sentence, in place of an answer
    counted = Signal(int)  # files that were found, before the engine looks at them
    progressed = Signal(object)  # a fraction, or None
    reading = Signal(str)  # in words, what is being read before the engine is asked

    def __init__(self, host: EngineHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._finder = Worker("looking for files", self)
        self._number = 0  # of the question: an answer to an earlier one is dropped
        self.make_film: Callable[[QObject], Film] = PlayedFilm
        self._films: FilmFrames | None = None
        self._with_frames: Callable[[tuple[Path, ...]], None] = lambda frames: None

    def stop(self) -> None:
        """Joins the thread that looks for files."""
        self._finder.stop()
        self._stop_film()

    def ask_one(self, model: Model, given: str | Mapping[str, Any]) -> None:
        """Answered by `answered` or `failed`."""
        self._finder.cancel()
        self._stop_film()
        self._ask(model, (given,), lambda answer: self.answered.emit(answer.predictions[0]))

    def ask_many(
        self, model: Model, paths: Sequence[Path], pictures: bool, one: Callable[[Path], None]
    ) -> None:
        """Files and folders; answered by `many_answered` or `failed`. A single picture goes to `one`.

        A film among pictures is read first: its pictures stand for it.
        """
        self._stop_film()
        if pictures and any(map(is_film, paths)):
            shutil.rmtree(_films_folder(), ignore_errors=True)  # of films that were read before
        self._ask_files(model, paths, pictures, one)

    def _ask_files(
        self, model: Model, paths: Sequence[Path], pictures: bool, one: Callable[[Path], None]
    ) -> None:
        self._number += 1
        number = self._number
        film = next((place for place, path in enumerate(paths) if pictures and is_film(path)), None)
        if film is not None:
            before, after = tuple(paths[:film]), tuple(paths[film + 1 :])
            self._finder.cancel()
            self._with_frames = lambda f: self._ask_files(model, (*before, *f, *after), pictures, one)
            self._read_film(paths[film])
            return

        def work(progress: Callable[[float], bool]) -> object:
            from studio.ui.use_step.files_inside import files_inside

            return files_inside(paths, pictures, progress)

        def found(result: object) -> None:
            files: tuple[Path, ...] = result  # type: ignore[assignment]
            if number != self._number:
                return
            if not files:
                self.failed.emit(_nothing_in(paths, pictures))
            elif pictures and len(files) == 1 and files == tuple(paths):
                one(files[0])
            else:
                self.counted.emit(len(files))
                self._ask(
                    model,
                    tuple(map(str, files)),
                    lambda answer: self.many_answered.emit(answer.predictions, answer.complete),
                )

        self._finder.start(work, found, lambda sentence, details: self.failed.emit(sentence))

    def ask_several(self, model: Model, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Answered by `many_answered` or `failed`."""
        self._finder.cancel()
        self._ask(
            model,
            tuple(inputs),
            lambda answer: self.many_answered.emit(answer.predictions, answer.complete),
        )

    def cancel(self) -> None:
        """What is known by now is the answer."""
        if self._finder.busy or self._stop_film():
            self._finder.cancel()
            self.many_answered.emit((), False)
        self._host.finish(_KEY)

    def forget(self) -> None:
        """Nobody waits for an answer any more."""
        self._number += 1
        self._finder.cancel()
        self._stop_film()
        self._host.finish(_KEY)

    def _read_film(self, path: Path) -> None:
        """Then `_with_frames` gets its pictures."""
        if self._films is None:
            self._films = FilmFrames(self.make_film(self), self)
            self._films.progressed.connect(lambda fraction: self.progressed.emit(fraction))
            self._films.failed.connect(self.failed)
            self._films.finished.connect(lambda frames: self._with_frames(frames))
        words = self.tr("Reading “{name}”, two pictures a second…")
        self.reading.emit(words.format(name=path.name))
        mark = hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._films.read(path, _films_folder() / mark)

    def _stop_film(self) -> bool:
        """Whether one was being read."""
        busy = self._films is not None and self._films.busy
        if self._films is not None:
            self._films.stop()
        return busy

    def _ask(self, model: Model, inputs: tuple[Any, ...], take: Callable[[Any], None]) -> None:
        from studio.engine.requests import Predict

        self._number += 1
        number = self._number

        def answered(answer: Event) -> None:
            from studio.engine.events import Predicted

            if number != self._number:
                return
            if isinstance(answer, Predicted) and (answer.predictions or not answer.complete):
                take(answer)
            else:
                self.failed.emit(getattr(answer, "message", ""))

        def progressed(event: Event) -> None:
            if number == self._number:
                self.progressed.emit(getattr(event, "fraction", None))

        self._host.ask(Predict(model.path, inputs), answered, progressed, key=_KEY)


def _films_folder() -> Path:
    from studio.core.places import cache

    return cache() / "films"


def _nothing_in(paths: Sequence[Path], pictures: bool) -> str:
    from PySide6.QtCore import QCoreApplication

    name = paths[0].name if len(paths) == 1 else ""
    if pictures:
        text = QCoreApplication.translate(
            "Asking", "There are no pictures in “{name}”. Choose another folder."
        )
    else:
        text = QCoreApplication.translate("Asking", "There is no table in “{name}”. Choose a table file.")
    return text.format(name=name or "…")
