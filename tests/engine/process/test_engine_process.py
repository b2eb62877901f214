"""The engine in a process of its own: the same answers to the last bit, and nothing lost when it dies."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from studio.core.project import Project, Setting
from studio.engine.checkpoint import read_checkpoint
from studio.engine.control import Control
from studio.engine.events import (
    CheckpointWritten,
    DevicesListed,
    EpochFinished,
    Event,
    Paused,
    Preparing,
    RequestFailed,
    RunFailed,
    RunFinished,
    StepsDone,
)
from studio.engine.process import engine_process
from studio.engine.process.engine_process import EngineProcess, EngineStartError
from studio.engine.requests import ListDevices, Predict, Request, Train
from studio.engine.runs import list_runs
from tests.engine.conftest import Run, finished, losses_of, project_of

FAR_TOO_LONG_S = 120.0


@pytest.fixture(scope="module", autouse=True)
def engine() -> Iterator[EngineProcess]:
    """One for the whole file, there before any test counts its threads: each start imports torch."""
    made = EngineProcess()
    made.start()
    yield made
    made.close()


@pytest.fixture
def mortal() -> Iterator[EngineProcess]:
    """One for a test that ends its process."""
    made = EngineProcess()
    yield made
    made.close()


class Asked:
    """A request that is being answered in a thread."""

    def __init__(self, engine: EngineProcess, request: Request) -> None:
        self.control = Control()
        self.events: list[Event] = []
        self._arrived: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._thread = threading.Thread(target=engine.serve, args=(request, self._take, self.control))
        self._thread.start()

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self._arrived.put(event)

    def until(self, kind: type[Event] | Callable[[Event], bool]) -> Event:
        wanted = kind if not isinstance(kind, type) else lambda event: isinstance(event, kind)
        while not wanted(event := self._arrived.get(timeout=FAR_TOO_LONG_S)):
            pass
        return event

    def end(self) -> Event:
        self._thread.join(FAR_TOO_LONG_S)
        assert not self._thread.is_alive()
        return self.events[-1]


def endless() -> Project:
    return project_of("iris", epochs=1_000_000, schedule=Setting("constant"))


def test_that_a_run_there_is_the_run_here_to_the_last_bit(
    engine: EngineProcess, run: Run, tmp_path: Path
) -> None:
    project = project_of("penguins")
    here = run(project)
    there: list[Event] = []
    engine.serve(Train(project, str(tmp_path / "there")), there.append, Control())

    def told(events: list[Event]) -> list[str]:  # how steps are bundled depends on the clock
        return [type(e).__name__ for e in events if not isinstance(e, StepsDone | Preparing)]

    assert told(there) == told(here)
    assert losses_of(there) == losses_of(here)
    assert finished(there).metrics == finished(here).metrics
    ours, theirs = (read_checkpoint(finished(events).checkpoint).weights for events in (here, there))
    assert {name: w.numpy().tobytes() for name, w in ours.items()} == {
        name: w.numpy().tobytes() for name, w in theirs.items()
    }


def test_that_pause_save_and_stop_reach_the_run(engine: EngineProcess, tmp_path: Path) -> None:
    run = Asked(engine, Train(endless(), str(tmp_path)))
    run.until(StepsDone)
    run.control.pause()
    run.until(Paused)
    run.control.save_now()
    saved = run.until(lambda e: isinstance(e, CheckpointWritten) and e.reason == "asked")
    assert isinstance(saved, CheckpointWritten)
    assert read_checkpoint(saved.path).step == saved.step
    run.control.stop()
    last = run.end()
    assert isinstance(last, RunFinished)
    assert (last.ended, last.steps) == ("stopped", saved.step)


def test_that_questions_are_answered_while_a_run_is_on(engine: EngineProcess, tmp_path: Path) -> None:
    run = Asked(engine, Train(endless(), str(tmp_path)))
    run.until(StepsDone)
    answers: list[Event] = []
    engine.serve(ListDevices(), answers.append, Control())
    assert [type(a) for a in answers] == [DevicesListed]
    engine.serve(Predict(str(tmp_path / "none.safetensors"), ({},)), answers.append, Control())
    assert isinstance(answers[-1], RequestFailed)
    assert "none.safetensors" in answers[-1].message
    before = len(run.events)
    run.until(StepsDone)
    assert len(run.events) > before - 1
    run.control.stop()
    assert isinstance(run.end(), RunFinished)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends processes in one way only")
def test_that_a_killed_engine_ends_the_run_with_its_checkpoint_and_goes_on_in_a_new_one(
    mortal: EngineProcess, run: Run, tmp_path: Path
) -> None:
    asked = Asked(mortal, Train(endless(), str(tmp_path)))
    asked.until(StepsDone)
    asked.control.pause()
    asked.until(Paused)
    asked.control.save_now()
    asked.until(lambda e: isinstance(e, CheckpointWritten) and e.reason == "asked")
    killed = mortal.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    failure = asked.end()
    assert isinstance(failure, RunFailed)
    assert failure.code == "engine-lost"
    assert failure.message == (
        "The system ended PyTorch's process, most often because the memory was full. Training can go on "
        "from its last checkpoint."
    )
    assert failure.checkpoint is not None
    saved = read_checkpoint(failure.checkpoint)
    longer = project_of("iris", epochs=saved.epoch + 2, schedule=Setting("constant"))
    events: list[Event] = []
    mortal.serve(Train(longer, str(tmp_path), failure.checkpoint), events.append, Control())
    assert finished(events).ended == "completed"
    assert losses_of(events) == losses_of(run(longer))[saved.step :]

    assert mortal.pid not in (None, killed)
    second = psutil.Process(mortal.pid)
    second.suspend()
    question = Asked(mortal, ListDevices())
    second.kill()
    answer = question.end()
    assert isinstance(answer, RequestFailed)
    assert answer.message.startswith("The system ended PyTorch's process")
    assert answer.message.endswith("Please try again.")


def test_that_what_a_run_keeps_goes_with_its_process(
    mortal: EngineProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mortal.start()
    first = mortal.pid
    assert first is not None
    events: list[Event] = []
    mortal.serve(Train(project_of("iris", epochs=1), str(tmp_path)), events.append, Control())
    assert mortal.pid == first  # it kept next to nothing
    monkeypatch.setattr(engine_process, "GROWN_TOO_MUCH_BYTES", -(2**60))
    mortal.serve(Train(project_of("iris", epochs=1), str(tmp_path)), events.append, Control())
    assert finished(events).ended == "completed"
    assert mortal.pid not in (None, first)
    assert not psutil.pid_exists(first)


def test_that_whoever_stops_does_not_wait_for_torch(mortal: EngineProcess, tmp_path: Path) -> None:
    run = Asked(mortal, Train(endless(), str(tmp_path)))
    assert run.until(Preparing) == Preparing("Getting PyTorch ready")
    child = mortal._child
    assert child is not None
    run.control.stop()
    last = run.end()
    assert isinstance(last, RunFinished)
    assert (last.ended, last.steps) == ("stopped", 0)
    assert not child.ready.is_set()  # the answer did not wait for it
    mortal.close()
    assert not child.process.is_alive()
    assert list_runs(tmp_path) == ()


def test_that_a_system_that_starts_no_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    engine = EngineProcess()
    with pytest.raises(EngineStartError, match=r"starts no process for the engine: .*Permission denied"):
        engine.serve(ListDevices(), lambda event: None, Control())
    engine.close()


_WINDOW = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}]
if __name__ == "__main__":
    from studio.engine.control import Control
    from studio.engine.events import StepsDone
    from studio.engine.process.engine_process import EngineProcess
    from studio.engine.requests import Train
    from tests.engine.process.test_engine_process import endless
    engine = EngineProcess()
    def emit(event):
        if isinstance(event, StepsDone):
            Path({pid!r}).write_text(str(engine.pid))
    engine.serve(Train(endless(), {runs!r}), emit, Control())
"""


