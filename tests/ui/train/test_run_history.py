"""The list of earlier runs: compare, use, delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.data.opening import recognise
from studio.kinds.new_project import infer_kind, new_project
from studio.ui.document import Document
from studio.ui.panels.run_history import RunHistory
from studio.ui.run_controller import RunController
from studio.ui.workers.engine_host import EngineHost


@pytest.fixture(scope="module")
def penguins() -> Project:
    choice = recognise("penguins")
    assert choice.facts is not None
    made = new_project(infer_kind(choice.facts, choice.source), choice)
    return replace(made, recipe=replace(made.recipe, epochs=2, device="cpu"))


@pytest.fixture
def trained(qtbot: QtBot, penguins: Project) -> Iterator[RunController]:
    """Two real runs of one project, of 2 and of 3 epochs."""
    document, host = Document(), EngineHost()
    made = RunController(document, host)
    document.open_project(penguins, None)
    for epochs in (2, 3):
        with qtbot.waitSignal(made.finished, timeout=120_000):
            made.start(replace(penguins, recipe=replace(penguins.recipe, epochs=epochs)))
    yield made
    assert made.close()
    host.close()
    document.stop()


@pytest.fixture
def history(qtbot: QtBot, trained: RunController) -> RunHistory:
    made = RunHistory(trained)
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.show()
    made.refresh()
    return made


def cells(history: RunHistory, row: int) -> list[str]:
    table = history.findChild(QTableWidget, "runTable")
    assert table is not None
    found = [table.item(row, column) for column in range(table.columnCount())]
    return [item.text() for item in found if item is not None]


def tick(history: RunHistory, row: int, on: bool = True) -> None:
    table = history.findChild(QTableWidget, "runTable")
    assert table is not None
    item = table.item(row, 0)
    assert item is not None
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def test_that_runs_are_compared_used_and_deleted(
    qtbot: QtBot, history: RunHistory, trained: RunController, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The latest stands first, with what it reached and how it was set.
    assert [run.epochs[-1]["epoch"] for run in history.runs] == [2, 1]
    for row, epochs in ((0, "3"), (1, "2")):
        when, result, *facts, duration, ended, settings = cells(history, row)
        assert when.startswith("today, ")
        assert result.startswith("Accuracy ")
        assert facts == ["Palmer penguins", "“Simple network (small MLP)” (2,883)", epochs]
        assert duration.endswith(" s")
        assert ended == "completed"
        assert settings.endswith("batch 16")
    latest, first = history.runs

    # A tick lays the curves of an older run under those of the current one, which is not its own rival.
    with qtbot.waitSignal(history.comparison_changed):
        tick(history, 1)
    names, curves = history.comparison()
    assert names == [cells(history, 1)[0]]
    assert curves[0].validation["loss"].epochs.tolist() == [1, 2]
    tick(history, 0)
    assert len(history.comparison()[0]) == 1
    tick(history, 1, on=False)
    assert history.comparison() == ([], [])

    # Its checkpoint becomes the current one.
    history.select(first.id)
    use, delete = (history.findChild(QPushButton, name) for name in ("useRun", "deleteRun"))
    assert use is not None
    assert delete is not None
    use.click()
    assert trained.model is not None
    assert trained.model.path == str(first.checkpoint)
    assert trained.model.epochs_done == 2

    # Deleting asks first; a no keeps it, a yes takes its files and its weights.
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes]
    asked: list[str] = []

    def answer(parent: object, title: str, text: str, *rest: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "question", answer)
    history.select(first.id)
    delete.click()
    assert asked[0].startswith("Delete the run of ")
    assert asked[0].endswith(" with its checkpoints? This cannot be undone.")
    assert Path(first.folder).is_dir()
    delete.click()
    assert not Path(first.folder).exists()
    assert [run.id for run in history.runs] == [latest.id]
    assert trained.model is None

    # A checkpoint that is damaged is refused in a sentence.
    assert latest.checkpoint is not None
    latest.checkpoint.write_bytes(b"")
    history.select(latest.id)
    with qtbot.waitSignal(history.refused) as refused:
        use.click()
    assert "is empty: it was cut off while it was copied or saved" in refused.args[0]


def test_that_a_run_that_is_on_is_not_deleted(
    qtbot: QtBot, history: RunHistory, trained: RunController, penguins: Project
) -> None:
    oldest = history.runs[1].id
    history.select(oldest)
    trained.start(replace(penguins, recipe=replace(penguins.recipe, epochs=100_000)))
    qtbot.waitUntil(lambda: len(history.runs) == 3, timeout=60_000)
    assert cells(history, 0)[6] == "is running"
    assert history.selected is not None
    assert history.selected.id == oldest  # not whatever stands in its row now
    history.select(history.runs[0].id)
    with qtbot.waitSignal(history.refused) as refused:
        history.delete_selected()
    assert refused.args == ["This run is on. Stop it first, then delete it."]
    assert len(history.runs) == 3
