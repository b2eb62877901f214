"""A small project, a document around it, and an engine that only pretends, for the Train step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.core.network import Edge, Graph, Node
from studio.core.project import MAIN, DatasetChoice, DatasetFacts, Project, Recipe, Setting
from studio.engine import events as e
from studio.engine.control import Control
from studio.engine.requests import Request, Train
from studio.ui.document import Document
from studio.ui.run_controller import RunController
from studio.ui.workers.engine_host import EngineHost


@pytest.fixture
def project() -> Project:
    """The digits table, a linear network, two epochs."""
    graph = Graph(
        (
            Node("input", "input"),
            Node("linear", "linear", {"out_features": 3}),
            Node("output", "output"),
        ),
        (Edge("input", "linear"), Edge("linear", "output")),
    )
    facts = DatasetFacts((4,), ("Adelie", "Chinstrap", "Gentoo"), 333, "species")
    recipe = Recipe(Setting("cross_entropy"), Setting("adam", {"lr": 0.001}), epochs=2, batch_size=16)
    return Project(
        "tabular-classification",
        DatasetChoice("bundled", "penguins", facts=facts),
        {MAIN: graph},
        recipe,
    )


class PretendedEngine:
    """Trains nothing: ten steps an epoch, 15 ms each, and obeys its Control as the real one does."""

    def __init__(self) -> None:
        self.requests: list[Train] = []
        self.step_s = 0.015  # slower than the window drains
        self.explode: BaseException | None = None
        self.fail: e.RunFailed | None = None
        self.guess = {"accuracy": 0.44}
        self.confusion = np.array([[8, 1, 0], [2, 7, 0], [0, 0, 9]])

    def __call__(self, request: Request, emit: Callable[[e.Event], None], control: Control) -> None:
        if not isinstance(request, Train):
            emit(e.DevicesListed((e.Device("cpu", "A processor", 8 << 30),)))
            return
        self.requests.append(request)
        emit(e.Preparing("Reading the table", 0.5))
        recipe = request.project.recipe
        folder = Path(request.runs_folder) / f"run{len(self.requests)}"
        folder.mkdir(parents=True)
        first = 10 if request.resume_from else 0
        emit(e.RunStarted(f"run{len(self.requests)}", str(folder), "cpu", "A processor", 1, recipe.epochs,
                          10, first, 160, 40, 40, 15, "accuracy"))  # fmt: skip
        checkpoint = folder / "last.safetensors"
        ended, step = "completed", first
        for step in range(first, recipe.epochs * 10):
            while control.paused and not control.stop_requested:
                emit(e.Paused(step))
                control.wait_while_paused(30)
                emit(e.Resumed(step))
            if control.take_save_request():
                checkpoint.write_bytes(b"asked")
                emit(e.CheckpointWritten(str(checkpoint), step, "asked"))
            if control.stop_requested:
                ended = "stopped"
                break
            time.sleep(self.step_s)
            if step == 5 and self.explode is not None:
                raise self.explode
            if step == 5 and self.fail is not None:
                emit(self.fail)
                return
            emit(e.StepsDone(step, (1 / (step + 1),), (step / 20,), step // 10, 0.001, 5000.0, 3.0))
            if step % 10 == 9:
                emit(e.EpochFinished(step // 10, step + 1, {"loss": 0.3, "accuracy": 0.8},
                                     {"loss": 0.4, "accuracy": 0.7}, 0.001, 1.0))  # fmt: skip
        step += ended == "completed"  # updates done
        checkpoint.write_bytes(b"weights")
        emit(e.CheckpointWritten(str(checkpoint), step, "last"))
        classes = ("Adelie", "Chinstrap", "Gentoo")
        evaluation = e.Evaluation({"accuracy": 0.894}, "test", 27, classes, self.confusion,
                                  guess=self.guess, guess_class="Adelie")  # fmt: skip
        emit(e.RunFinished({"accuracy": 0.894}, str(checkpoint), ended, step, 1.5, evaluation))


@pytest.fixture
def engine() -> PretendedEngine:
    return PretendedEngine()


@pytest.fixture
def host(qtbot: QtBot, engine: PretendedEngine) -> Iterator[EngineHost]:
    made = EngineHost(engine)
    yield made
    made.close()


@pytest.fixture
def document(qtbot: QtBot, project: Project) -> Iterator[Document]:
    made = Document()
    yield made
    made.stop()


@pytest.fixture
def controller(
    qtbot: QtBot, document: Document, host: EngineHost, engine: PretendedEngine
) -> Iterator[RunController]:
    made = RunController(document, host, engine)
    yield made
    assert made.close()
