"""Pictures that do not fit into memory train, validate and test to the same bits as those that do."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core.project import Project
from studio.data.opening import open_dataset
from studio.data.pictures import first_look
from studio.data.pictures.decoding import PictureArray, PictureError
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.sources.image_folder import ImageFolder
from studio.engine import reading
from studio.engine.batches import Batch
from studio.engine.control import Control
from studio.engine.events import Evaluation, Event, Notice, StepsDone
from studio.engine.requests import Evaluate, PreviewAugmentations
from studio.engine.steps import StepResult, SupervisedStep
from tests.engine.conftest import Run, ask, augmented, failed, finished, losses_of, project_of


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """60 noisy pictures of two classes."""
    random = np.random.default_rng(0)
    for name, level in (("dark", 70), ("light", 180)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(30):
            pixels = random.normal(level, 60, (20, 20, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{i:02}.png")
    return tmp_path / "photos"


@pytest.fixture
def tiny_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for 20 of the 60 pictures, those on their way included."""
    monkeypatch.setattr(first_look, "picture_budget", lambda: 20 * 3 * 20 * 20)


def streamed(project: Project) -> bool:
    assert project.dataset is not None
    return not isinstance(open_dataset(project.dataset).samples().inputs, np.ndarray)


def project(photos: Path, **recipe: object) -> Project:
    return project_of(str(photos), batch_size=8, **recipe)


@pytest.mark.parametrize("budget", [0, 5, 20, 59])
def test_that_streamed_training_gives_the_same_bits(
    photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch, budget: int
) -> None:
    made = augmented(project(photos), "horizontal_flip", "noise")
    assert not streamed(made)
    events = run(made)
    monkeypatch.setattr(first_look, "picture_budget", lambda: budget * 3 * 20 * 20)
    assert streamed(made)
    others = run(made)
    assert losses_of(others) == losses_of(events)
    one, other = finished(events), finished(others)
    assert one.metrics == other.metrics
    assert one.evaluation is not None
    assert other.evaluation is not None
    assert one.evaluation.worst == other.evaluation.worst
    assert one.evaluation.by_cell == other.evaluation.by_cell


