"""Training in a process of its own: without torch in the window's, and past the end of that process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QRadioButton

from studio.core.settings import Settings, load_settings, save_settings
from studio.engine.control import Control
from studio.engine.events import Event, Notice
from studio.engine.process.engine_process import EngineProcess, EngineStartError
from studio.engine.requests import Train
from studio.ui.dialogs.settings_dialog import SettingsDialog
from studio.ui.window_memory import WindowMemory
from studio.ui.workers.engine import Engine, place
from tests.engine.conftest import finished, project_of


def test_that_the_environment_decides_before_the_settings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANTERN_ENGINE")
    assert place() == "process"
    save_settings(Settings(engine="window"))
    assert place() == "window"
    monkeypatch.setenv("LANTERN_ENGINE", "process")
    assert place() == "process"
    monkeypatch.setenv("LANTERN_ENGINE", "on the moon")
    assert place() == "window"


def test_that_training_runs_in_the_window_where_no_process_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: EngineProcess) -> None:
        raise EngineStartError("The system starts no process for the engine: it is forbidden.")

    monkeypatch.setattr(EngineProcess, "_living", refuse)
    engine, events = Engine("process"), list[Event]()
    engine.serve(Train(project_of("iris", epochs=1), str(tmp_path)), events.append, Control())
    assert finished(events).ended == "completed"
    notices = [event.message for event in events if isinstance(event, Notice)]
    assert notices[0] == (
        "The system starts no process for the engine: it is forbidden. Training runs in the window's process "
        "instead, which may feel slower meanwhile."
    )
    assert (engine.where, engine.pid) == ("window", None)
    engine.close()


_STORY = """
import sys, time
sys.path[:0] = [{root!r}]
if __name__ == "__main__":
    sys.modules["torch"] = None  # an import of it in this process would raise
    import psutil
    from dataclasses import replace
    from PySide6.QtWidgets import QApplication, QPushButton
    from PySide6.QtTest import QTest
    from studio.ui.app import open_window
    from studio.ui.run_state import RunState

    app = QApplication([])
    window = open_window()

    def until(done, what):
        deadline = time.monotonic() + 120
        while not done():
            assert time.monotonic() < deadline, what
            QTest.qWait(20)

    def press(name):
        button = window.page("train").findChild(QPushButton, name)
        until(lambda: button.isVisible() and button.isEnabled(), name)
        button.click()

    window.files.new_from("iris")
    until(lambda: window.document.dataset is not None, "data")
    project = window.document.project
    recipe = replace(project.recipe, epochs=100_000, patience=None, device="cpu")
    window.document.push(replace(project, recipe=recipe), "endless")
    window.show_step("train")
    run = window.run
    press("trainButton")
    until(lambda: run.last_checkpoint is not None, "a checkpoint")
    psutil.Process(window.host.engine.pid).kill()
    until(lambda: run.state is RunState.FAILED, "the failure")
    print(run.failure.code, "|", window.page("train").card.sentence)
    done = run.model.step
    press("goOn")
    until(lambda: run.state is RunState.RUNNING and run.last_steps is not None, "going on")
    print("goes on:", run.started.first_step == done > 0)
    press("stopButton")
    until(lambda: not run.state.active, "the stop")
    print(run.result.ended, run.result.steps > done)
    window.show_step("results")
    answers = []
    from studio.engine.requests import Predict
    row = {{"sepal_length_cm": 5.0, "sepal_width_cm": 3.4, "petal_length_cm": 1.5, "petal_width_cm": 0.2}}
    window.host.ask(Predict(run.last_checkpoint, (row,)), answers.append)
    until(lambda: bool(answers), "a prediction")
    print(answers[0].predictions[0].prediction)
    child = psutil.Process(window.host.engine.pid)
    window.document.undo_stack.setClean()
    window.document.close_project()
    window.close()
    print("closed:", not child.is_running() or child.status() == "zombie")
"""


def test_that_a_window_without_torch_trains_outlives_its_engine_and_goes_on(tmp_path: Path) -> None:
    script = tmp_path / "story.py"
    script.write_text(_STORY.format(root=str(Path(__file__).parents[3])))
    environment: dict[str, Any] = {**os.environ, "LANTERN_ENGINE": "process", "LANTERN_HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert told.stdout.splitlines() == [
        "engine-lost | The system ended PyTorch's process, most often because the memory was full. Training "
        "can go on from its last checkpoint.",
        "goes on: True",
        "stopped True",
        "setosa",
        "closed: True",
    ], told.stderr


@pytest.mark.parametrize("forced", [True, False])
def test_that_the_settings_offer_where_training_runs(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, forced: bool
) -> None:
    if not forced:
        monkeypatch.delenv("LANTERN_ENGINE")
    dialog = SettingsDialog(WindowMemory())
    qtbot.addWidget(dialog)
    here, there = (dialog.findChild(QRadioButton, f"engine.{where}") for where in ("window", "process"))
    assert (here.isChecked(), there.isChecked()) == (forced, not forced)
    assert here.isEnabled() is there.isEnabled() is not forced
    here.click()
    assert load_settings().engine == ("process" if forced else "window")