def test_that_the_engine_ends_with_a_checkpoint_when_the_window_is_killed(tmp_path: Path) -> None:
    root, pid = Path(__file__).parents[3], tmp_path / "pid"
    script = tmp_path / "window.py"
    script.write_text(_WINDOW.format(root=str(root), pid=str(pid), runs=str(tmp_path / "runs")))
    window = subprocess.Popen([sys.executable, str(script)])
    try:
        _wait(lambda: (pid.is_file() and pid.read_text() != "") or window.poll() is not None)
        child = psutil.Process(int(pid.read_text()))
    finally:
        window.kill()
        window.wait()
    _wait(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    (stopped,) = list_runs(tmp_path / "runs")
    assert stopped.ended == "stopped"
    assert stopped.checkpoint is not None
    assert read_checkpoint(stopped.checkpoint).state is not None


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + FAR_TOO_LONG_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process: there is nothing to wait on


def test_that_a_follower_hears_what_counts_already_and_each_pull() -> None:
    control, heard = Control(), list[str]()
    control.pause()
    control.save_now()
    control.follow(heard.append)
    assert heard == ["pause", "save"]
    control.resume()
    control.stop()
    control.unfollow()
    control.pause()
    assert heard == ["pause", "save", "resume", "stop"]


def test_that_epochs_are_told_as_they_end_and_not_at_once(engine: EngineProcess, tmp_path: Path) -> None:
    run = Asked(engine, Train(endless(), str(tmp_path)))
    first = run.until(EpochFinished)
    assert isinstance(first, EpochFinished)
    assert first.epoch == 0
    run.control.stop()
    assert isinstance(run.end(), RunFinished)


SCRIPT = """
print("begun", flush=True)
from studio.engine.control import Control
from studio.engine.process.engine_process import EngineProcess
from studio.engine.requests import ListDevices
engine, said = EngineProcess(), []
engine.serve(ListDevices(), said.append, Control())
engine.close()
print(type(said[-1]).__name__)
"""


def test_that_a_script_without_a_main_guard_is_not_run_a_second_time(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT)
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True,
        timeout=FAR_TOO_LONG_S, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["begun", "DevicesListed"], done.stderr


def test_that_a_broken_torch_is_named_and_does_not_look_like_a_lost_process(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(
        "import sys\n"  # as torch does: the reason is told once
        "again, sys.tried = hasattr(sys, 'tried'), True\n"
        "raise ImportError('can only be initialized once' if again else 'libtorch_cpu.so: cannot open it')\n"
    )
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT.replace("type(said[-1]).__name__", "said[-1].message"))
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True,
        timeout=FAR_TOO_LONG_S, check=False,
    )  # fmt: skip
    assert "PyTorch, which does the computing, could not be loaded (libtorch_cpu.so:" in done.stdout, (
        done.stderr
    )
