"""No memory left, in the window: a sentence, one click to a smaller batch, and the next run works."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.data.opening import recognise
from studio.kinds.new_project import new_project
from studio.ui.document import Document
from studio.ui.pages.train_page import TrainPage
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.workers.engine_host import EngineHost

FITS = 17  # samples a batch, on the pretended card: 16, and one that is left over and joins the last


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[TrainPage]:
    """The Train step with the real engine and the penguins, in batches of 64."""
    document, host = Document(), EngineHost()
    controller = RunController(document, host)
    made = TrainPage(document, controller)
    for widget in (made, *(panel.widget for panel in made.panels)):
        qtbot.addWidget(widget)
    project = new_project("tabular-classification", recognise("penguins"))
    recipe = replace(project.recipe, batch_size=64, epochs=2, device="cpu")
    document.open_project(replace(project, recipe=recipe), None)
    made.resize(1000, 700)
    made.show()
    made.entered()
    yield made
    assert controller.close()
    host.close()
    document.stop()


def recipe_of(page: TrainPage) -> Any:
    project: Project | None = page._document.project
    assert project is not None
    return project.recipe


def test_that_out_of_memory_is_left_by_clicks_on_a_smaller_batch(
    qtbot: QtBot, page: TrainPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from studio.engine import session
    from studio.engine.steps import SupervisedStep

    networks: list[weakref.ref[object]] = []
    plain_step, plain_build = SupervisedStep.__call__, session.build_network

    def step(self: SupervisedStep, batch: Any) -> Any:
        if len(batch.targets) > FITS:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return plain_step(self, batch)

    def build(*arguments: Any) -> Any:
        source, network = plain_build(*arguments)
        networks.append(weakref.ref(network))
        return source, network

    monkeypatch.setattr(SupervisedStep, "__call__", step)
    monkeypatch.setattr(session, "build_network", build)
    run = page._controller
    page.outcomes.train()
    for size in (32, 16):
        qtbot.waitUntil(lambda: run.state is RunState.FAILED, timeout=120_000)
        assert "has not enough memory for this training." in page.card.sentence
        assert f"Try a batch size of {size} instead of {2 * size}." in page.card.sentence
        gc.collect()
        assert [made for made in networks if made() is not None] == []
        button = page.card.findChild(QPushButton, "fixAndTrain")
        assert button.text() == f"Try batch size {size}"
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert recipe_of(page).batch_size == size
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED, timeout=120_000)
    assert page.card.tone == "success"
    page._document.undo_stack.undo()
    assert recipe_of(page).batch_size == 32
