from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.engine import events as e
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState


def test_that_a_run_goes_through_its_states_and_keeps_every_number(
    qtbot: QtBot, controller: RunController, project: Project
) -> None:
    states = []
    controller.state_changed.connect(lambda: states.append(controller.state))
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    assert states[0] is RunState.PREPARING
    assert states[-1] is RunState.FINISHED
    assert controller.curves is not None
    assert controller.curves.step_loss.values.tolist() == [1 / (i + 1) for i in range(20)]
    assert controller.curves.step_metric.values.tolist() == [i / 20 for i in range(20)]
    assert controller.curves.validation["loss"].steps.tolist() == [10, 20]
    assert controller.result is not None
    assert controller.result.metrics == {"accuracy": 0.894}
    assert controller.last_checkpoint is not None
    assert controller.last_checkpoint.endswith("last.safetensors")


def test_that_pause_holds_the_run_until_it_is_resumed(
    qtbot: QtBot, controller: RunController, project: Project
) -> None:
    controller.start(project)
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    controller.pause()
    qtbot.waitUntil(lambda: controller.state is RunState.PAUSED, timeout=5000)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.resume()
    assert controller.result is not None
    assert controller.result.ended == "completed"


def test_that_stop_ends_a_paused_run_and_keeps_its_checkpoint(
    qtbot: QtBot, controller: RunController, project: Project
) -> None:
    controller.start(project)
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    controller.pause()
    qtbot.waitUntil(lambda: controller.state is RunState.PAUSED, timeout=5000)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.stop()
        assert controller.state is RunState.STOPPING
    assert controller.result is not None
    assert controller.result.ended == "stopped"
    assert controller.can_resume(project)


def test_that_an_exception_in_the_thread_ends_the_run_with_a_sentence(
    qtbot: QtBot, controller: RunController, project: Project, engine
) -> None:
    engine.explode = ZeroDivisionError("division by zero")
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    assert controller.state is RunState.FAILED
    assert controller.failure is not None
    assert controller.failure.message.startswith("Something went wrong that Lantern did not expect: division")
    assert "ZeroDivisionError" in controller.failure.details
    engine.explode = None
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    assert controller.state is RunState.FINISHED
    assert controller.failure is None


def test_that_an_engine_that_ends_without_a_word_does_not_leave_the_window_waiting(
    qtbot: QtBot, document, host, project: Project
) -> None:
    controller = RunController(document, host, lambda request, emit, control: None)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    assert controller.failure is not None
    assert controller.failure.message == "The training ended without a result."


def test_that_closing_while_training_stops_and_leaves_no_thread(
    qtbot: QtBot, controller: RunController, project: Project
) -> None:
    controller.start(project)
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    assert controller.close()
    assert controller.state is RunState.FINISHED
    assert controller.last_checkpoint is not None
    assert Path(controller.last_checkpoint).read_bytes() == b"weights"


def test_that_saving_a_checkpoint_while_running_asks_for_a_fresh_one(
    qtbot: QtBot, controller: RunController, project: Project, tmp_path: Path, engine
) -> None:
    engine.step_s = 0.02
    controller.start(project)
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    with qtbot.waitSignal(controller.checkpoint_saved, timeout=5000) as saved:
        controller.save_checkpoint(tmp_path / "mine.safetensors")
    assert saved.args == [str(tmp_path / "mine.safetensors")]
    assert (tmp_path / "mine.safetensors").read_bytes() == b"asked"
    controller.close()


def test_that_saving_where_nothing_was_trained_says_so(qtbot: QtBot, controller: RunController) -> None:
    with qtbot.waitSignal(controller.checkpoint_failed) as failed:
        controller.save_checkpoint(Path("x.safetensors"))
    assert failed.args == ["There is no checkpoint yet. Train the network first."]


def test_that_a_resumed_run_continues_the_same_curves(
    qtbot: QtBot, controller: RunController, project: Project
) -> None:
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project, controller.last_checkpoint)
    assert controller.started is not None
    assert controller.started.first_step == 10
    assert controller.curves is not None
    assert len(controller.curves.step_loss) == 20
    assert controller.curves.validation["loss"].epochs.tolist() == [1, 2]


@pytest.mark.parametrize("ended", [True, False])
def test_that_a_failure_of_the_engine_is_kept_for_the_page(
    qtbot: QtBot, controller: RunController, project: Project, engine, ended: bool
) -> None:
    engine.fail = e.RunFailed("Not enough memory.", "out-of-memory", batch_size=32)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(project)
    assert controller.failure == engine.fail