@pytest.mark.usefixtures("tiny_budget")
def test_that_a_streamed_run_resumes_in_the_middle_of_an_epoch(
    photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(photos)
    whole = losses_of(run(made))
    plain, done_steps = SupervisedStep.__call__, [0]

    def step(self: SupervisedStep, batch: Batch) -> StepResult:
        done_steps[0] += 1
        if done_steps[0] == 8:
            control.stop()
        return plain(self, batch)

    control = Control()
    monkeypatch.setattr(SupervisedStep, "__call__", step)
    first = run(made, control=control)
    done = losses_of(first)
    assert len(done) == 8 < len(whole)
    rest = losses_of(run(made, resume_from=finished(first).checkpoint))
    assert done + rest == whole


def test_that_figures_of_streamed_pictures_are_exact(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = project(photos).dataset
    assert choice is not None
    in_memory = open_dataset(choice)
    assert isinstance(in_memory, PictureDataset)
    pixels = in_memory.samples().inputs[in_memory.split().train] / 255  # type: ignore[index, operator]
    monkeypatch.setattr(first_look, "picture_budget", lambda: 0)
    dataset = open_dataset(choice)
    assert isinstance(dataset, PictureDataset)
    assert dataset.fitted() == in_memory.fitted()
    assert dataset.fitted().mean == pytest.approx(pixels.mean((0, 2, 3)).tolist(), rel=1e-12)
    assert dataset.fitted().std == pytest.approx(pixels.std((0, 2, 3)).tolist(), rel=1e-12)


@pytest.mark.usefixtures("tiny_budget")
def test_that_figures_are_looked_up_the_second_time(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.data.pictures import examined

    monkeypatch.setattr(examined, "WORTH_S", 0.0)
    (photos / "dark" / "03.png").write_bytes(b"broken")
    choice = project(photos).dataset
    assert choice is not None
    first = open_dataset(choice)
    fitted = first.preprocessing()
    read: list[int] = []
    monkeypatch.setattr(ImageFolder, "read", lambda self, index: read.append(index))
    again = open_dataset(choice)
    assert again.preprocessing() == fitted
    assert again.split().train.tolist() == first.split().train.tolist()
    assert again.skipped == first.skipped
    assert not read
    other = open_dataset(replace(choice, splits=replace(choice.splits, seed=5)))
    assert other.preprocessing() != fitted  # another training part, still without reading
    assert not read


@pytest.mark.usefixtures("tiny_budget")
def test_that_pictures_that_turn_unreadable_are_left_out_and_told(
    photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, calls = ImageFolder.read, [0]

    def fails_later(self: ImageFolder, index: int) -> PictureArray:
        calls[0] += 1
        if calls[0] > 60 and index % 7 == 6:
            raise PictureError("The file is not there any more.")
        return read(self, index)

    monkeypatch.setattr(ImageFolder, "read", fails_later)
    events = run(project(photos))
    result = finished(events)
    notices = [event for event in events if isinstance(event, Notice)]
    told = [n for n in notices if "left out of a batch, because they could not be read any more" in n.message]
    assert told
    assert told[0].details[0].endswith(".png: The file is not there any more.")
    assert result.evaluation is not None
    assert result.evaluation.samples < 10
    assert int(result.evaluation.confusion.sum()) == result.evaluation.samples


@pytest.mark.usefixtures("tiny_budget")
def test_that_an_unplugged_drive_ends_the_run_in_a_sentence(photos: Path, run: Run) -> None:
    def unplug(event: Event, control: Control) -> None:
        if isinstance(event, StepsDone) and photos.exists():
            shutil.rmtree(photos)

    failure = failed(run(project(photos, epochs=200), watch=unplug))
    assert failure.code == "data"
    assert failure.message.startswith("The pictures cannot be read any more (“")
    assert "The file is not there any more.). Look whether the drive or folder is still" in failure.message
    assert failure.checkpoint is not None  # the weights so far are saved


class Stall:
    """Lets reads hang from the first call after `begin` on, until `release`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        self.free = threading.Event()
        self._calls = 0
        self._after = after
        read = ImageFolder.read

        def slow(dataset: ImageFolder, index: int) -> PictureArray:
            self._calls += 1
            if self._calls > self._after:
                self.free.wait(60)
            return read(dataset, index)

        monkeypatch.setattr(ImageFolder, "read", slow)
        monkeypatch.setattr(reading, "STALL_S", 0.3)


@pytest.mark.parametrize("after", [10, 90])  # while reading for the first time, while training
@pytest.mark.usefixtures("tiny_budget")
def test_that_a_drive_that_hangs_is_told_and_the_run_can_be_stopped(
    photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    stall = Stall(monkeypatch, after)
    stopped_at: list[float] = []

    def stop(event: Event, control: Control) -> None:
        if isinstance(event, Notice) and event.message.startswith("Waiting for “"):
            assert "the drive or network folder does not answer" in event.message
            stopped_at.append(time.monotonic())
            control.stop()

    try:
        result = finished(run(project(photos, epochs=50), watch=stop))
        assert time.monotonic() - stopped_at[0] < 5
        assert result.ended == "stopped"
    finally:
        stall.free.set()


@pytest.mark.usefixtures("tiny_budget")
def test_that_a_run_goes_on_when_the_drive_answers_again(
    photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = losses_of(run(project(photos)))
    stall = Stall(monkeypatch, 90)

    def plug_in(event: Event, control: Control) -> None:
        if isinstance(event, Notice) and event.message.startswith("Waiting for"):
            stall.free.set()

    events = run(project(photos), watch=plug_in)
    assert losses_of(events) == expected
    assert Notice("The drive answers again.") in events


@pytest.mark.usefixtures("tiny_budget")
def test_that_evaluation_streams_too(photos: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = finished(run(project(photos))).checkpoint
    answers = [
        ask(Evaluate(checkpoint, "all"))[-1],
        ask(Evaluate(checkpoint, "all", str(photos)))[-1],
    ]
    monkeypatch.setattr(first_look, "picture_budget", lambda: 10**9)
    in_memory = ask(Evaluate(checkpoint, "all"))[-1]
    assert isinstance(in_memory, Evaluation)
    for answer in answers:
        assert isinstance(answer, Evaluation)
        assert answer.samples == 60
        assert answer.metrics == in_memory.metrics
        assert (answer.confusion == in_memory.confusion).all()


def test_that_a_preview_reads_only_what_it_shows(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = augmented(project(photos), "horizontal_flip")
    read, seen = ImageFolder.read, []
    monkeypatch.setattr(ImageFolder, "read", lambda self, index: seen.append(index) or read(self, index))
    answer = ask(PreviewAugmentations(made, (3, 40), 2, 0))[-1]
    assert answer.pictures.shape == (2, 3, 20, 20, 3)
    assert seen == [3, 40]


def test_that_a_stream_settles_on_the_device_once_all_is_read(photos: Path) -> None:
    from studio.data.pictures.picture_store import PictureStore
    from studio.engine.batches import ResidentSplit
    from studio.engine.reading import Reading
    from studio.engine.streaming import Streamed

    random = np.random.default_rng(0).integers(0, 255, (12, 1, 4, 4)).astype(np.uint8)
    store = PictureStore(lambda index: random[index], str, (12, 1, 4, 4), 10_000)
    told = Reading(lambda event: None, Control())
    streamed = Streamed(store, np.arange(12), torch.device("cpu"), str, told)
    split = streamed.split(np.arange(12), None)
    order = split.order(5, 0, 0)
    first = [split.take(index).targets.tolist() for index in order]
    assert streamed.settled() is not None
    order = split.order(5, 0, 0)
    assert isinstance(split._settled, ResidentSplit)  # type: ignore[attr-defined]
    assert [split.take(index).targets.tolist() for index in order] == first
    split.close()
